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
/** An instrument without a time that goes back further than this was started anew. */
const MOST_REPEATED = 600

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
    if (ahead < SEQUENCES / 2) return { kind: 'lost', frames: ahead }
    const { end } = this.#last
    const isBack = time === undefined || end === undefined ? SEQUENCES - ahead < MOST_REPEATED : time < end
    return { kind: isBack ? 'repeated' : 'restarted' }
  }
}
