import { describe, expect, it } from 'vitest'
import type { Gap } from '../../contracts/wire.ts'
import { joinRanges, mergeGap } from '../../gateway/delivery/gaps.ts'
import { MEMORY_OUTBOX_MAX_BYTES, MemoryOutbox } from '../../gateway/delivery/memory-outbox.ts'
import type { SealedBatch } from '../../gateway/delivery/outbox.ts'

function batch(seq: number, given: Partial<SealedBatch> = {}): SealedBatch {
  const time = 1_000 * seq
  return {
    epoch: 'e',
    seq,
    payload: Buffer.alloc(100),
    readings: 10,
    from: time,
    to: time + 9,
    gaps: [],
    ...given,
  }
}

function filled(maxBytes: number, seqs: number[]): MemoryOutbox {
  const outbox = new MemoryOutbox({ maxBytes, maxAgeMs: 1_000 })
  for (const seq of seqs) outbox.append(batch(seq), seq)
  return outbox
}

const seqsOf = (outbox: MemoryOutbox) => [...outbox.keys()].map(({ seq }) => seq)

describe('MemoryOutbox', () => {
  it('keeps batches oldest first, byte for byte', () => {
    const outbox = filled(1e6, [1, 2, 3])
    const payload = Buffer.from('{"epoch":"e"}')
    outbox.append(batch(4, { payload }), 4)
    expect(seqsOf(outbox)).toEqual([1, 2, 3, 4])
    expect(outbox.payload({ epoch: 'e', seq: 4 })).toBe(payload)
    expect(outbox.payload({ epoch: 'other', seq: 4 })).toBeUndefined()
    expect(outbox.stats()).toEqual({ batches: 4, readings: 40, oldest: 1_000, evictedReadings: 0 })
  })

  it('evicts whole oldest batches and tells it once', () => {
    const outbox = filled(300, [1, 2, 3])
    expect(outbox.append(batch(4), 4)).toEqual([{ epoch: 'e', seq: 1 }])
    expect(outbox.append(batch(5), 5)).toEqual([{ epoch: 'e', seq: 2 }])
    expect(seqsOf(outbox)).toEqual([3, 4, 5])
    expect(outbox.stats()).toMatchObject({ evictedReadings: 20, oldest: 3_000 })
    expect(outbox.takeGaps()).toEqual([
      { epoch: 'e', seqs: [[1, 2]], count: 20, from: 1_000, to: 2_009, reason: 'full' },
    ])
    expect(outbox.takeGaps()).toEqual([])
  })

  it('evicts what is too old', () => {
    const outbox = filled(1e6, [1, 2, 3])
    expect(outbox.expire(1_002)).toEqual([{ epoch: 'e', seq: 1 }])
    expect(outbox.takeGaps()).toMatchObject([{ seqs: [[1, 1]], reason: 'expired' }])
  })

  it('tells anew of the losses that an evicted batch was to tell of', () => {
    const outbox = filled(300, [1, 2, 3])
    outbox.append(batch(4), 4)
    outbox.append(batch(5, { gaps: outbox.takeGaps() }), 5)
    for (const seq of [6, 7, 8]) outbox.append(batch(seq), seq)
    expect(seqsOf(outbox)).toEqual([6, 7, 8])
    expect(outbox.takeGaps()).toEqual([
      { epoch: 'e', seqs: [[1, 5]], count: 50, from: 1_000, to: 5_009, reason: 'full' },
    ])
  })

  it('keeps the newest batch, however large it is', () => {
    const outbox = new MemoryOutbox({ maxBytes: 10, maxAgeMs: 1_000 })
    expect(outbox.append(batch(1), 1)).toEqual([])
    expect(outbox.append(batch(2), 2)).toEqual([{ epoch: 'e', seq: 1 }])
  })

  it('takes no more memory than a process can spare, whatever the file allows', () => {
    const outbox = new MemoryOutbox({ maxBytes: 2e9, maxAgeMs: 1_000 })
    const payload = Buffer.alloc(MEMORY_OUTBOX_MAX_BYTES / 4)
    for (const seq of [1, 2, 3, 4, 5]) outbox.append(batch(seq, { payload }), seq)
    expect(seqsOf(outbox)).toEqual([2, 3, 4, 5])
  })

  const confirms: [string, [number, number][], number[]][] = [
    ['one', [[2, 2]], [1, 3, 4]],
    [
      'several ranges',
      [
        [1, 2],
        [4, 4],
      ],
      [3],
    ],
    ['a range larger than everything', [[0, Number.MAX_SAFE_INTEGER]], []],
    [
      'overlapping ranges',
      [
        [1, 3],
        [2, 3],
      ],
      [4],
    ],
    ['a range the wrong way round', [[3, 1]], [1, 2, 3, 4]],
    ['none of ours', [[77, 99]], [1, 2, 3, 4]],
  ]
  it.each(confirms)('forgets what is confirmed: %s', (_, ranges, left) => {
    const outbox = filled(1e6, [1, 2, 3, 4])
    const done = outbox.confirm('e', ranges).map(({ seq }) => seq)
    expect(seqsOf(outbox)).toEqual(left)
    expect([...done, ...left].toSorted()).toEqual([1, 2, 3, 4])
    expect(outbox.stats()).toMatchObject({ batches: left.length, readings: left.length * 10 })
  })

  it('walks what it keeps once, however many and long the ranges are', () => {
    const outbox = new MemoryOutbox({ maxBytes: 1e9, maxAgeMs: 1_000 })
    for (let seq = 1; seq <= 50_000; seq++) outbox.append(batch(seq, { payload: Buffer.alloc(0) }), seq)
    const ranges = Array.from({ length: 1_000 }, (_, n): [number, number] => [
      2 + n * 40_000,
      40_001 + n * 40_000,
    ])
    const before = performance.now()
    expect(outbox.confirm('other', ranges)).toEqual([])
    expect(outbox.confirm('e', ranges)).toHaveLength(49_999)
    expect(performance.now() - before).toBeLessThan(500)
    expect(seqsOf(outbox)).toEqual([1])
  })

  it('confirms only the epoch that is named', () => {
    const outbox = filled(1e6, [1, 2])
    expect(outbox.confirm('other', [[1, 2]])).toEqual([])
    expect(outbox.confirm('other', [[0, 1e9]])).toEqual([])
    expect(seqsOf(outbox)).toEqual([1, 2])
  })
})

describe('gaps', () => {
  it('joins ranges that touch or overlap', () => {
    expect(
      joinRanges([
        [5, 6],
        [1, 2],
        [3, 3],
        [8, 9],
        [6, 7],
      ]),
    ).toEqual([
      [1, 3],
      [5, 9],
    ])
  })

  it('closes an entry before it outgrows a batch', () => {
    let gaps: Gap[] = []
    for (let seq = 1; seq <= 5_000; seq += 2) {
      gaps = mergeGap(gaps, { epoch: 'a', seqs: [[seq, seq]], count: 1, from: 1, to: 1, reason: 'full' })
    }
    expect(gaps.map(({ seqs }) => seqs.length)).toEqual([1_000, 1_000, 500])
    expect(gaps.reduce((sum, { count }) => sum + count, 0)).toBe(2_500)
  })

  it('keeps epochs and reasons apart', () => {
    const gap = { epoch: 'a', seqs: [[1, 1]] as [number, number][], count: 1, from: 1, to: 1, reason: 'full' }
    const gaps = [{ ...gap, epoch: 'b' }, { ...gap, reason: 'expired' }, gap].reduce(
      (all, added) => mergeGap(all, added),
      [gap],
    )
    expect(gaps.map(({ epoch, reason, count }) => `${epoch} ${reason} ${count}`)).toEqual([
      'a full 2',
      'b full 1',
      'a expired 1',
    ])
  })
})
