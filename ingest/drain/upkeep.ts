import type { Clock } from '../../contracts/clock.ts'
import { CodedError } from '../../contracts/errors.ts'
import type { TimeSeriesStore } from '../../contracts/store.ts'
import type { DirtyMinutes } from './dirty-minutes.ts'
import { pause } from './retry-delays.ts'

/** What upkeep did, or could not do: it is then done at the next time. */
export type UpkeepNews =
  | { readonly dropped: number }
  | { readonly code: CodedError['code']; readonly detail: string }

export interface UpkeepOptions {
  store: Pick<TimeSeriesStore, 'rollUp' | 'prune'>
  dirty: Pick<DirtyMinutes, 'take' | 'done' | 'putBack'>
  retentionMs: number
  rollUpRetentionMs: number
  clock: Clock
  /** Must not throw. */
  onNews: (news: UpkeepNews) => void
}

/** Roll-ups follow their readings by about so much, ms. */
export const ROLL_UP_EVERY_MS = 60_000
/** Minutes rolled up with one call, so that a write comes between. */
const SPAN_MINUTES = 10
/** What is past its retention is looked for this often, ms. */
export const PRUNE_EVERY_MS = 3_600_000
/** Writes have the store to themselves for so long between two slices, ms. */
const BREATH_MS = 50
/** A roll-up that is under way at the end is waited for so long, ms. */
const FAREWELL_MS = 3_000

/** Roll-ups and retention of a store, beside its writes. */
export class Upkeep {
  readonly #options: UpkeepOptions
  readonly #closing = new AbortController()
  #running: Promise<void> = Promise.resolve()
  /** When pruning is due next, monotonic ms. */
  #pruneAt: number
  /** What was told last of each work, so that it is told once. Key: the work. */
  readonly #troubles = new Map<string, string>()

  constructor(options: UpkeepOptions) {
    this.#options = options
    this.#pruneAt = options.clock.monotonic() + ROLL_UP_EVERY_MS
  }

  start(): void {
    this.#running = this.#run()
  }

  /** What is under way may end, if it does so soon: it is done again by the next run. */
  async close(): Promise<void> {
    this.#closing.abort()
    const patience = new AbortController()
    await Promise.race([this.#running, pause(FAREWELL_MS, patience.signal)])
    patience.abort()
  }

  get #isClosing(): boolean {
    return this.#closing.signal.aborted
  }

  async #run(): Promise<void> {
    for (;;) {
      await pause(ROLL_UP_EVERY_MS, this.#closing.signal)
      if (this.#isClosing) return
      await this.#guarded('roll-up', () => this.#rollUp())
      if (this.#options.clock.monotonic() < this.#pruneAt) continue
      this.#pruneAt = this.#options.clock.monotonic() + PRUNE_EVERY_MS
      await this.#guarded('prune', () => this.#prune())
    }
  }

  async #rollUp(): Promise<void> {
    const { store, dirty } = this.#options
    const spans = dirty.take(SPAN_MINUTES)
    let refused: unknown
    for (const [index, span] of spans.entries()) {
      try {
        if (this.#isClosing) return // The file still has them.
        await store.rollUp(span)
      } catch (error) {
        if (!isRefused(error)) {
          for (const left of spans.slice(index)) dirty.putBack(left)
          throw error
        }
        refused ??= error
      }
      dirty.done(span)
    }
    if (refused !== undefined) throw refused
  }

  async #prune(): Promise<void> {
    const { store, clock, retentionMs, rollUpRetentionMs, onNews } = this.#options
    const now = clock.wall()
    let dropped = 0
    for (;;) {
      const some = await store.prune({ raw: now - retentionMs, rollUps: now - rollUpRetentionMs })
      dropped += some
      if (some === 0 || this.#isClosing) break
      await pause(BREATH_MS, this.#closing.signal)
    }
    if (dropped > 0) onNews({ dropped })
  }

  async #guarded(name: string, work: () => Promise<void>): Promise<void> {
    try {
      await work()
      this.#troubles.delete(name)
    } catch (error) {
      const { code, detail } = error instanceof CodedError ? error : new CodedError('INTERNAL', String(error))
      if (this.#troubles.get(name) !== code) this.#options.onNews({ code, detail })
      this.#troubles.set(name, code)
    }
  }
}

/** Asked again it would be refused again, and the minutes behind it shall not wait for that. */
function isRefused(error: unknown): boolean {
  return error instanceof CodedError && error.code === 'STORE_REFUSED'
}
