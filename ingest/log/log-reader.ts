import type { Catalogue } from './catalogue.ts'
import type { Frame } from './frame.ts'
import { decodeRecord, type LogRecord } from './log-record.ts'
import { listSegments, SegmentReader } from './segment-reader.ts'

export interface NumberedRecord {
  number: number
  record: LogRecord
}

/** What could not be read of the log. */
export interface LogDamage {
  bytes: number
  /** Records whose frame was whole and whose content was not. */
  records: number
}

export interface LogReaderOptions {
  folder: string
  catalogue: Pick<Catalogue, 'sensorOf'>
  /** Number of the record that it begins behind. */
  after: number
  /** The log is written meanwhile. */
  isWritten: boolean
}

/** Reads the records of a log in order, and waits at what is not durable yet. One caller. */
export class LogReader {
  readonly #folder: string
  readonly #catalogue: Pick<Catalogue, 'sensorOf'>
  /** The log is written meanwhile: the end of its last segment may be a record that is not whole yet. */
  readonly #isWritten: boolean
  /** Number of the last record that was given. */
  #after: number
  #limit = 0
  #last = 0
  #segment: SegmentReader | undefined
  /** Another segment follows the present one. */
  #isClosed = false
  /** Read, and beyond the limit as yet. */
  #ahead: Frame | undefined
  readonly #damage: LogDamage = { bytes: 0, records: 0 }

  /** Begins behind the record of number `after`. */
  constructor(options: LogReaderOptions) {
    this.#folder = options.folder
    this.#catalogue = options.catalogue
    this.#isWritten = options.isWritten
    this.#after = options.after
  }

  /** Records up to this number are durable. */
  allow(limit: number): void {
    this.#limit = Math.max(this.#limit, limit)
  }

  get damage(): LogDamage {
    const { bytes, records } = this.#damage
    return { bytes: bytes + (this.#segment?.damagedBytes ?? 0), records }
  }

  get position(): number {
    return this.#after
  }

  /** Number of the last frame that was found, whatever was in it; 0 before the first. */
  get last(): number {
    return this.#last
  }

  /** The next record; undefined when all that is allowed has been given. */
  async next(): Promise<NumberedRecord | undefined> {
    for (;;) {
      // As it is now: what becomes durable while this reads may stand where it has looked already.
      const limit = this.#limit
      if (this.#after >= limit) return undefined
      const frame = this.#ahead ?? (await this.#nextFrame())
      this.#ahead = undefined
      this.#last = Math.max(this.#last, frame?.number ?? 0)
      if (frame === undefined || frame.number > limit) {
        this.#ahead = frame
        // Numbers that were given to nothing durable end what is allowed.
        this.#after = limit
        return undefined
      }
      if (frame.number <= this.#after) continue
      this.#after = frame.number
      try {
        return { number: frame.number, record: decodeRecord(frame.record, this.#catalogue) }
      } catch {
        this.#damage.records += 1 // Told by whoever asks for the damage.
      }
    }
  }

  async close(): Promise<void> {
    await this.#segment?.close()
  }

  async #nextFrame(): Promise<Frame | undefined> {
    for (;;) {
      const frame = await this.#segment?.next(this.#isClosed)
      if (frame !== undefined) return frame
      const following = await this.#following()
      if (this.#segment !== undefined && !this.#isClosed && (following !== undefined || !this.#isWritten)) {
        // Once more: it may have grown before the next one was begun.
        this.#isClosed = true
        continue
      }
      if (following === undefined) return undefined
      this.#damage.bytes += this.#segment?.damagedBytes ?? 0
      await this.#segment?.close()
      this.#segment = new SegmentReader(following)
      this.#isClosed = false
    }
  }

  /** The segment after the present one; at the beginning the last one that may hold what is asked for. */
  async #following(): Promise<string | undefined> {
    const segments = await listSegments(this.#folder)
    const present = this.#segment?.path
    if (present !== undefined) return segments.find(({ path }) => path > present)?.path
    return (segments.findLast(({ first }) => first <= this.#after + 1) ?? segments[0])?.path
  }
}
