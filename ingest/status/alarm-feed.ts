import type { JournalItem } from '../../contracts/api.ts'
import { CodedError } from '../../contracts/errors.ts'
import type { StatusPoint } from '../../contracts/store.ts'
import { pause, Retries } from '../drain/retry-delays.ts'
import { alarmPoint } from './alarm-point.ts'
import { standingOf } from './standing-point.ts'

export interface AlarmFeedOptions {
  states: FeedStates
  write: (points: readonly StatusPoint[]) => Promise<readonly { detail: string }[]>
  random: () => number
  /** Once for each trouble. Must not throw. */
  onTrouble: (trouble: CodedError) => void
}

/** What it asks of the journal. */
export interface FeedStates {
  /** Entries of the journal after a sequence number, oldest first. */
  after(seq: number, limit: number): Promise<JournalItem[]>
  keep(facility: string, name: string, body: string): Promise<void>
  kept(facility: string, name: string): Promise<string | undefined>
}

/** Where the number of the last entry that is in the store is kept, for all facilities together. */
const PLACE = ['', 'alarm-feed'] as const

/** Entries written at once. */
const AT_ONCE = 500

/**
 * Alarm transitions on their way into the store. They are read from the journal, which has them all, so that a
 * store that was away for a day has every one of them afterwards, at the time at which it was recorded. Writing one
 * again changes nothing.
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
        seq ??= Number((await this.#options.states.kept(...PLACE)) ?? 0)
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
      const items = await this.#options.states.after(seq, AT_ONCE)
      const last = items.at(-1)
      if (last === undefined) break
      const [refused] = await this.#options.write(items.flatMap(pointsOf))
      if (refused !== undefined) this.#tell(new CodedError('STORE_REFUSED', `an alarm: ${refused.detail}`))
      await this.#options.states.keep(...PLACE, String(last.seq))
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
    if (trouble !== undefined) this.#options.onTrouble(trouble)
  }
}

/** The transition, and how the alarm stood after it. */
function pointsOf(item: JournalItem): StatusPoint[] {
  // That somebody was told changes nothing about the alarm.
  if (item.event === 'notified') return []
  const standing = standingOf(item)
  return standing === undefined ? [alarmPoint(item)] : [alarmPoint(item), standing]
}
