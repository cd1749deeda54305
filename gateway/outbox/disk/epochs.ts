import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { BatchKey, BatchSummary } from '../outbox.ts'
import { SeqRanges } from '../seq-ranges.ts'
import type { EpochStock } from '../tally.ts'

/** Batches of one epoch have ids from number * 2^32 on. */
const SEQS = 2 ** 32
/** Ranges of an epoch that are written down for the case of damage. */
const MOST_RANGES = 100

interface Epoch {
  readonly number: number
  readonly name: string
  readonly seqs: SeqRanges
  readings: number
  from: number
  to: number
}

/** The epochs of a file and which batches of each there are. */
export class Epochs {
  readonly #database: DatabaseSync
  readonly #write: StatementSync
  /** Key: name; in order of age. */
  readonly #epochs = new Map<string, Epoch>()
  /** Key: number. */
  readonly #byNumber = new Map<number, Epoch>()
  readonly #changed = new Set<Epoch>()
  #newest = 0
  #readings = 0

  constructor(database: DatabaseSync) {
    this.#database = database
    this.#write = database.prepare('INSERT OR REPLACE INTO epochs VALUES (?, ?, ?, ?, ?, ?)')
  }

  /** Readings of all batches. */
  get readings(): number {
    return this.#readings
  }

  get isEmpty(): boolean {
    return [...this.#epochs.values()].every(({ seqs }) => seqs.size === 0)
  }

  /** Reads the list of batches. */
  load(): void {
    for (const row of this.#database.prepare('SELECT number, name FROM epochs ORDER BY number').iterate())
      this.#begin(Number(row.number), String(row.name))
    const batches = this.#database.prepare('SELECT id, readings, from_ms, to_ms FROM batches ORDER BY id')
    for (const row of batches.iterate()) {
      const { epoch, seq } = this.keyOf(Number(row.id))
      const [readings, from, to] = [Number(row.readings), Number(row.from_ms), Number(row.to_ms)]
      this.add({ epoch, seq, readings, from, to })
    }
    this.#changed.clear()
  }

  /** What is kept, epochs by age. `exact`: all ranges, however many. */
  stock(exact: boolean): EpochStock[] {
    return [...this.#epochs.values()].map((epoch) => stockOf(epoch, exact ? epoch.seqs.pieces : MOST_RANGES))
  }

  has({ epoch, seq }: BatchKey): boolean {
    return this.#epochs.get(epoch)?.seqs.has(seq) ?? false
  }

  /** Undefined for an epoch that the file has never met. */
  idOf({ epoch, seq }: BatchKey): number | undefined {
    const number = this.#epochs.get(epoch)?.number
    return number === undefined ? undefined : number * SEQS + seq
  }

  keyOf(id: number): BatchKey {
    const number = Math.floor(id / SEQS)
    // A batch without its epoch: somebody has written into the file, or damage went unnoticed.
    const epoch = this.#byNumber.get(number) ?? this.#begin(number, `unknown-${number}`)
    return { epoch: epoch.name, seq: id % SEQS }
  }

  /** Takes note of a batch and returns its id. An epoch that is not there yet is the newest. */
  add({ epoch: name, seq, readings, from, to }: BatchSummary): number {
    const epoch = this.#epochs.get(name) ?? this.#begin(this.#newest + 1, name)
    if (epoch.seqs.size === 0) {
      epoch.from = from
      epoch.to = to
    }
    epoch.seqs.add(seq)
    epoch.readings += readings
    epoch.from = Math.min(epoch.from, from)
    epoch.to = Math.max(epoch.to, to)
    this.#readings += readings
    this.#changed.add(epoch)
    return epoch.number * SEQS + seq
  }

  /** A batch has gone. */
  remove({ epoch: name, seq, readings }: Pick<BatchSummary, 'epoch' | 'seq' | 'readings'>): void {
    const epoch = this.#epochs.get(name)
    if (epoch === undefined) return
    epoch.seqs.remove(seq)
    epoch.readings -= readings
    this.#readings -= readings
    this.#changed.add(epoch)
  }

  /** Writes what has changed, within a transaction, and returns it. Empty epochs go, but for the newest. */
  save(): EpochStock[] {
    const changed = [...this.#changed].map((epoch) => {
      const stock = stockOf(epoch, MOST_RANGES)
      const { number, name } = epoch
      this.#write.run(number, name, JSON.stringify(stock.seqs), stock.readings, stock.from, stock.to)
      if (epoch.seqs.size === 0 && number !== this.#newest) {
        this.#database.exec(`DELETE FROM epochs WHERE number = ${number}`)
        this.#epochs.delete(name)
        this.#byNumber.delete(number)
      }
      return stock
    })
    this.#changed.clear()
    return changed
  }

  #begin(number: number, name: string): Epoch {
    const epoch = { number, name, seqs: new SeqRanges(), readings: 0, from: 0, to: 0 }
    this.#epochs.set(name, epoch)
    this.#byNumber.set(number, epoch)
    this.#newest = Math.max(this.#newest, number)
    return epoch
  }
}

function stockOf({ name, seqs, readings, from, to }: Epoch, ranges: number): EpochStock {
  return { epoch: name, seqs: seqs.atMost(ranges), readings, from, to }
}
