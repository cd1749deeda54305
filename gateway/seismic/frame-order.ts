import type { Frame } from './frame-parser.ts'

/** What the sequence of a frame says about those before it. */
export type Place =
  | { readonly kind: 'next' }
  /** So many frames before it never came. */
  | { readonly kind: 'lost'; readonly frames: number }
  | { readonly kind: 'repeated' }
  /** The instrument counts from the beginning. */
  | { readonly kind: 'restarted' }

const SEQUENCES = 2 ** 32
/** An instrument that goes back further than this was started anew: frames, where it does not know the time; ms. */
const MOST_REPEATED = 600
const MOST_REPEATED_MS = 60_000
/** A frame has a sample at the least, and clocks are not exact. */
const MOST_A_SECOND = 1_100

/** The frames of one station, told apart by their sequences: sent twice, lost, or counted anew. */
export class FrameOrder {
  #last: { readonly sequence: number; readonly end: number | undefined } | undefined

  take({ sequence, block }: Frame): Place {
    const place = this.#placeOf(sequence, block.time)
    if (place.kind === 'repeated') return place
    const [{ length }] = block.channels
    const end = block.time === undefined ? undefined : block.time + (length * 1_000) / block.rate
    this.#last = { sequence, end }
    return place
  }

  #placeOf(sequence: number, time: number | undefined): Place {
    if (this.#last === undefined) return { kind: 'next' }
    const ahead = (sequence - this.#last.sequence - 1 + SEQUENCES) % SEQUENCES
    if (ahead === 0) return { kind: 'next' }
    const { end } = this.#last
    const later = time === undefined || end === undefined ? undefined : time - end
    if (ahead < SEQUENCES / 2) {
      const isPossible = later === undefined || ahead <= MOST_A_SECOND * (1 + Math.max(0, later) / 1_000)
      return isPossible ? { kind: 'lost', frames: ahead } : { kind: 'restarted' }
    }
    const isBack =
      later === undefined ? SEQUENCES - ahead < MOST_REPEATED : later < 0 && later >= -MOST_REPEATED_MS
    return { kind: isBack ? 'repeated' : 'restarted' }
  }
}
