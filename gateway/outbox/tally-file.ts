import { Alarm } from './alarm.ts'
import { encodeTally, type Tally } from './tally.ts'
import type { TallyPlace } from './tally-place.ts'

/**
 * From one write to the next, ms: longer on a disk that is slow, and so long that a tally that has grown large, since
 * nothing can be written, takes no more than some twentieth of the time. What a kill takes with it uncounted was
 * sampled since the last write.
 */
const PAUSE = { leastMs: 5, slowMs: 20, mostMs: 2_000 } as const
/** By the length of the tally, not by what composing it took: on a busy machine that says nothing. */
const BYTES_PER_MS = 5_000
/** After a write that failed, ms. */
const RETRY_MS = 1_000

/**
 * Numbers of writings, of all places together: the higher one is newer. Which of the two files of a place it stands
 * in is told by its last bit.
 */
export class TallyNumbers {
  #last = 0

  /** They go on behind that of the tally that was found. */
  begin(found: number): void {
    this.#last = found
  }

  get last(): number {
    return this.#last
  }

  next(which: 0 | 1): number {
    this.#last += this.#last % 2 === which ? 2 : 1
    return this.#last
  }
}

/**
 * Writes the tally of an outbox without anybody waiting for it: one write at a time, the newest state, into
 * the memory of the operating system. That survives the end of the process, not of the machine; syncing it
 * would wear out the disk that the outbox spares.
 */
export class TallyFile {
  readonly #place: Pick<TallyPlace, 'write' | 'close'>
  readonly #numbers: TallyNumbers
  readonly #compose: () => Tally
  readonly #monotonic: () => number
  readonly #pause = new Alarm()
  #bytes = 0
  /** The file that is written next. */
  #which: 0 | 1 = 0
  #hasBegun = false
  #isDirty = false
  #isClosing = false
  #writing: Promise<void> | undefined

  constructor(options: {
    place: Pick<TallyPlace, 'write' | 'close'>
    numbers: TallyNumbers
    compose: () => Tally
    monotonic: () => number
  }) {
    this.#place = options.place
    this.#numbers = options.numbers
    this.#compose = options.compose
    this.#monotonic = options.monotonic
  }

  get hasBegun(): boolean {
    return this.#hasBegun
  }

  /** The file of the outbox is ours. What was found, by whose number others go on, is not written over first. */
  begin(): void {
    this.#which = this.#numbers.last % 2 === 0 ? 1 : 0
    this.#hasBegun = true
    this.touch()
  }

  /** Something has changed: it is written soon, once {@link begin} was called. */
  touch(): void {
    this.#isDirty = true
    if (this.#isClosing || !this.#hasBegun) return
    this.#writing ??= this.#writeOut().finally(() => {
      this.#writing = undefined
      // What was touched while the last write ended.
      if (this.#isDirty) this.touch()
    })
  }

  /** Writes the last state. May take as long as the disk does. */
  async close(): Promise<void> {
    this.#isClosing = true
    if (!this.#hasBegun) return
    this.#pause.ring()
    await this.#writing
    await this.#write()
    await this.#place.close()
  }

  async #writeOut(): Promise<void> {
    // What one turn of the event loop changes goes into one write.
    await new Promise<void>((resolve) => setImmediate(resolve))
    while (this.#isDirty && !this.#isClosing) {
      const began = this.#monotonic()
      const isWritten = await this.#write()
      const took = Math.min(this.#monotonic() - began, PAUSE.slowMs)
      const pause = Math.min(Math.max(PAUSE.leastMs, took, this.#bytes / BYTES_PER_MS), PAUSE.mostMs)
      await this.#pause.sleep(isWritten ? pause : RETRY_MS)
    }
  }

  async #write(): Promise<boolean> {
    this.#isDirty = false
    const bytes = encodeTally(this.#numbers.next(this.#which), this.#compose())
    this.#bytes = bytes.length
    try {
      await this.#place.write(this.#which, bytes)
      this.#which = this.#which === 0 ? 1 : 0
      return true
    } catch {
      // The outbox itself tells what is wrong with its disk. The same file again: the other one stays as it is.
      this.#isDirty = true
      return false
    }
  }
}
