import { close, open, write } from 'node:fs'
import { promisify } from 'node:util'
import { Alarm } from './alarm.ts'
import { encodeTally, TALLY_SUFFIXES, type Tally } from './tally.ts'

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

const fs = { open: promisify(open), write: promisify(write), close: promisify(close) }

/**
 * Writes the tally beside an outbox without anybody waiting for it: one write at a time, the newest state, into
 * the memory of the operating system. That survives the end of the process, not of the machine; syncing it
 * would wear out the disk that the outbox spares.
 */
export class TallyFile {
  readonly #path: string
  readonly #compose: () => Tally
  readonly #monotonic: () => number
  /** File descriptors, by what the number of a writing leaves when it is halved. */
  readonly #files: (number | undefined)[] = []
  readonly #pause = new Alarm()
  #bytes = 0
  #number = 0
  #hasBegun = false
  #isDirty = false
  #isClosing = false
  #writing: Promise<void> | undefined

  constructor(options: { path: string; compose: () => Tally; monotonic: () => number }) {
    this.#path = options.path
    this.#compose = options.compose
    this.#monotonic = options.monotonic
  }

  get hasBegun(): boolean {
    return this.#hasBegun
  }

  /** The file of the outbox is ours. `number`: of the tally that was found beside it. */
  begin(number: number): void {
    this.#number = number
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
    await Promise.all(this.#files.map((file) => file !== undefined && fs.close(file)))
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
    this.#number += 1
    const which = this.#number % 2
    try {
      const bytes = encodeTally(this.#number, this.#compose())
      this.#bytes = bytes.length
      // Over what is there: it is the older of the two.
      const path = `${this.#path}${TALLY_SUFFIXES[which] ?? ''}`
      this.#files[which] ??= await fs.open(path, 'r+').catch(() => fs.open(path, 'w+'))
      const { bytesWritten } = await fs.write(this.#files[which], bytes, 0, bytes.length, 0)
      if (bytesWritten === bytes.length) return true
    } catch {
      // The outbox itself tells what is wrong with its disk.
    }
    // The same file again, so that the other one stays as it is.
    this.#number += 1
    this.#isDirty = true
    return false
  }
}
