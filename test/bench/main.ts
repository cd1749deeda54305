import { EXIT, parseCommandLine, runCommand, type Terminal, terminalOf } from '../../contracts/cli.ts'
import { CodedError } from '../../contracts/errors.ts'
import { measureAlarms } from './alarms.ts'
import { measureDerive } from './derive.ts'
import { measureEvaluation } from './evaluation.ts'
import { measureField } from './field.ts'
import { measureFlood } from './flood.ts'
import { measureGrid } from './grid.ts'
import { measureJournal } from './journal.ts'
import { measureLatency } from './latency.ts'
import { measureNotify } from './notify.ts'
import { measureOutbox } from './outbox.ts'
import { measurePipeline } from './pipeline.ts'
import { measureRegister } from './register.ts'
import { measureSeismic } from './seismic.ts'
import { measureSerialLine } from './serial-line.ts'
import { measureSimulator } from './simulator.ts'
import { measureStages } from './stages.ts'
import { measureStore } from './store.ts'

/** What people may scale. */
interface Counts {
  hours?: string
  hazards?: string
  alarms?: string
}

/** Measurements, each beside a baseline of the same run. Key: name on the command line. */
const BENCHES: Readonly<Record<string, (terminal: Terminal, counts: Counts) => Promise<void>>> = {
  latency: measureLatency,
  notify: measureNotify,
  evaluation: measureEvaluation,
  derive: measureDerive,
  grid: measureGrid,
  alarms: (terminal, { alarms }) => measureAlarms(terminal, countOf(alarms)),
  flood: measureFlood,
  journal: measureJournal,
  field: measureField,
  outbox: (terminal, { hours }) => measureOutbox(terminal, countOf(hours)),
  register: (terminal, { hazards }) => measureRegister(terminal, countOf(hazards)),
  seismic: measureSeismic,
  'serial-line': measureSerialLine,
  simulator: measureSimulator,
  pipeline: measurePipeline,
  stages: measureStages,
  store: measureStore,
}

const USAGE = `npm run bench [-- NAME ...]

  ${Object.keys(BENCHES).join(', ')}; all of them without a name. Machines are noisy: read ratios, not times.
  --hours N   outbox: hours of an outage, default 72
  --hazards N register: how many are there, default 1000000; needs PostgreSQL 15
  --alarms N  alarms: how many in one process, default 1000000
`

async function bench(terminal: Terminal): Promise<number> {
  const { values, positionals } = parseCommandLine(terminal.argv, {
    help: { type: 'boolean', default: false },
    hours: { type: 'string' },
    alarms: { type: 'string' },
    hazards: { type: 'string' },
  })
  if (values.help) {
    terminal.out(USAGE)
    return EXIT.ok
  }
  for (const name of positionals.length === 0 ? Object.keys(BENCHES) : positionals) {
    const run = BENCHES[name]
    if (run === undefined) throw new CodedError('USAGE', `no bench "${name}"`)
    await run(terminal, values)
  }
  return EXIT.ok
}

/** Undefined where nothing is said. @throws CodedError USAGE */
function countOf(text: string | undefined): number | undefined {
  const count = Number(text ?? Number.NaN)
  if (text !== undefined && !(count > 0)) throw new CodedError('USAGE', `"${text}" is no number above 0`)
  return text === undefined ? undefined : count
}

const terminal = terminalOf(process)
process.exitCode = await runCommand(terminal, () => bench(terminal))
