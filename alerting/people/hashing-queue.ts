import { TooSoon } from './throttle.ts'

/** So many wait in each lane at the most. */
const MAX_WAITING = 16
/** Who finds the queue full tries again after so long, ms. */
const BUSY_MS = 3_000

type Lane = 'known' | 'unknown'

/**
 * Passwords are hashed one after the other, so that an attack costs one thread and the memory of one hash, and the
 * log of the server finds its own threads free. Whoever is known goes first.
 */
export class HashingQueue {
  readonly #waiting: Record<Lane, (() => void)[]> = { known: [], unknown: [] }
  #isBusy = false

  /** @throws TooSoon when too many wait, and `work` was not begun; or what `work` throws */
  async run<T>(lane: Lane, work: () => Promise<T>): Promise<T> {
    if (this.#isBusy) {
      const waiting = this.#waiting[lane]
      if (waiting.length >= MAX_WAITING)
        throw new TooSoon('SIGN_IN_BUSY', `${waiting.length} sign-ins wait already`, BUSY_MS)
      const { promise, resolve } = Promise.withResolvers<void>()
      waiting.push(resolve)
      await promise
    }
    this.#isBusy = true
    try {
      return await work()
    } finally {
      const next = this.#waiting.known.shift() ?? this.#waiting.unknown.shift()
      if (next === undefined) this.#isBusy = false
      else next()
    }
  }
}
