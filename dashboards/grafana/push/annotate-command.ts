import { EXIT, type Terminal } from '../../../contracts/cli.ts'
import { Annotator } from './annotator.ts'
import { GrafanaApi } from './grafana-api.ts'
import { readPlace, writePlace } from './place-file.ts'
import { type PushQuestion, pushQuestion } from './push-arguments.ts'
import { type Pushing, pushing } from './pushing.ts'
import { pause, type Retrying, retrying } from './retrying.ts'
import { ServerApi } from './server-api.ts'

const HELP = `Marks occurrences of alarms on the graphs of Grafana: an annotation from when an alarm is raised until it returns, with
the tags davylamp, facility:F, area:A, sensor:S, alarm:S.K and priority:P. Read from the journal of the server, each once.

  npm run dashboards -- annotate --config F            what has come since the last time, then end
  npm run dashboards -- annotate --config F --follow   and go on with what comes, until it is stopped

  --config F        facility file, or a folder of them; may be repeated: alarms of these facilities
  --url URL         Grafana (default http://127.0.0.1:3000)
  --server URL      the Davylamp server (default: server.listen)
  --since TIME      the first time: from then on, such as 2026-11-28T08:00:00+08:00; else from now on
  --priority P      only alarms at least so urgent: low, medium, high or critical (default low)
  --place FILE      where it keeps how far it has come (default data/grafana-annotations.json)
  --json            what was done, as JSON
  --help            this text

DAVYLAMP_GRAFANA_TOKEN or DAVYLAMP_GRAFANA_TOKEN_FILE is the token of a service account of Grafana with the role Editor;
DAVYLAMP_API_TOKEN or DAVYLAMP_API_TOKEN_FILE one of the Davylamp server, where it asks for one.
Exit status: 0 ok, 1 failed, 2 bad usage.
`

/** `npm run dashboards -- annotate`; `args` come after that word. @throws CodedError USAGE, CONFIG_*, GRAFANA_*, SERVER_*, PLACE_DAMAGED */
export async function annotateCommand(terminal: Terminal, args: readonly string[]): Promise<number> {
  const question = pushQuestion(terminal, args)
  if (question === undefined) {
    terminal.out(HELP)
    return EXIT.ok
  }
  return pushing(terminal, (signal) => annotate(terminal, question, { signal, pause }))
}

export async function annotate(
  terminal: Pick<Terminal, 'out' | 'err'>,
  question: PushQuestion,
  { signal, pause }: Pushing,
): Promise<void> {
  const { isFollowing, facilities, least, since } = question
  const server = new ServerApi({ ...question.server, signal })
  const retry: Retrying = {
    tries: isFollowing ? Number.POSITIVE_INFINITY : 4,
    pause,
    signal,
    onTrouble: ({ message }) => terminal.err(`${message}: trying again\n`),
  }
  const kept = readPlace(question.place)
  const seq = kept?.seq ?? (since === undefined ? await retrying(retry, () => server.newest()) : 0)
  const annotator = new Annotator({
    grafana: new GrafanaApi({ ...question.grafana, signal }),
    place: kept ?? { seq, open: {} },
    keep: (place) => writePlace(question.place, place),
    facilities,
    least,
    retry,
  })
  const catchUp = () => server.entriesAfter(annotator.seq, kept === undefined ? since : undefined)
  try {
    for (const item of await retrying(retry, catchUp)) await annotator.take(item)
    annotator.settle()
    while (isFollowing && !signal.aborted)
      await retrying(retry, async () => {
        for await (const item of server.follow(annotator.seq)) await annotator.take(item)
        // The server ends the stream when it reads its files again.
        await pause(1_000, signal)
      })
  } finally {
    annotator.settle()
    const { made, ended } = annotator
    terminal.out(
      question.isJson
        ? `${JSON.stringify({ seq: annotator.seq, made, ended })}\n`
        : `up to entry ${annotator.seq}: ${made} annotations made, ${ended} ended\n`,
    )
  }
}
