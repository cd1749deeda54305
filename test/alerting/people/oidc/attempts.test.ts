import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ATTEMPT_MS, type Attempt, Attempts } from '../../../../alerting/people/oidc/attempts.ts'
import { StartLimit } from '../../../../alerting/people/oidc/start-limit.ts'
import { TooSoon } from '../../../../alerting/people/throttle.ts'

const attempt = (state: string, started: number): Attempt => ({
  state,
  nonce: 'nonce',
  verifier: 'verifier',
  started,
  isFresh: true,
  to: '/',
  replaces: undefined,
})

describe('attempts', () => {
  const step = fc.record({
    kind: fc.constantFrom('add', 'take', 'wait'),
    browser: fc.constantFrom('a', 'b', 'c'),
    state: fc.constantFrom('x', 'y', 'z'),
    ms: fc.integer({ min: 0, max: ATTEMPT_MS }),
  })
  test('come back once, to their browser, with their state, in their time', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const attempts = new Attempts()
        const model = new Map<string, { state: string; started: number }>()
        let now = 1_000
        for (const { kind, browser, state, ms } of steps) {
          if (kind === 'wait') now += ms
          if (kind === 'add') {
            attempts.add(browser, attempt(state, now))
            model.set(browser, { state, started: now })
          }
          if (kind === 'take') {
            const waiting = model.get(browser)
            const isGood = waiting?.state === state && now - waiting.started < ATTEMPT_MS
            expect(attempts.take(browser, state, now) !== undefined).toBe(isGood)
            if (waiting?.state === state) model.delete(browser)
          }
        }
      }),
    )
  })

  test('are bounded: the oldest go, and those that are over', () => {
    const attempts = new Attempts()
    for (let n = 0; n < 1_500; n += 1) attempts.add(`${n}`, attempt('x', n))
    expect(attempts.size).toBe(1_000)
    expect(attempts.take('499', 'x', 1_500)).toBeUndefined()
    expect(attempts.take('500', 'x', 1_500)).toBeDefined()
    attempts.add('late', attempt('x', ATTEMPT_MS + 2_000))
    expect(attempts.size).toBe(1)
  })

  test('of a clock that was set back are over', () => {
    const attempts = new Attempts()
    attempts.add('a', attempt('x', 10_000))
    expect(attempts.take('a', 'x', 9_999)).toBeUndefined()
  })
})

describe('starts at one address', () => {
  test('are twenty at once and one in three seconds, however the clock goes', () => {
    const moves = fc.array(fc.integer({ min: -20_000, max: 20_000 }), { minLength: 1, maxLength: 200 })
    fc.assert(
      fc.property(moves, (steps) => {
        const limit = new StartLimit()
        let now = 1_000_000
        let credit = 20
        for (const ms of steps) {
          now += ms
          credit = Math.min(20, credit + Math.max(0, ms) / 3_000)
          try {
            limit.take('10.0.0.1', now)
            if (steps.every((other) => other >= 0)) {
              expect(credit).toBeGreaterThanOrEqual(1 - 1e-9)
              credit -= 1
            }
          } catch (error) {
            expect(error).toBeInstanceOf(TooSoon)
            // Nobody waits longer than for one.
            expect((error as TooSoon).waitMs).toBeLessThanOrEqual(3_000)
          }
        }
      }),
    )
  })

  test('go again after the wait that was said', () => {
    const limit = new StartLimit()
    for (let n = 0; n < 20; n += 1) limit.take('10.0.0.1', 0)
    expect(() => limit.take('10.0.0.1', 0)).toThrow(
      expect.objectContaining({ code: 'OIDC_TOO_MANY', waitMs: 3_000 }),
    )
    expect(() => limit.take('10.0.0.1', 2_999)).toThrow(TooSoon)
    limit.take('10.0.0.1', 3_000)
  })

  test('are bounded, and an IPv6 network is one', () => {
    const limit = new StartLimit()
    for (let n = 0; n < 6_000; n += 1) limit.take(`10.${n >> 8}.${n & 255}.1`, 0)
    expect(limit.size).toBe(4_096)
    for (let n = 0; n < 20; n += 1) limit.take(`2001:db8::${n}`, 0)
    expect(() => limit.take('2001:db8::99', 0)).toThrow(TooSoon)
  })
})
