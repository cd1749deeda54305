import type { JournalItem } from '../../contracts/api.ts'
import { CodedError } from '../../contracts/errors.ts'
import type { StatusPoint } from '../../contracts/store.ts'
import { pause, Retries } from '../drain/retry-delays.ts'
import { alarmPoint } from './alarm-point.ts'

export interface AlarmFeedOptions {
  /** Entries of the journal after a sequence number, oldest first. */
  after: (seq: number, limit: number) => Promise<JournalItem[]>
  write: (points: readonly StatusPoint[]) => Promise<readonly { detail: string }[]>
  /** Sequence number of the last entry that is in the store; 0 before the first. */
  kept: () => Promise<number>
  keep: (seq: number) => Promise<void>
  random: () => number
  /** Once for each trouble; undefined when it has passed. Must not throw. */
  onTrouble: (trouble: CodedError | undefined) => void
}

/** Entries written at once. */
const AT_ONCE = 500

/**
 * Alarm transitions on their way into the store. They are read from the journal, which has them all, so that a
 * store that was away for a day has every one of them afterwards. Writing one again changes nothing.
 */
export class AlarmFeed {
  readonly #options: AlarmFeedOptions
  readonly #closing = new AbortController()
  #running: Promise<void> = Promise.resolve()
  #wake: () => void = () => undefined
  #hasMore = true
  #trouble: string | undefined

  constructor(options: AlarmFeedOptions) {
    this.#options = options
  }

  start(): void {
    this.#running = this.#run()
  }

  /** There may be more in the journal. */
  wake(): void {
    this.#hasMore = true
    this.#wake()
  }

  async close(): Promise<void> {
    this.#closing.abort()
    this.#wake()
    await this.#running
  }

  async #run(): Promise<void> {
    let retries = new Retries(this.#options.random)
    let seq: number | undefined
    while (!this.#closing.signal.aborted) {
      try {
        seq ??= await this.#options.kept()
        this.#hasMore = false
        seq = await this.#feed(seq)
        this.#tell(undefined)
        retries = new Retries(this.#options.random)
        if (!this.#hasMore && !this.#closing.signal.aborted) await this.#woken()
      } catch (error) {
        const coded = error instanceof CodedError ? error : new CodedError('INTERNAL', String(error))
        this.#tell(coded)
        await pause(retries.after(coded), this.#closing.signal)
      }
    }
  }

  /** Everything that the journal has by now; the number of the last entry. */
  async #feed(from: number): Promise<number> {
    let seq = from
    while (!this.#closing.signal.aborted) {
      const items = await this.#options.after(seq, AT_ONCE)
      const last = items.at(-1)
      if (last === undefined) break
      const [refused] = await this.#options.write(items.map(alarmPoint))
      if (refused !== undefined) this.#tell(new CodedError('STORE_REFUSED', `an alarm: ${refused.detail}`))
      await this.#options.keep(last.seq)
      seq = last.seq
    }
    return seq
  }

  #woken(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }

  #tell(trouble: CodedError | undefined): void {
    if (trouble?.code === this.#trouble) return
    this.#trouble = trouble?.code
    this.#options.onTrouble(trouble)
  }
}
