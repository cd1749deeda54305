import type { Clock } from '../../contracts/clock.ts'
import type { Device } from '../../contracts/facility.ts'
import type { Reason } from '../../contracts/quality.ts'
import type { Reading } from '../../contracts/reading.ts'
import type { Epoch } from '../delivery/epoch.ts'
import { isAnswer, type ReadOutcome } from '../drivers/driver.ts'
import type { BusSink } from '../polling/bus.ts'
import type { Block } from '../polling/plan.ts'
import type { Board } from './board.ts'
import { DeviceJudge, type Judged } from './device-judge.ts'
import { LatchBook } from './latch-book.ts'

/** Where readings go that are worth sending. */
export interface ReadingSink {
  add(reading: Reading): void
  /** `answeredAt`: time of the first answer of the poll, epoch ms; undefined when there was none. */
  pollEnded(device: string, answeredAt: number | undefined): void
}

/** Turns what a bus read into readings: decode -> quality -> report by exception. */
export class Intake implements BusSink {
  readonly #epoch: Epoch
  readonly #board: Board
  readonly #sink: ReadingSink
  readonly #clock: Clock
  /** Key: device id. Judges keep what a step of the wall clock must not upset, so they run on monotonic time. */
  readonly #judges = new Map<string, DeviceJudge>()
  /**
   * Key: device id. The first answer of its poll under way: all that the poll found out was sampled then
   * or later, so that is the time for which the device may vouch.
   */
  readonly #answeredAt = new Map<string, number>()

  readonly #latches: LatchBook

  constructor(options: {
    epoch: Epoch
    board: Board
    sink: ReadingSink
    clock: Clock
    latches?: LatchBook
    /** Judged from the start: a latch that was closed before is known before the first answer. */
    devices?: readonly Device[]
  }) {
    this.#epoch = options.epoch
    this.#board = options.board
    this.#sink = options.sink
    this.#clock = options.clock
    this.#latches = options.latches ?? new LatchBook()
    for (const device of options.devices ?? []) this.#judgeOf(device)
  }

  onBlock(device: Device, block: Block, outcome: ReadOutcome): void {
    if (isAnswer(outcome) && !this.#answeredAt.has(device.id))
      this.#answeredAt.set(device.id, this.#epoch.now())
    this.#tell(this.#judgeOf(device).onBlock(block, outcome, this.#clock.monotonic()))
  }

  onPollEnd(device: Device, answered: boolean): void {
    this.#tell(this.#judgeOf(device).onPollEnd(this.#clock.monotonic()))
    const answeredAt = this.#answeredAt.get(device.id)
    this.#answeredAt.delete(device.id)
    // A refusal that the bus only remembers is no answer of this poll. And a step back of the clock during
    // the poll must not date the answer ahead.
    const vouchedAt =
      answered && answeredAt !== undefined ? Math.min(answeredAt, this.#epoch.now()) : undefined
    this.#sink.pollEnded(device.id, vouchedAt)
  }

  /** A second of waveforms has ended at `time`, epoch ms by the instrument: what was computed of it. */
  onSecond(
    device: Device,
    second: {
      readonly time: number
      /** Key: feature. */
      readonly values: Readonly<Record<string, number | undefined>>
      /** What is wrong with all of them. */
      readonly reason: Reason | undefined
    },
  ): void {
    const now = this.#epoch.now()
    // Nothing is dated ahead of our own clock: a server refuses that.
    const time = Math.min(second.time, now)
    const at = this.#clock.monotonic() - (now - time)
    this.#tell(this.#judgeOf(device).onFeatures(second.values, { at, reason: second.reason }), time)
    this.#sink.pollEnded(device.id, time)
  }

  /** The device cannot be reached any more: all its sensors are bad at once, and it vouches for nothing. */
  onLost(device: Device): void {
    this.#tell(this.#judgeOf(device).onLost(this.#clock.monotonic()))
    this.#answeredAt.delete(device.id)
    this.#sink.pollEnded(device.id, undefined)
  }

  /** Ids of the sensors whose over-range latch is closed. */
  latched(): string[] {
    return [...this.#judges.values()].flatMap((judge) => judge.latched())
  }

  /** Opens the over-range latch of a sensor by hand. False when it has none that is closed. */
  release(sensor: string): boolean {
    return [...this.#judges.values()].some((judge) => judge.release(sensor))
  }

  /** How many values were refused since they came too fast. Key: sensor id; only sensors with any. */
  rejected(): Record<string, number> {
    return Object.assign({}, ...[...this.#judges.values()].map((judge) => judge.rejected()))
  }

  #judgeOf(device: Device): DeviceJudge {
    const judge = this.#judges.get(device.id) ?? new DeviceJudge(device, this.#latches)
    this.#judges.set(device.id, judge)
    return judge
  }

  /** `time` is given where an instrument dates its samples itself, epoch ms. */
  #tell(judged: readonly Judged[], time?: number): void {
    const now = this.#epoch.now()
    const monotonic = this.#clock.monotonic()
    for (const { sensor, at, assessment } of judged) {
      const sampled = time ?? now - Math.round(monotonic - at)
      const reading: Reading = {
        sensor: sensor.id,
        time: this.#epoch.stamp(sensor.id, sampled),
        ...assessment,
      }
      if (this.#board.take(reading)) this.#sink.add(reading)
    }
  }
}
