import type { ErrorCode } from '../contracts/errors.ts'

/** Something refused, with why; kept so that a person can look at it. */
export interface DeadLetter {
  time: number
  topic: string
  code: ErrorCode
  detail: string
  /** Readings in it. */
  count: number
  /** The beginning of the payload. */
  payload: string
}

const PAYLOAD_SHOWN = 200

/** The newest refusals, bounded; the counts are complete. */
export class DeadLetters {
  readonly #capacity: number
  readonly #letters: DeadLetter[] = []
  /** Key: code. Readings (or whole messages) refused since the start. */
  readonly counts = new Map<ErrorCode, number>()

  constructor(capacity = 1_000) {
    this.#capacity = capacity
  }

  add(letter: Omit<DeadLetter, 'payload'> & { payload: Buffer }): void {
    this.counts.set(letter.code, (this.counts.get(letter.code) ?? 0) + letter.count)
    const payload = letter.payload.subarray(0, PAYLOAD_SHOWN).toString('utf8')
    this.#letters.push({ ...letter, payload })
    if (this.#letters.length > this.#capacity) this.#letters.shift()
  }

  /** Oldest first. */
  list(): readonly DeadLetter[] {
    return this.#letters
  }
}
