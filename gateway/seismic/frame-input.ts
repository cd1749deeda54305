import { type Frame, type FrameDiscard, parseFrames } from './frame-parser.ts'

/** The bytes of one connection, as they come, to frames. However they are cut, the frames and the counts are the same. */
export class FrameInput {
  readonly #discard: (kind: FrameDiscard['kind']) => void
  #held: Uint8Array = new Uint8Array()
  /** What was last in the stream was thrown away: noise behind it belongs to it. */
  #isInDiscard = false

  /** `discard` is told once of each stretch that is no frame. */
  constructor(discard: (kind: FrameDiscard['kind']) => void) {
    this.#discard = discard
  }

  hear(bytes: Uint8Array): Frame[] {
    const input = this.#held.length === 0 ? bytes : Buffer.concat([this.#held, bytes])
    const { found, rest } = parseFrames(input)
    // A copy: the buffer of a socket is used again.
    this.#held = Uint8Array.prototype.slice.call(input, rest)
    const frames: Frame[] = []
    for (const each of found) {
      if ('block' in each) frames.push(each)
      else if (each.kind !== 'noise' || !this.#isInDiscard) this.#discard(each.kind)
      this.#isInDiscard = !('block' in each)
    }
    return frames
  }

  /** The connection has ended: what was held is no frame any more. */
  end(): void {
    if (this.#held.length > 0 && !this.#isInDiscard) this.#discard('noise')
    this.#held = new Uint8Array()
    this.#isInDiscard = false
  }
}
