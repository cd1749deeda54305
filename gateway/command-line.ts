import { givenCredentials } from '../contracts/broker-credentials.ts'
import { EXIT, type Terminal } from '../contracts/cli.ts'
import type { Clock } from '../contracts/clock.ts'
import { CodedError } from '../contracts/errors.ts'
import type { Facility } from '../contracts/facility.ts'
import { FacilityReader } from '../contracts/facility-reader.ts'
import { LOG_LEVELS, type Logger, type LogLevel } from '../contracts/logger.ts'
import { annunciatorCommand } from './annunciator/annunciator-command.ts'
import { HELP } from './command-help.ts'
import { checkGateways, formatCheck } from './commissioning/check.ts'
import { type CommandOptions, parseGatewayCommand, required } from './commissioning/command-options.ts'
import { facilityOf, gatewayOf } from './commissioning/command-target.ts'
import { lookAtOutbox } from './commissioning/outbox-advice.ts'
import { probeCommand } from './commissioning/probe-command.ts'
import { readCommand } from './commissioning/read-command.ts'
import { scanCommand } from './commissioning/scan-command.ts'
import type { TimeService } from './delivery/clock-watch.ts'
import { EdgeGateway } from './edge-gateway.ts'
import { GatewayRun } from './gateway-run.ts'
import { healthCommand } from './health/health-command.ts'
import { releaseLatch } from './metrics/latch-client.ts'

/** What a command is given instead of taking it from the machine. */
export interface Surroundings {
  clock: Clock
  random: () => number
  randomId: () => string
  timeService: TimeService
  sinceBoot: () => number
  /** See DiskOutboxOptions. */
  memoryFolder?: string
  createLogger(level: LogLevel): Logger
}

/** The `gateway` command. @throws CodedError USAGE, or what is wrong with the facility file. */
export async function gatewayCommand(terminal: Terminal, surroundings: Surroundings): Promise<number> {
  const { command, options } = parseGatewayCommand(terminal.argv)
  if (options.help === true) {
    terminal.out(HELP)
    return EXIT.ok
  }
  const logger = surroundings.createLogger(logLevel(options['log-level']))
  switch (command) {
    case 'run':
      return run(terminal, surroundings, { options, logger })
    case 'check':
      return check(terminal, options)
    case 'read':
      return readCommand(terminal, surroundings, options)
    case 'scan':
      return scanCommand(terminal, surroundings, options)
    case 'probe':
      return probeCommand(terminal, surroundings, options)
    case 'health':
      return healthCommand(terminal, gatewayOf(facilityOf(options), options), {
        json: options.json === true,
        now: surroundings.sinceBoot,
      })
    case 'release':
      return release(terminal, options)
    case 'annunciator':
      return annunciatorCommand(terminal, surroundings, { options, logger })
  }
}

function check(terminal: Terminal, options: CommandOptions): number {
  const facility = facilityOf(options)
  const gateways = options.gateway === undefined ? facility.gateways : [gatewayOf(facility, options)]
  const result = checkGateways(facility, gateways, lookAtOutbox)
  terminal.out(options.json === true ? `${JSON.stringify(result)}\n` : formatCheck(result))
  return result.problems.length === 0 ? EXIT.ok : EXIT.failed
}

async function release(terminal: Terminal, options: CommandOptions): Promise<number> {
  const sensor = required(options, 'sensor')
  const request = { by: required(options, 'by'), reason: required(options, 'reason') }
  const facility = facilityOf(options)
  // Sensors are unique in a facility, so the sensor says which gateway it is.
  const owner = facility.sensors.get(sensor)?.gateway
  if (owner === undefined) throw new CodedError('CONFIG_INVALID', `${facility.file}: no sensor "${sensor}"`)
  const gateway = gatewayOf(facility, { ...options, gateway: owner })
  await releaseLatch(gateway, sensor, request)
  terminal.out(`the over-range latch of ${sensor} is open: a reading beyond its range closes it again\n`)
  return EXIT.ok
}

async function run(
  terminal: Terminal,
  surroundings: Surroundings,
  asked: { options: CommandOptions; logger: Logger },
): Promise<number> {
  const facility = facilityOf(asked.options)
  const gateway = gatewayOf(facility, asked.options)
  const logger = asked.logger.child({ gateway: gateway.id })
  const credentials = givenCredentials(terminal.env)
  let running: GatewayRun | undefined
  // Before it runs there is nothing to reload.
  terminal.onHangup?.(() => running?.reload())
  const make = (plant: Facility) =>
    new EdgeGateway({
      ...surroundings,
      facility: plant,
      gateway: gateway.id,
      logger,
      credentials,
    })
  const reader = new FacilityReader([facility.file])
  const gatewayRun = new GatewayRun(
    { gateway: gateway.id, make, read: (known) => reader.read(known), logger },
    facility,
  )
  await gatewayRun.start()
  running = gatewayRun
  await terminal.stopped
  await gatewayRun.stop()
  await reader.close()
  return EXIT.ok
}

/** @throws CodedError USAGE */
function logLevel(text = 'info'): LogLevel {
  const level = LOG_LEVELS.find((name) => name === text)
  if (level === undefined)
    throw new CodedError('USAGE', `"${text}" is no log level: ${LOG_LEVELS.join(', ')}`)
  return level
}
