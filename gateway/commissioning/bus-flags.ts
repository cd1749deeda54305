import { parseDuration } from '../../contracts/duration.ts'
import { CodedError } from '../../contracts/errors.ts'
import type { Bus, SerialLine, Transport } from '../../contracts/facility.ts'
import { DRIVERS, type Driver, PARITIES } from '../../contracts/facility-words.ts'

/** Options that describe a bus without a facility file, as they came from the command line. */
export interface BusFlags {
  driver?: string | undefined
  serial?: string | undefined
  baud?: string | undefined
  parity?: string | undefined
  'data-bits'?: string | undefined
  'stop-bits'?: string | undefined
  host?: string | undefined
  port?: string | undefined
}

const DEFAULT_PORT = 502
const DEFAULT_TIMEOUT_MS = 1_000

/** Only drivers whose units can be asked for registers. */
const MODBUS_DRIVERS = DRIVERS.filter((driver) => driver.startsWith('modbus-'))

/** @throws CodedError USAGE when the options make no bus. */
export function busOfFlags(flags: BusFlags): Bus {
  const driver = MODBUS_DRIVERS.find((name) => name === flags.driver)
  if (driver === undefined)
    throw new CodedError('USAGE', `--driver "${flags.driver ?? ''}" is none of ${MODBUS_DRIVERS.join(', ')}`)
  return {
    id: 'line',
    driver,
    transport: transportOf(driver, flags),
    timeoutMs: DEFAULT_TIMEOUT_MS,
    latenessMs: DEFAULT_TIMEOUT_MS,
    devices: [],
  }
}

function transportOf(driver: Driver, flags: BusFlags): Transport {
  if (flags.serial !== undefined && flags.host !== undefined)
    throw new CodedError('USAGE', 'give either --serial PATH or --host HOST')
  if (driver === 'modbus-rtu' && flags.serial === undefined)
    throw new CodedError('USAGE', '--serial PATH is missing for driver modbus-rtu')
  if (flags.serial !== undefined && (driver === 'modbus-tcp' || driver === 'modbus-rtu-over-tcp'))
    throw new CodedError('USAGE', `driver ${driver} has no --serial: give --host HOST`)
  if (flags.serial !== undefined) return serialOf(flags.serial, flags)
  if (flags.host === undefined) throw new CodedError('USAGE', `--host HOST is missing for driver ${driver}`)
  const port = wholeNumber('port', flags.port, { default: DEFAULT_PORT, from: 1, to: 65_535 })
  return { kind: 'tcp', host: flags.host, port }
}

function serialOf(path: string, flags: BusFlags): SerialLine {
  const parity = PARITIES.find((name) => name === (flags.parity ?? 'none'))
  if (parity === undefined)
    throw new CodedError('USAGE', `--parity "${flags.parity}" is none of ${PARITIES.join(', ')}`)
  return {
    kind: 'serial',
    path,
    baudRate: wholeNumber('baud', flags.baud, { default: 9_600, from: 50, to: 4_000_000 }),
    dataBits: wholeNumber('data-bits', flags['data-bits'], { default: 8, from: 7, to: 8 }) === 7 ? 7 : 8,
    parity,
    stopBits: wholeNumber('stop-bits', flags['stop-bits'], { default: 1, from: 1, to: 2 }) === 2 ? 2 : 1,
  }
}

/** @throws CodedError USAGE */
export function wholeNumber(
  option: string,
  text: string | undefined,
  bounds: { default: number; from: number; to: number },
): number {
  const value = text === undefined ? bounds.default : /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (value >= bounds.from && value <= bounds.to) return value
  throw new CodedError('USAGE', `--${option} "${text}" is no number from ${bounds.from} to ${bounds.to}`)
}

/** @throws CodedError USAGE */
export function durationMs(option: string, text: string): number {
  const ms = parseDuration(text)
  if (ms === undefined || ms > 3_600_000)
    throw new CodedError('USAGE', `--${option} "${text}" is no duration such as 200ms or 2s, at most 1h`)
  return ms
}
