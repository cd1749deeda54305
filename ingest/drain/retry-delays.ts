import type { CodedError, ErrorCode } from '../../contracts/errors.ts'
import { StoreBusy } from '../store/store-busy.ts'

interface Patience {
  firstMs: number
  longestMs: number
}

/** What passes by itself is tried soon: a restarted database is found again within these ten seconds. */
const PASSING: Patience = { firstMs: 250, longestMs: 10_000 }
/** What a person has to mend is not asked for all the time. */
const LASTING: Patience = { firstMs: 1_000, longestMs: 30_000 }
const NEEDS_A_PERSON: readonly ErrorCode[] = [
  'STORE_UNAUTHORIZED',
  'STORE_MISSING',
  'DATA_DAMAGED',
  'DATA_NEWER',
  'INTERNAL',
]
/** A database that asks for more patience than this is asked again all the same, ms. */
const LONGEST_BUSY_MS = 600_000

/** Each delay twice the one before, up to the longest, and up to half of it less, so that not all come at once. */
export function* retryDelays(
  { firstMs, longestMs }: Patience,
  random: () => number,
): Generator<number, never> {
  for (let delay = firstMs; ; delay = Math.min(longestMs, delay * 2)) {
    yield Math.round(delay * (1 - random() / 2))
  }
}

/** How long one write waits before it is tried again. */
export class Retries {
  readonly #random: () => number
  #kind: Patience | undefined
  #delays: Iterator<number, never> | undefined

  constructor(random: () => number) {
    this.#random = random
  }

  /** Begins anew when the trouble is of another kind. */
  after(error: CodedError): number {
    if (error instanceof StoreBusy && error.afterMs !== undefined)
      return Math.min(LONGEST_BUSY_MS, Math.round(error.afterMs * (1 + this.#random() / 10)))
    const kind = NEEDS_A_PERSON.includes(error.code) ? LASTING : PASSING
    if (this.#delays === undefined || this.#kind !== kind) this.#delays = retryDelays(kind, this.#random)
    this.#kind = kind
    return this.#delays.next().value
  }
}

/** Resolves after so many ms, or as soon as the signal is given. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    signal.addEventListener('abort', end)
  })
}
