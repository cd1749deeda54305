import type { Clock } from '../contracts/clock.ts'
import type { Logger } from '../contracts/logger.ts'
import { TcpLine } from './line/tcp-line.ts'
import { mbapFraming } from './modbus/mbap.ts'
import { ModbusResponder } from './modbus/modbus-responder.ts'
import { RegisterImage } from './modbus/register-image.ts'
import { Unit } from './modbus/unit.ts'

export interface LoadPlan {
  /** Modbus TCP devices, each with a bus and a port of its own. */
  readonly devices: number
  /** float32 sensors of each, side by side in its holding registers. */
  readonly sensors: number
  /** The devices listen on this port and those behind it. */
  readonly firstPort: number
  /** Default 1s. */
  readonly poll?: string
}

/** A facility file, as JSON, of one gateway `gw` that reads so many devices. */
export function loadFacilityText({ devices, sensors, firstPort, poll = '1s' }: LoadPlan): string {
  const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1)
  const buses = numbers(devices).map((device) => ({
    id: `bus-${device}`,
    driver: 'modbus-tcp',
    host: '127.0.0.1',
    port: firstPort + device - 1,
    devices: [
      {
        id: `device-${device}`,
        poll,
        sensors: numbers(sensors).map((sensor) => ({
          id: `S-${device}-${sensor}`,
          kind: 'temperature',
          unit: 'degC',
          range: [-20, 80],
          register: { table: 'holding', address: 2 * (sensor - 1), type: 'float32' },
        })),
      },
    ],
  }))
  return JSON.stringify({ facility: { id: 'load' }, gateways: [{ id: 'gw', buses }] })
}

export interface BareServers {
  /** One for each server, free ones of 127.0.0.1. */
  readonly ports: readonly number[]
  stop(): Promise<void>
}

/**
 * So many Modbus TCP servers that answer unit 1 and hold still, without a plant behind them: for
 * measuring what reads them. Holding registers 0 up to `registers` hold their own addresses.
 */
export async function startBareServers(options: {
  count: number
  registers: number
  clock: Clock
  logger: Logger
}): Promise<BareServers> {
  const { count, registers, clock, logger } = options
  const image = new RegisterImage({ coil: 0, discrete: 0, holding: registers, input: 0 })
  image.write('holding', 0, {
    words: Array.from({ length: registers }, (_, at) => at & 0xffff),
    mask: 0xffff,
  })
  const units = new Map([[1, new Unit(image)]])
  const responder = () => new ModbusResponder(mbapFraming, units)
  const lines = Array.from(
    { length: count },
    (_, index) =>
      new TcpLine({ host: '127.0.0.1', port: 0, name: `server ${index + 1}`, clock, logger, responder }),
  )
  const stop = async () => {
    await Promise.all(lines.map((line) => line.stop()))
  }
  const started = await Promise.allSettled(lines.map((line) => line.start()))
  const refused = started.find((result) => result.status === 'rejected')
  if (refused !== undefined) {
    await stop()
    throw refused.reason
  }
  return { ports: lines.map(({ port }) => port), stop }
}
