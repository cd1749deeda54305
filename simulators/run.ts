import { EXIT, parseCommandLine, type Terminal } from '../contracts/cli.ts'
import { type Clock, systemClock } from '../contracts/clock.ts'
import { formatDuration } from '../contracts/duration.ts'
import { CodedError } from '../contracts/errors.ts'
import { loadFacility } from '../contracts/facility-load.ts'
import { createLogger, LOG_LEVELS, type Logger } from '../contracts/logger.ts'
import { loadScenario, scenarioNames } from './scenario-load.ts'
import { Simulation, type SimulationEvent } from './simulation.ts'

const OPTIONS = {
  config: { type: 'string', multiple: true },
  scenario: { type: 'string', default: 'calm' },
  seed: { type: 'string', default: '1' },
  speed: { type: 'string', default: '1' },
  json: { type: 'boolean', default: false },
  'log-level': { type: 'string', default: 'info' },
  help: { type: 'boolean', default: false },
} as const

const HELP = `npm run simulate -- [run] --config FILE [--config FILE] [--scenario NAME|FILE]

Answers in place of the devices of facility files: Modbus TCP, RTU and ASCII and ASCII instruments, on
loopback addresses and on serial lines that socat holds at paths where nothing is yet.

  --config FILE      facility file; may be repeated
  --scenario NAME    what happens: ${scenarioNames().join(', ')}, or the path of a file (calm)
  --seed N           whole number; the same seed gives the same plant (1)
  --speed X          simulated seconds in a second, up to 100 (1)
  --json             listening addresses and events as JSON lines
  --log-level L      ${LOG_LEVELS.join(', ')} (info); logs go to stderr
  --help             this

Exit codes: 0 stopped, 1 failed, 2 bad usage.
`

interface Settings {
  readonly config: readonly string[]
  readonly scenario: string
  readonly seed: number
  readonly speed: number
  readonly json: boolean
  readonly logger: Logger
}

/** Plays a scenario on the devices of one or several facilities until the terminal is stopped. */
export async function runSimulations(terminal: Terminal, clock: Clock = systemClock): Promise<number> {
  const { values, positionals } = parseCommandLine(terminal.argv, OPTIONS)
  if (values.help) {
    terminal.out(HELP)
    return EXIT.ok
  }
  const settings = settingsFrom(values, positionals)
  const say = (line: string, fields: object) =>
    terminal.out(settings.json ? `${JSON.stringify(fields)}\n` : `${line}\n`)

  const simulations = settings.config.map((file) => {
    const facility = loadFacility(file)
    const simulation = new Simulation({
      ...settings,
      facility,
      scenario: loadScenario(settings.scenario, facility),
      clock,
      onEvent: (event) => say(eventLine(event), { facility: facility.id, ...event }),
    })
    return { facility, simulation }
  })
  const running: Simulation[] = []
  try {
    for (const { facility, simulation } of simulations) {
      await simulation.start()
      running.push(simulation)
      for (const [bus, address] of simulation.addresses()) {
        const place = 'path' in address ? address.path : `${address.host}:${address.port}`
        say(`${facility.id} ${bus} listens on ${place}`, { facility: facility.id, bus, ...address })
      }
    }
    await terminal.stopped
  } finally {
    await Promise.all(running.map((simulation) => simulation.stop()))
  }
  return EXIT.ok
}

/** `[20s] begins: a pump seal leaks`, with the time from the start of the loop. */
function eventLine({ phase, lapMs, description }: SimulationEvent): string {
  return `[${formatDuration(lapMs)}] ${phase}: ${description}`
}

/** @throws CodedError USAGE */
function settingsFrom(
  values: ReturnType<typeof parseCommandLine<typeof OPTIONS>>['values'],
  positionals: readonly string[],
): Settings {
  if (positionals.length > 0) throw new CodedError('USAGE', `unknown argument "${positionals[0]}"`)
  if (values.config === undefined) throw new CodedError('USAGE', 'say which facility with --config FILE')
  const seed = Number(values.seed)
  const speed = Number(values.speed)
  if (!Number.isSafeInteger(seed)) throw new CodedError('USAGE', `--seed ${values.seed} is no whole number`)
  if (!(speed > 0 && speed <= 100))
    throw new CodedError('USAGE', `--speed ${values.speed} is not above 0 and up to 100`)
  const level = LOG_LEVELS.find((known) => known === values['log-level'])
  if (level === undefined)
    throw new CodedError('USAGE', `--log-level ${values['log-level']} is not one of ${LOG_LEVELS.join(', ')}`)
  const logger = createLogger({ name: 'simulators', level })
  return { config: values.config, scenario: values.scenario, seed, speed, json: values.json, logger }
}
