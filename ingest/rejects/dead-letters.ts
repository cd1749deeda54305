import type { ErrorCode } from '../../contracts/errors.ts'

/** Something refused, with why; kept so that a person can look at it. */
export interface DeadLetter {
  time: number
  topic: string
  code: ErrorCode
  detail: string
  /** Readings in it, or 1 for a message that never got so far. */
  count: number
  /** The beginning of the payload, as it came: whoever prints it escapes it. */
  payload: string
}

/** Of the payload, bytes; of topic and detail, characters. */
const SHOWN = 200

/** The newest refusals, bounded in number and size; the counts are complete. */
export class DeadLetters {
  readonly #capacity: number
  readonly #letters: DeadLetter[] = []
  /** Key: code. Readings (or whole messages) refused since the start. */
  readonly counts = new Map<ErrorCode, number>()

  constructor(capacity = 1_000) {
    this.#capacity = capacity
  }

  add(letter: Omit<DeadLetter, 'payload'> & { payload: Buffer }): void {
    const { time, code, count } = letter
    this.counts.set(code, (this.counts.get(code) ?? 0) + count)
    const payload = letter.payload.subarray(0, SHOWN).toString('utf8')
    this.#letters.push({ time, code, count, payload, topic: clip(letter.topic), detail: clip(letter.detail) })
    if (this.#letters.length > this.#capacity) this.#letters.shift()
  }

  /** Oldest first. */
  list(): readonly DeadLetter[] {
    return this.#letters
  }
}

/** A copy: a mere slice would keep the whole of a 64 KiB topic in memory. */
function clip(text: string): string {
  return text.length <= SHOWN ? text : Buffer.from(text.slice(0, SHOWN)).toString('utf8')
}
