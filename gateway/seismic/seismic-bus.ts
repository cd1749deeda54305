import type { SeismicEvent } from '../../contracts/analytics/seismic/station.ts'
import type { Clock } from '../../contracts/clock.ts'
import type { Bus, Device } from '../../contracts/facility.ts'
import type { Logger } from '../../contracts/logger.ts'
import type { BusHealth, GatewayHealth } from '../../contracts/wire.ts'
import { failureName } from '../drivers/driver.ts'
import { createDriver, createOpener, type DriverSurroundings } from '../drivers/registry.ts'
import type { DiscardTally } from '../polling/discard-tally.ts'
import { DayFiles } from './day-files.ts'
import { FrameSource } from './frame-source.ts'
import { RingSource } from './ring-source.ts'
import type { SampleSink } from './sample-block.ts'
import { SeedLinkSource } from './seedlink-source.ts'
import type { Source } from './source.ts'
import { StationRun, type StationSink } from './station-run.ts'

interface SeismicBusOptions {
  readonly bus: Bus
  readonly drivers: DriverSurroundings
  /** What the drivers count into, too. */
  readonly discards: DiscardTally
  readonly sink: Omit<StationSink, 'onSamples'>
  /** Path of the outbox, beside which is kept what a restart must not forget; undefined: nothing is. */
  readonly outbox?: string | undefined
  readonly clock: Clock
  /** Epoch ms as the gateway has it. */
  readonly now: () => number
  /** Numbers in [0, 1), for jitter. */
  readonly random: () => number
  readonly logger: Logger
}

/** A station from which nothing has come for so long is lost, ms. Records of SeedLink hold seconds. */
const SILENCE_MS = { frames: 5_000, registers: 5_000, seedlink: 30_000 } as const
const TICK_MS = 500

/** One bus of driver seismic: the stations on it, and the way their samples come. */
export class SeismicBus {
  readonly #options: SeismicBusOptions
  readonly #source: Source
  /** Key: device id. */
  readonly #stations: ReadonlyMap<string, StationRun>
  /** Key: device id. Of those that keep everything. */
  readonly #dayFiles: ReadonlyMap<string, DayFiles>
  #ticking: NodeJS.Timeout | undefined

  constructor(options: SeismicBusOptions) {
    const { bus, sink, clock, now, logger } = options
    this.#options = options
    this.#dayFiles = new Map(bus.devices.flatMap((device) => dayFilesOf(device, logger)))
    const stationSink: StationSink = {
      onSecond: (device, second) => sink.onSecond(device, second),
      onLost: (device, refused) => this.#lost(device, refused),
      onEvent: (device, event) => this.#tellEvent(device, event),
      onSamples: ({ id }, block) => this.#dayFiles.get(id)?.take(block),
    }
    const silenceMs = SILENCE_MS[bus.seismic?.protocol ?? 'frames']
    this.#stations = new Map(
      bus.devices.flatMap((device) => {
        const { seismic: instrument } = device
        if (instrument === undefined) return []
        const monotonic = () => clock.monotonic()
        const run = new StationRun({ device, instrument, sink: stationSink, silenceMs, now, monotonic })
        return [[device.id, run] as const]
      }),
    )
    this.#source = this.#sourceOf()
  }

  start(): void {
    this.#source.start()
    this.#ticking = setInterval(() => {
      for (const station of this.#stations.values()) station.tick()
    }, TICK_MS)
  }

  async stop(): Promise<void> {
    clearInterval(this.#ticking)
    await this.#source.stop()
    for (const station of this.#stations.values()) station.end()
    await Promise.all([...this.#dayFiles.values()].map((files) => files.close()))
  }

  health(): BusHealth {
    return { ...this.#source.health(), discarded: this.#options.discards.snapshot() }
  }

  /** Key: device id. */
  deviceHealth(): GatewayHealth['devices'] {
    return Object.fromEntries([...this.#stations].map(([id, station]) => [id, station.health()]))
  }

  #sourceOf(): Source {
    const { bus, drivers, discards, outbox, clock, now, random, logger } = this.#options
    const sink: SampleSink = {
      onBlock: (device, block) => this.#stations.get(device)?.take(block),
      onLoss: (device, kind, count) => this.#stations.get(device)?.lose(kind, count),
      onLost: (device) => this.#stations.get(device)?.lost(),
    }
    const common = { bus, sink, clock, random, logger }
    switch (bus.seismic?.protocol ?? 'frames') {
      case 'frames':
        return new FrameSource({
          ...common,
          opener: createOpener(bus, drivers),
          discard: (kind) => discards.discard(kind),
        })
      case 'seedlink':
        return new SeedLinkSource({
          ...common,
          now,
          sequencePath: outbox === undefined ? undefined : `${outbox}.${bus.id}.seedlink.json`,
          opener: createOpener(bus, drivers),
          discard: (kind) => discards.discard(kind),
        })
      case 'registers':
        return new RingSource({
          ...common,
          driver: createDriver(bus, drivers),
          onFailure: (device, { failed }) => this.#stations.get(device)?.fail(failureName(failed)),
        })
    }
  }

  #lost(device: Device, refused: string | undefined): void {
    this.#options.sink.onLost(device, refused)
    this.#options.logger.warn(
      { code: 'DEVICE_UNREACHABLE', device: device.id },
      `${device.id} is lost: ${refused === undefined ? 'nothing comes from it' : `nothing that can be used comes from it, but ${refused}`}`,
    )
  }

  #tellEvent(device: Device, event: SeismicEvent): void {
    const { onset, from, to, features, isCut, isClipped, lone } = event
    const { pga, jma } = features
    this.#options.logger.info(
      { device: device.id, onset, from, to, pga, jma, isCut, isClipped, lone },
      `${device.id} has recorded an event`,
    )
    this.#options.sink.onEvent(device, event)
  }
}

function dayFilesOf(device: Device, logger: Logger): [string, DayFiles][] {
  const { seismic: instrument } = device
  if (instrument?.raw === undefined) return []
  return [[device.id, new DayFiles({ device, instrument, raw: instrument.raw, logger })]]
}
