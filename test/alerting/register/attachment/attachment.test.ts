import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AttachmentDesk } from '../../../../alerting/register/attachment/attachment-desk.ts'
import { attachmentHeaders } from '../../../../alerting/register/attachment/attachment-headers.ts'
import { fileKind } from '../../../../alerting/register/attachment/file-kind.ts'
import { cleanName } from '../../../../alerting/register/attachment/file-name.ts'
import {
  openRegisterDatabase,
  type RegisterDatabase,
} from '../../../../alerting/register/store/open-register.ts'
import { inTransaction } from '../../../../alerting/register/store/transaction.ts'
import { systemClock } from '../../../../contracts/clock.ts'
import { silentLogger } from '../../../../contracts/logger.ts'
import { SAMPLES } from './sample-files.ts'

const coded = (code: string) => expect.objectContaining({ code })

describe('the kind of a file', () => {
  it.each(Object.entries(SAMPLES))('%s', async (name, { type, content }) => {
    expect(await fileKind(content, name)).toBe(type)
  })

  it.each([
    ['a page', 'page.html', Buffer.from('<html><script>1</script>')],
    ['a drawing that may hold a script', 'x.svg', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')],
    ['a page under the name of a photo', 'x.png', Buffer.from('<html>')],
    ['a photo under the name of a document', 'x.pdf', SAMPLES['valve.png']?.content],
    ['a photo without an extension', 'photo', SAMPLES['valve.png']?.content],
    ['a program', 'x.exe', Buffer.from([0x4d, 0x5a, 0x90, 0, 3, 0, 0, 0])],
    ['a program under the name of a text', 'x.txt', Buffer.from([0x4d, 0x5a, 0x90, 0, 3, 0, 0, 0])],
    ['an archive', 'x.zip', Buffer.from([0x50, 0x4b, 3, 4, 20, 0, 0, 0, 0, 0])],
    ['a text that is not UTF-8', 'x.txt', Buffer.from([0x61, 0xe9, 0x62])],
    ['a text that moves the cursor', 'x.txt', Buffer.from('a\x1b[2J')],
    ['a text with C1 controls', 'x.txt', Buffer.from('a\u0085b')],
  ])('is refused for %s', async (_what, name, content) => {
    await expect(fileKind(content ?? Buffer.of(), name)).rejects.toEqual(coded('ATTACHMENT_TYPE'))
  })
})

describe('the name of a file', () => {
  it.each([
    ['../../etc/passwd.txt', 'passwd.txt'],
    ['C:\\Users\\li\\泵房 1.jpg', '泵房 1.jpg'],
    ['a\0b\r\nc\u202egnp.jpg', 'abcgnp.jpg'],
    ['.hidden.txt', 'hidden.txt'],
    ['a:b*c?.txt ', 'a_b_c_.txt'],
    [`${'x'.repeat(300)}.jpeg`, `${'x'.repeat(115)}.jpeg`],
    [`a.${'x'.repeat(300)}`, `a.${'x'.repeat(118)}`],
  ])('%j is %j', (name, cleaned) => {
    expect(cleanName(name)).toBe(cleaned)
  })

  it.each(['', '/', '..', ' . ', 'a/', '\u202e'])('%j is none', (name) => {
    expect(() => cleanName(name)).toThrow(coded('REQUEST_INVALID'))
  })

  it('is harmless whatever was given, in a folder and in a header', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (given) => {
        let name: string
        try {
          name = cleanName(given)
        } catch {
          return
        }
        expect(name).toMatch(/^[^/\\\p{Cc}\p{Cf}]{1,120}$/u)
        expect(name).not.toMatch(/^\./)
        const headers = attachmentHeaders({ type: 'image/png', name })
        expect(headers['content-disposition']).toMatch(
          /^inline; filename="[\x20-\x21\x23-\x5b\x5d-\x7e]*"; filename\*=UTF-8''[\w.!#$&+^`|~%-]+$/,
        )
      }),
    )
  })
})

describe('how it is answered', () => {
  it('shows images alone, and has nothing guessed', () => {
    expect(attachmentHeaders({ type: 'application/pdf', name: '泵 (1).pdf' })).toMatchObject({
      'content-type': 'application/pdf',
      'content-disposition': `attachment; filename="_ (1).pdf"; filename*=UTF-8''%E6%B3%B5%20%281%29.pdf`,
      'x-content-type-options': 'nosniff',
    })
    expect(attachmentHeaders({ type: 'text/plain', name: 'a.txt' })).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'content-disposition': expect.stringMatching(/^attachment;/),
    })
    expect(attachmentHeaders({ type: 'image/png', name: 'a.png' })['content-disposition']).toMatch(/^inline;/)
  })
})

describe('what is taken', () => {
  const desk = new AttachmentDesk({ maxBytes: 10 })
  let register: RegisterDatabase
  beforeAll(async () => {
    register = await openRegisterDatabase({ kind: 'memory', clock: systemClock, logger: silentLogger })
  })
  afterAll(() => register.close())

  const add = (content: string, name = 'a.txt') =>
    inTransaction(register.db, (trx) =>
      desk.add(trx, { facility: 'f', subject: 'hazard', number: 1, name, content, by: 'li', time: 1 }),
    )
  const base64 = (text: string) => Buffer.from(text).toString('base64')

  it('is as large as it may be', async () => {
    expect((await add(base64('0123456789'))).size).toBe(10)
  })

  it.each([
    ['one byte too large', base64('0123456789a'), 'ATTACHMENT_TOO_LARGE'],
    ['far too large', base64('a'.repeat(1_000)), 'ATTACHMENT_TOO_LARGE'],
    ['far too large and no base64', '*'.repeat(1_000), 'ATTACHMENT_TOO_LARGE'],
    ['empty', '', 'REQUEST_INVALID'],
    ['no base64', 'YW(=', 'REQUEST_INVALID'],
    ['base64 without its end', 'YQ', 'REQUEST_INVALID'],
    ['base64url', '-_-_', 'REQUEST_INVALID'],
    ['base64 with spaces', 'YQ = =', 'REQUEST_INVALID'],
  ])('is not %s', async (_what, content, code) => {
    await expect(add(content, 'refused.txt')).rejects.toEqual(coded(code))
    expect(
      await register.db.selectFrom('attachment').select('name').where('name', '=', 'refused.txt').execute(),
    ).toEqual([])
  })
})
