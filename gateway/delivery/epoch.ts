import { CLOCK_STEP_MS, type Clock, SteadyClock } from '../../contracts/clock.ts'
import type { BatchKey } from '../outbox/outbox.ts'

/**
 * Who this process is on the wire, and what time it is there. An epoch begins with the process and ends
 * with a wall-clock step of more than 1 s: within it time follows the monotonic clock (DESIGN section 5).
 */
export class Epoch {
  readonly #randomId: () => string
  readonly #steady: SteadyClock
  #id: string
  #seq = 0
  #total = 0
  #steps = 0
  /** Key: sensor id. Value: the time of its last reading in this epoch, ms. */
  readonly #lastTimes = new Map<string, number>()

  constructor(options: { clock: Clock; randomId: () => string }) {
    this.#randomId = options.randomId
    this.#steady = new SteadyClock(options.clock)
    this.#id = options.randomId()
  }

  get id(): string {
    return this.#id
  }

  /** Epoch milliseconds UTC. */
  now(): number {
    return this.#steady.now()
  }

  /** What the next batch will be called. */
  get next(): BatchKey {
    return { epoch: this.#id, seq: this.#seq + 1 }
  }

  /** Numbers a batch: from 1, without a hole. `total` counts the readings of the epoch up to and with it. */
  number(readings: number): BatchKey & { readonly total: number } {
    const key = this.next
    this.#seq = key.seq
    this.#total += readings
    return { ...key, total: this.#total }
  }

  /** The time of a reading taken at `now`: strictly after the one before of the same sensor. */
  stamp(sensor: string, now: number): number {
    const time = Math.max(now, (this.#lastTimes.get(sensor) ?? Number.NEGATIVE_INFINITY) + 1)
    this.#lastTimes.set(sensor, time)
    return time
  }

  /** True when the wall clock was stepped, so that {@link renew} is due. */
  get isOver(): boolean {
    return Math.abs(this.#steady.drift()) > CLOCK_STEP_MS
  }

  /** Begins a new epoch at the stepped clock. Returns the step in milliseconds. */
  renew(): number {
    const step = this.#steady.checkStep()
    this.#id = this.#randomId()
    this.#seq = 0
    this.#total = 0
    this.#steps += 1
    this.#lastTimes.clear()
    return step
  }

  /** Wall minus steady time since it began, ms. */
  get drift(): number {
    return this.#steady.drift()
  }

  /** Steps of the wall clock since the process started. */
  get steps(): number {
    return this.#steps
  }
}
