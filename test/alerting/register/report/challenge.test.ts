import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  CHALLENGE_MS,
  checkChallenge,
  LEAST_FILL_MS,
  newChallenge,
} from '../../../../alerting/register/report/challenge.ts'
import { parseKey } from '../../../../alerting/register/report/report-keys.ts'
import { leadingZeroBits } from '../../../../contracts/register/proof-of-work.ts'
import { START, solution } from './report-scene.ts'

const newKey = () => parseKey(randomBytes(32).toString('base64'), 'k')
const key = newKey()
const bits = 8
const challenge = newChallenge(key, { now: START, bits, random: randomBytes })
const solved = { challenge, solution: solution(challenge, bits) }
const check = (given: Partial<typeof solved>, now = START + LEAST_FILL_MS, keys = [key]) =>
  checkChallenge({ ...solved, ...given }, { keys, now })
const refused = expect.objectContaining({ code: 'REPORT_CHALLENGE' })

describe('a challenge', () => {
  it('is good from three seconds to two hours after it was given', () => {
    expect(check({})).toEqual({ id: challenge.split('.')[1], until: START + CHALLENGE_MS })
    expect(check({}, START + CHALLENGE_MS - 1)).toBeDefined()
    expect(() => check({}, START + CHALLENGE_MS)).toThrow(refused)
    expect(() => check({}, START - 1)).toThrow(refused)
    for (const age of [0, 1_000, LEAST_FILL_MS - 1])
      expect(() => check({}, START + age)).toThrow(
        expect.objectContaining({ code: 'REPORT_TOO_FAST', waitMs: LEAST_FILL_MS - age }),
      )
  })

  it('is taken from any of our keys, and from no other', () => {
    expect(check({}, undefined, [newKey(), key])).toBeDefined()
    expect(() => check({}, undefined, [newKey()])).toThrow(refused)
    expect(() => check({}, undefined, [])).toThrow(refused)
  })

  it('has to be solved', () => {
    const unsolved = Array.from({ length: 99 }, (_, n) => n.toString(36)).find((text) => {
      try {
        check({ solution: text })
        return false
      } catch {
        return true
      }
    })
    expect(() => check({ solution: unsolved ?? '' })).toThrow(refused)
  })

  it('cannot be made easier, later, or anything else', () => {
    const [version, id = '', issued = '', , signature = ''] = challenge.split('.')
    const later = (START + 60_000).toString(36)
    for (const forged of [
      `${version}.${id}.${issued}.0.${signature}`,
      `${version}.${id}.${later}.${bits}.${signature}`,
      `${version}.${id}.${issued}.${bits}.`,
      `${version}.${id}.${issued}.${bits}`,
      '',
    ])
      expect(() => check({ challenge: forged, solution: solution(forged, bits) }, START + 70_000)).toThrow(
        refused,
      )
    fc.assert(
      fc.property(fc.nat(challenge.length - 1), fc.constantFrom(...'0aA-_.z'), (at, letter) => {
        const forged = `${challenge.slice(0, at)}${letter}${challenge.slice(at + 1)}`
        fc.pre(forged !== challenge)
        // The last letter of base64 carries two bits that mean nothing.
        fc.pre(at < challenge.length - 1)
        expect(() => check({ challenge: forged, solution: solution(forged, bits) })).toThrow(refused)
      }),
    )
  })

  it('counts the zero bits of a hash', () => {
    expect(leadingZeroBits(Uint8Array.of(0x80))).toBe(0)
    expect(leadingZeroBits(Uint8Array.of(1))).toBe(7)
    expect(leadingZeroBits(Uint8Array.of(0, 0x1f))).toBe(11)
    expect(leadingZeroBits(Uint8Array.of(0, 0))).toBe(16)
  })
})
