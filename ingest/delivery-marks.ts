import { SeqRanges } from './seq-ranges.ts'

/** Place of a reading in its gateway's history: epochs in order of birth, batches, positions. */
interface Mark {
  order: number
  seq: number
  position: number
}

interface Epoch {
  order: number
  applied: SeqRanges
}

interface Kept {
  epochs: [string, { order: number; applied: [number, number][] }][]
  marks: [string, Mark][]
}

/** Epochs remembered per gateway; a gateway that restarts more often than its outbox drains forgets the oldest. */
const MAX_EPOCHS = 64

/**
 * What has been applied of one gateway, and how far each of its sensors has come. A reading is current
 * when its (epoch, seq, position) comes after the sensor's mark, else late; wall time never decides it.
 */
export class DeliveryMarks {
  readonly #epochs = new Map<string, Epoch>()
  /** Key: sensor id. */
  readonly #marks = new Map<string, Mark>()

  static parse(text: string | undefined): DeliveryMarks {
    const marks = new DeliveryMarks()
    if (text === undefined) return marks
    const kept = JSON.parse(text) as Kept
    for (const [id, { order, applied }] of kept.epochs) {
      marks.#epochs.set(id, { order, applied: new SeqRanges(applied) })
    }
    for (const [sensor, mark] of kept.marks) marks.#marks.set(sensor, mark)
    return marks
  }

  toJSON(): Kept {
    return {
      epochs: [...this.#epochs].map(([id, { order, applied }]) => [id, { order, applied: applied.toJSON() }]),
      marks: [...this.#marks],
    }
  }

  /**
   * A live batch of an unknown epoch is the birth of the newest one; a backlog batch of an unknown epoch
   * belongs to a time before everything the server has seen.
   */
  meet(epoch: string, lane: 'live' | 'backlog'): void {
    if (this.#epochs.has(epoch)) return
    const orders = [...this.#epochs.values()].map((known) => known.order)
    const order = lane === 'live' ? Math.max(0, ...orders) + 1 : Math.min(0, ...orders) - 1
    this.#epochs.set(epoch, { order, applied: new SeqRanges() })
    if (this.#epochs.size > MAX_EPOCHS) this.#forgetOldest()
  }

  isApplied(epoch: string, seq: number): boolean {
    return this.#epochs.get(epoch)?.applied.has(seq) ?? false
  }

  apply(epoch: string, seq: number): void {
    this.#epochs.get(epoch)?.applied.add(seq)
  }

  /** True when the reading is current; the sensor's mark then moves to it. */
  pass(sensor: string, epoch: string, at: { seq: number; position: number }): boolean {
    const order = this.#epochs.get(epoch)?.order
    if (order === undefined) return false
    const mark = this.#marks.get(sensor)
    const here = { order, ...at }
    if (mark !== undefined && compare(here, mark) <= 0) return false
    this.#marks.set(sensor, here)
    return true
  }

  missing(epoch: string): number {
    return this.#epochs.get(epoch)?.applied.missing ?? 0
  }

  #forgetOldest(): void {
    const oldest = [...this.#epochs].reduce((a, b) => (a[1].order <= b[1].order ? a : b))
    this.#epochs.delete(oldest[0])
  }
}

function compare(a: Mark, b: Mark): number {
  return a.order - b.order || a.seq - b.seq || a.position - b.position
}
