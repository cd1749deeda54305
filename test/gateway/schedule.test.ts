import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { backOffDelays } from '../../gateway/polling/back-off.ts'
import { gridFrom, nextDue } from '../../gateway/polling/schedule.ts'

describe('nextDue', () => {
  it('stays on the grid however long polls take, and never bursts', () => {
    const anyCase = fc.tuple(fc.integer({ min: 10, max: 5_000 }), fc.array(fc.nat(20_000), { maxLength: 50 }))
    fc.assert(
      fc.property(anyCase, ([pollMs, durations]) => {
        let due = 0
        let polls = 0
        let skipped = 0
        for (const duration of durations) {
          const now = due + duration
          const next = nextDue(due, pollMs, now)
          polls += 1
          skipped += next.skipped
          expect(next.at % pollMs).toBe(0)
          expect(next.at).toBeGreaterThan(now)
          expect(next.at - now).toBeLessThanOrEqual(pollMs)
          due = next.at
        }
        expect((polls + skipped) * pollMs).toBe(due)
      }),
    )
  })

  it('is a whole interval on when the poll took no time', () => {
    expect(nextDue(500, 1_000, 500)).toEqual({ at: 1_500, skipped: 0 })
    expect(nextDue(500, 1_000, 1_499)).toEqual({ at: 1_500, skipped: 0 })
    expect(nextDue(500, 1_000, 1_500)).toEqual({ at: 2_500, skipped: 1 })
  })
})

describe('gridFrom', () => {
  const second = (pollMs: number, index: number, count: number) =>
    nextDue(gridFrom(100, pollMs, { index, count }), pollMs, 100).at - 100

  it('spreads the devices of a line over the interval, the second polls half to one and a half after the first', () => {
    expect([0, 1, 2, 3].map((index) => second(400, index, 4))).toEqual([400, 500, 200, 300])
  })

  it('spreads slow polls over a second only', () => {
    expect(second(60_000, 1, 2)).toBe(60_500)
  })
})

describe('backOffDelays', () => {
  function first(count: number, random: () => number): number[] {
    const delays = backOffDelays(random)
    return Array.from({ length: count }, () => delays.next().value)
  }

  it('doubles from 0.5 s to 10 s', () => {
    expect(first(7, () => 1)).toEqual([500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000])
  })

  it('draws each pause from its upper half', () => {
    expect(first(6, () => 0)).toEqual([250, 500, 1_000, 2_000, 4_000, 5_000])
  })
})
