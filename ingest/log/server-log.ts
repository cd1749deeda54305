import { type FileHandle, mkdir, open, stat, statfs, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Clock } from '../../contracts/clock.ts'
import { CodedError } from '../../contracts/errors.ts'
import type { Logger } from '../../contracts/logger.ts'
import { encodeFrame } from './frame.ts'
import { encodeRecord, type LogRecord, type SensorNumbers } from './log-record.ts'
import { listSegments, type SegmentName, segmentPath } from './segment-reader.ts'

export interface ServerLogOptions {
  folder: string
  /** Bytes of all segments together. */
  maxBytes: number
  /** A segment is followed by the next one once it has grown to this. */
  segmentBytes?: number
  numbers: SensorNumbers
  clock: Clock
  logger: Logger
  /** The journal has given its reserve away: what room there is belongs to it. */
  isDiskFull?: () => boolean
  /** Records up to this number are durable and can be read. Called in order; must not throw. */
  onSynced: (number: number) => void
  /** It cannot be written, or can be written again. Must not throw. */
  onFailing: (isFailing: boolean) => void
}

const SEGMENT_BYTES = 64 * 1024 * 1024
/** Records that wait for the disk; beyond, none is taken: a disk that hangs must not fill the memory, bytes. */
export const MAX_QUEUED_BYTES = 64 * 1024 * 1024
/** One write takes no more than this, so that the first ones do not wait for the last, bytes. */
const GROUP_BYTES = 4 * 1024 * 1024
/** From this share of its bounds on no backlog is asked for. */
const TIGHT = 0.9
/** Left free on the disk for journal and states: this, or a twentieth of a small disk, bytes. */
const FREE_BYTES = 256 * 1024 * 1024
const FREE_SHARE = 0.05
/** The disk is looked at so often, ms. */
const LOOK_MS = 1_000
/** A write that takes longer is told like one that failed, ms. */
const HANGS_MS = 2_000

interface Queued {
  number: number
  frame: Buffer
  resolve: () => void
  reject: (error: CodedError) => void
}

/** A segment that no more is written to. */
interface Closed extends SegmentName {
  bytes: number
}

/** The segment that is written to. */
interface Open extends Closed {
  handle: FileHandle
}

/** A record on its way to the disk. */
export interface Appended {
  readonly number: number
  /** Resolves when it and all before it are durable; rejects with LOG_UNWRITABLE when it never will be. */
  readonly durable: Promise<void>
}

/**
 * The append-only log of the server (DESIGN section 6): what has been accepted, in order, on the local disk.
 * Appending never waits; records become durable in groups, with one sync for all that came meanwhile.
 * Each start and each failure begins a new segment, and no segment is ever changed afterwards.
 */
export class ServerLog {
  readonly #options: ServerLogOptions
  #closed: Closed[] = []
  #open: Open | undefined
  #queue: Queued[] = []
  #queuedBytes = 0
  #last = 0
  #synced = 0
  #running: Promise<void> | undefined
  /** Of the record that was appended last. */
  #newest: Promise<void> = Promise.resolve()
  /** When the write under way began, monotonic ms; undefined while there is none. */
  #writingSince: number | undefined
  #isLooking = false
  #isFailing = false
  #isDiskTight = false
  #isStopping = false
  #looking: NodeJS.Timeout | undefined
  #wrote = 0
  #syncs = 0

  constructor(options: ServerLogOptions) {
    this.#options = options
  }

  /**
   * Numbers go on after `after`, the highest that anybody has ever kept: what was given to a record that
   * never became durable is not given again. @throws CodedError LOG_UNWRITABLE
   */
  async start(after: number): Promise<void> {
    const { folder } = this.#options
    try {
      await mkdir(folder, { recursive: true })
      for (const segment of await listSegments(folder))
        this.#closed.push({ ...segment, bytes: (await stat(segment.path)).size })
    } catch (error) {
      throw unwritable(folder, error)
    }
    this.#last = after
    this.#synced = after
    await this.#look()
    this.#looking = setInterval(() => void this.#look(), LOOK_MS)
  }

  /** Number of the last record that was appended. */
  get last(): number {
    return this.#last
  }

  /** What stands before this is durable. */
  get syncedTo(): number {
    return this.#synced
  }

  /** Bytes on the disk and on their way there. */
  get bytes(): number {
    return this.#closed.reduce((sum, { bytes }) => sum + bytes, (this.#open?.bytes ?? 0) + this.#queuedBytes)
  }

  get isFailing(): boolean {
    return this.#isFailing
  }

  get counters(): { bytes: number; syncs: number; queuedBytes: number; segments: number } {
    return {
      bytes: this.#wrote,
      syncs: this.#syncs,
      queuedBytes: this.#queuedBytes,
      segments: this.#closed.length + (this.#open === undefined ? 0 : 1),
    }
  }

  /** Why nothing is taken now; undefined while it is. */
  get refusal(): 'LOG_FULL' | 'LOG_UNWRITABLE' | undefined {
    if (this.#isFailing || this.#isStopping || this.#queuedBytes > MAX_QUEUED_BYTES) return 'LOG_UNWRITABLE'
    const { maxBytes, isDiskFull } = this.#options
    return this.#isDiskTight || isDiskFull?.() === true || this.bytes >= maxBytes ? 'LOG_FULL' : undefined
  }

  /** True when nothing more should be asked for than what comes by itself. */
  get isTight(): boolean {
    return this.refusal !== undefined || this.bytes >= TIGHT * this.#options.maxBytes
  }

  /** Undefined when the record cannot be taken now, see {@link refusal}. */
  append(record: LogRecord): Appended | undefined {
    if (this.refusal !== undefined) return undefined
    this.#last += 1
    const number = this.#last
    const frame = encodeFrame(number, encodeRecord(record, this.#options.numbers))
    const { promise: durable, resolve, reject } = Promise.withResolvers<void>()
    this.#queue.push({ number, frame, resolve, reject })
    this.#queuedBytes += frame.length
    this.#running ??= this.#run()
    this.#newest = durable
    durable.catch(() => undefined) // Whoever appended or asks is told; nobody has to ask.
    return { number, durable }
  }

  /** Resolves when all that was appended is durable. @throws CodedError LOG_UNWRITABLE when some of it never will be */
  async settled(): Promise<void> {
    await this.#newest
  }

  /** Records up to this number are needed no more: segments that hold nothing else are removed. */
  async release(upTo: number): Promise<void> {
    for (;;) {
      const [oldest, next] = this.#closed
      const after = next?.first ?? this.#open?.first ?? this.#last + 1
      if (oldest === undefined || after > upTo + 1) return
      this.#closed.shift()
      await unlink(oldest.path).catch((error: unknown) =>
        this.#options.logger.warn({ path: oldest.path, error: String(error) }, 'a segment was not removed'),
      )
    }
  }

  /** Writes what was appended. Nothing is taken afterwards. */
  async stop(): Promise<void> {
    this.#isStopping = true
    clearInterval(this.#looking)
    await this.#running
    await this.#open?.handle.close()
    this.#open = undefined
  }

  async #run(): Promise<void> {
    // Yield once, so that what arrives in the same turn shares a write.
    await Promise.resolve()
    while (this.#queue.length > 0) await this.#writeGroup(this.#takeGroup())
    this.#running = undefined
  }

  #takeGroup(): Queued[] {
    let bytes = 0
    const end = this.#queue.findIndex(({ frame }, index) => {
      bytes += frame.length
      return index > 0 && bytes > GROUP_BYTES
    })
    return this.#queue.splice(0, end === -1 ? this.#queue.length : end)
  }

  async #writeGroup(group: readonly Queued[]): Promise<void> {
    const bytes = group.reduce((sum, { frame }) => sum + frame.length, 0)
    const last = group.at(-1)?.number ?? this.#synced
    this.#writingSince = this.#options.clock.monotonic()
    try {
      const segment = await this.#segment(group[0]?.number ?? last)
      await segment.handle.appendFile(Buffer.concat(group.map(({ frame }) => frame)))
      await segment.handle.datasync()
      segment.bytes += bytes
    } catch (error) {
      await this.#fail(group, error)
      return
    } finally {
      this.#queuedBytes -= bytes
      this.#writingSince = undefined
    }
    this.#wrote += bytes
    this.#syncs += 1
    this.#synced = last
    for (const { resolve } of group) resolve()
    this.#options.onSynced(last)
    this.#tellFailing(undefined)
    const { segmentBytes = SEGMENT_BYTES } = this.#options
    if (this.#open !== undefined && this.#open.bytes >= segmentBytes) await this.#close()
  }

  async #segment(first: number): Promise<Open> {
    if (this.#open !== undefined) return this.#open
    const { folder } = this.#options
    const path = segmentPath(folder, first)
    const handle = await open(path, 'a')
    // The name must survive a power loss as the records do.
    const place = await open(dirname(path), 'r')
    await place.sync().finally(() => place.close())
    this.#open = { handle, first, path, bytes: 0 }
    return this.#open
  }

  /** What was written may be half there: it is cut off, or passed over by whoever reads it. */
  async #fail(group: readonly Queued[], error: unknown): Promise<void> {
    const refused = unwritable(this.#options.folder, error)
    // All that wait stand behind what failed.
    const later = this.#queue.splice(0)
    this.#queuedBytes -= later.reduce((sum, { frame }) => sum + frame.length, 0)
    this.#tellFailing(refused)
    for (const { reject } of [...group, ...later]) reject(refused)
    const broken = this.#open
    if (broken === undefined) return
    await broken.handle.truncate(broken.bytes).catch(() => undefined) // A reader passes over torn ends.
    await this.#close()
  }

  #tellFailing(trouble: CodedError | undefined): void {
    const isFailing = trouble !== undefined
    if (isFailing === this.#isFailing) return
    const { logger, onFailing } = this.#options
    this.#isFailing = isFailing
    if (isFailing) logger.error({ code: trouble.code, detail: trouble.detail }, 'the log cannot be written')
    else logger.info({}, 'the log is written again')
    onFailing(isFailing)
  }

  async #close(): Promise<void> {
    const segment = this.#open
    this.#open = undefined
    if (segment === undefined) return
    this.#closed.push({ first: segment.first, path: segment.path, bytes: segment.bytes })
    await segment.handle.close().catch(() => undefined) // It is durable, or told as failed, already.
  }

  /** How much room there is, whether the disk hangs, and whether a log that failed can be written again. */
  async #look(): Promise<void> {
    const { folder, clock, logger } = this.#options
    // A thread that was busy itself looks before it has taken what the disk answered long ago.
    await new Promise((resolve) => setImmediate(resolve))
    if (this.#writingSince !== undefined && clock.monotonic() - this.#writingSince > HANGS_MS)
      this.#tellFailing(unwritable(folder, new Error('the disk does not answer')))
    // A disk that hangs holds this up too.
    if (this.#isLooking) return
    this.#isLooking = true
    try {
      const { bavail, blocks, bsize } = await statfs(folder)
      this.#isDiskTight = bavail * bsize < Math.min(FREE_BYTES, FREE_SHARE * blocks * bsize)
      if (this.#isFailing && !this.#isDiskTight && this.#running === undefined) {
        const segment = await this.#segment(this.#last + 1)
        await segment.handle.datasync()
        this.#tellFailing(undefined)
      }
    } catch (error) {
      logger.debug({ error: String(error) }, 'the disk of the log cannot be used')
    } finally {
      this.#isLooking = false
    }
  }
}

function unwritable(folder: string, error: unknown): CodedError {
  return new CodedError('LOG_UNWRITABLE', `${folder}: ${(error as Error).message}`, { cause: error })
}
