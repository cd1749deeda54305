import { EXIT, parseCommandLine, type Terminal } from '../contracts/cli.ts'
import type { Clock } from '../contracts/clock.ts'
import { CodedError } from '../contracts/errors.ts'
import type { Facility, Gateway } from '../contracts/facility.ts'
import { loadFacility } from '../contracts/facility-load.ts'
import { LOG_LEVELS, type Logger, type LogLevel } from '../contracts/logger.ts'
import { secretFrom } from '../contracts/secret.ts'
import { checkGateways, formatCheck } from './check.ts'
import { EdgeGateway } from './edge-gateway.ts'
import { findGateway, requireReadable } from './gateway-config.ts'
import { formatReadings, readOnce } from './read-once.ts'

/** What a command is given instead of taking it from the machine. */
export interface Surroundings {
  clock: Clock
  random: () => number
  randomId: () => string
  createLogger(level: LogLevel): Logger
}

const HELP = `Usage: npm run gateway -- COMMAND --config FILE [--gateway ID] [options]

Commands
  run     read the devices and publish over MQTT until stopped (the default)
  check   validate the file without touching a device; prints the planned requests
  read    poll everything once and print every sensor; fails when no device answered
  scan    not built yet

Options
  --config FILE      the facility file
  --gateway ID       which gateway; may be left out when the file has one only, and for check
  --json             check: one JSON document; read: one JSON object per line
  --log-level LEVEL  ${LOG_LEVELS.join(', ')}; default info. Logs go to stderr.
  --help             this text

Environment
  DAVYLAMP_MQTT_PASSWORD, or a file that DAVYLAMP_MQTT_PASSWORD_FILE names: password at the broker; wins over
  mqtt.passwordFile

Exit status: 0 ok, 1 failed, 2 bad usage.
`

const OPTIONS = {
  config: { type: 'string' },
  gateway: { type: 'string' },
  json: { type: 'boolean', default: false },
  'log-level': { type: 'string', default: 'info' },
  help: { type: 'boolean', default: false },
} as const

/** The `gateway` command. @throws CodedError USAGE, or what is wrong with the facility file. */
export async function gatewayCommand(terminal: Terminal, surroundings: Surroundings): Promise<number> {
  const { values, positionals } = parseCommandLine(terminal.argv, OPTIONS)
  if (values.help) {
    terminal.out(HELP)
    return EXIT.ok
  }
  const [command = 'run', ...more] = positionals
  if (more.length > 0) throw new CodedError('USAGE', `unexpected argument "${more[0]}"`)
  const logger = surroundings.createLogger(logLevel(values['log-level']))
  switch (command) {
    case 'check': {
      const facility = load(values.config)
      return check(terminal, { facility, id: values.gateway, json: values.json })
    }
    case 'read': {
      const facility = load(values.config)
      return read(terminal, surroundings, {
        gateway: chooseGateway(facility, values.gateway),
        json: values.json,
      })
    }
    case 'run': {
      const facility = load(values.config)
      const gateway = chooseGateway(facility, values.gateway)
      return run(terminal, surroundings, { facility, gateway, logger })
    }
    case 'scan':
    case 'probe':
      throw new CodedError('CONFIG_NOT_BUILT', `gateway ${command} is not built yet`)
    default:
      throw new CodedError('USAGE', `unknown command "${command}"`)
  }
}

function check(
  terminal: Terminal,
  asked: { facility: Facility; id: string | undefined; json: boolean },
): number {
  const { facility, id } = asked
  const gateways = id === undefined ? facility.gateways : [findGateway(facility, id)]
  const result = checkGateways(facility, gateways)
  terminal.out(asked.json ? `${JSON.stringify(result)}\n` : formatCheck(result))
  return result.problems.length === 0 ? EXIT.ok : EXIT.failed
}

async function read(
  terminal: Terminal,
  { clock, random }: Surroundings,
  asked: { gateway: Gateway; json: boolean },
): Promise<number> {
  requireReadable(asked.gateway)
  if (!hasSensors(asked.gateway))
    throw new CodedError('CONFIG_INVALID', `gateway ${asked.gateway.id} has no sensor to read`)
  const result = await readOnce(asked.gateway, { clock, random, stopped: terminal.stopped })
  const lines = result.readings.map((reading) => `${JSON.stringify(reading)}\n`)
  terminal.out(asked.json ? lines.join('') : formatReadings(result.readings))
  if (result.answered) return EXIT.ok
  throw new CodedError('DEVICE_UNREACHABLE', `no device of gateway ${asked.gateway.id} answered`)
}

async function run(
  terminal: Terminal,
  surroundings: Surroundings,
  asked: { facility: Facility; gateway: Gateway; logger: Logger },
): Promise<number> {
  const { facility, gateway } = asked
  const logger = asked.logger.child({ gateway: gateway.id })
  const password = secretFrom(terminal.env, 'DAVYLAMP_MQTT_PASSWORD')
  const edge = new EdgeGateway({
    ...surroundings,
    facility,
    gateway: gateway.id,
    logger,
    ...(password === undefined ? {} : { password }),
  })
  for (const notice of facility.notBuilt) logger.warn({}, notice)
  await edge.start()
  logger.info({ config: facility.digest }, 'the gateway is running')
  await terminal.stopped
  await edge.stop()
  logger.info({}, 'the gateway has stopped')
  return EXIT.ok
}

function load(file: string | undefined): Facility {
  if (file === undefined) throw new CodedError('USAGE', '--config FILE is missing')
  return loadFacility(file)
}

function chooseGateway(facility: Facility, id: string | undefined): Gateway {
  if (id !== undefined) return findGateway(facility, id)
  const [only, ...others] = facility.gateways
  if (only !== undefined && others.length === 0) return only
  const known = facility.gateways.map((gateway) => gateway.id).join(', ')
  throw new CodedError('USAGE', `--gateway ID is missing; there are: ${known}`)
}

function hasSensors(gateway: Gateway): boolean {
  return gateway.buses.some((bus) => bus.devices.some((device) => device.sensors.length > 0))
}

function logLevel(text: string): LogLevel {
  const level = LOG_LEVELS.find((name) => name === text)
  if (level === undefined)
    throw new CodedError('USAGE', `"${text}" is no log level: ${LOG_LEVELS.join(', ')}`)
  return level
}
