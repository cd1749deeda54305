import { expect, test } from 'vitest'
import type { KeptGap, LedgerDelta } from '../../contracts/ledger.ts'
import { silentLogger } from '../../contracts/logger.ts'
import { Checkpoints, parseCheckpoint } from '../../ingest/checkpoints.ts'
import { LedgerTally } from '../../ingest/intake/ledger-tally.ts'
import { SettableClock } from '../gateway/settable-clock.ts'

const GAP: KeptGap = {
  facility: 'a',
  gateway: 'gw-1',
  epoch: 'e1',
  seqs: [[1, 2]],
  count: 20,
  from: 0,
  to: 1_000,
  reason: 'full',
  told: 2_000,
}

interface Kept {
  facility: string
  position: number
  body: string
  ledger: readonly LedgerDelta[]
  gaps: readonly KeptGap[]
}

/** Facilities that count what they took, a log, and a keeper that can be held up or fail. */
class Scene {
  readonly clock = new SettableClock()
  readonly kept: Kept[] = []
  readonly log = { last: 0, settled: () => this.logSettled }
  logSettled: Promise<void> = Promise.resolve()
  isKeeping = true
  isTooLong = false
  readonly errors: unknown[] = []
  readonly sources = new Map<string, { lastRecord: number; gaps: KeptGap[]; ledger: LedgerTally }>()
  readonly checkpoints: Checkpoints

  constructor(ids: readonly string[], started: ReadonlyMap<string, number> = new Map()) {
    for (const id of ids) this.sources.set(id, { lastRecord: 0, gaps: [], ledger: new LedgerTally() })
    this.checkpoints = new Checkpoints({
      sources: [...this.sources].map(([id, source]) => ({
        id,
        lastRecord: () => source.lastRecord,
        ledger: source.ledger,
        hasCounts: () => !source.ledger.isEmpty || source.gaps.length > 0,
        settled: () => Promise.resolve(),
        snapshot: () => ({ body: this.#body(source.lastRecord), gaps: source.gaps.splice(0) }),
        putBack: (gaps: readonly KeptGap[]) => void source.gaps.push(...gaps),
      })),
      started,
      log: this.log,
      keeper: {
        checkpoint: (checkpoint: Kept) => {
          if (!this.isKeeping) return Promise.reject(new Error('no space left'))
          this.kept.push(checkpoint)
          return Promise.resolve()
        },
      },
      clock: this.clock,
      logger: { ...silentLogger, error: (...told) => void this.errors.push(told) },
    })
  }

  #body(at: number): object {
    if (!this.isTooLong) return { at }
    return {
      get at(): number {
        throw new RangeError('Invalid string length')
      },
    }
  }

  /** A facility takes a batch of ten readings. */
  take(id: string): void {
    this.log.last += 1
    const source = this.sources.get(id)
    if (source === undefined) throw new Error(id)
    source.lastRecord = this.log.last
    const batch = { facility: id, gateway: 'gw-1', epoch: 'e1', sent: 60_000, total: null, size: 10 }
    source.ledger.add(batch, { received: 10 })
  }

  async tick(ms = 0): Promise<void> {
    this.clock.advance(ms)
    this.checkpoints.tick()
    await new Promise((resolve) => setImmediate(resolve))
  }

  get order(): [string, number][] {
    return this.kept.map(({ facility, position }) => [facility, position])
  }
}

const received = (ledger: readonly LedgerDelta[]) => ledger.reduce((sum, row) => sum + row.received, 0)

test('a first start keeps everything; afterwards what changed, at most every 5 s', async () => {
  const scene = new Scene(['a'])
  await scene.checkpoints.keepAll()
  expect(scene.order).toEqual([['a', 0]])
  await scene.checkpoints.keepAll()
  await scene.tick(60_000)
  expect(scene.kept).toHaveLength(1)
  scene.take('a')
  await scene.tick()
  await scene.tick()
  expect(scene.order).toEqual([
    ['a', 0],
    ['a', 1],
  ])
  scene.take('a')
  await scene.tick(4_999)
  expect(scene.kept).toHaveLength(2)
  await scene.tick(1)
  expect(scene.kept.at(-1)).toMatchObject({ position: 2, body: '{"at":2}' })
  expect(received(scene.kept.at(-1)?.ledger ?? [])).toBe(10)
})

test('what was counted without a record is kept too', async () => {
  const scene = new Scene(['a'], new Map([['a', 0]]))
  const batch = { facility: 'a', gateway: 'gw-1', epoch: 'e1', sent: 60_000, total: null, size: 10 }
  scene.sources.get('a')?.ledger.add(batch, { duplicate: 10 })
  await scene.checkpoints.keepAll()
  scene.sources.get('a')?.gaps.push(GAP)
  await scene.checkpoints.keepAll()
  await scene.checkpoints.keepAll()
  expect(scene.kept.map(({ position, ledger, gaps }) => [position, ledger.length, gaps.length])).toEqual([
    [0, 1, 0],
    [0, 0, 1],
  ])
})

test('whoever waited longest comes first, one at a time', async () => {
  const scene = new Scene(['a', 'b'], new Map([['a', 0], ['b', 0]])) // biome-ignore format: two pairs
  await scene.checkpoints.keepAll()
  scene.take('a')
  await scene.tick(5_000)
  scene.take('b')
  scene.take('a')
  await scene.tick(5_000)
  await scene.tick()
  expect(scene.order).toEqual([
    ['a', 1],
    ['b', 3],
    ['a', 3],
  ])
})

test('nothing of the log is given up that a facility still needs; one that took nothing needs nothing', async () => {
  const scene = new Scene(['a', 'b'], new Map([['a', 0], ['b', 0]])) // biome-ignore format: two pairs
  expect(scene.checkpoints.position).toBe(0)
  scene.take('a')
  scene.take('b')
  expect(scene.checkpoints.position).toBe(0)
  await scene.tick(5_000)
  expect(scene.order).toEqual([['a', 2]])
  expect(scene.checkpoints.position).toBe(0)
  await scene.tick(5_000)
  expect(scene.checkpoints.position).toBe(2)
  scene.take('b')
  expect(scene.checkpoints.position).toBe(2)
})

test('is kept as it was in one turn, once the log has what is in it', async () => {
  const scene = new Scene(['a'], new Map([['a', 0]]))
  const { promise, resolve } = Promise.withResolvers<void>()
  scene.logSettled = promise
  scene.take('a')
  await scene.tick(5_000)
  scene.take('a')
  expect(scene.kept).toEqual([])
  resolve()
  await scene.tick()
  expect(scene.kept).toMatchObject([{ position: 1, body: '{"at":1}' }])
  expect(received(scene.kept[0]?.ledger ?? [])).toBe(10)
})

test('one that takes long is followed by a longer pause', async () => {
  const scene = new Scene(['a'], new Map([['a', 0]]))
  const { promise, resolve } = Promise.withResolvers<void>()
  scene.logSettled = promise
  scene.take('a')
  await scene.tick(5_000)
  scene.clock.advance(1_000)
  resolve()
  await scene.tick()
  scene.take('a')
  await scene.tick(19_999)
  expect(scene.kept).toHaveLength(1)
  await scene.tick(1)
  expect(scene.kept).toHaveLength(2)
})

test('what cannot be kept is kept later, and counts and gaps are not lost', async () => {
  const scene = new Scene(['a'], new Map([['a', 0]]))
  scene.take('a')
  scene.sources.get('a')?.gaps.push(GAP)
  scene.isKeeping = false
  await scene.tick(5_000)
  expect(scene.checkpoints.position).toBe(0)
  scene.isKeeping = true
  scene.take('a')
  await scene.tick()
  expect(scene.kept).toMatchObject([{ position: 2, gaps: [GAP] }])
  expect(received(scene.kept[0]?.ledger ?? [])).toBe(20)
})

test('one that is damaged says which', () => {
  expect(parseCheckpoint<{ at: number }>('plant', '{"at":1}')).toEqual({ at: 1 })
  expect(() => parseCheckpoint('plant', '{"at":')).toThrow(/DATA_DAMAGED.*plant/)
})

test('a checkpoint that no text holds is told, and its counts are put back', async () => {
  const scene = new Scene(['a'])
  scene.isTooLong = true
  scene.take('a')
  await scene.tick(5_000)
  expect(scene.kept).toEqual([])
  expect(scene.errors).toEqual([
    [{ facility: 'a', error: 'RangeError: Invalid string length' }, expect.stringContaining('coarser every')],
  ])
  scene.isTooLong = false
  await scene.tick(5_000)
  expect(scene.kept).toMatchObject([{ position: 1, body: '{"at":1}', ledger: [{ received: 10 }] }])
})
