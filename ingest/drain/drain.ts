import type { Clock } from '../../contracts/clock.ts'
import { CodedError, type ErrorCode } from '../../contracts/errors.ts'
import type { RefusedPoint, SeriesPoint, TimeSeriesStore } from '../../contracts/store.ts'
import { type DrainGroup, DrainGroups, type GroupLimits } from './drain-groups.ts'
import type { DrainedBatch, DrainSource } from './drain-source.ts'
import { pause, Retries } from './retry-delays.ts'

/** Everything up to `last` is in the store, or refused for good. */
export interface DrainProgress {
  readonly last: number
  readonly points: number
  readonly batches: readonly DrainedBatch[]
  /** When it was in the store, epoch ms of the server's clock. */
  readonly stored: number
}

/** Whether the store takes what it is given. */
export type StoreState =
  | { readonly isWorking: true }
  | { readonly isWorking: false; readonly code: ErrorCode; readonly detail: string }

/** Who is told. Called synchronously; must not throw. */
export interface DrainEvents {
  /** Strictly in the order of the log. */
  onProgress(progress: DrainProgress): void
  /** Before the progress that they are part of; again when that progress got lost in a crash. */
  onRefused(refused: readonly RefusedPoint[]): void
  /** Once for each change. */
  onState(state: StoreState): void
}

export interface DrainOptions {
  source: DrainSource
  store: Pick<TimeSeriesStore, 'write' | 'concurrency'>
  /** Told of points that are in the store, before progress says so; what it throws holds progress back. */
  onWritten: (points: readonly SeriesPoint[]) => void
  limits: GroupLimits
  events: DrainEvents
  clock: Clock
  random: () => number
}

/** A write that is under way when the drain is closed may take so much longer, ms; then it counts as not made. */
const FAREWELL_MS = 3_000

/**
 * Moves what is durable in the log into the store. A write is tried again for ever, so that nothing is passed
 * over: the log simply grows meanwhile. Whatever happens twice changes nothing.
 */
export class Drain {
  readonly #options: DrainOptions
  readonly #groups: DrainGroups
  readonly #closing = new AbortController()
  /** Writes that have failed and not gone through since. */
  readonly #failing = new Map<DrainGroup, CodedError>()
  #running: Promise<void> = Promise.resolve()
  /** A write was given up: nothing behind it may be reported any more. */
  #isCut = false
  /** What was told last; undefined at first. */
  #told: ErrorCode | 'works' | undefined

  constructor(options: DrainOptions) {
    this.#options = options
    this.#groups = new DrainGroups(options)
  }

  /** Resolves once the source is closed and all that it gave is in the store. @throws what the source throws */
  run(): Promise<void> {
    this.#running = this.#run()
    return this.#running
  }

  /** To be called once the source is closed. What is not in the store soon after comes again at the next start. */
  async close(): Promise<void> {
    this.#closing.abort()
    const patience = new AbortController()
    await Promise.race([this.#running.catch(() => undefined), pause(FAREWELL_MS, patience.signal)])
    patience.abort()
  }

  async #run(): Promise<void> {
    const underWay = new Set<Promise<void>>()
    let before: Promise<void> = Promise.resolve()
    for (;;) {
      const group = await this.#groups.next()
      if (group === undefined || this.#closing.signal.aborted) break
      const reported = this.#report(group, this.#write(group), before)
      before = reported
      const settle = () => underWay.delete(reported)
      underWay.add(reported)
      reported.then(settle, settle)
      // A write counts until it is reported: else one that hangs lets those behind it pile up.
      while (underWay.size >= this.#options.store.concurrency) await Promise.race(underWay)
    }
    await before
  }

  async #report(
    group: DrainGroup,
    writing: Promise<RefusedPoint[] | undefined>,
    before: Promise<void>,
  ): Promise<void> {
    const refused = await writing
    await before
    this.#isCut ||= refused === undefined
    if (refused === undefined || this.#isCut) return
    if (refused.length > 0) this.#options.events.onRefused(refused)
    const { last, points, batches } = group
    const stored = this.#options.clock.wall()
    this.#options.events.onProgress({ last, points: points.length, batches, stored })
  }

  /** What was refused; undefined when the drain was closed before it went through. */
  async #write(group: DrainGroup): Promise<RefusedPoint[] | undefined> {
    const retries = new Retries(this.#options.random)
    let refused: RefusedPoint[] | undefined
    for (;;) {
      try {
        refused ??= await this.#options.store.write(group.points)
        this.#options.onWritten(group.points)
        this.#settle(group, undefined)
        return refused
      } catch (error) {
        const coded = error instanceof CodedError ? error : new CodedError('INTERNAL', String(error))
        this.#settle(group, coded)
        await pause(retries.after(coded), this.#closing.signal)
        if (this.#closing.signal.aborted) return undefined
      }
    }
  }

  #settle(group: DrainGroup, error: CodedError | undefined): void {
    if (error === undefined) this.#failing.delete(group)
    else this.#failing.set(group, error)
    const [worst] = this.#failing.values()
    const state = worst?.code ?? 'works'
    if (state === this.#told) return
    this.#told = state
    this.#options.events.onState(
      worst === undefined
        ? { isWorking: true }
        : { isWorking: false, code: worst.code, detail: worst.detail },
    )
  }
}
