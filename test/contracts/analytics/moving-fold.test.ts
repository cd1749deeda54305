import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type KeptFold, MovingFold } from '../../../contracts/analytics/moving-fold.ts'
import { derive, sensors, stepsHolding } from './steps.ts'

/** In an order: the first, the last, and how many. */
type Part = readonly [first: number, last: number, count: number]
const joined = (older: Part, newer: Part): Part => [older[0], newer[1], older[2] + newer[2]]

describe('a moving fold', () => {
  it('is all parts of the window in their order, whenever its halves change', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 80 }),
        fc.integer({ min: 1, max: 12 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (lengths, windowMs, share) => {
          const fold = new MovingFold<Part>({ windowMs, width: 3, share }, joined)
          const ends: number[] = []
          for (const length of lengths) {
            const to = (ends.at(-1) ?? 0) + length
            ends.push(to)
            fold.push(to, [to, to, 1])
            const inside = ends.filter((end) => end > to - windowMs)
            expect(fold.whole).toEqual([inside[0], to, inside.length])
          }
        },
      ),
    )
  })

  it('does not turn many windows in one step that began together', () => {
    let merges = 0
    const counted = (older: Part, newer: Part) => {
      merges += 1
      return joined(older, newer)
    }
    const folds = Array.from(
      { length: 100 },
      (_, at) => new MovingFold<Part>({ windowMs: 100, width: 3, share: at / 100 }, counted),
    )
    let most = 0
    for (let to = 1; to <= 500; to++) {
      merges = 0
      for (const fold of folds) fold.push(to, [to, to, 1])
      most = Math.max(most, merges)
    }
    // One for each that is added, and the hundred parts of one or two that turn.
    expect(most).toBeLessThan(350)
  })
})

it('spreads the windows of derived sensors that began together', () => {
  const known = sensors({ GT: {} })
  const running = Array.from({ length: 100 }, (_, at) =>
    derive({ id: `GT-${at}.MEAN`, of: 'GT', compute: 'mean', window: '100s' }, known).computation.start(),
  )
  for (const [at, step] of stepsHolding([Array<number>(400).fill(1)]).entries()) {
    let turned = 0
    for (const one of running) {
      one.step(step)
      if ((one.snapshot() as KeptFold).back.length === 0) turned += 1
    }
    if (at > 1) expect(turned).toBeLessThan(10)
  }
})
