import type { Clock } from '../../contracts/clock.ts'
import type { Bus, Device } from '../../contracts/facility.ts'
import type { Logger } from '../../contracts/logger.ts'
import type { SeismicInstrument } from '../../contracts/seismic-instrument.ts'
import type { Driver, ReadOutcome } from '../drivers/driver.ts'
import { pause } from '../polling/back-off.ts'
import { Line } from '../polling/line.ts'
import { HEAD_REGISTERS, parseHead, type RingHead, RingReader } from './ring-reader.ts'
import type { SampleSink } from './sample-block.ts'
import type { Source } from './source.ts'

interface RingSourceOptions {
  readonly bus: Bus
  readonly driver: Driver
  readonly sink: SampleSink
  /** Told of every request that brought no data. */
  readonly onFailure: (device: string, outcome: ReadOutcome & { ok: false }) => void
  readonly clock: Pick<Clock, 'monotonic'>
  readonly random: () => number
  readonly logger: Logger
}

interface Station {
  readonly device: Device
  readonly instrument: SeismicInstrument
  readonly reader: RingReader
  answeredAt: number
  isLost: boolean
}

/** Every ring is looked at this often, ms. */
const ROUND_MS = 200
/** A unit that answers nothing for so long is lost, ms. */
const LOST_MS = 3_000
/** And asked this seldom, so that it does not hold up the others, ms. */
const LOST_ROUND_MS = 5_000

/** Instruments that keep their samples in a ring of Modbus registers. */
export class RingSource implements Source {
  readonly #options: RingSourceOptions
  readonly #line: Line
  readonly #stations: readonly Station[]
  readonly #stopping = new AbortController()
  #running: Promise<void> = Promise.resolve()

  constructor(options: RingSourceOptions) {
    const { bus, driver, clock, random, logger } = options
    this.#options = options
    this.#stations = bus.devices.flatMap((device) => {
      const { seismic: instrument, maxRegisters } = device
      if (instrument === undefined) return []
      const reader = new RingReader(instrument.registers, maxRegisters)
      return [{ device, instrument, reader, answeredAt: clock.monotonic(), isLost: false }]
    })
    const units = this.#stations.length
    this.#line = new Line({ driver, clock, random, logger, units, onDown: () => this.#loseAll() })
  }

  start(): void {
    this.#line.start()
    this.#running = this.#goRound()
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    await Promise.all([this.#line.stop(), this.#running])
  }

  health(): { connected: boolean; reconnects: number } {
    return { connected: this.#line.isUp, reconnects: this.#line.reconnects }
  }

  async #goRound(): Promise<void> {
    const { clock } = this.#options
    const { signal } = this.#stopping
    while (!signal.aborted) {
      const start = clock.monotonic()
      for (const station of this.#stations) {
        const isDue = !station.isLost || start - station.answeredAt >= LOST_ROUND_MS
        if (isDue && !signal.aborted) await this.#read(station)
      }
      await pause(Math.max(1, start + ROUND_MS - clock.monotonic()), signal)
      await this.#line.settled()
    }
  }

  async #read(station: Station): Promise<void> {
    const { sink, clock } = this.#options
    const { device, reader } = station
    const head = await this.#head(station)
    if (head === undefined) return
    const round = reader.plan(head, clock.monotonic())
    if (round.isRestarted) sink.onLoss(device.id, 'restarted', 1)
    if (round.parts.length === 0) return
    const words: number[] = []
    for (const { address, count } of round.parts) {
      const part = await this.#ask(station, address, count)
      if (part === undefined) return
      for (const word of part) words.push(word)
    }
    const after = await this.#head(station)
    if (after === undefined) return
    const { block, overrun } = reader.finish(round, words, after)
    if (overrun > 0) sink.onLoss(device.id, 'overrun', overrun)
    if (block !== undefined && !this.#stopping.signal.aborted) sink.onBlock(device.id, block)
  }

  async #head(station: Station): Promise<RingHead | undefined> {
    const words = await this.#ask(station, station.instrument.registers.head, HEAD_REGISTERS)
    if (words === undefined) return undefined
    const head = parseHead(words)
    if (head === undefined) this.#options.sink.onLoss(station.device.id, 'not-decodable', 1)
    return head
  }

  async #ask(station: Station, address: number, count: number): Promise<readonly number[] | undefined> {
    const { clock, onFailure } = this.#options
    const { device, instrument } = station
    const { table } = instrument.registers
    const outcome = await this.#line.read({ kind: 'registers', unitId: device.unitId, table, address, count })
    const now = clock.monotonic()
    if (this.#stopping.signal.aborted) return undefined
    if (outcome.ok && outcome.data.kind === 'words') {
      station.answeredAt = now
      station.isLost = false
      return outcome.data.words
    }
    if (!outcome.ok) onFailure(device.id, outcome)
    if (now - station.answeredAt >= LOST_MS) this.#lose(station, now)
    return undefined
  }

  #lose(station: Station, now: number): void {
    // From here on it is asked as seldom as one that was just asked.
    station.answeredAt = now
    if (station.isLost) return
    station.isLost = true
    this.#options.sink.onLost(station.device.id)
  }

  #loseAll(): void {
    for (const station of this.#stations) this.#lose(station, this.#options.clock.monotonic())
  }
}
