import type { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { LedgerWriter, readLedger } from '../../alerting/journal/ledger-table.ts'
import { openForCommits } from '../../alerting/journal/state-schema.ts'
import type { KeptGap, LedgerDelta, LedgerSum } from '../../contracts/ledger.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
/** A whole hour. */
const START = 1_700_000 * MINUTE - ((1_700_000 * MINUTE) % HOUR)
const NOWHERE = { low: Number.POSITIVE_INFINITY, high: Number.NEGATIVE_INFINITY }
const NOTHING = { received: 0, stored: 0, duplicate: 0, late: 0, refused: 0 }

let database: DatabaseSync
let ledger: LedgerWriter

beforeEach(() => {
  database = openForCommits(':memory:', false)
  ledger = new LedgerWriter(database)
})
afterEach(() => database.close())

function delta(minute: number, over: Partial<LedgerDelta> = {}): LedgerDelta {
  const at = START + minute * MINUTE
  return { facility: 'plant', gateway: 'gw-1', epoch: 'e1', minute: at, ...NOWHERE, ...NOTHING, ...over }
}

function gap(first: number, over: Partial<KeptGap> = {}): KeptGap {
  const times = { from: START, to: START + MINUTE, told: START + HOUR }
  const seqs = [[first, first + 1]] as const
  return {
    facility: 'plant',
    gateway: 'gw-1',
    epoch: 'e1',
    seqs,
    count: 5,
    ...times,
    reason: 'full',
    ...over,
  }
}

function sums(from = 0, to = 10_000): Partial<LedgerSum>[] {
  return readLedger(database, { from: START + from * MINUTE, to: START + to * MINUTE })
}

describe('the sums of a window', () => {
  test('what was sent is what the gateway made, the batches that never came included', () => {
    ledger.add([
      delta(0, { low: 0, high: 10, received: 10 }),
      delta(0, { low: 10, high: 20, received: 10 }),
      delta(2, { low: 50, high: 60, received: 8, refused: 2 }),
    ])
    expect(sums()).toMatchObject([{ sent: 60, received: 28, refused: 2, missing: 30 }])
  })

  test('what was lost between two windows belongs to the later one, so that windows add up', () => {
    ledger.add([delta(0, { low: 0, high: 10, received: 10 }), delta(5, { low: 30, high: 40, received: 10 })])
    expect(sums(0, 5)).toMatchObject([{ sent: 10, missing: 0 }])
    expect(sums(5, 10)).toMatchObject([{ sent: 30, missing: 20 }])
  })

  test('of a gateway that does not count, what came is what was sent', () => {
    ledger.add([delta(0, { received: 10, refused: 1 }), delta(1, { received: 4 })])
    expect(sums()).toMatchObject([{ sent: 15, received: 14, missing: 0 }])
  })

  test('what was stored may be counted before what was received', () => {
    ledger.add([delta(0, { stored: 10 })])
    expect(sums()).toMatchObject([{ sent: 0, stored: 10, missing: 0 }])
    ledger.add([delta(0, { low: 90, high: 100, received: 10 })])
    expect(sums()).toMatchObject([{ sent: 10, stored: 10, received: 10, missing: 0 }])
  })

  test('what one epoch dropped without ever sending it hides no loss of another', () => {
    ledger.add([delta(0, { low: 0, high: 20, received: 10 })])
    ledger.note([gap(1, { epoch: 'e2', count: 50 })])
    expect(sums()).toMatchObject([{ sent: 20, dropped: 50, missing: 10 }])
  })

  test('a gap that is told again is one gap, and counts wherever it reaches', () => {
    ledger.note([gap(3), gap(3, { count: 99, told: START + 2 * HOUR })])
    ledger.note([gap(3), gap(7, { from: START + HOUR, to: START + HOUR })])
    expect(sums()).toMatchObject([{ dropped: 10, gaps: [{ seqs: [[7, 8]] }, { seqs: [[3, 4]], count: 5 }] }])
    expect(sums(1, 2)).toMatchObject([{ dropped: 5, gaps: [gap(3)] }])
    expect(sums(2, 60)).toEqual([])
    expect(sums(60, 61)).toMatchObject([{ dropped: 5 }])
  })

  test('lists the newest gaps of each gateway, and sums all of them', () => {
    const told = Array.from({ length: 1_200 }, (_, index) =>
      gap(index, { from: START + index, to: START + index }),
    )
    ledger.note([...told, gap(1, { gateway: 'gw-2' })])
    const [first, second] = sums()
    expect([first?.dropped, first?.gaps?.length, second?.gaps?.length]).toEqual([6_000, 1_000, 1])
    expect(first?.gaps?.[0]?.from).toBe(START + 1_199)
  })

  test('of one facility or gateway only', () => {
    ledger.add([
      delta(0, { received: 1 }),
      delta(0, { gateway: 'gw-2', received: 2 }),
      delta(0, { facility: 'other', received: 3 }),
    ])
    const of = (query: object) =>
      readLedger(database, { from: 0, to: START + HOUR, ...query }).map(({ received }) => received)
    expect(of({})).toEqual([3, 1, 2])
    expect(of({ facility: 'plant' })).toEqual([1, 2])
    expect(of({ facility: 'plant', gateway: 'gw-2' })).toEqual([2])
    expect(of({ facility: 'none' })).toEqual([])
  })
})

describe('what is old', () => {
  test('is dropped in slices: rows by their minute, gaps by their end', () => {
    ledger.add([0, 1, 2, 3].map((minute) => delta(minute, { received: 1 })))
    ledger.note([gap(1), gap(2, { to: START + 5 * MINUTE })])
    const before = START + 3 * MINUTE
    expect(ledger.drop(before, 2)).toBe(3)
    expect(ledger.drop(before, 2)).toBe(1)
    expect(ledger.drop(before, 2)).toBe(0)
    expect(sums()).toMatchObject([{ received: 1, gaps: [{ seqs: [[2, 3]] }] }])
  })

  test('is folded hour by hour, whole hours only', () => {
    ledger.add([0, 1, 59, 61, 62, 121].map((minute) => delta(minute, { received: 1 })))
    expect(ledger.foldHours(START + 2.5 * HOUR, 1)).toBe(1)
    expect(ledger.foldHours(START + 2.5 * HOUR, 10)).toBe(1)
    expect(ledger.foldHours(START + 2.5 * HOUR, 10)).toBe(0)
    const rows = database.prepare('SELECT minute, received FROM ledger ORDER BY minute').all()
    expect(rows.map(({ minute, received }) => [(Number(minute) - START) / MINUTE, received])).toEqual([
      [0, 3],
      [60, 2],
      [121, 1],
    ])
    // One that comes now is folded the next time.
    ledger.add([delta(5, { received: 1 })])
    expect(sums(0, 60)).toMatchObject([{ received: 4 }])
    expect(ledger.foldHours(START + HOUR, 10)).toBe(1)
    expect(sums(0, 60)).toMatchObject([{ received: 4 }])
  })
})

/** A batch as a gateway made it, and what became of it. */
interface Made {
  gateway: string
  epoch: string
  seq: number
  /** Start of its minute. */
  minute: number
  readings: number
  /** Readings of the epoch before it; undefined of a gateway that does not count. */
  before: number | undefined
  refused: number
  late: number
  fate: 'arrives' | 'arrives twice' | 'is lost' | 'is dropped'
}

const madeBatches = fc
  .array(
    fc.record({
      gateway: fc.constantFrom('gw-1', 'gw-2'),
      counts: fc.boolean(),
      start: fc.integer({ min: 0, max: 200 }),
      batches: fc.array(
        fc.record({
          after: fc.integer({ min: 0, max: 90 }),
          readings: fc.integer({ min: 0, max: 9 }),
          refused: fc.integer({ min: 0, max: 2 }),
          late: fc.integer({ min: 0, max: 9 }),
          fate: fc.constantFrom('arrives', 'arrives', 'arrives twice', 'is lost', 'is dropped'),
        }),
        { maxLength: 12 },
      ),
    }),
    { minLength: 1, maxLength: 4 },
  )
  .map((epochs) =>
    epochs.flatMap(({ gateway, counts, start, batches }, index): Made[] => {
      let minute = START + start * MINUTE
      let total = 0
      return batches.map(({ after, readings, refused, late, fate }, seq) => {
        minute += after * MINUTE
        const before = counts ? total : undefined
        total += readings
        const kept = { refused: Math.min(refused, readings), late: Math.min(late, readings) }
        return { gateway, epoch: `e${index}`, seq, minute, readings, before, ...kept, fate }
      })
    }),
  )

function deltasOf({ gateway, epoch, minute, readings, before, refused, late, fate }: Made): LedgerDelta[] {
  const row = { facility: 'plant', gateway, epoch, minute }
  const totals = before === undefined ? NOWHERE : { low: before, high: before + readings }
  const received = readings - refused
  const first = { ...row, ...totals, ...NOTHING, received, late, refused }
  const drained = { ...row, ...NOWHERE, ...NOTHING, stored: received }
  const again = { ...row, ...NOWHERE, ...NOTHING, duplicate: readings }
  return fate === 'arrives' ? [first, drained] : fate === 'arrives twice' ? [first, again, drained] : []
}

function gapOf({ gateway, epoch, seq, minute, readings }: Made): KeptGap {
  const times = { from: minute, to: minute + MINUTE - 1, told: minute + HOUR }
  return { facility: 'plant', gateway, epoch, seqs: [[seq, seq]], count: readings, reason: 'full', ...times }
}

/** The same sums, counted batch by batch. */
function counted(made: readonly Made[], from: number, to: number): object[] {
  const total = (list: readonly number[]) => list.reduce((sum, count) => sum + count, 0)
  return ['gw-1', 'gw-2'].flatMap((gateway) => {
    const sum = { sent: 0, received: 0, stored: 0, duplicate: 0, late: 0, refused: 0, dropped: 0, missing: 0 }
    const own = made.filter((batch) => batch.gateway === gateway)
    let isThere = false
    for (const epoch of new Set(own.map((batch) => batch.epoch))) {
      const arrived = own.filter((batch) => batch.epoch === epoch && batch.fate.startsWith('arrives'))
      const seen = arrived.filter(({ minute }) => minute >= from && minute < to)
      const earlier = arrived.filter(({ minute }) => minute < from)
      const gone = own
        .filter((batch) => batch.epoch === epoch && batch.fate === 'is dropped')
        .filter(({ minute }) => minute < to && minute + MINUTE - 1 >= from)
      const refused = total(seen.map((batch) => batch.refused))
      const received = total(seen.map((batch) => batch.readings)) - refused
      const dropped = total(gone.map((batch) => batch.readings))
      const [first, last] = [seen[0], seen.at(-1)]
      const reached = earlier.at(-1)
      const sent =
        first?.before === undefined || last?.before === undefined
          ? received + refused
          : last.before +
            last.readings -
            (reached?.before === undefined ? first.before : reached.before + reached.readings)
      sum.sent += sent
      sum.received += received
      sum.stored += received
      sum.duplicate += total(
        seen.filter(({ fate }) => fate === 'arrives twice').map(({ readings }) => readings),
      )
      sum.late += total(seen.map((batch) => batch.late))
      sum.refused += refused
      sum.dropped += dropped
      sum.missing += Math.max(0, sent - received - refused - dropped)
      isThere ||= seen.length + gone.length > 0
    }
    return isThere ? [{ facility: 'plant', gateway, ...sum }] : []
  })
}

const windows = (grain: number) =>
  fc
    .tuple(fc.integer({ min: -1, max: 1_300 * MINUTE }), fc.integer({ min: 1, max: 1_300 * MINUTE }))
    .map(([from, span]) => {
      const start = START + from - (((from % grain) + grain) % grain)
      return [start, start + span + ((grain - (span % grain)) % grain)] as const
    })

describe('whatever arrives, in whatever order, is lost or comes again', () => {
  const arrivals = fc.record({
    made: madeBatches,
    order: fc.array(fc.nat({ max: 1_000 }), { minLength: 8, maxLength: 8 }),
    chunk: fc.integer({ min: 1, max: 20 }),
  })
  type Arrivals = typeof arrivals extends fc.Arbitrary<infer T> ? T : never

  /** Counts arrive shuffled and a few at a time; gaps are told twice. */
  function enter({ made, order, chunk }: Arrivals, between: () => void = () => undefined): void {
    const all = made
      .flatMap(deltasOf)
      .map((row, index) => ({ row, rank: (order[index % 8] ?? 0) * 31 + index * 17 }))
    const rows = all.sort((a, b) => (a.rank % 101) - (b.rank % 101)).map(({ row }) => row)
    for (let index = 0; index < rows.length; index += chunk) {
      ledger.add(rows.slice(index, index + chunk))
      between()
    }
    const gaps = made.filter(({ fate }) => fate === 'is dropped').map(gapOf)
    ledger.note(gaps)
    ledger.note(gaps)
  }
  const clear = () => database.exec('DELETE FROM ledger; DELETE FROM gap')
  const read = ([from, to]: readonly [number, number]) =>
    readLedger(database, { from, to }).map(({ gaps: _, ...sum }) => sum)

  test('a window is what a naive count says', () => {
    fc.assert(
      fc.property(arrivals, fc.array(windows(1), { minLength: 3, maxLength: 3 }), (arrived, looks) => {
        clear()
        enter(arrived)
        for (const look of looks) expect(read(look)).toEqual(counted(arrived.made, ...look))
      }),
      { numRuns: 300 },
    )
  })

  test('folding changes no sum over whole hours, whenever it runs', () => {
    const folds = fc.record({
      before: fc.integer({ min: 0, max: 1_300 }),
      limit: fc.integer({ min: 1, max: 5 }),
    })
    fc.assert(
      fc.property(
        arrivals,
        folds,
        fc.array(windows(HOUR), { minLength: 3, maxLength: 3 }),
        (arrived, fold, looks) => {
          clear()
          enter(arrived, () => ledger.foldHours(START + fold.before * MINUTE, fold.limit))
          while (ledger.foldHours(START + fold.before * MINUTE, fold.limit) > 0);
          for (const look of looks) expect(read(look)).toEqual(counted(arrived.made, ...look))
        },
      ),
      { numRuns: 200 },
    )
  })

  test('windows side by side add up to the one around them, but for gaps that reach over their border', () => {
    fc.assert(
      fc.property(
        arrivals,
        windows(MINUTE),
        fc.integer({ min: 0, max: 1_300 }),
        ({ made, ...rest }, [from, to], at) => {
          clear()
          const undropped = made.map((batch) =>
            batch.fate === 'is dropped' ? { ...batch, fate: 'is lost' as const } : batch,
          )
          enter({ made: undropped, ...rest })
          const border = Math.min(Math.max(from, START + at * MINUTE), to)
          const sent = (window: readonly [number, number]) =>
            read(window).reduce((sum, row) => sum + row.sent - row.missing, 0)
          const missing = (window: readonly [number, number]) =>
            read(window).reduce((sum, row) => sum + row.missing, 0)
          const parts = [
            [from, border],
            [border, to],
          ] as const
          expect(parts.map(sent).reduce((a, b) => a + b)).toBe(sent([from, to]))
          expect(parts.map(missing).reduce((a, b) => a + b)).toBe(missing([from, to]))
        },
      ),
      { numRuns: 200 },
    )
  })
})
