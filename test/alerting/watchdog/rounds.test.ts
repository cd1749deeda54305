import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Fate, heard, LIMIT, PathModel, rounds, TERMS, VALUES } from './path-model.ts'

/** A round under way that began at 700. */
function begun() {
  const under = rounds()
  under.asked(0)
  expect(under.due).toBe(TERMS.restMs)
  under.pass(TERMS.restMs)
  return under
}

describe('a round', () => {
  it('shows a normal value until the device is read, and then soon one beyond the limit', () => {
    const under = rounds()
    expect(under.value).toBeLessThan(LIMIT)
    expect(under.due).toBe(TERMS.patienceMs)
    under.asked(40)
    under.asked(500)
    expect(under.due).toBe(40 + TERMS.restMs)
    under.pass(740)
    expect(under.value).toBeGreaterThan(LIMIT)
  })

  it('goes up, down and ends well, with the time of every leg', () => {
    const under = begun()
    under.asked(800)
    // The clock of the server is the wall clock: decided at 900.
    expect(under.hear(heard({ time: 50_900 }), 950, 50_950)).toEqual({ hearing: 'raised' })
    expect(under.value).toBe(VALUES.normal)
    under.asked(1_000)
    expect(under.hear(heard({ cause: 'returned', value: 25 }), 1_100, 51_100)).toEqual({
      hearing: 'returned',
      outcome: {
        begun: 700,
        ended: 1_100,
        legs: { read: 100, alarm: 100, message: 50, whole: 250, return: 150 },
      },
    })
    expect(under.due).toBe(700 + TERMS.everyMs)
  })

  it.each([
    ['unread', []],
    ['unheard', ['read']],
    ['unreturned', ['read', 'raised']],
  ] as const)('is %s when it comes no farther', (broken, steps: readonly string[]) => {
    const under = begun()
    if (steps.includes('read')) under.asked(800)
    if (steps.includes('raised')) under.hear(heard(), 900, 900)
    const { due } = under
    expect(under.pass(due - 1)).toBeUndefined()
    expect(under.pass(due)).toMatchObject({ broken, ended: due })
    expect(under.value).toBe(VALUES.normal)
  })

  it('is not saved by a message that came after its time, even when nobody looked at the clock', () => {
    const under = begun()
    under.asked(800)
    const { hearing, outcome } = under.hear(heard(), 700 + TERMS.withinMs, 0)
    expect([hearing, outcome?.broken]).toEqual(['late', 'unheard'])
  })

  it('takes no message of the round before for its own', () => {
    const under = begun()
    under.asked(800)
    under.pass(under.due)
    under.pass(under.due)
    expect(under.value).toBe(VALUES.beyond[1])
    const now = under.due - 1_000
    expect(under.hear(heard({ value: VALUES.beyond[0] ?? 0 }), now, 0).hearing).toBe('late')
    expect(under.value).toBe(VALUES.beyond[1])
    expect(under.hear(heard({ value: VALUES.beyond[1] ?? 0, occurrence: 'WD-1.H#2' }), now, 0).hearing).toBe(
      'raised',
    )
    expect(under.hear(heard({ cause: 'returned' }), now, 0).hearing).toBe('late')
    expect(under.hear(heard({ cause: 'returned', occurrence: 'WD-1.H#2' }), now, 0).hearing).toBe('returned')
  })

  it('never takes a return for a raise', () => {
    const under = begun()
    expect(under.hear(heard({ cause: 'returned' }), 900, 0)).toEqual({ hearing: 'late' })
    expect(under.value).toBeGreaterThan(LIMIT)
  })

  it.each([
    ['another facility', { facility: 'farm' }],
    ['another alarm', { alarm: 'WD-1.FAULT' }],
    ['a test of the channel', { cause: 'test' }],
    ['an escalation', { cause: 'escalated' }],
  ])('is not concerned with %s', (_name, given) => {
    expect(begun().hear(heard(given), 900, 0)).toEqual({ hearing: 'foreign' })
  })

  it('counts what comes twice', () => {
    const under = begun()
    expect(under.hear(heard(), 900, 0).hearing).toBe('raised')
    expect(under.hear(heard(), 910, 0).hearing).toBe('duplicate')
    expect(under.hear(heard({ cause: 'returned' }), 920, 0).hearing).toBe('returned')
    expect(under.hear(heard({ cause: 'returned' }), 930, 0).hearing).toBe('duplicate')
    expect(under.hear(heard(), 940, 0).hearing).toBe('duplicate')
  })

  it('gives no leg a time below zero when clocks differ', () => {
    const under = begun()
    under.asked(800)
    under.hear(heard({ time: 10_000 }), 900, 0)
    expect(under.hear(heard({ cause: 'returned' }), 1_000, 0).outcome?.legs).toMatchObject({
      message: 0,
      whole: 200,
    })
  })
})

const fate: fc.Arbitrary<Fate> = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 2_000 }).map((delay) => [delay]) },
  { weight: 1, arbitrary: fc.constant([]) },
  { weight: 1, arbitrary: fc.integer({ min: 2_500, max: 25_000 }).map((delay) => [delay]) },
  { weight: 1, arbitrary: fc.tuple(fc.integer({ min: 1, max: 4_000 }), fc.integer({ min: 1, max: 15_000 })) },
)

describe('rounds on a network that delays, loses and repeats', () => {
  it('are well when both messages of their own occurrence came in time, and broken when not', () => {
    fc.assert(
      fc.property(fc.array(fate, { minLength: 4, maxLength: 16 }), (fates) => {
        const path = new PathModel(fates)
        path.run(100_000)
        expect(path.outcomes.length).toBeGreaterThanOrEqual(8)
        for (const [index, { begun: from, ended, broken }] of path.outcomes.entries()) {
          const raised = path.raised[index]
          const returned = path.returned[index]
          // One occurrence a round, since the gateway polls.
          expect(raised?.at).toBeGreaterThanOrEqual(from)
          const came = (raised?.at ?? 0) + Math.min(...(raised?.fate ?? []))
          const isRaised = came < from + TERMS.withinMs
          const back = (returned?.at ?? 0) + Math.max(1, Math.min(...(returned?.fate ?? [])))
          const isReturned = isRaised && back < came + TERMS.withinMs
          const expected = isReturned ? undefined : isRaised ? 'unreturned' : 'unheard'
          expect(broken).toBe(expected)
          expect(ended - from).toBeLessThanOrEqual(2 * TERMS.withinMs)
          const next = path.outcomes[index + 1]
          if (next !== undefined) expect(next.begun - from).toBeGreaterThanOrEqual(TERMS.everyMs)
        }
        const taken = path.hearings.filter((hearing) => hearing === 'raised').length
        expect(taken).toBe(path.outcomes.filter(({ broken }) => broken !== 'unheard').length)
      }),
      { numRuns: 60 },
    )
  })
})
