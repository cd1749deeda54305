import type { Clock } from '../../contracts/clock.ts'
import { CodedError } from '../../contracts/errors.ts'
import type { Bus, Transport } from '../../contracts/facility.ts'
import { asciiFraming } from './ascii-framing.ts'
import type { Opener } from './byte-stream.ts'
import { type DialInListeners, DialInWait } from './dial-in.ts'
import type { DiscardCounter, Driver, WritingLink } from './driver.ts'
import type { Framing } from './framing.ts'
import { timingOf } from './line-timing.ts'
import { mbapFraming } from './mbap-framing.ts'
import { RecordFraming } from './record-framing.ts'
import { rtuFraming } from './rtu-framing.ts'
import { loadSerialPort, SerialDial, type SerialPortClass } from './serial-port.ts'
import { StreamDriver } from './stream-driver.ts'
import { TcpDial } from './tcp-dial.ts'

/** Where a bus is, instead of what the facility file says; tests and the command line give it. */
export type BusAddress = { readonly host: string; readonly port: number } | { readonly path: string }

/** What a driver needs from the gateway. */
export interface DriverSurroundings {
  /** Told of everything that is no answer. */
  readonly counter: DiscardCounter
  readonly clock: Pick<Clock, 'monotonic'>
  /** Shared by all buses of the gateway, since several may listen on one address. */
  readonly dialIn: DialInListeners
  readonly address?: BusAddress
  /** The package serialport unless told otherwise. */
  readonly loadSerialPort?: () => Promise<SerialPortClass>
}

interface DriverKind {
  readonly framing: () => Framing
  readonly transports: readonly Transport['kind'][]
}

const ANYTHING: readonly Transport['kind'][] = ['serial', 'tcp', 'dial-in']

/** Every driver that asks. Key: `driver` of a bus in the facility file. */
const DRIVERS: Readonly<Record<Exclude<Bus['driver'], 'seismic'>, DriverKind>> = Object.freeze({
  'modbus-tcp': { framing: () => mbapFraming, transports: ['tcp', 'dial-in'] },
  'modbus-rtu': { framing: () => rtuFraming, transports: ['serial'] },
  'modbus-rtu-over-tcp': { framing: () => rtuFraming, transports: ['tcp', 'dial-in'] },
  'modbus-ascii': { framing: () => asciiFraming, transports: ANYTHING },
  'serial-line': { framing: () => new RecordFraming(), transports: ANYTHING },
})

/** The way bytes take to a bus, for instruments that send by themselves. @throws CodedError CONFIG_INVALID */
export function createOpener(bus: Bus, surroundings: DriverSurroundings): Opener {
  return openerOf(placed(bus, surroundings.address), bus, surroundings)
}

/** The driver that asks on this bus; undefined where instruments send by themselves. */
export function askingDriver({ driver, seismic }: Bus): keyof typeof DRIVERS | undefined {
  if (driver !== 'seismic') return driver
  return seismic?.protocol === 'registers' ? seismic.link : undefined
}

/**
 * @throws CodedError CONFIG_INVALID for a transport that the protocol is not spoken over, and for instruments that are
 * not asked.
 */
export function createDriver(bus: Bus, surroundings: DriverSurroundings): Driver {
  return streamDriver(bus, surroundings)
}

/**
 * For an annunciator that a person has confirmed, and for nobody else.
 * @throws CodedError as {@link createDriver}, and CONFIG_INVALID for a driver that is not Modbus
 */
export function createWritingDriver(bus: Bus, surroundings: DriverSurroundings): Driver<WritingLink> {
  if (!bus.driver.startsWith('modbus-'))
    throw new CodedError('CONFIG_INVALID', `${bus.id}: ${bus.driver} cannot be written to`)
  return streamDriver(bus, surroundings)
}

function streamDriver(bus: Bus, surroundings: DriverSurroundings): StreamDriver {
  const driver = askingDriver(bus)
  if (driver === undefined)
    throw new CodedError(
      'CONFIG_INVALID',
      `bus ${bus.id}: its instruments send by themselves and are not asked`,
    )
  const kind = DRIVERS[driver]
  const transport = placed(bus, surroundings.address)
  if (!kind.transports.includes(transport.kind)) {
    const detail = `bus ${bus.id}: ${driver} is not spoken over ${transport.kind}, but over`
    throw new CodedError('CONFIG_INVALID', `${detail} ${kind.transports.join(' or ')}`)
  }
  const keepalive = transport.kind === 'dial-in' ? transport.keepalive : undefined
  const { counter, clock } = surroundings
  return new StreamDriver({
    opener: openerOf(transport, bus, surroundings),
    framing: kind.framing(),
    timing: timingOf({ ...bus, transport }),
    counter,
    clock,
    // A single byte is left out only where it comes alone: it may as well begin a frame.
    ...(keepalive === undefined || keepalive.length < 2 ? {} : { ignored: Buffer.from(keepalive, 'latin1') }),
  })
}

function openerOf(transport: Transport, bus: Bus, surroundings: DriverSurroundings): Opener {
  const { timeoutMs } = bus
  switch (transport.kind) {
    case 'tcp':
      return new TcpDial({ host: transport.host, port: transport.port, timeoutMs })
    case 'dial-in':
      return new DialInWait({ listeners: surroundings.dialIn, dialIn: transport, bus: bus.id, timeoutMs })
    case 'serial':
      return new SerialDial({
        line: transport,
        timeoutMs,
        load: surroundings.loadSerialPort ?? loadSerialPort,
      })
  }
}

/** @throws CodedError CONFIG_INVALID for a path where there is a host, or the other way round. */
function placed(bus: Bus, address: BusAddress | undefined): Transport {
  const { transport } = bus
  if (address === undefined) return transport
  if (transport.kind === 'serial' && 'path' in address) return { ...transport, ...address }
  if (transport.kind !== 'serial' && 'host' in address) return { ...transport, ...address }
  const wanted = transport.kind === 'serial' ? 'the path of a port' : 'a host and a port'
  throw new CodedError('CONFIG_INVALID', `bus ${bus.id}: its address is ${wanted}`)
}
