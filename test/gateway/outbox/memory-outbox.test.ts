import { describe, expect, it } from 'vitest'
import { MemoryOutbox, MOST_MEMORY_BYTES } from '../../../gateway/outbox/memory-outbox.ts'
import type { SealedBatch } from '../../../gateway/outbox/outbox.ts'
import { SettableClock } from '../settable-clock.ts'
import { outboxSuite } from './outbox-suite.ts'
import { batchOf, gapText, seqsOf, Watch } from './scene.ts'

/** What a batch of 100 bytes counts for: it takes more memory than its payload. */
const SMALL = 500
const SAMPLE = batchOf(1, { payload: Buffer.alloc(100) })
const small = (seq: number, given: Partial<SealedBatch> = {}): SealedBatch => ({
  ...SAMPLE,
  seq,
  from: 1_000 * seq,
  to: 1_000 * seq + 9,
  ...given,
})

function filled(maxBytes: number, seqs: number[]) {
  const watch = new Watch()
  const outbox = new MemoryOutbox({ maxBytes, maxAgeMs: 1_000, clock: new SettableClock(), events: watch })
  for (const seq of seqs) outbox.append(small(seq))
  return { outbox, watch }
}

outboxSuite('in memory', async ({ clock, watch, maxAgeMs }) => {
  return new MemoryOutbox({ maxBytes: 1e6, maxAgeMs, clock, events: watch })
})

describe('MemoryOutbox', () => {
  it('evicts whole oldest batches and tells it once', () => {
    const { outbox, watch } = filled(3 * SMALL, [1, 2, 3])
    outbox.append(small(4))
    outbox.append(small(5))
    expect(watch.gone).toEqual(['e:1-1', 'e:2-2'])
    expect(seqsOf(outbox)).toEqual([3, 4, 5])
    expect(outbox.stats()).toMatchObject({ evictedReadings: 20, oldest: 3_000, gaps: { full: 20 } })
    expect(outbox.takeGaps()).toEqual([
      { epoch: 'e', seqs: [[1, 2]], count: 20, from: 1_000, to: 2_009, reason: 'full' },
    ])
  })

  it('tells the same again, in the same words, when the batch that told it is evicted', () => {
    const { outbox } = filled(3 * SMALL, [1, 2, 3, 4])
    const told = outbox.takeGaps()
    outbox.append(small(5, { gaps: told }))
    for (const seq of [6, 7, 8]) outbox.append(small(seq))
    expect(seqsOf(outbox)).toEqual([6, 7, 8])
    const again = outbox.takeGaps()
    expect(again.map(gapText)).toEqual(['e full 2-5 (40)', 'e full 1 (10)'])
    expect(again).toContain(told[0])
  })

  it('has told a loss once the batch with it is confirmed', () => {
    const { outbox } = filled(3 * SMALL, [1, 2, 3, 4])
    outbox.append(small(5, { gaps: outbox.takeGaps() }))
    outbox.confirm('e', [[5, 5]])
    expect(outbox.takeGaps().map(gapText)).toEqual(['e full 2 (10)'])
  })

  it('spares what is on its way to the server, as long as there is anything else', () => {
    const { outbox, watch } = filled(3 * SMALL, [1, 2, 3])
    watch.sent = [
      { epoch: 'e', seq: 1 },
      { epoch: 'e', seq: 3 },
    ]
    outbox.append(small(4))
    expect(seqsOf(outbox)).toEqual([1, 3, 4])
    outbox.append(small(5))
    expect(seqsOf(outbox)).toEqual([1, 3, 5])
    watch.sent = [1, 3, 5].map((seq) => ({ epoch: 'e', seq }))
    outbox.append(small(6))
    expect(seqsOf(outbox)).toEqual([3, 5, 6])
  })

  it('keeps the newest batch, however large it is', () => {
    const { outbox, watch } = filled(10, [1])
    expect(watch.gone).toEqual([])
    outbox.append(small(2))
    expect(watch.gone).toEqual(['e:1-1'])
    expect(seqsOf(outbox)).toEqual([2])
  })

  it('takes no more memory than a process can spare, whatever the file allows', () => {
    const { outbox } = filled(2e9, [])
    const payload = Buffer.alloc(MOST_MEMORY_BYTES / 4)
    for (const seq of [1, 2, 3, 4, 5]) outbox.append(batchOf(seq, { payload }))
    expect(seqsOf(outbox)).toEqual([3, 4, 5])
  })

  it('bounds empty batches too', () => {
    const { outbox } = filled(1e9, [])
    for (let seq = 1; seq <= 130_000; seq++) outbox.append(small(seq, { readings: 0 }))
    expect(outbox.stats().batches).toBe(MOST_MEMORY_BYTES / SMALL)
  })

  it('walks what it keeps once, however many and long the ranges are', () => {
    const { outbox } = filled(1e9, [])
    for (let seq = 1; seq <= 50_000; seq++) outbox.append(small(seq, { payload: Buffer.alloc(0) }))
    const ranges = Array.from({ length: 1_000 }, (_, n): [number, number] => [
      2 + n * 40_000,
      40_001 + n * 40_000,
    ])
    const before = performance.now()
    outbox.confirm('other', ranges)
    outbox.confirm('e', ranges)
    expect(performance.now() - before).toBeLessThan(1_500)
    expect(seqsOf(outbox)).toEqual([1])
  })
})
