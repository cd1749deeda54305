import { CLOCK_STEP_MS, type Clock, SteadyClock } from '../../contracts/clock.ts'
import type { ClockState } from '../../contracts/wire.ts'

/**
 * Who this process is on the wire, and what time it is there. An epoch begins with the process and ends
 * with a wall-clock step of more than 1 s: within it time follows the monotonic clock (DESIGN section 5).
 */
export class Epoch {
  readonly #randomId: () => string
  readonly #steady: SteadyClock
  #id: string
  #seq = 0
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

  /** Numbers batches from 1, without a hole. */
  nextSeq(): number {
    this.#seq += 1
    return this.#seq
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
    this.#steps += 1
    this.#lastTimes.clear()
    return step
  }

  clockState(): ClockState {
    return { drift: this.#steady.drift(), steps: this.#steps }
  }
}
