import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MAX_RANGES, SeqRanges } from '../../ingest/intake/seq-ranges.ts'

describe('sequence ranges', () => {
  it('are the set of the numbers that were added, whatever the order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 40 })), (numbers) => {
        const ranges = new SeqRanges()
        const model = new Set<number>()
        for (const seq of numbers) {
          ranges.add(seq)
          model.add(seq)
          for (let n = 0; n <= 42; n++) expect(ranges.has(n)).toBe(model.has(n))
        }
        const span = model.size === 0 ? 0 : Math.max(...model) - Math.min(...model) + 1
        expect(ranges.missing).toBe(span - model.size)
      }),
    )
  })

  it('stay in order, never touch, and survive JSON', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 60 })), (numbers) => {
        const ranges = new SeqRanges()
        for (const seq of numbers) ranges.add(seq)
        const list = ranges.toJSON()
        for (const [index, [first, last]] of list.entries()) {
          expect(first).toBeLessThanOrEqual(last)
          expect(first).toBeGreaterThan((list[index - 1]?.[1] ?? -1) + 1)
        }
        const copy = new SeqRanges(JSON.parse(JSON.stringify(ranges)) as [number, number][])
        expect(copy.toJSON()).toEqual(list)
        copy.add(100)
        expect(ranges.has(100)).toBe(false)
      }),
    )
  })

  it('join when the number between them comes', () => {
    const ranges = new SeqRanges([
      [1, 3],
      [5, 9],
    ])
    expect(ranges.missing).toBe(1)
    ranges.add(4)
    expect(ranges.toJSON()).toEqual([[1, 9]])
  })

  it('are bounded: the lowest are forgotten, never claimed', () => {
    const ranges = new SeqRanges()
    for (let n = 1; n <= 2 * MAX_RANGES; n++) ranges.add(2 * n)
    expect(ranges.toJSON()).toHaveLength(MAX_RANGES)
    expect(ranges.has(2)).toBe(false)
    expect(ranges.has(4 * MAX_RANGES)).toBe(true)
    expect(ranges.has(4 * MAX_RANGES - 1)).toBe(false)
  })
})
