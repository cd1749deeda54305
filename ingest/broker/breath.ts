import type { Clock } from '../../contracts/clock.ts'

/** Messages are handled for so long in one turn of the event loop, ms; and those that may wait. */
const BREATH_MS = 4
const SHORT_BREATH_MS = 1

/** Of a rest: so many times what the breath before it took. */
const REST = 3

/**
 * Messages are handled one after the other for as long as there are any: after a breath everything else in the
 * process has its turn, or a flood would keep timers, disks and the other connection waiting for seconds.
 */
export class Breath {
  readonly #clock: Pick<Clock, 'monotonic'>
  readonly #rests: boolean
  /** When the first message of this turn began; undefined before it. */
  #since: number | undefined

  /** `rests`: breaths are short, and what is handled takes a quarter of the time at most, and leaves the rest to others. */
  constructor(options: { clock: Pick<Clock, 'monotonic'>; rests: boolean }) {
    this.#clock = options.clock
    this.#rests = options.rests
  }

  /** A message is about to be handled. */
  begin(): void {
    if (this.#since !== undefined) return
    this.#since = this.#clock.monotonic()
    setImmediate(() => {
      this.#since = undefined
    })
  }

  /** It has been handled: `next` is called for the one behind it, now, in the next turn, or after a rest. */
  end(next: () => void): void {
    const now = this.#clock.monotonic()
    const took = now - (this.#since ?? now)
    if (took < (this.#rests ? SHORT_BREATH_MS : BREATH_MS)) next()
    else if (this.#rests) setTimeout(next, REST * took)
    else setImmediate(next)
  }
}
