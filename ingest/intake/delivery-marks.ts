import { CodedError } from '../../contracts/errors.ts'
import { SeqRanges } from './seq-ranges.ts'

/** Where a batch came in. */
export type Lane = 'live' | 'backlog'

/** A reading's place in its batch: number of the batch in its epoch, index in the batch. */
export interface Place {
  seq: number
  position: number
}

/** Place of a reading in its gateway's history: epochs in order of birth, batches, positions. */
interface Mark extends Place {
  order: number
}

interface Epoch {
  /** Order of birth: 1 and up for those met live, below 0 for those known from the backlog only. */
  order: number
  applied: SeqRanges
}

interface Kept {
  epochs: [string, { order: number; applied: [number, number][] }][]
  marks: [string, Mark][]
}

/** Epochs remembered per gateway; one that restarts more often than its outbox drains loses the oldest. */
export const MAX_EPOCHS = 64

/**
 * What has been applied of one gateway, and how far each of its sensors has come. A reading is current
 * when its (epoch, seq, position) comes after the sensor's mark, else late; wall time never decides it.
 */
export class DeliveryMarks {
  readonly #epochs = new Map<string, Epoch>()
  /** How far evaluation has come. Key: sensor id. */
  readonly #marks = new Map<string, Mark>()
  /**
   * How far the journal has come, which is what is kept between starts: a mark ahead of the journal would
   * make a start take what was never recorded for evaluated. Key: sensor id.
   */
  readonly #settled = new Map<string, Mark>()

  /** Reads what {@link toJSON} gave. @throws CodedError DATA_DAMAGED */
  static parse(text: string | undefined): DeliveryMarks {
    const marks = new DeliveryMarks()
    if (text === undefined) return marks
    try {
      const kept = JSON.parse(text) as Kept
      for (const [id, { order, applied }] of kept.epochs) {
        marks.#epochs.set(id, { order, applied: new SeqRanges(applied) })
      }
      for (const [sensor, mark] of kept.marks) {
        marks.#marks.set(sensor, mark)
        marks.#settled.set(sensor, mark)
      }
    } catch (error) {
      throw new CodedError('DATA_DAMAGED', 'the delivery marks of a gateway cannot be read', { cause: error })
    }
    return marks
  }

  toJSON(): Kept {
    return {
      epochs: [...this.#epochs].map(([id, { order, applied }]) => [id, { order, applied: applied.toJSON() }]),
      marks: [...this.#settled],
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
      this.#epochs.set(epoch, { order, applied: new SeqRanges() })
      if (this.#epochs.size > MAX_EPOCHS) this.#forgetOldest()
    } else {
      for (const marks of [this.#marks, this.#settled]) reorder(marks, known.order, order)
      known.order = order
    }
  }

  isApplied(epoch: string, seq: number): boolean {
    return this.#epochs.get(epoch)?.applied.has(seq) ?? false
  }

  apply(epoch: string, seq: number): void {
    this.#epochs.get(epoch)?.applied.add(seq)
  }

  /** True when the reading is current; the sensor's mark then moves to it. */
  pass(sensor: string, epoch: string, place: Place): boolean {
    return this.#move(this.#marks, sensor, epoch, place)
  }

  /** The journal holds what this reading caused. */
  settle(sensor: string, epoch: string, place: Place): void {
    this.#move(this.#settled, sensor, epoch, place)
  }

  /** Batches between the first and the last applied one of an epoch that have not come. */
  missing(epoch: string): number {
    return this.#epochs.get(epoch)?.applied.missing ?? 0
  }

  /** Forwards only. An epoch that has been forgotten is older than every mark. */
  #move(marks: Map<string, Mark>, sensor: string, epoch: string, { seq, position }: Place): boolean {
    const order = this.#epochs.get(epoch)?.order
    if (order === undefined) return false
    const here = { order, seq, position }
    const mark = marks.get(sensor)
    if (mark !== undefined && compare(here, mark) <= 0) return false
    marks.set(sensor, here)
    return true
  }

  #forgetOldest(): void {
    const oldest = [...this.#epochs].reduce((a, b) => (a[1].order <= b[1].order ? a : b))
    this.#epochs.delete(oldest[0])
  }
}

function reorder(marks: Map<string, Mark>, from: number, to: number): void {
  for (const [sensor, mark] of marks) if (mark.order === from) marks.set(sensor, { ...mark, order: to })
}

function compare(a: Mark, b: Mark): number {
  return a.order - b.order || a.seq - b.seq || a.position - b.position
}
