import { expect, it } from 'vitest'
import {
  AttachmentDesk,
  type NewAttachment,
} from '../../../../alerting/register/attachment/attachment-desk.ts'
import { inTransaction } from '../../../../alerting/register/store/transaction.ts'
import type { RegisterSuite } from '../store/suites.ts'
import { SAMPLES } from './sample-files.ts'

const desk = new AttachmentDesk()
const coded = (code: string) => expect.objectContaining({ code })

const entry = { facility: 'f1', subject: 'hazard', number: 12 }
const given = (name: string, content: Uint8Array | undefined, over: Partial<NewAttachment> = {}) => ({
  ...entry,
  name,
  content: Buffer.from(content ?? []).toString('base64'),
  by: 'li',
  time: 1_790_000_000_000,
  ...over,
})
const png = SAMPLES['valve.png']?.content

export const attachmentSuite: RegisterSuite = {
  name: 'attachments',
  run(open) {
    const opened = async () => {
      const { db, close } = await open()
      return {
        db,
        add: (file: NewAttachment) => inTransaction(db, (trx) => desk.add(trx, file)),
        [Symbol.asyncDispose]: close,
      }
    }

    it('gives back every kind of file as it was put in, in the order of coming', async () => {
      await using register = await opened()
      const { db, add } = register
      const added = []
      for (const [name, { content }] of Object.entries(SAMPLES)) added.push(await add(given(name, content)))
      await add(given('other.png', png, { number: 13 }))
      await add(given('other.png', png, { facility: 'f2' }))
      expect(await desk.list(db, entry)).toEqual(added)
      for (const [index, [name, { content, type }]] of Object.entries(SAMPLES).entries()) {
        const found = await desk.read(db, added[index]?.id ?? 0)
        expect(found).toMatchObject({ ...entry, name, type, by: 'li', size: content.length })
        expect(Buffer.from(found.bytes).equals(content)).toBe(true)
      }
    })

    it('keeps the same content once', async () => {
      await using register = await opened()
      const { db, add } = register
      await Promise.all(['a.png', 'b.png', 'c.png'].map((name) => add(given(name, png))))
      expect(await db.selectFrom('attachment_content').select('type').execute()).toEqual([
        { type: 'image/png' },
      ])
      expect(await desk.list(db, entry)).toHaveLength(3)
    })

    it('keeps nothing of one whose transaction fails', async () => {
      await using register = await opened()
      const { db } = register
      const work = inTransaction(db, async (trx) => {
        await desk.add(trx, given('a.png', png))
        throw new RangeError('of the entry')
      })
      await expect(work).rejects.toThrow(RangeError)
      expect(await db.selectFrom('attachment_content').select('sha256').execute()).toEqual([])
    })

    it('takes a hundred of one entry', async () => {
      await using register = await opened()
      const { add } = register
      for (let n = 0; n < 100; n += 1) await add(given('a.png', png))
      await expect(add(given('a.png', png))).rejects.toEqual(coded('ATTACHMENT_TOO_MANY'))
      await add(given('a.png', png, { number: 13 }))
    })

    it('sees when the content is not what was put in', async () => {
      await using register = await opened()
      const { db, add } = register
      const { id } = await add(given('a.png', png))
      await db
        .updateTable('attachment_content')
        .set({ bytes: Uint8Array.of(1) })
        .execute()
      await expect(desk.read(db, id)).rejects.toEqual(coded('DATA_DAMAGED'))
    })

    it('knows no other', async () => {
      await using register = await opened()
      await expect(desk.read(register.db, 7)).rejects.toEqual(coded('ATTACHMENT_UNKNOWN'))
      await expect(desk.find(register.db, 7)).rejects.toEqual(coded('ATTACHMENT_UNKNOWN'))
    })
  },
}
