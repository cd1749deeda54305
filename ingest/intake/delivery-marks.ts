import { CLOCK_STEP_MS } from '../../contracts/clock.ts'
import { CodedError } from '../../contracts/errors.ts'
import { type SeqRange, SeqRanges } from '../../contracts/seq-ranges.ts'
import type { Gap } from '../../contracts/wire.ts'
import { type Dating, Datings, type KeptDatings } from './dating.ts'

/** Where a batch came in. */
export type Lane = 'live' | 'backlog'

/** Place of a reading in its gateway's history: order of birth of its epoch, number of its batch, index in that. */
interface Mark {
  order: number
  seq: number
  position: number
}

interface Epoch {
  /** Order of birth: 1 and up for those met live, below 0 for those known from the backlog only. */
  order: number
  /** Weighed by the alarms as they stand, and maybe not durable in the log of the server. */
  open: SeqRanges
  /** Durable in the log of the server. */
  logged: SeqRanges
  /** And what they caused stands in the journal: they may be confirmed. */
  applied: SeqRanges
  /** Told by the gateway as dropped. */
  dropped: SeqRanges
  /** Server clock minus gateway clock, ms, the least seen: the rest is network. Undefined until met live. */
  offset: number | undefined
  /** That was before this start of the server, whose own clock may have been set since. */
  isOffsetOld: boolean
  /** No reading of it is dated later, ms; undefined while it is the newest. */
  end: number | undefined
  datings: Datings
}

/** As it is kept between starts. */
interface KeptEpoch {
  order: number
  applied: [number, number][]
  dropped: [number, number][]
  offset: number | null
  end: number | null
  datings: KeptDatings
}

/** Ranges of batches. Key: epoch. */
export type WeighedBatches = Readonly<Record<string, readonly SeqRange[]>>

export interface KeptMarks {
  epochs: [string, KeptEpoch][]
  marks: [string, Mark][]
}

/** Epochs remembered per gateway; one that restarts more often than its outbox drains loses the oldest. */
export const MAX_EPOCHS = 64
/**
 * Ranges remembered of one epoch; a gateway that is not hostile has a few. What is forgotten would be taken
 * again, which changes nothing; a claim to have it would lose data.
 */
export const MAX_RANGES = 1_000

/**
 * What has been taken of one gateway, and how far each of its sensors has come. A reading is current when
 * its (epoch, seq, position) comes after the sensor's mark, else late; wall time never decides it.
 */
export class DeliveryMarks {
  readonly #epochs = new Map<string, Epoch>()
  /** How far evaluation has come. Key: sensor id. */
  readonly #marks = new Map<string, Mark>()

  /** Reads what {@link keep} gave. @throws CodedError DATA_DAMAGED */
  static restore(kept: KeptMarks | undefined): DeliveryMarks {
    const marks = new DeliveryMarks()
    if (kept === undefined) return marks
    try {
      for (const [id, { order, applied, dropped, offset, end, datings }] of kept.epochs) {
        marks.#epochs.set(id, {
          order,
          open: rangesOf(),
          logged: rangesOf(applied),
          applied: rangesOf(applied),
          dropped: rangesOf(dropped),
          offset: offset ?? undefined,
          isOffsetOld: false,
          end: end ?? undefined,
          datings: new Datings(datings),
        })
      }
      for (const [sensor, mark] of kept.marks) marks.#marks.set(sensor, mark)
    } catch (error) {
      throw new CodedError('DATA_DAMAGED', 'the delivery marks of a gateway cannot be read', { cause: error })
    }
    return marks
  }

  /** As things are now; `underWay` are batches that are durable once this is kept. Plain data, of its own. */
  keep(underWay: Iterable<{ epoch: string; seq: number }> = []): KeptMarks {
    const logged = new Map([...this.#epochs].map(([id, epoch]) => [id, rangesOf(epoch.logged)]))
    for (const { epoch, seq } of underWay) logged.get(epoch)?.add(seq)
    return {
      epochs: [...this.#epochs].map(([id, { order, dropped, offset, end, datings }]) => [
        id,
        {
          order,
          applied: logged.get(id)?.toJSON() ?? [],
          dropped: dropped.toJSON(),
          offset: offset ?? null,
          end: end ?? null,
          datings: datings.toJSON(),
        },
      ]),
      marks: Array.from(this.#marks, ([sensor, mark]) => [sensor, { ...mark }]),
    }
  }

  /**
   * The first live batch of an epoch is its birth, and the newest one's. A backlog batch of an unknown
   * epoch belongs to a time before everything the server has seen, unless that epoch turns up live later:
   * then the server has only missed its birth.
   */
  meet(epoch: string, lane: Lane): void {
    const known = this.#epochs.get(epoch)
    if (known !== undefined && (known.order > 0 || lane === 'backlog')) return
    const orders = [...this.#epochs.values()].map((other) => other.order)
    const order = lane === 'live' ? Math.max(0, ...orders) + 1 : Math.min(0, ...orders) - 1
    if (known === undefined) {
      this.#epochs.set(epoch, newEpoch(order))
      if (this.#epochs.size > MAX_EPOCHS) this.#forgetOldest()
    } else this.#move(known, order)
  }

  /** True when the epoch was met live, and a newer one since. */
  isPast(epoch: string): boolean {
    const known = this.#epochs.get(epoch)
    return known !== undefined && known.order > 0 && this.#newest() !== known
  }

  /** It is the newest from now on, whenever it was born: there is no other left. */
  promote(epoch: string): void {
    const known = this.#epochs.get(epoch)
    if (known !== undefined) this.#move(known, (this.#newest()?.order ?? 0) + 1)
  }

  /**
   * A live batch shows how its gateway's clock stands to ours. The first one of an epoch also shows whether
   * the clock was set back since another one: what is dated up to the end of that one comes twice.
   */
  measure(epoch: string, sent: number, now: number): Dating {
    const known = this.#epochs.get(epoch)
    const offset = now - sent
    if (known === undefined) return { shift: 0, offset, isChanged: false }
    const isFirst = known.offset === undefined
    known.offset = known.isOffsetOld ? offset : Math.min(offset, known.offset ?? offset)
    known.isOffsetOld = false
    const isChanged = known.datings.follow(sent, known.offset)
    const { shift } = known.datings
    if (isFirst) known.datings.cover(this.#endsBefore(known, now, sent + shift))
    return { shift, offset: known.offset - shift, isChanged }
  }

  /** A batch of an epoch that was never met live: one whose clock is far ahead gives itself away. */
  guess(epoch: string, sent: number, now: number): void {
    const known = this.#epochs.get(epoch)
    if (known?.datings.isEmpty !== true) return
    // Whether its clock was set back later nobody can tell, so its times are kept apart from all others.
    known.datings.setApart(-known.order)
    // A clock that was behind looks like a batch that waited.
    known.datings.follow(sent, Math.min(0, now - sent))
  }

  /** How the times of an epoch are to be read. */
  datings(epoch: string): Pick<Datings, 'at' | 'foldOf' | 'shift'> {
    return this.#epochs.get(epoch)?.datings ?? NO_DATINGS
  }

  /** The ends of older epochs that lie behind `begin`, what the first batch of an epoch is dated. */
  #endsBefore(epoch: Epoch, now: number, begin: number): number[] {
    const ends: number[] = []
    for (const other of this.#epochs.values()) {
      if (other === epoch || other.offset === undefined || other.order > epoch.order) continue
      other.end ??= now - other.offset + other.datings.shift
      if (other.end - begin > CLOCK_STEP_MS) ends.push(other.end)
    }
    return ends
  }

  /** Server clock minus the clock of an epoch, ms; undefined when it was never met live. */
  offsetOf(epoch: string): number | undefined {
    return this.#epochs.get(epoch)?.offset
  }

  /** From now on this start of the server measures by itself. */
  measureAnew(): void {
    for (const epoch of this.#epochs.values()) epoch.isOffsetOld = true
  }

  /** The server's own clock was stepped by so many ms. */
  clockStepped(step: number): void {
    for (const epoch of this.#epochs.values()) if (epoch.offset !== undefined) epoch.offset += step
  }

  /** Its current readings had been weighed when it was not durable in the log. */
  isWeighed(epoch: string, seq: number): boolean {
    return this.#epochs.get(epoch)?.open.has(seq) ?? false
  }

  /** Its current readings are. Late ones may be weighed twice: nothing is found twice in them. */
  weigh(epoch: string, seq: number): void {
    const known = this.#epochs.get(epoch)
    if (known?.logged.has(seq) === false) known.open.add(seq)
  }

  /** What was weighed and may not be durable in the log. Key: epoch. Plain data. */
  weighed(): WeighedBatches {
    const batches: Record<string, SeqRange[]> = {}
    for (const [id, { open }] of this.#epochs) if (open.size > 0) batches[id] = open.toJSON()
    return batches
  }

  /** Weighed before the last run ended. What is not in its log and comes again is not weighed again. */
  weighBefore(batches: WeighedBatches): void {
    for (const [id, ranges] of Object.entries(batches)) {
      this.meet(id, 'backlog')
      const known = this.#epochs.get(id)
      if (known === undefined) continue
      const unlogged = rangesOf(ranges)
      for (const [first, last] of known.logged) unlogged.remove(first, last)
      for (const [first, last] of unlogged) known.open.add(first, last)
    }
  }

  isLogged(epoch: string, seq: number): boolean {
    return this.#epochs.get(epoch)?.logged.has(seq) ?? false
  }

  logged(epoch: string, seq: number): void {
    const known = this.#epochs.get(epoch)
    known?.logged.add(seq)
    known?.open.remove(seq)
  }

  isApplied(epoch: string, seq: number): boolean {
    return this.#epochs.get(epoch)?.applied.has(seq) ?? false
  }

  apply(epoch: string, seq: number): void {
    const known = this.#epochs.get(epoch)
    known?.logged.add(seq)
    known?.open.remove(seq)
    known?.applied.add(seq)
  }

  /**
   * True when these batches had not been told as dropped before. What a restart has cost is told batch by
   * batch, and a batch that arrived all the same is not lost.
   */
  isNews({ epoch, seqs, reason }: Pick<Gap, 'epoch' | 'seqs' | 'reason'>): boolean {
    const known = this.#epochs.get(epoch)
    const first = seqs[0]?.[0]
    if (known === undefined || first === undefined) return true
    return !known.dropped.has(first) && !(reason === 'restart' && this.#hasCome(known, first))
  }

  #hasCome({ open, logged }: Epoch, seq: number): boolean {
    return open.has(seq) || logged.has(seq)
  }

  /** These batches will never come. False when that was no news. */
  drop(gap: Pick<Gap, 'epoch' | 'seqs' | 'reason'>): boolean {
    this.meet(gap.epoch, 'backlog')
    const isNews = this.isNews(gap)
    if (isNews) for (const [from, to] of gap.seqs) this.#epochs.get(gap.epoch)?.dropped.add(from, to)
    return isNews
  }

  /** True when the reading is current; the sensor's mark then moves to it. Forwards only. */
  pass(sensor: string, epoch: string, seq: number, position: number): boolean {
    // An epoch that has been forgotten is older than every mark.
    const order = this.#epochs.get(epoch)?.order
    if (order === undefined) return false
    const mark = this.#marks.get(sensor)
    if (mark === undefined) {
      this.#marks.set(sensor, { order, seq, position })
      return true
    }
    if ((order - mark.order || seq - mark.seq || position - mark.position) <= 0) return false
    mark.order = order
    mark.seq = seq
    mark.position = position
    return true
  }

  /** Batches between the first and the last one of an epoch that have neither come nor been told as dropped. */
  missing(epoch: string): number {
    const known = this.#epochs.get(epoch)
    if (known === undefined) return 0
    if (known.dropped.size === 0) return known.applied.missing
    const done = new SeqRanges(known.applied)
    for (const [first, last] of known.dropped) done.add(first, last)
    return done.missing
  }

  #newest(): Epoch | undefined {
    let newest: Epoch | undefined
    for (const epoch of this.#epochs.values())
      if (newest === undefined || epoch.order > newest.order) newest = epoch
    return newest
  }

  #move(epoch: Epoch, order: number): void {
    for (const mark of this.#marks.values()) if (mark.order === epoch.order) mark.order = order
    epoch.order = order
  }

  #forgetOldest(): void {
    const oldest = [...this.#epochs].reduce((a, b) => (a[1].order <= b[1].order ? a : b))
    this.#epochs.delete(oldest[0])
  }
}

const NO_DATINGS = new Datings()

function newEpoch(order: number): Epoch {
  return {
    order,
    open: rangesOf(),
    logged: rangesOf(),
    applied: rangesOf(),
    dropped: rangesOf(),
    offset: undefined,
    isOffsetOld: false,
    end: undefined,
    datings: new Datings(),
  }
}

function rangesOf(ranges?: Iterable<SeqRange>): SeqRanges {
  return new SeqRanges(ranges, MAX_RANGES)
}
