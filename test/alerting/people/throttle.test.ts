import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  plainAddress,
  Throttle,
  TooSoon,
  type Try,
  throttleAddress,
} from '../../../alerting/people/throttle.ts'

const LI_AT_HOME: Try = { account: 'li', address: 'console', isKnown: true }
const stranger = (account: string, address: string): Try => ({ account, address, isKnown: false })

/** Tries until it is told to wait, at one moment; answers how often it could. */
function tryOut(throttle: Throttle, attempt: Try, now: number): number {
  for (let count = 0; ; count += 1) {
    try {
      throttle.begin(attempt, now)
    } catch (error) {
      if (error instanceof TooSoon) return count
      throw error
    }
  }
}

describe('wrong passwords', () => {
  test('of one address: five are free, then each costs twice the wait of the one before, up to a minute', () => {
    const throttle = new Throttle()
    expect(tryOut(throttle, stranger('li', 'a'), 0)).toBe(5)
    let now = 0
    const waits = Array.from({ length: 9 }, () => {
      const wait = throttle.wait(stranger('li', 'a'), now)
      now += wait
      throttle.begin(stranger('li', 'a'), now)
      return wait
    })
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60].map((s) => s * 1_000))
  })

  test('of another account from there wait as well', () => {
    const throttle = new Throttle()
    tryOut(throttle, stranger('li', 'a'), 0)
    expect(throttle.wait(stranger('wang', 'a'), 0)).toBe(1_000)
  })

  test('from many addresses at one account: each has its first try, and waits from its second on', () => {
    const throttle = new Throttle()
    for (let n = 0; n < 50; n += 1) throttle.begin(stranger('li', `a${n}`), 0)
    expect(throttle.wait(stranger('li', 'new'), 0)).toBe(0)
    expect(throttle.wait(stranger('li', 'a1'), 0)).toBe(60_000)
    expect(throttle.wait(stranger('wang', 'a1'), 0)).toBe(0)
  })

  test('are forgotten after a quarter of an hour', () => {
    const throttle = new Throttle()
    tryOut(throttle, stranger('li', 'a'), 0)
    expect(throttle.wait(stranger('li', 'a'), 900_000)).toBe(0)
    expect(tryOut(throttle, stranger('li', 'a'), 900_000)).toBe(5)
  })

  test('one right password does not buy free tries at others', () => {
    const throttle = new Throttle()
    const own = stranger('mallory', 'a')
    for (let n = 0; n < 4; n += 1) throttle.begin(stranger('li', 'a'), 0)
    throttle.begin(own, 0)
    throttle.succeeded(own)
    expect(tryOut(throttle, stranger('li', 'a'), 0)).toBe(1)
  })

  test('a clock that is set back prolongs no wait', () => {
    const throttle = new Throttle()
    tryOut(throttle, stranger('li', 'a'), 1_000_000)
    expect(throttle.wait(stranger('li', 'a'), 0)).toBe(1_000)
  })
})

const address = fc.constantFrom('a', 'b', 'c', 'd', 'console')
/** Whoever says to be Li at Li's console is known there, and no stranger. */
const step = fc
  .record({
    after: fc.integer({ min: 0, max: 30_000 }),
    account: fc.constantFrom('li', 'wang', 'nobody'),
    address,
    isRight: fc.boolean(),
  })
  .filter((tried) => tried.account !== LI_AT_HOME.account || tried.address !== LI_AT_HOME.address)

describe('whatever others do', () => {
  test('somebody at a place where they have signed in waits for their own failures alone, and half a minute at most', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), fc.nat({ max: 12 }), (steps, failures) => {
        const [crowded, quiet] = [new Throttle(), new Throttle()]
        let now = 0
        const fail = (throttle: Throttle) => {
          try {
            throttle.begin(LI_AT_HOME, now)
          } catch (error) {
            if (!(error instanceof TooSoon)) throw error
          }
        }
        for (let n = 0; n < failures; n += 1) {
          fail(crowded)
          fail(quiet)
        }
        for (const { after, account, address: from, isRight } of steps) {
          now += after
          const attempt = stranger(account, from)
          try {
            crowded.begin(attempt, now)
            if (isRight) crowded.succeeded(attempt)
          } catch (error) {
            if (!(error instanceof TooSoon)) throw error
            expect(error.waitMs).toBeGreaterThan(0)
            expect(error.waitMs).toBeLessThanOrEqual(60_000)
          }
          const wait = crowded.wait(LI_AT_HOME, now)
          expect(wait).toBe(quiet.wait(LI_AT_HOME, now))
          expect(wait).toBeLessThanOrEqual(30_000)
        }
        expect(crowded.wait(stranger('li', 'never seen'), now)).toBe(0)
      }),
    )
  })

  test('a wait that was told is long enough: who comes back then is let through', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        const throttle = new Throttle()
        let now = 0
        for (const { after, account, address: from } of steps) {
          now += after
          const attempt = stranger(account, from)
          now += throttle.wait(attempt, now)
          expect(() => throttle.begin(attempt, now)).not.toThrow()
        }
      }),
    )
  })
})

test('a hundred thousand addresses and accounts take a bounded memory', () => {
  const throttle = new Throttle()
  for (let n = 0; n < 100_000; n += 1) throttle.begin(stranger(`p${n}`, `a${n}`), n)
  expect(throttle.size).toBeLessThanOrEqual(2 * 4_096)
})

test.each([
  ['10.0.0.1', '10.0.0.1'],
  ['::ffff:10.0.0.1', '10.0.0.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:db8:1:2::9', '2001:db8:1:2'],
  ['2001:db8::9', '2001:db8:0:0'],
  ['fe80::1%eth0', 'fe80:0:0:0'],
  ['::1', '0:0:0:0'],
])('%s counts as %s', (given, counted) => {
  expect(throttleAddress(given)).toBe(counted)
  expect(throttleAddress(plainAddress(given))).toBe(counted)
})
