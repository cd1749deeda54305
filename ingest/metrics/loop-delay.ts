import { monitorEventLoopDelay } from 'node:perf_hooks'

/** A timer is set this often, ms, and looked at how much later it comes. */
const RESOLUTION_MS = 10

/** How long what falls due has to wait for its turn on the evaluation thread. */
export class LoopDelay {
  readonly #histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS })

  start(): void {
    this.#histogram.enable()
  }

  /** 99 of 100 timers waited no longer than this since the last call, ms. NaN before the first timer. */
  takeP99(): number {
    const { count } = this.#histogram
    const p99 = this.#histogram.percentile(99) / 1_000_000
    this.#histogram.reset()
    return count === 0 ? Number.NaN : Math.max(0, p99 - RESOLUTION_MS)
  }

  stop(): void {
    this.#histogram.disable()
  }
}
