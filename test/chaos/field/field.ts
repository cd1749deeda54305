import type { Clock } from '../../../contracts/clock.ts'
import { DeviceRecord } from './device-record.ts'
import { DeviceServer } from './device-server.ts'
import { COUNT, type Signal, WAVE } from './signal.ts'

/** The gateways of the drill. */
export const GATEWAYS = ['gw-1', 'gw-2'] as const

/** A kind of device: what it says, how many sensors it has, and how often it is asked. */
interface DeviceKind {
  readonly signal: Signal
  readonly sensors: number
  readonly pollMs: number
}

/** As many as one request can read, for the load. */
const LOADED: DeviceKind = { signal: COUNT, sensors: 60, pollMs: 250 }
/** Asked often, so that many transitions come of few readings. */
const WATCHED: DeviceKind = { signal: WAVE, sensors: 8, pollMs: 100 }

export interface FieldDevice {
  readonly record: DeviceRecord
  readonly pollMs: number
  readonly port: number
}

/** All devices of the plant, with the record of what they said. */
export class Field implements AsyncDisposable {
  readonly devices: readonly FieldDevice[]
  readonly #servers: readonly DeviceServer[]

  private constructor(devices: readonly FieldDevice[], servers: readonly DeviceServer[]) {
    this.devices = devices
    this.#servers = servers
  }

  /**
   * As many devices as it takes for so many readings a second; each gateway has at least one to load it and one
   * that is watched. `lifeOf` names the run of a gateway that is alive.
   */
  static async start(options: {
    rate: number
    clock: Clock
    lifeOf: (gateway: string) => string
  }): Promise<Field> {
    const { rate, clock, lifeOf } = options
    const watched = rateOf(WATCHED) * GATEWAYS.length
    const loaded = Math.max(1, Math.round((rate - watched) / rateOf(LOADED) / GATEWAYS.length))
    const servers: DeviceServer[] = []
    const devices: FieldDevice[] = []
    for (const gateway of GATEWAYS) {
      const kinds = [WATCHED, ...Array.from({ length: loaded }, () => LOADED)]
      for (const [index, { signal, sensors, pollMs }] of kinds.entries()) {
        const id = `${gateway}-d${index}`
        const names = Array.from({ length: sensors }, (_, sensor) => `${id}-s${sensor}`)
        const record = new DeviceRecord({ id, gateway, signal, sensors: names })
        const server = new DeviceServer({ record, clock, life: () => lifeOf(gateway) })
        devices.push({ record, pollMs, port: await server.start() })
        servers.push(server)
      }
    }
    return new Field(devices, servers)
  }

  get records(): readonly DeviceRecord[] {
    return this.devices.map(({ record }) => record)
  }

  /** Readings a second, when everybody is asked as planned. */
  get rate(): number {
    return this.devices.reduce(
      (sum, { record, pollMs }) => sum + rateOf({ sensors: record.sensors.length, pollMs }),
      0,
    )
  }

  silence(): void {
    for (const server of this.#servers) server.silence()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#servers.map((server) => server.stop()))
  }
}

function rateOf({ sensors, pollMs }: Pick<DeviceKind, 'sensors' | 'pollMs'>): number {
  return (sensors * 1_000) / pollMs
}
