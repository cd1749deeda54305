import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ProbeBudget } from '../../gateway/polling/probe-budget.ts'

const LIMITS = { share: 0.05, creditMs: 1_000, debtMs: 5_000 }

describe('ProbeBudget', () => {
  it('begins with its credit and earns its share of the time that passes', () => {
    const budget = new ProbeBudget(LIMITS)
    expect(budget.allows(0)).toBe(true)
    budget.charge(1_000, 0)
    expect(budget.allows(0)).toBe(true)
    budget.charge(1_000, 0)
    expect(budget.allows(19_999)).toBe(false)
    expect(budget.allows(20_000)).toBe(true)
    expect(budget.allowsAt(0)).toBe(20_000)
    expect(budget.allowsAt(5_000)).toBe(20_000)
    expect(budget.allowsAt(30_000)).toBe(30_000)
  })

  it('knows whether another charge would overdraw it', () => {
    const budget = new ProbeBudget(LIMITS)
    expect(budget.allows(0, 1_000)).toBe(true)
    expect(budget.allows(0, 1_001)).toBe(false)
  })

  it('saves no more than its credit, and remembers no more than its debt', () => {
    const budget = new ProbeBudget(LIMITS)
    budget.charge(1_500, 1_000_000)
    expect(budget.allowsAt(1_000_000)).toBe(1_010_000)
    budget.charge(60_000, 1_000_000)
    expect(budget.allowsAt(1_000_000)).toBe(1_100_000)
  })

  it('forgets its debt, and not its credit', () => {
    const budget = new ProbeBudget(LIMITS)
    budget.pardon(0)
    expect(budget.allows(0, 1_000)).toBe(true)
    budget.charge(9_000, 0)
    budget.pardon(10)
    expect(budget.allows(10)).toBe(true)
    expect(budget.allows(10, 1)).toBe(false)
  })

  it('never lets more than its share and its credit be wasted by one who asks it, in any order of events', () => {
    const charges = fc.array(fc.tuple(fc.nat(30_000), fc.integer({ min: 1, max: 1_000 })), { maxLength: 200 })
    fc.assert(
      fc.property(charges, (steps) => {
        const budget = new ProbeBudget(LIMITS)
        let now = 0
        let wasted = 0
        for (const [passed, cost] of steps) {
          now += passed
          if (!budget.allows(now)) continue
          budget.charge(cost, now)
          wasted += cost
        }
        // The last one may overdraw it by its own cost.
        expect(wasted).toBeLessThanOrEqual(LIMITS.share * now + LIMITS.creditMs + 1_000 + 1e-6)
      }),
    )
  })
})
