import { CodedError, ERRORS, type ErrorCode } from '../../contracts/errors.ts'
import type { Logger } from '../../contracts/logger.ts'
import { Alarm, withinMs } from './alarm.ts'
import type { CommitReport, CommitRequest, DiskNews, FileOptions, OpenReport } from './disk/disk-calls.ts'
import { DiskLink, type StartDisk } from './disk-link.ts'
import type { BatchKey } from './outbox.ts'
import type { NumberedTally, Tally } from './tally.ts'

/** Whose file it is. Called synchronously, and between two commits but for `dueIn`. */
export interface Keeping {
  /** The file is ours: what was found beside it. Returns what the file is to be settled with. */
  locked(found: NumberedTally): Tally
  /** When the next commit is due, in ms from now; undefined while there is nothing to do. */
  dueIn(): number | undefined
  /** What to write; undefined when there is nothing after all. `isLast`: all there is. */
  request(isLast: boolean): CommitRequest | undefined
  opened(report: OpenReport): void
  committed(request: CommitRequest, report: CommitReport): void
  /** Nothing was written, as far as is known. */
  failed(request: CommitRequest): void
}

interface KeeperOptions {
  readonly file: FileOptions
  readonly start: StartDisk
  readonly keeping: Keeping
  readonly logger: Logger
}

/** How long a start waits to hear whether the file is free, ms. */
const LOCK_PATIENCE_MS = 2_000
/** After a commit or an opening that failed, doubled each time, ms. */
const RETRY = { firstMs: 250, longestMs: 10_000 } as const
/** After so many failures in a row the file is opened anew: the disk may have been replaced under it. */
const REOPEN_AFTER = 3
/** Longest sleep between two looks at what is due, ms. */
const LONGEST_SLEEP_MS = 60_000

/** Keeps the file of an outbox open and commits to it, whatever its disk does. */
export class DiskKeeper {
  readonly #options: KeeperOptions
  readonly #link: DiskLink
  /** Ends the sleep until something is due. */
  readonly #due = new Alarm()
  /** Ends the pause after a failure: whatever comes in meanwhile must not. */
  readonly #retry = new Alarm()
  #running: Promise<void> = Promise.resolve()
  #isClosing = false
  #isOpen = false
  #isStalled = false
  #mustReopen = false
  #failures = 0
  #trouble: ErrorCode | undefined

  constructor(options: KeeperOptions) {
    this.#options = options
    this.#link = new DiskLink({
      start: options.start,
      file: options.file,
      onNews: (news) => this.#tellDamage(news),
      onStall: (isStalled) => this.#stall(isStalled),
    })
  }

  /** What is wrong with the disk, a code of docs/reference/errors.md. */
  get trouble(): ErrorCode | undefined {
    return this.#isStalled ? 'DISK_STALLED' : this.#trouble
  }

  /** False while the file cannot be written at all. */
  get isWriting(): boolean {
    return !this.#isStalled && this.#failures === 0
  }

  /** @throws CodedError DATA_IN_USE */
  async open(): Promise<void> {
    const locked = this.#link.ask('lock', null)
    // Whatever else is wrong with it is told and tried again.
    const isInUse = await Promise.race([
      locked.then(
        () => false,
        (error: unknown) => isCoded(error, 'DATA_IN_USE') && error,
      ),
      this.#retry.sleep(LOCK_PATIENCE_MS).then(() => false as const),
    ])
    if (isInUse !== false) {
      await this.#link.close()
      throw isInUse
    }
    this.#running = this.#keep(locked)
  }

  /** There may be something due. */
  wake(): void {
    this.#due.ring()
  }

  /** @throws CodedError when nothing can be read now */
  async fetch(keys: readonly BatchKey[]): Promise<(Uint8Array | null)[]> {
    if (!this.#isOpen) throw new CodedError('DATA_UNWRITABLE', 'the file is not open')
    try {
      return await this.#link.ask('fetch', keys)
    } catch (error) {
      if (isCoded(error, 'DATA_DAMAGED') !== false) this.#mustReopen = true
      this.wake()
      throw error
    }
  }

  /** Commits what there is and closes the file; gives up after so many ms. */
  async close(patienceMs: number): Promise<void> {
    this.#isClosing = true
    this.#due.ring()
    this.#retry.ring()
    await withinMs(patienceMs, this.#running)
    await withinMs(patienceMs, this.#link.close())
  }

  async #keep(locked: Promise<NumberedTally>): Promise<void> {
    let lock = locked
    while (!this.#isClosing) {
      try {
        await this.#open(await lock)
        this.#isOpen = true
        this.#mustReopen = false
        await this.#commitWhileOpen()
        return
      } catch (error) {
        this.#isOpen = false
        this.#fail(error)
        if (!this.#mustReopen) await this.#pause()
      }
      this.#mustReopen = false
      lock = this.#link.ask('lock', null)
      // It is awaited at the next turn; nobody must miss it until then.
      lock.catch(() => undefined)
    }
  }

  async #open(found: NumberedTally): Promise<void> {
    const { keeping, logger } = this.#options
    const report = await this.#link.ask('open', keeping.locked(found))
    const { salvaged, lost, trouble } = report
    if (salvaged !== null)
      logger.error({ code: 'DATA_DAMAGED', ...salvaged }, 'the outbox was salvaged into a new file')
    if (lost.length > 0) logger.warn({ lost }, 'readings were lost before this start; the server is told')
    keeping.opened(report)
    this.#settle(trouble)
  }

  async #commitWhileOpen(): Promise<void> {
    const { keeping } = this.#options
    while (true) {
      await this.#untilDue()
      if (this.#mustReopen) throw new CodedError('DATA_DAMAGED', 'a batch cannot be read')
      const request = keeping.request(this.#isClosing)
      if (request === undefined) {
        if (this.#isClosing) return
        continue
      }
      try {
        const report = await this.#link.ask('commit', request)
        keeping.committed(request, report)
        this.#settle(report.trouble)
        if (this.#isClosing && report.written === 0 && request.batches.length > 0) return
      } catch (error) {
        keeping.failed(request)
        if (isCoded(error, 'DATA_DAMAGED') !== false) this.#mustReopen = true
        if (this.#mustReopen || this.#isClosing) throw error
        this.#fail(error)
        if (isCoded(error, 'THREAD_ENDED') !== false || this.#failures % REOPEN_AFTER === 0) throw error
        await this.#pause()
      }
    }
  }

  async #untilDue(): Promise<void> {
    while (!this.#isClosing && !this.#mustReopen) {
      const ms = this.#options.keeping.dueIn()
      if (ms !== undefined && ms <= 0) return
      await this.#due.sleep(Math.min(ms ?? LONGEST_SLEEP_MS, LONGEST_SLEEP_MS))
    }
  }

  async #pause(): Promise<void> {
    if (this.#isClosing) return
    await this.#retry.sleep(Math.min(RETRY.firstMs * 2 ** this.#failures, RETRY.longestMs))
  }

  #fail(thrown: unknown): void {
    this.#failures += 1
    const error = thrown instanceof CodedError ? thrown : new CodedError('INTERNAL', String(thrown))
    if (this.#trouble === error.code) return
    this.#trouble = error.code
    this.#options.logger.error(
      { code: error.code, detail: error.detail, ...(error === thrown ? {} : { err: thrown }) },
      `the outbox is not on the disk: ${ERRORS[error.code].remedy}`,
    )
  }

  /** It works, if with a trouble of its own. */
  #settle(trouble: ErrorCode | null): void {
    this.#failures = 0
    if ((this.#trouble ?? null) === trouble) return
    const { logger, file } = this.#options
    if (trouble === null) logger.info({ outbox: file.path }, 'the outbox is on the disk again')
    else
      logger.error({ code: trouble, outbox: file.path }, `the disk of the outbox: ${ERRORS[trouble].remedy}`)
    this.#trouble = trouble ?? undefined
  }

  #stall(isStalled: boolean): void {
    this.#isStalled = isStalled
    const { logger, file } = this.#options
    const fields = { code: 'DISK_STALLED', outbox: file.path }
    if (isStalled) logger.error(fields, `the outbox waits for its disk: ${ERRORS.DISK_STALLED.remedy}`)
    else logger.info(fields, 'the disk of the outbox answers again')
  }

  #tellDamage({ damage }: DiskNews): void {
    const { logger, file } = this.#options
    logger.error(
      { code: 'DATA_DAMAGED', outbox: file.path, damage },
      'the file of the outbox is damaged: what can be read of it is salvaged',
    )
  }
}

function isCoded(error: unknown, code: ErrorCode): CodedError | false {
  return error instanceof CodedError && error.code === code && error
}
