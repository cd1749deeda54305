import { CodedError, type ErrorCode } from '../../contracts/errors.ts'
import type { Logger } from '../../contracts/logger.ts'
import { Thread } from '../../contracts/thread.ts'
import type {
  DeadLetter,
  IsKnown,
  NewQuarantined,
  Quarantined,
  RejectBounds,
  RejectFigures,
} from './letter.ts'
import type { RejectCalls, RejectStart, SetAside } from './reject-worker.ts'

/** Letters, and quarantined readings, that may wait for the disk. */
export const MAX_WAITING = { letters: 1_000, quarantined: 20_000 } as const
/** Requeued readings that are taken at once. */
const TAKEN_AT_ONCE = 1_000

export interface RejectWriterOptions {
  readonly path: string
  readonly bounds: RejectBounds
  /** What comes within this goes to the disk together, ms. */
  readonly flushMs: number
  /** A file that cannot be written is tried again after this, ms. */
  readonly retryMs: number
  /** There is no room for this letter. */
  readonly onDropped: (letter: DeadLetter) => void
  readonly logger: Logger
}

/**
 * The way to the file of the dead letters, which has a thread of its own. What comes while it writes waits, up
 * to a bound, and goes with the next write. Whatever is wrong with the file is told once and hinders nobody.
 */
export class RejectWriter {
  readonly #options: RejectWriterOptions
  #thread: Thread<RejectCalls> | undefined
  #waiting: { letters: DeadLetter[]; quarantined: NewQuarantined[] } = { letters: [], quarantined: [] }
  /** Ids of quarantined readings that are done with and still in the file; no more than were taken at once. */
  #unsettled: readonly number[] = []
  #running: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined
  /** Why the file cannot be written; undefined while it can. */
  trouble: ErrorCode | undefined
  /** How the file stood at the last write; undefined before. */
  figures: RejectFigures | undefined
  /** Readings that were to be quarantined and are lost. */
  lostQuarantined = 0

  constructor(options: RejectWriterOptions) {
    this.#options = options
  }

  /** Starts the thread; the file is opened by the first call. */
  start(): void {
    const { path, bounds } = this.#options
    const start: RejectStart = { path, bounds }
    this.#thread = new Thread<RejectCalls>({
      module: new URL('./reject-worker.ts', import.meta.url),
      data: start,
      name: 'dead letters',
      onNews: (news) => this.#tellSetAside(news as SetAside),
      onDeath: (error) => this.#failed(error),
    })
  }

  add(letter: DeadLetter): void {
    if (this.#waiting.letters.length < MAX_WAITING.letters) this.#waiting.letters.push(letter)
    else this.#options.onDropped(letter)
    this.#schedule()
  }

  quarantine(readings: readonly NewQuarantined[]): void {
    const { quarantined } = this.#waiting
    const room = Math.max(0, MAX_WAITING.quarantined - quarantined.length)
    quarantined.push(...readings.slice(0, room))
    this.lostQuarantined += Math.max(0, readings.length - room)
    this.#schedule()
  }

  /** Resolves when everything handed in before is on the disk, or the disk has refused it. */
  async flushed(): Promise<void> {
    await this.#running
    await this.#flush()
  }

  async takeRequeued(isKnown: IsKnown): Promise<Quarantined[]> {
    try {
      // What could not be noted before must be, or it would be taken again and again.
      await this.#settle()
      const asked = (await this.#thread?.call('requeued', undefined)) ?? []
      const sources = asked.filter(isKnown)
      if (sources.length === 0) return []
      return (await this.#thread?.call('take', { sources, limit: TAKEN_AT_ONCE })) ?? []
    } catch (error) {
      this.#options.logger.debug({ error: String(error) }, 'requeued readings cannot be taken now')
      return []
    }
  }

  async settled(ids: readonly number[]): Promise<void> {
    this.#unsettled = [...this.#unsettled, ...ids]
    await this.#settle().catch((error: unknown) =>
      this.#options.logger.debug({ error: String(error) }, 'requeued readings are noted later'),
    )
  }

  /** Writes what waits. Nothing is handed in afterwards. */
  async close(): Promise<void> {
    await this.flushed()
    clearTimeout(this.#timer)
    await this.#thread?.close()
  }

  async #settle(): Promise<void> {
    const ids = this.#unsettled
    if (ids.length === 0) return
    await this.#thread?.call('settle', ids)
    this.#unsettled = this.#unsettled.filter((id) => !ids.includes(id))
  }

  #schedule(): void {
    const { flushMs, retryMs } = this.#options
    const wait = this.trouble === undefined ? flushMs : retryMs
    this.#timer ??= setTimeout(() => void this.#flush(), wait).unref()
  }

  #flush(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#running ??= this.#write().finally(() => {
      this.#running = undefined
    })
    return this.#running
  }

  async #write(): Promise<void> {
    const { letters, quarantined } = this.#waiting
    if (letters.length + quarantined.length === 0) return
    this.#waiting = { letters: [], quarantined: [] }
    try {
      this.figures = await this.#thread?.call('write', { letters, quarantined })
      if (this.trouble !== undefined) this.#options.logger.info({}, 'dead letters are written again')
      this.trouble = undefined
    } catch (error) {
      this.#failed(error)
      this.#putBack(letters, quarantined)
    }
    if (this.#waiting.letters.length + this.#waiting.quarantined.length > 0) this.#schedule()
  }

  /** In front of what came meanwhile, as far as there is room. */
  #putBack(letters: readonly DeadLetter[], quarantined: readonly NewQuarantined[]): void {
    const later = this.#waiting
    this.#waiting = { letters: [...letters], quarantined: [...quarantined] }
    for (const letter of later.letters) this.add(letter)
    this.quarantine(later.quarantined)
  }

  /** Told once, not with every try. */
  #failed(error: unknown): void {
    const code = error instanceof CodedError ? error.code : 'INTERNAL'
    if (this.trouble === undefined)
      this.#options.logger.warn({ code, error: String(error) }, 'dead letters are kept in memory only')
    this.trouble = code
  }

  #tellSetAside({ setAside, detail }: SetAside): void {
    const fields = { code: 'DATA_DAMAGED', setAside, detail }
    this.#options.logger.error(fields, 'the file of dead letters was damaged: it is set aside and begun anew')
  }
}
