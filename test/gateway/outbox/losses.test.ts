import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Gap } from '../../../contracts/wire.ts'
import { migrate } from '../../../gateway/outbox/disk/file-schema.ts'
import { GapTable } from '../../../gateway/outbox/disk/gap-table.ts'
import { settle } from '../../../gateway/outbox/disk/settling.ts'
import { mergeGap } from '../../../gateway/outbox/gaps.ts'
import { type LossChanges, Losses } from '../../../gateway/outbox/losses.ts'
import type { BatchKey } from '../../../gateway/outbox/outbox.ts'
import { NO_TALLY } from '../../../gateway/outbox/tally.ts'
import { batchOf } from './scene.ts'

const gapAt = (seq: number, reason = 'full'): Gap => ({
  epoch: 'lost',
  seqs: [[seq, seq]],
  count: 10,
  from: seq,
  to: seq,
  reason,
})

/** What happens to losses between memory, file and server; see the property below. */
const STEPS = ['lose', 'lose-restart', 'tell', 'confirm', 'drop', 'commit', 'fail', 'die', 'crash'] as const

/** Losses with a real table behind them, and a server that writes down what it was told. */
class LossLife {
  readonly lost: number[] = []
  /** Key: what names an entry for ever. */
  readonly told = new Map<string, Gap>()
  #losses = new Losses()
  readonly #table: GapTable
  readonly #database = new DatabaseSync(':memory:')
  #carriers: BatchKey[] = []
  #seq = 0

  constructor() {
    migrate(this.#database, 0)
    this.#table = new GapTable(this.#database)
  }

  step(step: (typeof STEPS)[number], evictions: number): void {
    const losses = this.#losses
    const steps: Record<typeof step, () => void> = {
      lose: () => losses.add(this.#lose('full')),
      'lose-restart': () => losses.add(this.#lose('restart')),
      tell: () => this.tell(),
      confirm: () => this.#carrier((epoch, seq) => losses.confirmed(epoch, [[seq, seq]])),
      drop: () => this.#carrier((epoch, seq) => losses.dropped(epoch, [[seq, seq]])),
      commit: () => {
        const changes = losses.beginCommit()
        losses.endCommit(changes, this.#write(changes, evictions))
      },
      fail: () => losses.failCommit(losses.beginCommit()),
      die: () => {
        // It was written, and nobody heard of it.
        const changes = losses.beginCommit()
        this.#write(changes, evictions)
        losses.failCommit(changes)
        losses.load(this.#load())
      },
      crash: () => {
        const known = this.#load().map(({ gap }) => gap)
        const tally = { ...NO_TALLY, losses: losses.unwritten }
        for (const gap of settle(tally, { commits: 0, stock: [] }, known)) this.#table.addTold(gap, undefined)
        this.#losses = new Losses()
        this.#carriers = []
        this.#losses.load(this.#load())
      },
    }
    steps[step]()
  }

  tell(hasFile = true): void {
    const gaps = this.#losses.take(hasFile)
    if (gaps.length === 0) return
    this.#seq += 1
    const carrier = { epoch: 'carrier', seq: this.#seq }
    this.#losses.carriedBy(batchOf(carrier.seq, { epoch: carrier.epoch, gaps }))
    this.#carriers.push(carrier)
    for (const gap of gaps) {
      const id = `${gap.reason} ${gap.seqs[0]?.[0]}`
      // An entry never changes once it was told.
      expect(this.told.get(id) ?? gap).toEqual(gap)
      this.told.set(id, structuredClone(gap))
    }
  }

  /** Everything is committed, told and confirmed. */
  end(): void {
    for (let turn = 0; turn < 200; turn++) {
      this.step('commit', 0)
      this.tell()
      this.step('confirm', 0)
    }
    expect(this.#losses.take(true)).toEqual([])
    this.step('commit', 0)
    expect(this.#load()).toEqual([])
    expect(this.#losses.hasChanges).toBe(false)
    const told = [...this.told.values()].flatMap(({ seqs }) =>
      seqs.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, n) => first + n)),
    )
    // Every loss is told, and each in one entry only.
    expect(told.sort((a, b) => a - b)).toEqual(this.lost)
  }

  #lose(reason: string): Gap {
    // With holes, so that ranges do not always meet.
    const seq = 2 * this.lost.length + (this.lost.length % 3 === 0 ? 1 : 0)
    this.lost.push(seq)
    return gapAt(seq, reason)
  }

  /** What the thread does in one transaction. */
  #write({ losses, told, done }: LossChanges, evictions: number) {
    for (const row of done) this.#table.remove(row)
    for (const { row, carrier } of told) this.#table.tell(row, carrier?.seq)
    const rows: number[] = []
    for (const { gap, isTold, carrier } of losses) {
      if (isTold) rows.push(this.#table.addTold(gap, carrier?.seq))
      else this.#table.add(gap)
    }
    for (let n = 0; n < evictions; n++) this.#table.add(this.#lose('full'))
    return { rows: this.#table.takeChanged(), told: rows }
  }

  #load() {
    const rows = this.#table.load((seq) => this.#carriers.find((carrier) => carrier.seq === seq))
    this.#table.reload()
    return rows
  }

  #carrier(end: (epoch: string, seq: number) => void): void {
    const carrier = this.#carriers.shift()
    if (carrier !== undefined) end(carrier.epoch, carrier.seq)
  }
}

describe('losses', () => {
  it('are all told, each in one entry, which never changes once it was told', () => {
    const anyStep = fc.tuple(fc.constantFrom(...STEPS), fc.nat(2))
    fc.assert(
      fc.property(fc.array(anyStep, { minLength: 1, maxLength: 60, size: 'max' }), (steps) => {
        const life = new LossLife()
        for (const [step, evictions] of steps) life.step(step, evictions)
        life.end()
      }),
      { numRuns: 150 },
    )
  })

  it('that only the memory has are told while there is no file, and not changed by it later', () => {
    const life = new LossLife()
    life.step('lose', 0)
    life.step('lose', 0)
    life.tell(false)
    expect(life.told.size).toBe(1)
    life.step('lose', 0)
    life.step('commit', 1)
    life.end()
    expect(life.told.size).toBe(2)
  })

  it('are counted by what they came from', () => {
    const losses = new Losses()
    losses.add(gapAt(1))
    losses.add(gapAt(2))
    losses.add(gapAt(3, 'expired'))
    losses.count('damaged', 7)
    losses.count('of a newer release', 7)
    expect(losses.counts).toEqual({ full: 20, expired: 10, restart: 0, damaged: 7 })
  })

  it('are told a few at a time, so that a live batch stays small', () => {
    const losses = new Losses()
    for (let seq = 0; seq < 2_500; seq++) losses.add(gapAt(seq, 'restart'))
    const told: number[] = []
    for (let n = 1; n <= 3; n++) {
      const gaps = losses.take(false)
      told.push(gaps.length)
      losses.carriedBy(batchOf(n, { gaps }))
    }
    expect(told).toEqual([1_000, 1_000, 500])
  })

  it('wait while many tell of others: one entry grows instead of many that are frozen', () => {
    const losses = new Losses()
    const taken: number[] = []
    for (let seq = 1; seq <= 40; seq++) {
      losses.add(gapAt(seq))
      const gaps = losses.take(false)
      taken.push(gaps.length)
      losses.carriedBy(batchOf(seq, { gaps }))
    }
    expect(taken.reduce((sum, count) => sum + count, 0)).toBe(8)
    losses.confirmed('e', [[1, 1]])
    expect(losses.take(false)).toMatchObject([{ seqs: [[9, 40]], count: 320 }])
  })
})

describe('gaps', () => {
  it('close an entry before it outgrows a batch', () => {
    let gaps: Gap[] = []
    for (let seq = 1; seq <= 5_000; seq += 2) gaps = mergeGap(gaps, gapAt(seq))
    expect(gaps.map(({ seqs }) => seqs.length)).toEqual([1_000, 1_000, 500])
    expect(gaps.reduce((sum, { count }) => sum + count, 0)).toBe(25_000)
  })

  it('keep epochs and reasons apart, and name each batch that a restart lost', () => {
    const all = [
      gapAt(1),
      { ...gapAt(2), epoch: 'b' },
      gapAt(3, 'expired'),
      gapAt(2),
      gapAt(4, 'restart'),
      gapAt(5, 'restart'),
    ]
    const gaps = all.reduce<Gap[]>((merged, gap) => mergeGap(merged, gap), [])
    expect(gaps.map(({ epoch, reason, seqs }) => `${epoch} ${reason} ${seqs}`)).toEqual([
      'lost full 1,2',
      'b full 2,2',
      'lost expired 3,3',
      'lost restart 4,4',
      'lost restart 5,5',
    ])
  })
})
