import type { Clock } from '../contracts/clock.ts'
import { CodedError } from '../contracts/errors.ts'
import type { Facility, PolledSensor } from '../contracts/facility.ts'
import type { Logger } from '../contracts/logger.ts'
import { busesOf } from './bus-key.ts'
import type { SimulatedDevice } from './device/simulated-device.ts'
import { wireStation } from './field-devices.ts'
import type { Responder } from './line/line.ts'
import { TcpLine } from './line/tcp-line.ts'

export interface LoneDeviceOptions {
  readonly facility: Facility
  /** The sensor that is driven; the whole bus that it is on is played, and no other. */
  readonly sensor: string
  /** Where it listens: also beyond loopback, since a gateway may be on another machine. Port 0 takes a free one. */
  readonly address: { readonly host: string; readonly port: number }
  readonly clock: Clock
  readonly logger: Logger
}

/** One device of a facility, played by itself at its own address for somebody who drives its values by hand. Read only. */
export class LoneDevice {
  readonly #sensor: PolledSensor
  readonly #device: SimulatedDevice
  readonly #line: TcpLine
  readonly #clock: Clock
  /** Called for every request that is answered, with the values as they were written last. */
  onAsked: () => void = () => undefined

  /** @throws CodedError SENSOR_UNKNOWN when no gateway reads it over Modbus TCP */
  constructor({ facility, sensor, address, clock, logger }: LoneDeviceOptions) {
    const keyed = busesOf(facility).find(
      ({ bus }) =>
        bus.driver === 'modbus-tcp' &&
        bus.devices.some(({ sensors }) => sensors.some(({ id }) => id === sensor)),
    )
    if (keyed === undefined)
      throw new CodedError('SENSOR_UNKNOWN', `no gateway of ${facility.id} reads "${sensor}" over Modbus TCP`)
    const { devices, responder } = wireStation([keyed])
    const found = devices.flatMap((device) =>
      device.device.sensors.filter(({ id }) => id === sensor).map((each) => ({ device, sensor: each })),
    )[0]
    if (found === undefined) throw new CodedError('SENSOR_UNKNOWN', `"${sensor}"`)
    this.#sensor = found.sensor
    this.#device = found.device
    this.#clock = clock
    const name = `device of ${sensor}`
    this.#line = new TcpLine({ ...address, name, clock, logger, responder: () => this.#heard(responder()) })
    this.#step()
  }

  /** The port that it listens on, once started. */
  get port(): number {
    return this.#line.port
  }

  /** @throws CodedError PORT_TAKEN, LISTEN_FAILED */
  start(): Promise<void> {
    return this.#line.start()
  }

  stop(): Promise<void> {
    return this.#line.stop()
  }

  /** A value in the unit of the sensor. */
  write(value: number): void {
    this.#device.write(this.#sensor, value)
  }

  /** A heartbeat that it may have moves before it is looked at. */
  #heard(responder: Responder): Responder {
    return {
      hear: (chunk) => {
        this.#step()
        const hearing = responder.hear(chunk)
        if (hearing.exchanges.length > 0) this.onAsked()
        return hearing
      },
    }
  }

  #step(): void {
    this.#device.end.behave(this.#device.step(NO_FAULTS, this.#clock.monotonic()))
  }
}

const NO_FAULTS: Parameters<SimulatedDevice['step']>[0] = []
