import type { RefusedPoint, StatusPoint } from '../../contracts/store.ts'
import type { StorePlan } from '../store/store-plan.ts'
import type { DrainProgress, StoreState } from './drain.ts'
import type { DrainSource } from './drain-source.ts'
import type { UpkeepNews } from './upkeep.ts'

/**
 * What the server and its drain thread say to each other. The thread has the store that is written, the
 * mirror, and a reader of the log; the server's own thread has the log that is written, and everything else.
 *
 * At first the server asks `open`; from then on the thread drains by itself and tells {@link DrainNews}. A
 * thread that has died is replaced by one that begins behind the progress told last: what was written and not
 * told is written again, which changes nothing.
 */
export type DrainCalls = {
  /** Opens store and log and begins to drain. Asked first, once. @throws CodedError of either */
  open: (argument: undefined) => Promise<void>
  /** Passed on to the source: that there is more in the log, for one. */
  tellSource: (message: unknown) => void
  /** As {@link TimeSeriesStore.writeStatus}. */
  writeStatus: (points: readonly StatusPoint[]) => Promise<RefusedText[]>
}

/** A status point that was refused, as text for a log. */
export interface RefusedText {
  readonly measurement: string
  readonly detail: string
}

/** What the thread tells unasked, in the order in which it happens. */
export type DrainNews =
  | { readonly kind: 'progress'; readonly progress: DrainProgress }
  | { readonly kind: 'refused'; readonly refused: readonly RefusedPoint[] }
  | { readonly kind: 'state'; readonly state: StoreState }
  | { readonly kind: 'upkeep'; readonly news: UpkeepNews }
  /** Points since the thread began; told when they changed. */
  | { readonly kind: 'mirror'; readonly sent: number; readonly dropped: number }

/** Data of the thread. */
export interface DrainPlan {
  readonly store: StorePlan
  /** Where the minutes that are not rolled up are kept. */
  readonly minutesFile: string
  /** For the jitter of retries. */
  readonly seed: number
  readonly source: SourcePlan
}

/** Where the thread finds what it drains. */
export interface SourcePlan {
  /** URL of a module that exports {@link SourceModule}. */
  readonly module: string
  /** What it opens its source with: plain data. */
  readonly data: unknown
}

export interface SourceModule {
  /** @throws CodedError */
  openLogReader(data: unknown): ThreadSource | Promise<ThreadSource>
}

/** A source as the thread needs it. */
export interface ThreadSource extends DrainSource {
  /** What the server's thread has to say to it. */
  tell?(message: never): void
  /** Makes `next` answer undefined, also one that waits. */
  close(): void | Promise<void>
}
