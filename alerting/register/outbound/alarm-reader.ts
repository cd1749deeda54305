import type { JournalItem } from '../../../contracts/api.ts'
import type { Logger } from '../../../contracts/logger.ts'
import type { StateStore } from '../../journal/state-store.ts'

/** Where it is kept how far the journal was read: of the whole server. */
const CURSOR_PLACE = ['', 'register-exports'] as const
/** Entries of the journal that are read at once. */
const PAGE = 500
/** What comes within so long is read together, ms. */
const GATHER_MS = 200
const RETRY_MS = 5_000

export interface AlarmReaderOptions {
  readonly states: Pick<StateStore, 'after' | 'lastSeq' | 'keep' | 'kept'>
  /** Whether anybody wants alarms at all. */
  isWanted: () => boolean
  /** Puts in the queue what is wanted of these; entries that it was given before change nothing. How many are. */
  take: (items: readonly JournalItem[]) => Promise<number>
  readonly logger: Logger
}

/**
 * Reads the journal for outside registers, which alone says what happened and in what order: what is told meanwhile is
 * only a sign that there is more to read. How far it has come is kept after what was read is in the queue.
 */
export class AlarmReader {
  readonly #options: AlarmReaderOptions
  /** Entries up to here are in the queue; and so it was kept. */
  #cursor: number
  #kept: number
  #reading: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined
  #isStarted = false

  private constructor(options: AlarmReaderOptions, cursor: number) {
    this.#options = options
    this.#cursor = cursor
    this.#kept = cursor
  }

  /** Begins where the last run stopped; with what comes from now on when it never ran, or when nobody wants alarms. */
  static async open(options: AlarmReaderOptions): Promise<AlarmReader> {
    const { states, isWanted } = options
    const kept = Number(await states.kept(...CURSOR_PLACE))
    if (Number.isSafeInteger(kept) && kept > 0 && isWanted()) return new AlarmReader(options, kept)
    const last = await states.lastSeq()
    await states.keep(...CURSOR_PLACE, String(last))
    return new AlarmReader(options, last)
  }

  start(): void {
    this.#isStarted = true
    this.#later(0)
  }

  /** Something stands in the journal. */
  note(): void {
    this.#later(GATHER_MS)
  }

  /** Reads all that is there. */
  async read(): Promise<void> {
    this.#reading ??= this.#readOn().finally(() => {
      this.#reading = undefined
    })
    await this.#reading
  }

  async close(): Promise<void> {
    this.#isStarted = false
    clearTimeout(this.#timer)
    await this.#reading?.catch(() => undefined)
  }

  #later(ms: number): void {
    if (!this.#isStarted) return
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      this.read().catch((error: unknown) => {
        this.#options.logger.warn({ error: String(error) }, 'the journal was not read for outside registers')
        this.#later(RETRY_MS)
      })
    }, ms)
  }

  async #readOn(): Promise<void> {
    const { states, take, isWanted } = this.#options
    for (;;) {
      const before = this.#cursor
      if (isWanted()) {
        const items = await states.after(this.#cursor, PAGE)
        const last = items.at(-1)
        if (last === undefined) return
        const count = await take(items)
        this.#cursor = last.seq
        if (count === 0 && this.#cursor - this.#kept < PAGE) continue
      } else {
        this.#cursor = await states.lastSeq()
        if (this.#cursor - this.#kept < PAGE) return
      }
      if (this.#cursor === before) return
      await states.keep(...CURSOR_PLACE, String(this.#cursor))
      this.#kept = this.#cursor
    }
  }
}
