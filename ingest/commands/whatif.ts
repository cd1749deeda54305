import { EXIT, type Terminal } from '../../contracts/cli.ts'
import type { Clock } from '../../contracts/clock.ts'
import type { Facility } from '../../contracts/facility.ts'
import { formatIso } from '../../contracts/iso-time.ts'
import type { KpiQuery } from '../../contracts/kpi.ts'
import type { Reading } from '../../contracts/reading.ts'
import type { AcknowledgePolicy, WhatIfReport, WhatIfWindow } from '../../contracts/what-if.ts'
import { mergedReadings } from '../store/merge/merged-readings.ts'
import { storePlan } from '../store/store-plan.ts'
import { StoreReader } from '../store/store-reader.ts'
import { type WhatIfQuestion, whatIfQuestion } from './whatif-arguments.ts'

const HELP = `What alarms there would have been with other settings: stored readings replayed through the alarms of the facility
file as it is and as it would be, side by side.

  npm run whatif -- --config F --from T [--to T] --set ALARM.KEY=VALUE [--set ...]
  npm run whatif -- --config F --from T [--to T] --sets FILE
  npm run whatif -- --config F --from T [--to T] --with OTHER.yaml

  --from T, --to T  such as 2026-11-28T00:00:00+08:00, or epoch ms; --to is now unless given
  --set A.K=V       limit, deadband, onDelay, offDelay, priority, latching or onBad of an alarm: GT-101.H.limit=15
  --sets FILE       the same, one a line; lines that begin with # are passed over
  --with F          another facility file of the same plant instead of settings
  --warm-up D       replayed before --from, so that what stood then is known; not counted (default 1h)
  --acknowledge-after D  how long an alarm is unacknowledged, or never; without it the median that the journal
                    shows from --from to --to, and 2m where it shows none
  --all             every alarm and every occurrence that differs (default: the first 20)
  --json            all of it as JSON
  --config F        facility file, or a folder of them; may be repeated
  --facility ID     which plant, when there are several
  --help            this text

Nobody acts in a replay but to acknowledge: what was shelved, suppressed by hand or out of service is annunciated. A
store has reports, not polls: a sensor is silent where nothing came for its report.maxInterval and a poll, or for its
staleAfter if that is longer. docs/what-if.md says more.
Works while the server runs and when it does not, and changes nothing. Environment: DAVYLAMP_STORE_TOKEN and
DAVYLAMP_STORE_PASSWORD as for the server. Exit status: 0 ok, 1 failed or stopped, 2 bad usage.
`

/** What is taken where nobody says and the journal shows nothing, ms. */
const ACKNOWLEDGE_MS = 120_000
/** Somebody who waits hears how far it is this often, ms. */
const PROGRESS_MS = 2_000

export interface Trial {
  take(reading: Reading): void
  report(): WhatIfReport
}

/** What the command leaves to alerting; the composition root gives it. */
export interface WhatIfTools {
  begin: (plan: {
    file: Facility
    set: Facility
    window: WhatIfWindow
    acknowledge: AcknowledgePolicy
  }) => Trial
  /** How long it took operators to acknowledge, ms; null when the journal in this folder does not show it. */
  acknowledgeMedian: (folder: string, query: KpiQuery) => number | null
  text: (report: WhatIfReport, most: number) => string
  /** A server on the same machine goes first. */
  giveWay: () => void
}

/** Alarms and occurrences that are listed unless all are wanted. */
const MOST_LISTED = 20

/** `npm run whatif`. @throws CodedError USAGE, CONFIG_*, DATA_* or STORE_* */
export async function whatIfCommand(terminal: Terminal, tools: WhatIfTools, clock: Clock): Promise<number> {
  const question = whatIfQuestion(terminal.argv, clock.wall())
  if (question === undefined) {
    terminal.out(HELP)
    return EXIT.ok
  }
  tools.giveWay()
  const report = await replayed(terminal, question, { tools, clock })
  if (report === undefined) {
    terminal.err('stopped: nothing is compared\n')
    return EXIT.failed
  }
  const most = question.isAll ? Number.POSITIVE_INFINITY : MOST_LISTED
  terminal.out(question.isJson ? `${JSON.stringify(report)}\n` : tools.text(report, most))
  return EXIT.ok
}

/** Undefined when it was stopped. */
async function replayed(
  terminal: Terminal,
  question: WhatIfQuestion,
  { tools, clock }: { tools: WhatIfTools; clock: Clock },
): Promise<WhatIfReport | undefined> {
  const { file, set, window } = question
  const plan = { ...storePlan(file, terminal.env), readOnly: true }
  const trial = tools.begin({ file, set, window, acknowledge: policyOf(question, tools) })
  await using stack = new AsyncDisposableStack()
  const store = stack.adopt(new StoreReader(plan), (reader) => reader.close())
  const [from, to] = [window.from - window.warmUpMs, window.to]
  const chunks = mergedReadings((query) => store.range(query), {
    facility: file.id,
    sensors: [...new Set([...file.sensors.keys(), ...set.sensors.keys()])],
    from,
    to,
  })
  const stop = new StopSign(terminal.stopped)
  let readings = 0
  let told = clock.monotonic()
  for (;;) {
    const next = await stop.or(chunks.next())
    if (next === undefined) return undefined
    if (next.done) return trial.report()
    for (const reading of next.value) trial.take(reading)
    readings += next.value.length
    if (clock.monotonic() - told >= PROGRESS_MS) {
      told = clock.monotonic()
      const time = next.value.at(-1)?.time ?? from
      const percent = Math.floor((100 * (time - from)) / (to - from))
      terminal.err(`${percent} %: ${readings} readings, up to ${formatIso(time, file.timezone)}\n`)
    }
    // Signals and the store have a turn.
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/**
 * Waits for something, or for a stop. A race against a promise that lasts would hold what each of its rivals came to, here
 * every reading there was.
 */
class StopSign {
  #isUp = false
  #wake: () => void = () => undefined

  constructor(stopped: Promise<void>) {
    void stopped.then(() => {
      this.#isUp = true
      this.#wake()
    })
  }

  /** Undefined once it is up. */
  async or<T>(work: Promise<T>): Promise<T | undefined> {
    const { promise, resolve, reject } = Promise.withResolvers<T | undefined>()
    this.#wake = () => resolve(undefined)
    work.then(resolve, reject)
    const result = await promise
    return this.#isUp ? undefined : result
  }
}

function policyOf(
  { acknowledgeAfterMs, file, window }: WhatIfQuestion,
  tools: WhatIfTools,
): AcknowledgePolicy {
  if (acknowledgeAfterMs !== undefined) return { afterMs: acknowledgeAfterMs, source: 'given' }
  const { id, timezone, shifts, server } = file
  const query = { facility: id, timezone, shifts, from: window.from, to: window.to }
  const median = tools.acknowledgeMedian(server.data, query)
  return median === null
    ? { afterMs: ACKNOWLEDGE_MS, source: 'default' }
    : { afterMs: Math.max(1_000, Math.round(median)), source: 'journal' }
}
