import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { systemClock } from '../../../contracts/clock.ts'
import type { Gap } from '../../../contracts/wire.ts'
import { DiskDesk } from '../../../gateway/outbox/disk/disk-desk.ts'
import { missing, settle } from '../../../gateway/outbox/disk/settling.ts'
import { decodeTally, encodeTally, NO_TALLY, type Tally } from '../../../gateway/outbox/tally.ts'
import { TallyFile, TallyNumbers } from '../../../gateway/outbox/tally-file.ts'
import { memoryPathOf, TallyPlace } from '../../../gateway/outbox/tally-place.ts'
import { temporaryFolder } from '../../temporary-folder.ts'
import { gapText } from './scene.ts'

const batch = (seq: number, epoch = 'e') => ({ epoch, seq, readings: 10, from: seq, to: seq + 1 })
const stock = (first: number, last: number, epoch = 'e') => ({
  epoch,
  seqs: [[first, last]] as [number, number][],
  readings: 10 * (last - first + 1),
  from: 1,
  to: 2,
})
const gap = (given: Partial<Gap>): Gap => ({
  epoch: 'e',
  seqs: [[1, 1]],
  count: 10,
  from: 1,
  to: 2,
  reason: 'full',
  ...given,
})

describe('a tally', () => {
  it('is read as it was written, over whatever stood there', () => {
    const tally = { ...NO_TALLY, commits: 7, stock: [stock(1, 9)], unsettled: [batch(10)], losses: [gap({})] }
    const longer = encodeTally(1, { ...tally, unsettled: Array.from({ length: 50 }, (_, n) => batch(n)) })
    encodeTally(2, tally).copy(longer)
    expect(decodeTally(longer)).toEqual({ number: 2, tally })
  })

  it('that is torn anywhere, or changed, is none', () => {
    const bytes = encodeTally(3, { ...NO_TALLY, unsettled: [batch(1)] })
    for (let length = 0; length < bytes.length; length++)
      expect(decodeTally(bytes.subarray(0, length))).toBeUndefined()
    for (let at = 29; at < bytes.length; at++) {
      const changed = Buffer.from(bytes)
      changed[at] = (changed[at] ?? 0) ^ 1
      expect(decodeTally(changed)).toBeUndefined()
    }
    fc.assert(fc.property(fc.uint8Array(), (any) => decodeTally(Buffer.from(any)) === undefined))
  })
})

const newest = (path: string) =>
  ['.tally-0', '.tally-1']
    .filter((suffix) => existsSync(`${path}${suffix}`))
    .flatMap((suffix) => decodeTally(readFileSync(`${path}${suffix}`)) ?? [])
    .sort((a, b) => b.number - a.number)[0]

function start(path: string, { isMemory = false, numbers = new TallyNumbers() } = {}) {
  let tally: Tally = NO_TALLY
  const file = new TallyFile({
    place: new TallyPlace({ path, isMemory }),
    numbers,
    compose: () => tally,
    monotonic: () => systemClock.monotonic(),
  })
  const begin = (found: number) => {
    numbers.begin(found)
    file.begin()
  }
  const change = (seq: number) => {
    tally = { ...NO_TALLY, unsettled: [batch(seq)] }
    file.touch()
  }
  return { file, change, begin }
}

describe('the tally file', () => {
  it('follows what is touched, and leaves the one before whole', async () => {
    const path = join(temporaryFolder(), 'gw-1.db')
    const { file, change, begin } = start(path)
    change(1)
    await new Promise((resolve) => setTimeout(resolve, 20))
    // Whoever has not begun may be another process on the same file.
    expect(newest(path)).toBeUndefined()
    begin(41)
    for (let seq = 2; seq <= 5; seq++) {
      change(seq)
      await vi.waitFor(() => expect(newest(path)?.tally.unsettled).toEqual([batch(seq)]))
    }
    expect(newest(path)?.number).toBeGreaterThan(44)
    // A write that is torn leaves that of the time before.
    const suffix = (newest(path)?.number ?? 0) % 2 === 0 ? '.tally-0' : '.tally-1'
    await file.close()
    const last = newest(path)?.number ?? 0
    writeFileSync(`${path}${last % 2 === 0 ? '.tally-0' : '.tally-1'}`, 'torn')
    expect(newest(path)).toBeDefined()
    expect(suffix).toMatch(/tally/)
  })

  it('writes what is last when it closes, and nothing afterwards', async () => {
    const path = join(temporaryFolder(), 'gw-1.db')
    const { file, change, begin } = start(path)
    begin(0)
    for (let seq = 1; seq <= 500; seq++) change(seq)
    await file.close()
    expect(newest(path)?.tally.unsettled).toEqual([batch(500)])
    // Many touches in one turn are one write.
    expect(newest(path)?.number).toBeLessThan(5)
  })

  it('goes on when a write fails', async () => {
    const path = join(temporaryFolder(), 'not-yet', 'gw-1.db')
    const { file, change, begin } = start(path)
    begin(0)
    change(1)
    await new Promise((resolve) => setTimeout(resolve, 30))
    mkdirSync(join(path, '..'))
    await vi.waitFor(() => expect(newest(path)?.tally.unsettled).toEqual([batch(1)]))
    await file.close()
  })
})

describe('a tally in memory', () => {
  it('is written in the turn of the event loop after the change, whatever the disk does', async () => {
    const path = join(temporaryFolder(), 'memory')
    const numbers = new TallyNumbers()
    const { file, change, begin } = start(path, { isMemory: true, numbers })
    begin(7)
    change(1)
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
    expect(newest(path)).toMatchObject({ number: 8, tally: { unsettled: [batch(1)] } })
    await file.close()
  })

  it('bears numbers that go on over all places, and end as its file does', () => {
    const numbers = new TallyNumbers()
    numbers.begin(41)
    expect(([0, 0, 1, 0, 1, 1] as const).map((which) => numbers.next(which))).toEqual([
      42, 44, 45, 46, 47, 49,
    ])
  })

  it('counts when it is newer than that on the disk, and never by itself: who removed that has begun anew', () => {
    const folder = temporaryFolder()
    const [path, memoryPath] = [join(folder, 'gw-1.db'), join(folder, 'memory')]
    const put = (where: string, number: number) =>
      writeFileSync(where, encodeTally(number, { ...NO_TALLY, unsettled: [batch(number)] }))
    const found = () => {
      const desk = new DiskDesk({ path, maxBytes: 1e7, maxAgeMs: 1e9, memoryPath }, () => undefined)
      const { number, tally } = desk.lock()
      desk.close()
      return [number, tally.unsettled.map(({ seq }) => seq)]
    }
    put(`${memoryPath}.tally-1`, 9)
    expect(found()).toEqual([0, []])
    put(`${path}.tally-0`, 6)
    expect(found()).toEqual([9, [9]])
    put(`${path}.tally-0`, 12)
    expect(found()).toEqual([12, [12]])
  })

  it('has a folder of its own that nobody else may touch, or none', () => {
    const shared = temporaryFolder()
    const path = memoryPathOf('data/gw-1.db', shared) ?? ''
    expect(path.startsWith(join(shared, 'davylamp-'))).toBe(true)
    expect(memoryPathOf('data/gw-1.db', shared)).toBe(path)
    expect(memoryPathOf('data/gw-2.db', shared)).not.toBe(path)
    expect(memoryPathOf('data/gw-1.db', undefined)).toBeUndefined()
    expect(memoryPathOf('data/gw-1.db', join(shared, 'missing'))).toBeUndefined()
    const [own = ''] = readdirSync(shared)
    chmodSync(join(shared, own), 0o777)
    expect(memoryPathOf('data/gw-1.db', shared)).toBeUndefined()
    const other = temporaryFolder()
    symlinkSync(join(shared, own), join(other, own))
    expect(memoryPathOf('data/gw-1.db', other)).toBeUndefined()
  })
})

describe('settling', () => {
  const settled = (tally: Partial<Tally>, file: Parameters<typeof settle>[1], known: Gap[] = []) =>
    settle({ ...NO_TALLY, ...tally }, file, known).map(gapText)

  const table: [
    string,
    Partial<Tally>,
    { commits: number; stock: ReturnType<typeof stock>[] },
    Gap[],
    string[],
  ][] = [
    ['nothing was left', {}, { commits: 0, stock: [] }, [], []],
    [
      'what was in memory is on the disk after all',
      { commits: 5, unsettled: [batch(3), batch(4)] },
      { commits: 6, stock: [stock(1, 4)] },
      [],
      [],
    ],
    [
      'what was in memory is not',
      { commits: 5, unsettled: [batch(4), batch(5), batch(1, 'f')] },
      { commits: 5, stock: [stock(1, 4)] },
      [],
      ['e restart 5 (10)', 'f restart 1 (10)'],
    ],
    [
      'it was evicted by a commit that the tally does not know',
      { commits: 5, unsettled: [batch(4)] },
      { commits: 6, stock: [] },
      [gap({ seqs: [[1, 4]], count: 40 })],
      [],
    ],
    [
      'losses that only the memory had',
      {
        commits: 5,
        losses: [gap({ seqs: [[1, 2]], count: 20 }), gap({ seqs: [[5, 5]] })],
        unsettled: [batch(5)],
      },
      { commits: 5, stock: [] },
      [gap({ seqs: [[1, 3]], count: 30 })],
      ['e full 5 (10)'],
    ],
    [
      'a file that is older than the tally',
      { commits: 9, stock: [stock(1, 9), stock(1, 2, 'f')] },
      { commits: 8, stock: [stock(1, 7)] },
      [],
      ['e damaged 8-9 (20)', 'f damaged 1-2 (20)'],
    ],
    ['a file that is newer', { commits: 7, stock: [stock(1, 9)] }, { commits: 8, stock: [] }, [], []],
  ]
  it.each(table)('%s', (_, tally, file, known, expected) => {
    expect(settled(tally, file, known)).toEqual(expected)
  })

  it('finds nothing missing of what was told already, and no count below 0', () => {
    expect(missing([stock(1, 9)], [stock(1, 8)], [gap({ seqs: [[9, 9]] })])).toEqual([])
    expect(missing([stock(1, 2)], [{ ...stock(2, 2), readings: 900 }], [])).toMatchObject([
      { seqs: [[1, 1]], count: 0 },
    ])
  })
})
