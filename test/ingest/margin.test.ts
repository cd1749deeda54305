import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { marginOf, Smallest } from '../../ingest/status/margin.ts'

const range = [0, 100] as const
const good = (value: number) => ({ value, quality: 'good' as const })

describe('what is left to a limit', () => {
  it.each([
    ['high, below it', { when: 'high', limit: 20 }, { range }, good(5), 0.15],
    ['high, at it', { when: 'high', limit: 20 }, { range }, good(20), 0],
    ['high, beyond it', { when: 'high', limit: 20 }, { range }, good(30), -0.1],
    ['low, above it', { when: 'low', limit: 20 }, { range }, good(45), 0.25],
    ['low, beyond it', { when: 'low', limit: 20 }, { range }, good(10), -0.1],
    [
      'a range that does not begin at 0',
      { when: 'high', limit: 0 },
      { range: [-50, 50] as const },
      good(-25),
      0.25,
    ],
    ['no range: of the limit', { when: 'high', limit: 8 }, {}, good(6), 0.25],
    ['no range, a limit below 0', { when: 'low', limit: -8 }, {}, good(-6), 0.25],
    ['an uncertain value', { when: 'high', limit: 20 }, { range }, { value: 5, quality: 'uncertain' }, 0.15],
    ['a bad value', { when: 'high', limit: 20 }, { range }, { value: 5, quality: 'bad' }, undefined],
    ['no value', { when: 'high', limit: 20 }, { range }, { quality: 'bad' }, undefined],
    ['no range and a limit of 0', { when: 'high', limit: 0 }, {}, good(-5), undefined],
    ['equals', { when: 'equals', limit: 1 }, { range }, good(0), undefined],
    ['fault', { when: 'fault', limit: Number.NaN }, { range }, good(0), undefined],
  ] as const)('%s', (_name, alarm, sensor, reading, left) => {
    const margin = marginOf(alarm, sensor, reading)
    if (left === undefined) expect(margin).toBeUndefined()
    else expect(margin).toBeCloseTo(left, 12)
  })
})

describe('the smallest of many', () => {
  it('are those that sorting finds, in its order', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -5, max: 5 })),
        fc.integer({ min: 1, max: 6 }),
        (numbers, most) => {
          const smallest = new Smallest<number>(most)
          for (const [index, number] of numbers.entries()) smallest.offer(number, () => index)
          const sorted = numbers
            .map((number, index) => ({ number, index }))
            .sort((a, b) => a.number - b.number)
          expect(smallest.items).toEqual(sorted.slice(0, most).map(({ index }) => index))
        },
      ),
    )
  })

  it('makes none that it does not keep', () => {
    const smallest = new Smallest<number>(1)
    smallest.offer(1, () => 1)
    smallest.offer(1, () => {
      throw new Error('made')
    })
    expect(smallest.items).toEqual([1])
  })
})
