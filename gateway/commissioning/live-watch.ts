import type { Clock } from '../../contracts/clock.ts'
import type { Device, Gateway } from '../../contracts/facility.ts'
import { silentLogger } from '../../contracts/logger.ts'
import { DialInListeners } from '../drivers/dial-in.ts'
import type { ReadOutcome } from '../drivers/driver.ts'
import { createDriver } from '../drivers/registry.ts'
import { Bus, type BusSink } from '../polling/bus.ts'
import { DiscardTally } from '../polling/discard-tally.ts'
import type { Block } from '../polling/plan.ts'
import { DeviceJudge, type Judged } from '../quality/device-judge.ts'
import { SeismicBus } from '../seismic/seismic-bus.ts'
import type { StationSink } from '../seismic/station-run.ts'
import type { LiveReading } from './live-table.ts'
import { readLine } from './reading-line.ts'

interface LiveWatchOptions {
  gateway: Gateway
  clock: Clock
  random: () => number
  /** Called for every sample, in order of time per sensor. */
  onReading(reading: LiveReading): void
}

/** Reads a gateway's devices as `run` does, at their polls and with the same judges, and publishes nothing. */
export class LiveWatch implements BusSink {
  readonly #options: LiveWatchOptions
  readonly #dialIn = new DialInListeners({ logger: silentLogger })
  readonly #buses: readonly (Bus | SeismicBus)[]
  /** Key: device id. */
  readonly #judges: ReadonlyMap<string, DeviceJudge>

  constructor(options: LiveWatchOptions) {
    this.#options = options
    const { gateway, clock, random } = options
    this.#buses = gateway.buses.map((bus) => {
      const discards = new DiscardTally()
      const drivers = { counter: discards, clock, dialIn: this.#dialIn }
      const common = { bus, discards, clock, random, logger: silentLogger }
      if (bus.driver === 'seismic')
        return new SeismicBus({ ...common, drivers, sink: this.#stations(), now: () => clock.wall() })
      return new Bus({ ...common, driver: createDriver(bus, drivers), sink: this })
    })
    const devices = gateway.buses.flatMap((bus) => bus.devices)
    this.#judges = new Map(devices.map((device) => [device.id, new DeviceJudge(device)]))
  }

  start(): void {
    for (const bus of this.#buses) bus.start()
  }

  async stop(): Promise<void> {
    await Promise.all(this.#buses.map((bus) => bus.stop()))
    await this.#dialIn.stop()
  }

  onBlock(device: Device, block: Block, outcome: ReadOutcome): void {
    this.#tell(device, this.#judges.get(device.id)?.onBlock(block, outcome, this.#now()))
  }

  onPollEnd(device: Device): void {
    this.#tell(device, this.#judges.get(device.id)?.onPollEnd(this.#now()))
  }

  onLost(device: Device): void {
    this.#tell(device, this.#judges.get(device.id)?.onLost(this.#now()))
  }

  /** What stations tell; of their events nothing is kept. */
  #stations(): Omit<StationSink, 'onSamples'> {
    return {
      onSecond: (device, { time, values, reason }) => {
        const at = this.#now() - Math.max(0, this.#options.clock.wall() - time)
        this.#tell(device, this.#judges.get(device.id)?.onFeatures(values, { at, reason }))
      },
      onLost: (device) => this.onLost(device),
      onEvent: () => undefined,
    }
  }

  #now(): number {
    return this.#options.clock.monotonic()
  }

  #tell(device: Device, judged: readonly Judged[] = []): void {
    const { clock, onReading } = this.#options
    for (const each of judged) {
      const time = Math.round(clock.wall() - clock.monotonic() + each.at)
      const { unit } = each.sensor
      onReading({ ...readLine(each, time), unit, roundTripMs: this.#roundTripOf(device) })
    }
  }

  #roundTripOf(device: Device): number | null {
    const [health] = this.#buses.flatMap((bus) => bus.deviceHealth()[device.id] ?? [])
    return health === undefined || health.roundTripMs === 0 ? null : health.roundTripMs
  }
}
