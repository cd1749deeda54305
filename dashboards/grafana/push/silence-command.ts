import { EXIT, type Terminal } from '../../../contracts/cli.ts'
import type { Clock } from '../../../contracts/clock.ts'
import { GrafanaApi } from './grafana-api.ts'
import { type PushQuestion, pushQuestion } from './push-arguments.ts'
import { type Pushing, pushing } from './pushing.ts'
import { pause, type Retrying, retrying } from './retrying.ts'
import { ServerApi } from './server-api.ts'
import { silencePlan } from './silence-plan.ts'

/** With --follow the alarms are looked at this often, ms. */
const EVERY_MS = 10_000

const HELP = `Silences the alert rules of Grafana for alarms that are shelved or out of service in Davylamp, for as long as they are, and
ends silences of alarms that are no more so. Silences made by others are left alone.

  npm run dashboards -- silence --config F            once
  npm run dashboards -- silence --config F --follow   every 10 s, until it is stopped

  --config F        facility file, or a folder of them; may be repeated: alarms of these facilities
  --url URL         Grafana (default http://127.0.0.1:3000)
  --server URL      the Davylamp server (default: server.listen)
  --json            what was done, as JSON
  --help            this text

DAVYLAMP_GRAFANA_TOKEN or DAVYLAMP_GRAFANA_TOKEN_FILE is the token of a service account of Grafana with the role Editor;
DAVYLAMP_API_TOKEN or DAVYLAMP_API_TOKEN_FILE one of the Davylamp server, where it asks for one.
Exit status: 0 ok, 1 failed, 2 bad usage.
`

/** `npm run dashboards -- silence`; `args` come after that word. @throws CodedError USAGE, CONFIG_*, GRAFANA_*, SERVER_* */
export async function silenceCommand(
  terminal: Terminal,
  args: readonly string[],
  clock: Pick<Clock, 'wall'>,
): Promise<number> {
  const question = pushQuestion(terminal, args)
  if (question === undefined) {
    terminal.out(HELP)
    return EXIT.ok
  }
  return pushing(terminal, (signal) => silence(terminal, question, { signal, pause, clock }))
}

export async function silence(
  terminal: Pick<Terminal, 'out' | 'err'>,
  question: PushQuestion,
  { signal, pause, clock }: Pushing & { clock: Pick<Clock, 'wall'> },
): Promise<void> {
  const { isFollowing, facilities } = question
  const server = new ServerApi({ ...question.server, signal })
  const grafana = new GrafanaApi({ ...question.grafana, signal })
  const retry: Retrying = {
    tries: isFollowing ? Number.POSITIVE_INFINITY : 4,
    pause,
    signal,
    onTrouble: ({ message }) => terminal.err(`${message}: trying again\n`),
  }
  do {
    const done = await retrying(retry, async () => {
      const [alarms, silences] = [await server.alarms(), await grafana.silences()]
      const { put, end } = silencePlan({ alarms, silences, facilities }, clock.wall())
      for (const one of put) await grafana.silence(one)
      for (const id of end) await grafana.endSilence(id)
      return { put: put.length, ended: end.length }
    })
    if (!isFollowing || done.put + done.ended > 0)
      terminal.out(
        question.isJson
          ? `${JSON.stringify(done)}\n`
          : `${done.put} silences made or changed, ${done.ended} ended\n`,
      )
    if (isFollowing) await pause(EVERY_MS, signal)
  } while (isFollowing && !signal.aborted)
}
