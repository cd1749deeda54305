import type { ErrorCode } from '../../contracts/errors.ts'

/** Letters of one code that are kept when they come all at once. */
export const BURST = 50
/** And in the long run, letters of one code a second. */
export const PER_SECOND = 1

/** Lets through so many letters of each code that a flood costs little and still shows what it is made of. */
export class LetterSampler {
  /** Key: code. `left` letters at the time `at`, epoch ms. */
  readonly #buckets = new Map<ErrorCode, { left: number; at: number }>()

  /** True when a letter of this code and time is to be kept. */
  admits(code: ErrorCode, time: number): boolean {
    const bucket = this.#buckets.get(code)
    if (bucket === undefined) {
      this.#buckets.set(code, { left: BURST - 1, at: time })
      return true
    }
    // A clock that was set back gives nothing.
    const earned = (Math.max(0, time - bucket.at) / 1_000) * PER_SECOND
    bucket.left = Math.min(BURST, bucket.left + earned)
    bucket.at = time
    if (bucket.left < 1) return false
    bucket.left -= 1
    return true
  }
}
