import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { countIn, isWithin, SeqRanges } from '../../../gateway/outbox/seq-ranges.ts'
import { Shelf } from '../../../gateway/outbox/shelf.ts'

const anyRange = fc
  .tuple(fc.nat(60), fc.nat(12))
  .map(([first, more]): [number, number] => [first, first + more])
const anyStep = fc.record({ isAdded: fc.boolean(), range: anyRange })

describe('SeqRanges', () => {
  it('is a set of numbers, whatever is added and removed', () => {
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 40 }), (steps) => {
        const ranges = new SeqRanges()
        const set = new Set<number>()
        for (const { isAdded, range } of steps) {
          const [first, last] = range
          const numbers = Array.from({ length: last - first + 1 }, (_, n) => first + n)
          if (isAdded) {
            ranges.add(first, last)
            for (const number of numbers) set.add(number)
          } else {
            const there = numbers.filter((number) => set.delete(number))
            const removed = ranges.remove(first, last)
            expect(countIn(removed)).toBe(there.length)
            for (const number of there) expect(isWithin(removed, number)).toBe(true)
          }
        }
        const sorted = [...set].sort((a, b) => a - b)
        expect([...ranges.numbers()]).toEqual(sorted)
        expect(ranges.size).toBe(set.size)
        for (let number = 0; number < 80; number++) expect(ranges.has(number)).toBe(set.has(number))
        // Ranges neither touch nor overlap.
        const list = [...ranges]
        expect(list).toHaveLength(ranges.pieces)
        for (const [n, [first]] of list.entries()) {
          if (n > 0) expect(first).toBeGreaterThan((list[n - 1]?.[1] ?? 0) + 1)
        }
      }),
    )
  })

  it('takes ranges of any length, and none the wrong way round', () => {
    const ranges = new SeqRanges([
      [5, 6],
      [1, 2],
      [3, 3],
      [9, 8],
      [6, 7],
    ])
    expect([...ranges]).toEqual([
      [1, 3],
      [5, 7],
    ])
    expect(ranges.remove(0, Number.MAX_SAFE_INTEGER)).toEqual([
      [1, 3],
      [5, 7],
    ])
    expect(ranges.size).toBe(0)
  })

  it('gives few ranges that hold all of it', () => {
    const ranges = new SeqRanges([
      [1, 2],
      [4, 4],
      [6, 6],
      [8, 9],
    ])
    expect(ranges.atMost(4)).toHaveLength(4)
    expect(ranges.atMost(2)).toEqual([
      [1, 2],
      [4, 9],
    ])
    expect(new SeqRanges().atMost(2)).toEqual([])
  })

  it('may be walked while numbers come and go', () => {
    const ranges = new SeqRanges([[1, 6]])
    const seen: number[] = []
    for (const number of ranges.numbers()) {
      seen.push(number)
      if (number === 2) ranges.remove(1, 4)
      if (number === 6) ranges.add(7)
    }
    expect(seen).toEqual([1, 2, 5, 6, 7])
  })
})

describe('Shelf', () => {
  function filled(): Shelf {
    const shelf = new Shelf()
    shelf.add('b', 1, 600_000)
    shelf.add('a', 1, 3)
    return shelf
  }

  it('has epochs in the order they came, and their batches by number', () => {
    const shelf = filled()
    expect(shelf.size).toBe(600_003)
    shelf.remove('b', [[2, 599_999]])
    expect([...shelf.keys()].map(({ epoch, seq }) => `${epoch}:${seq}`)).toEqual([
      'b:1',
      'b:600000',
      'a:1',
      'a:2',
      'a:3',
    ])
    expect(shelf.has({ epoch: 'b', seq: 2 })).toBe(false)
    expect(shelf.has({ epoch: 'c', seq: 1 })).toBe(false)
  })

  it('says what was there of what is removed', () => {
    const shelf = filled()
    expect(
      shelf.remove('a', [
        [0, 1],
        [3, 99],
      ]),
    ).toEqual([
      [1, 1],
      [3, 3],
    ])
    expect(shelf.remove('c', [[0, 99]])).toEqual([])
    expect(shelf.size).toBe(600_001)
  })

  it('gives away the oldest, some at a time', () => {
    const shelf = filled()
    expect(shelf.takeSome(1_000)).toEqual({ epoch: 'b', seqs: [[1, 1_000]] })
    shelf.remove('b', [[1_002, 599_999]])
    expect(shelf.takeSome(1_000)).toEqual({
      epoch: 'b',
      seqs: [
        [1_001, 1_001],
        [600_000, 600_000],
      ],
    })
    expect(shelf.takeSome(2)).toEqual({ epoch: 'a', seqs: [[1, 2]] })
    expect(shelf.takeSome(2)).toEqual({ epoch: 'a', seqs: [[3, 3]] })
    expect(shelf.takeSome(2)).toBeUndefined()
    expect(shelf.size).toBe(0)
  })
})
