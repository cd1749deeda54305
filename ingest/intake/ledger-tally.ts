import type { LedgerDelta } from '../../contracts/ledger.ts'

const MINUTE_MS = 60_000

export type Counts = Pick<LedgerDelta, 'received' | 'stored' | 'duplicate' | 'late' | 'refused'>

/** A batch, as the ledger counts it. */
export interface CountedBatch {
  facility: string
  gateway: string
  epoch: string
  /** Epoch ms of the gateway's clock. */
  sent: number
  /** Readings made in its epoch up to and with it; null when its gateway does not say. */
  total: number | null
  /** Readings in it, refused ones among them. */
  size: number
}

type Row = { -readonly [K in keyof LedgerDelta]: LedgerDelta[K] }

/** Counts of the ledger since they were taken last. */
export class LedgerTally {
  /** Key: facility, gateway, epoch and minute, with spaces between. */
  readonly #rows = new Map<string, Row>()

  /** `sign` -1 takes back what turned out otherwise. */
  add(batch: CountedBatch, counts: Partial<Counts>, sign: 1 | -1 = 1): void {
    const { facility, gateway, epoch, sent, total, size } = batch
    const minute = sent - (sent % MINUTE_MS)
    const row = this.#row({ facility, gateway, epoch, minute })
    if (total !== null) {
      row.low = Math.min(row.low, total - size)
      row.high = Math.max(row.high, total)
    }
    for (const name of NAMES) row[name] += sign * (counts[name] ?? 0)
  }

  get isEmpty(): boolean {
    return this.#rows.size === 0
  }

  /** What was counted, which is then forgotten here. */
  take(): LedgerDelta[] {
    const rows = [...this.#rows.values()]
    this.#rows.clear()
    return rows
  }

  /** What was taken could not be kept. */
  putBack(rows: readonly LedgerDelta[]): void {
    for (const back of rows) {
      const row = this.#row(back)
      row.low = Math.min(row.low, back.low)
      row.high = Math.max(row.high, back.high)
      for (const name of NAMES) row[name] += back[name]
    }
  }

  #row({ facility, gateway, epoch, minute }: Pick<Row, 'facility' | 'gateway' | 'epoch' | 'minute'>): Row {
    const key = `${facility} ${gateway} ${epoch} ${minute}`
    const known = this.#rows.get(key)
    if (known !== undefined) return known
    const row: Row = {
      facility,
      gateway,
      epoch,
      minute,
      low: Number.POSITIVE_INFINITY,
      high: Number.NEGATIVE_INFINITY,
      received: 0,
      stored: 0,
      duplicate: 0,
      late: 0,
      refused: 0,
    }
    this.#rows.set(key, row)
    return row
  }
}

const NAMES = ['received', 'stored', 'duplicate', 'late', 'refused'] as const satisfies (keyof Counts)[]
