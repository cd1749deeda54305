import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openContact, sealContact } from '../../../../alerting/register/report/contact-seal.ts'
import { parseKey, type ReportKey } from '../../../../alerting/register/report/report-keys.ts'

const newKey = () => parseKey(randomBytes(32).toString('base64'), 'k')
const keysOf = (...keys: ReportKey[]) => ({
  current: keys[0],
  all: new Map(keys.map((key) => [key.id, key])),
})
const key = newKey()
const text = fc.string({ unit: 'grapheme', maxLength: 100 })
const contact = fc.record({ name: text, phone: text, email: text }, { requiredKeys: [] })
const sealed = { key, random: randomBytes }
const refused = expect.objectContaining({ code: 'REPORT_CONTACT_SEALED' })

describe('a sealed contact', () => {
  it('opens with its key, at its report', () => {
    fc.assert(
      fc.property(contact, fc.nat(), (given, number) => {
        const of = { facility: 'plant', number }
        expect(openContact(sealContact(given, of, sealed), of, keysOf(newKey(), key))).toEqual(given)
      }),
    )
  })

  it('opens with no other key, at no other report, and not when a bit was changed', () => {
    const of = { facility: 'plant', number: 7 }
    fc.assert(
      fc.property(contact, fc.nat(), fc.integer({ min: 0, max: 7 }), (given, at, bit) => {
        const kept = sealContact(given, of, sealed)
        const other = newKey()
        const forged = { current: other, all: new Map([[key.id, { ...other, id: key.id }]]) }
        const bytes = Buffer.from(kept.contact, 'base64')
        const place = at % bytes.length
        bytes[place] = (bytes[place] ?? 0) ^ (1 << bit)
        const attempts = [
          () => openContact(kept, of, keysOf(other)),
          () => openContact(kept, of, forged),
          () => openContact(kept, { ...of, number: 8 }, keysOf(key)),
          () => openContact(kept, { ...of, facility: 'other' }, keysOf(key)),
          () => openContact({ ...kept, contact: bytes.toString('base64') }, of, keysOf(key)),
          () => openContact({ ...kept, contact: kept.contact.slice(0, 20) }, of, keysOf(key)),
        ]
        for (const attempt of attempts) expect(attempt).toThrow(refused)
      }),
    )
  })

  it('is another each time', () => {
    const of = { facility: 'plant', number: 7 }
    const once = sealContact({ phone: '1' }, of, sealed)
    expect(sealContact({ phone: '1' }, of, sealed).contact).not.toBe(once.contact)
  })
})

describe('a key', () => {
  it.each(['hex', 'base64', 'base64url'] as const)('may be %s', (encoding) => {
    const bytes = randomBytes(32)
    expect(parseKey(` ${bytes.toString(encoding)}\n`, 'k').bytes.equals(bytes)).toBe(true)
  })

  it.each([
    ['nothing', ''],
    ['too short', randomBytes(31).toString('base64')],
    ['too long', randomBytes(33).toString('base64')],
    ['a sentence', 'this is no key but a sentence that is long enough'],
    ['hex of the wrong length', randomBytes(16).toString('hex')],
  ])('is not %s, and no error has it', (_name, given) => {
    const parse = () => parseKey(given, 'report.key')
    expect(parse).toThrow(expect.objectContaining({ code: 'REPORT_KEY_INVALID' }))
    if (given !== '') expect(parse).not.toThrow(given)
  })
})
