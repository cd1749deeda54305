import { GAP_REASONS, type Gap, type GapReason } from '../../contracts/wire.ts'
import { entryFor, isSameLoss, joinGaps } from './gaps.ts'
import { type BatchKey, keyOf, type SealedBatch } from './outbox.ts'
import { isWithin, type SeqRange } from './seq-ranges.ts'

/** A loss that is on the disk. */
export interface GapRow {
  readonly row: number
  readonly gap: Gap
  /** The batch that told of it and is not confirmed yet. */
  readonly carrier?: BatchKey
}

/** What a commit is to write of the losses. */
export interface LossChanges {
  /** Not on the disk yet. One that was told never changes again. */
  readonly losses: readonly { readonly gap: Gap; readonly isTold: boolean; readonly carrier?: BatchKey }[]
  /** Rows that were told since, by a batch that is still kept or by one that is not. */
  readonly told: readonly { readonly row: number; readonly carrier?: BatchKey }[]
  /** Rows whose telling was confirmed. */
  readonly done: readonly number[]
}

/** What became of them. */
export interface LossReport {
  /** Rows that were made or have grown, with what the commit itself evicted; they may still grow. */
  readonly rows: readonly GapRow[]
  /** The rows of the told ones among {@link LossChanges.losses}, in that order. */
  readonly told: readonly number[]
}

interface Loss {
  gap: Gap
  /** Undefined while it is in memory alone. */
  row: number | undefined
  /** It was told at least once, in these words. */
  isTold: boolean
  /** The batch that tells of it. */
  carrier?: BatchKey | undefined
  /** The disk knows whether it was told, and by whom. */
  isRecorded: boolean
}

/** Ranges told at a time, so that a live batch stays small. */
const MOST_RANGES_AT_ONCE = 1_000
/**
 * Batches that tell of losses and wait for their confirm. While a server confirms nothing and every batch evicts
 * another, one entry grows instead of many that are frozen.
 */
const MOST_CARRIERS = 8

/**
 * What was lost and who has been told (DESIGN section 5: loss is a number that people see). An entry grows
 * until it is told, then it is frozen and told again until a batch that tells of it is confirmed. What the
 * memory has of an entry either stands in the file as it is or not at all, so that a start after a crash
 * tells nothing in other words.
 */
export class Losses {
  /** Readings lost, as far as this process knows. Key: why. */
  readonly counts = Object.fromEntries(GAP_REASONS.map((reason) => [reason, 0])) as Record<GapReason, number>
  /** To be told, oldest first. */
  #waiting: Loss[] = []
  /** Given out by {@link take}, on their way into a batch. */
  #taken: Loss[] = []
  /** In batches that are not confirmed. */
  #told: Loss[] = []
  /** Rows that are done with and still on the disk. */
  #done: number[] = []
  /** What a commit that is under way writes. */
  #committing: Loss[] | undefined

  /** True when the disk has something to learn. */
  get hasChanges(): boolean {
    return (
      this.#done.length > 0 ||
      this.#waiting.some(({ isRecorded }) => !isRecorded) ||
      this.#told.some(({ isRecorded }) => !isRecorded)
    )
  }

  /** Losses that are in memory alone. */
  get unwritten(): Gap[] {
    return [...this.#waiting, ...this.#told].filter(({ row }) => row === undefined).map(({ gap }) => gap)
  }

  /** Something was lost. */
  add(gap: Gap): void {
    this.count(gap.reason, gap.count)
    const growing = this.#waiting.filter(
      (loss) => loss.row === undefined && !loss.isTold && this.#committing?.includes(loss) !== true,
    )
    const same = entryFor(growing, gap)
    if (same === undefined) this.#waiting.push({ gap, row: undefined, isTold: false, isRecorded: false })
    else same.gap = joinGaps(same.gap, gap)
  }

  /** Readings were lost that are told by others. */
  count(reason: string, readings: number): void {
    const known = GAP_REASONS.find((name) => name === reason)
    if (known !== undefined) this.counts[known] += readings
  }

  /**
   * A file was opened, for the first time or again. Any row may have been told before a crash. What the memory
   * has of an earlier look at the file is dropped, and so is what the file turns out to have after all.
   */
  load(rows: readonly GapRow[]): void {
    const isNew = (loss: Loss) => loss.row === undefined && !rows.some(({ gap }) => isSameLoss(gap, loss.gap))
    this.#waiting = this.#waiting.filter(isNew)
    this.#told = this.#told.filter(isNew)
    this.#done = []
    this.#committing = undefined
    for (const { row, gap, carrier } of rows) {
      const list = carrier === undefined ? this.#waiting : this.#told
      list.push({ gap, row, isTold: true, carrier, isRecorded: true })
    }
  }

  /**
   * A few that are due, unless too many wait for their confirm. While there is a file, only what stands in it
   * is told, and nothing while a commit may still change it.
   */
  take(hasFile: boolean): Gap[] {
    if (this.#waiting.length === 0 || this.#committing !== undefined) return []
    const carriers = new Set(this.#told.flatMap(({ carrier }) => (carrier ? keyOf(carrier) : [])))
    if (carriers.size >= MOST_CARRIERS) return []
    let ranges = 0
    const taken = this.#waiting.filter(({ row, gap }) => {
      if (hasFile && row === undefined) return false
      const isFirst = ranges === 0
      ranges += gap.seqs.length
      return isFirst || ranges <= MOST_RANGES_AT_ONCE
    })
    const isTaken = new Set(taken)
    this.#waiting = this.#waiting.filter((loss) => !isTaken.has(loss))
    this.#taken.push(...taken)
    return this.#taken.map(({ gap }) => gap)
  }

  /** A batch was sealed that may tell of what was taken. */
  carriedBy(batch: SealedBatch): void {
    if (batch.gaps.length === 0) return
    const carrier = { epoch: batch.epoch, seq: batch.seq }
    for (const loss of this.#taken.filter(({ gap }) => batch.gaps.includes(gap)))
      this.#told.push(Object.assign(loss, { carrier, isTold: true, isRecorded: false }))
    this.#taken = this.#taken.filter(({ carrier }) => carrier === undefined)
  }

  /** These batches are confirmed: what they told of is known. */
  confirmed(epoch: string, ranges: readonly SeqRange[]): void {
    // One without a row is either not on the disk, or {@link endCommit} gives it one.
    this.#done.push(...this.#letGo(epoch, ranges).flatMap(({ row }) => row ?? []))
  }

  /** These batches will never be sent: what they told of is to be told again. */
  dropped(epoch: string, ranges: readonly SeqRange[]): void {
    this.#waiting.push(...this.#letGo(epoch, ranges))
  }

  beginCommit(): LossChanges {
    const all = [...this.#waiting, ...this.#told]
    const unwritten = all.filter(({ row }) => row === undefined)
    const unrecorded = all.filter(({ row, isRecorded }) => row !== undefined && !isRecorded)
    this.#committing = unwritten
    for (const loss of all) loss.isRecorded = true
    return {
      losses: unwritten.map(({ gap, isTold, carrier }) => ({ gap, isTold, ...optional(carrier) })),
      told: unrecorded.flatMap(({ row, carrier }) =>
        row === undefined ? [] : [{ row, ...optional(carrier) }],
      ),
      done: [...this.#done],
    }
  }

  endCommit(changes: LossChanges, report: LossReport): void {
    const committed = new Set(this.#committing)
    this.#committing = undefined
    this.#done = this.#done.filter((row) => !changes.done.includes(row))
    // What could still grow stands in the report, as a row of its own or as part of another.
    this.#waiting = this.#waiting.filter((loss) => !committed.has(loss) || loss.isTold)
    const rows = report.told.values()
    for (const loss of committed) {
      if (!loss.isTold) continue
      loss.row = rows.next().value
      const isConfirmed = loss.carrier === undefined && !this.#waiting.includes(loss)
      if (isConfirmed && loss.row !== undefined) this.#done.push(loss.row)
    }
    for (const { row, gap } of report.rows) {
      const known = this.#waiting.find((loss) => loss.row === row)
      if (known === undefined) this.#waiting.push({ gap, row, isTold: false, isRecorded: true })
      else known.gap = gap
    }
  }

  /** Nothing was written, as far as is known. */
  failCommit({ told }: LossChanges): void {
    this.#committing = undefined
    const rows = new Set(told.map(({ row }) => row))
    for (const loss of [...this.#waiting, ...this.#told])
      if (loss.row === undefined || rows.has(loss.row)) loss.isRecorded = false
  }

  #letGo(epoch: string, ranges: readonly SeqRange[]): Loss[] {
    const isMet = ({ carrier }: Loss) =>
      carrier !== undefined && carrier.epoch === epoch && isWithin(ranges, carrier.seq)
    const met = this.#told.filter(isMet)
    this.#told = this.#told.filter((loss) => !met.includes(loss))
    for (const loss of met) loss.carrier = undefined
    // If the disk was not told before, it still has to hear that the words are fixed.
    return met
  }
}

function optional(carrier: BatchKey | undefined): { carrier?: BatchKey } {
  return carrier === undefined ? {} : { carrier }
}
