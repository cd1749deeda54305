import type { ErrorCode } from '../../../contracts/errors.ts'
import type { SeqRange } from '../../../contracts/seq-ranges.ts'
import type { GapReason } from '../../../contracts/wire.ts'
import type { GapRow, LossChanges, LossReport } from '../losses.ts'
import type { BatchKey, BatchSummary } from '../outbox.ts'
import type { EpochStock, NumberedTally, Tally } from '../tally.ts'

// What the thread of the disk is asked for and answers. All of it is plain data: it is copied.

export interface FileOptions {
  readonly path: string
  /** Of the file and its log. */
  readonly maxBytes: number
  readonly maxAgeMs: number
  /** Where a tally may stand in memory, as its path without suffix. */
  readonly memoryPath?: string
}

export interface EpochRanges {
  readonly epoch: string
  readonly seqs: readonly SeqRange[]
}

/** A batch to be written. */
export interface BatchToKeep extends BatchSummary {
  readonly payload: Uint8Array
  /** Age of the file when it was made, ms: see {@link CommitRequest.age}. */
  readonly kept: number
}

/** One transaction. */
export interface CommitRequest extends LossChanges {
  /** How long gateways have run with this file, ms: the clock that batches grow old by. */
  readonly age: number
  /** In order; as many of the first ones are written as there is room for. */
  readonly batches: readonly BatchToKeep[]
  /** Confirmed: they are deleted. */
  readonly confirmed: readonly EpochRanges[]
  /** What {@link DiskCalls.fetch} could not give: deleted, and told as damaged. */
  readonly unreadable: readonly EpochRanges[]
  /** On their way to the server: not evicted. */
  readonly spared: readonly BatchKey[]
  /** On a full disk old batches make room for new ones only when the memory fills up. */
  readonly isPressed: boolean
}

/** How the file stands. */
export interface FileState {
  readonly commits: number
  /** Of the file and its log, on the disk. */
  readonly bytes: number
  readonly readings: number
  /** When the oldest reading that is kept was sampled, ms; null when none is. */
  readonly oldest: number | null
  /** What hinders it though it works: DISK_FULL; null when nothing does. */
  readonly trouble: ErrorCode | null
}

export interface CommitReport extends LossReport, FileState {
  /** How many of the batches were written. */
  readonly written: number
  readonly gone: readonly EpochRanges[]
  readonly lost: readonly { readonly reason: GapReason; readonly readings: number }[]
  /** Every epoch that the commit changed, as it is now. */
  readonly changed: readonly EpochStock[]
}

export interface OpenReport extends FileState {
  readonly age: number
  /** By age; `seqs` are exact. */
  readonly stock: readonly EpochStock[]
  readonly rows: readonly GapRow[]
  /** Losses found at this opening. */
  readonly lost: readonly { readonly reason: GapReason; readonly readings: number }[]
  /** What became of a damaged file; null when it was sound. */
  readonly salvaged: Salvaged | null
}

export interface Salvaged {
  /** What was wrong. */
  readonly damage: string
  /** Where the damaged file is now. */
  readonly aside: string
  readonly batches: number
  readonly readings: number
  /** Readings that are known to be lost. */
  readonly lost: number
}

/** What the thread says by itself. */
export interface DiskNews {
  /** The file is damaged; salvaging begins and may take minutes. */
  readonly damage: string
}

export type DiskCalls = {
  /**
   * Takes hold of the file and says what the process before left beside it.
   * @throws CodedError DATA_IN_USE, DATA_NEWER, DATA_UNWRITABLE or DISK_FULL
   */
  lock: (nothing: null) => NumberedTally
  /** Reads it, salvages it if it must be, and settles it with the tally. After `lock`. */
  open: (tally: Tally) => OpenReport
  /** @throws CodedError, and then nothing was written; DATA_DAMAGED asks for `lock` and `open` again */
  commit: (request: CommitRequest) => CommitReport
  /** The payloads; null for what is not there or damaged. @throws CodedError like `commit` */
  fetch: (keys: readonly BatchKey[]) => (Uint8Array | null)[]
}
