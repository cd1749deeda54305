import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AddressLimit } from '../../../../alerting/register/report/address-limit.ts'
import { cleanLine, cleanText, wordsHash } from '../../../../alerting/register/report/clean-text.ts'
import { standOf } from '../../../../alerting/register/report/public-stand.ts'
import { newReceipt, receiptHash } from '../../../../alerting/register/report/receipt.ts'

describe('a receipt', () => {
  it('is found however it is written down, and nothing else is', () => {
    const receipt = newReceipt(randomBytes)
    expect(receipt).toMatch(/^([0-9A-HJKMNP-TV-Z]{5}-){4}[0-9A-HJKMNP-TV-Z]{6}$/)
    const hash = receiptHash(receipt)
    expect(hash).toMatch(/^[0-9a-f]{64}$/)
    const lax = receipt.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l')
    expect(receiptHash(lax)).toBe(hash)
    for (const other of ['', receipt.slice(1), `${receipt}0`, receipt.replace(/^./, 'Z'), 'U'.repeat(26)])
      expect(receiptHash(other)).toBeUndefined()
  })

  it('has all of its 128 bits', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
        const plain = newReceipt(() => Buffer.from(bytes)).replaceAll('-', '')
        let value = 0n
        for (const letter of plain)
          value = value * 32n + BigInt('0123456789ABCDEFGHJKMNPQRSTVWXYZ'.indexOf(letter))
        expect(value.toString(16).padStart(32, '0')).toBe(Buffer.from(bytes).toString('hex'))
      }),
    )
  })
})

describe('the text of a stranger', () => {
  it('loses what nobody sees', () => {
    expect(cleanText(' a\u0000\u0007b\r\nc\u202Ed\u2066\u200F \n\n\n\n e\ufeff\ud800 ')).toBe(
      'ab\ncd \n\n e\ufffd',
    )
    expect(cleanLine('a\n b\t\u0000c')).toBe('a b c')
    expect(cleanText('泵房 3 号阀门泄漏')).toBe('泵房 3 号阀门泄漏')
  })

  it('is the same after it was cleaned twice, and has no control character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const clean = cleanText(text)
        expect(cleanText(clean)).toBe(clean)
        expect(clean).not.toMatch(/[^\P{Cc}\n\t]/u)
      }),
    )
  })

  it('has the same words in other letters, spaces and punctuation', () => {
    expect(wordsHash('Tank 3 leaks!')).toBe(wordsHash('  TANK-3, leaks'))
    expect(wordsHash('Ｔank ３ leaks')).toBe(wordsHash('tank 3 leaks'))
    expect(wordsHash('Tank 4 leaks')).not.toBe(wordsHash('Tank 3 leaks'))
  })
})

describe('what an address may do', () => {
  const allowed = { count: 2, perMs: 1_000 }

  it('is so much in so long', () => {
    const limit = new AddressLimit()
    for (const now of [0, 400]) {
      expect(limit.wait('a', allowed, now)).toBe(0)
      limit.note('a', allowed, now)
    }
    expect(limit.wait('a', allowed, 500)).toBe(500)
    expect(limit.wait('b', allowed, 500)).toBe(0)
    expect(limit.wait('a', allowed, 1_000)).toBe(0)
    limit.note('a', allowed, 1_000)
    expect(limit.wait('a', allowed, 1_001)).toBe(399)
    limit.undo('a', 1_000)
    expect(limit.wait('a', allowed, 1_001)).toBe(0)
  })

  it('is not held up for longer by a clock that was set back', () => {
    const limit = new AddressLimit()
    for (const now of [90_000, 90_001]) limit.note('a', allowed, now)
    expect(limit.wait('a', allowed, 10)).toBeLessThanOrEqual(allowed.perMs)
  })

  it('never exceeds it in any window, and forgets who came long ago', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(700), { maxLength: 60 }), (gaps) => {
        const limit = new AddressLimit()
        const taken: number[] = []
        let now = 0
        for (const gap of gaps) {
          now += gap
          const wait = limit.wait('a', allowed, now)
          if (wait > 0) {
            expect(limit.wait('a', allowed, now + wait)).toBe(0)
            continue
          }
          limit.note('a', allowed, now)
          taken.push(now)
        }
        for (const at of taken)
          expect(taken.filter((time) => time >= at && time < at + allowed.perMs).length).toBeLessThanOrEqual(
            2,
          )
      }),
    )
    const limit = new AddressLimit()
    for (let n = 0; n < 5_000; n++) limit.note(String(n), allowed, n)
    expect(limit.size).toBe(4_096)
  })
})

describe('what a reporter hears', () => {
  const own = { facility: 'plant', reward: 'none', received: 1, updated: 2 } as const
  const closed = { status: 'closed', reopened_as: null, updated: 9 } as const
  it.each([
    ['received', undefined, 'received'],
    ['accepted', undefined, 'accepted'],
    ['accepted', { ...closed, status: 'verified' }, 'accepted'],
    ['accepted', closed, 'rectified'],
    ['verified', closed, 'rectified'],
    ['closed', closed, 'rectified'],
    ['closed', { ...closed, reopened_as: 12 }, 'verified'],
    ['closed', undefined, 'verified'],
    ['declined', closed, 'declined'],
    ['duplicate', undefined, 'under-review'],
  ] as const)('%s with hazard %j: %s', (state, hazard, heard) => {
    const stand = standOf(own, { state, updated: 3 }, hazard)
    expect(stand).toEqual({
      facility: 'plant',
      state: heard,
      reward: 'none',
      received: 1,
      updated: heard === 'rectified' ? 9 : 3,
    })
  })
})
