import { expect, it } from 'vitest'
import { openContact } from '../../../../alerting/register/report/contact-seal.ts'
import { readReportKeys } from '../../../../alerting/register/report/report-keys.ts'
import { SAMPLES } from '../attachment/sample-files.ts'
import type { RegisterSuite } from '../store/suites.ts'
import { keyIn, ReportScene, reader, reportingPlant, START, TEXT } from './report-scene.ts'

const coded = (code: string) => expect.objectContaining({ code })
const eng = reader('eng')
const ann = reader('ann', 'admin')
const bob = reader('bob', 'admin')
const CONTACT = { name: '李雷', phone: '+86 138 0013 8000', email: 'li.lei@example.org' }
const photo = (name = 'IMG_LiLei.png', content = SAMPLES['valve.png']?.content) => ({
  name,
  content: Buffer.from(content ?? []).toString('base64'),
})

export const reportSuite: RegisterSuite = {
  name: 'public reports',
  run(open) {
    const scene = async (given: object = {}) => new ReportScene(await open(), given)

    it('takes a report in: text, place, photos, a contact that is shown to nobody in a list', async () => {
      await using it = await scene()
      const report = it.report({ where: 'gate 2', photos: [photo()], contact: CONTACT, isEmployee: true })
      const { receipt, hotline } = await it.desk.intake.submit(report, '10.0.0.9')
      expect(hotline).toBe('12350')
      const { items } = await it.desk.reading.list({ limit: 10, scope: null })
      expect(items).toEqual([
        expect.objectContaining({
          number: 1,
          facility: 'plant',
          state: 'received',
          received: '2026-11-29T16:00:03+08:00',
          text: TEXT,
          where: 'gate 2',
          isEmployee: true,
          hasContact: true,
          photos: 1,
          hazard: null,
        }),
      ])
      const detail = await it.desk.reading.detail(1, eng)
      // The file's own name might say whose phone it was.
      expect(detail.attachments).toMatchObject([{ name: 'photo-1.png', type: 'image/png', by: 'public' }])
      expect(detail.history).toMatchObject([
        { event: 'received', by: 'public', to: 'received', journalled: true },
      ])
      expect(detail.actions).toEqual(['review', 'comment'])
      const all = JSON.stringify([items, detail, it.journal])
      for (const secret of [...Object.values(CONTACT), receipt]) expect(all).not.toContain(secret)
      expect(await it.desk.intake.look(receipt, '10.0.0.9')).toMatchObject({
        state: 'received',
        reward: 'none',
      })
    })

    it('goes from the report to the paid reward, and the reporter hears of it', async () => {
      await using it = await scene()
      const { number, receipt } = await it.send({ contact: CONTACT })
      const heard = async () => {
        const { state, reward } = await it.desk.intake.look(receipt, '10.0.0.9')
        return `${state} ${reward}`
      }
      await it.act(number, eng, { action: 'review' })
      expect(await heard()).toBe('under-review none')
      const accepted = await it.act(number, eng, { action: 'accept', grade: 'major' })
      expect(accepted.hazard).toMatchObject({ status: 'found' })
      const hazard = await it.context.db.selectFrom('hazard').selectAll().executeTakeFirstOrThrow()
      expect(hazard).toMatchObject({
        source: 'public-report',
        grade: 'major',
        facility: 'plant',
        number: accepted.hazard?.number,
      })
      await it.act(number, eng, { action: 'verify' })
      const proposed = await it.act(number, ann, {
        action: 'propose-reward',
        fine: 100_000,
        isEmployee: true,
      })
      expect(proposed.reward).toEqual({
        state: 'proposed',
        amount: 18_000,
        basis: { fine: 100_000, isEmployee: true },
        by: 'ann',
      })
      await expect(it.act(number, ann, { action: 'approve-reward' })).rejects.toThrow(
        coded('REPORT_SAME_PERSON'),
      )
      await it.act(number, bob, { action: 'approve-reward' })
      await expect(it.act(number, eng, { action: 'close' })).rejects.toThrow(
        coded('REPORT_TRANSITION_ILLEGAL'),
      )
      await it.act(number, bob, { action: 'pay-reward' })
      expect(await heard()).toBe('verified paid')
      await it.context.db.updateTable('hazard').set({ status: 'closed', is_open: 0 }).execute()
      expect(await heard()).toBe('rectified paid')
      const { closed, history } = await it.act(number, eng, { action: 'close' })
      expect(closed).not.toBeNull()
      expect(history.map(({ event }) => event)).toEqual([
        'received',
        'review',
        'accept',
        'verify',
        'propose-reward',
        'approve-reward',
        'pay-reward',
        'close',
      ])
    })

    it('joins a hazard, declines, and knows duplicates; nothing is half done', async () => {
      await using it = await scene()
      const first = await it.send()
      const second = await it.send()
      const third = await it.send({ facility: 'other' })
      for (const { number } of [first, second, third]) await it.act(number, eng, { action: 'review' })
      const { hazard } = await it.act(first.number, eng, { action: 'accept' })
      const join = { action: 'join', hazard: hazard?.number ?? 0 } as const
      await expect(it.act(third.number, eng, join)).rejects.toThrow(coded('REPORT_HAZARD_UNKNOWN'))
      await expect(it.act(second.number, eng, { ...join, hazard: 999 })).rejects.toThrow(
        coded('REPORT_HAZARD_UNKNOWN'),
      )
      await expect(
        it.act(second.number, eng, { action: 'duplicate', duplicateOf: second.number }),
      ).rejects.toThrow(coded('REPORT_INCOMPLETE'))
      await it.act(second.number, eng, { action: 'duplicate', duplicateOf: first.number })
      expect(await it.desk.intake.look(second.receipt, '10.0.0.9')).toMatchObject({ state: 'accepted' })
      await expect(it.act(third.number, eng, { action: 'decline' })).rejects.toThrow(
        coded('REPORT_INCOMPLETE'),
      )
      const declined = await it.act(third.number, eng, { action: 'decline', reason: 'no such tank' })
      expect(declined).toMatchObject({ state: 'declined', reason: 'no such tank', version: 3 })
      const again = await it.act(third.number, eng, { action: 'review' })
      expect(again).toMatchObject({ state: 'under-review', reason: null, closed: null })
      expect(await it.context.db.selectFrom('hazard').select('number').execute()).toHaveLength(1)
    })

    it('accepts once when two accept at once', async () => {
      await using it = await scene()
      const { number } = await it.send()
      await it.act(number, eng, { action: 'review' })
      const accept = () => it.desk.triage.act(number, { action: 'accept', version: 2 }, eng)
      const outcomes = await Promise.allSettled([accept(), accept(), accept()])
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
      for (const outcome of outcomes)
        if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'REPORT_CHANGED' })
      expect(await it.context.db.selectFrom('hazard').select('number').execute()).toHaveLength(1)
    })

    it('takes a challenge once, the same words once, and so many a day', async () => {
      await using it = await scene({ perDay: 3 })
      const report = it.report()
      const both = await Promise.allSettled([
        it.desk.intake.submit(report, '10.0.0.1'),
        it.desk.intake.submit({ ...report, text: 'other words, the same challenge' }, '10.0.0.2'),
      ])
      expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
      const [{ text = '' } = {}] = (await it.desk.reading.list({ limit: 1, scope: null })).items
      await expect(it.send({ text: ` ${text.toUpperCase()}!!` })).rejects.toThrow(coded('REPORT_REPEATED'))
      await it.send({ facility: 'other', text })
      await it.send()
      await it.send()
      await expect(it.send()).rejects.toThrow(coded('REPORT_TOO_MANY'))
      it.time.now = START + 86_400_000 + LATER
      await it.send()
      it.time.now += 7 * 86_400_000
      await it.send({ text })
    })

    it('refuses a file that is no photo, and keeps nothing of the report then', async () => {
      await using it = await scene()
      const pdf = SAMPLES['permit.pdf']?.content
      const refused = [
        ['ATTACHMENT_TYPE', photo('a.png', pdf)],
        ['REQUEST_INVALID', photo('a.pdf', pdf)],
        ['ATTACHMENT_TOO_LARGE', photo('a.png', Buffer.alloc(2_000_001))],
      ] as const
      for (const [code, bad] of refused)
        await expect(it.send({ photos: [photo(), bad] })).rejects.toThrow(coded(code))
      expect(await it.desk.reading.list({ limit: 9, scope: null })).toEqual({ items: [] })
      expect(await it.context.db.selectFrom('attachment').select('id').execute()).toEqual([])
    })

    it('shows a contact to who may see it, deletes it in time, and follows a new key', async () => {
      await using it = await scene({ contactFor: '10d' })
      const { number } = await it.send({ contact: CONTACT })
      expect(await it.desk.contacts.show(number, ann)).toEqual(CONTACT)
      keyIn(it.folder, 'new.key')
      it.reload('plant', { contactFor: '10d', keyFile: 'new.key', previousKeyFiles: ['plant.key'] })
      await it.desk.contacts.sweep()
      it.reload('plant', { contactFor: '10d', keyFile: 'new.key' })
      expect(await it.desk.contacts.show(number, ann)).toEqual(CONTACT)
      it.reload('plant', { contactFor: '10d' })
      await expect(it.desk.contacts.show(number, ann)).rejects.toThrow(coded('REPORT_CONTACT_SEALED'))
      it.reload('plant', { contactFor: '10d', keyFile: 'new.key' })

      await it.act(number, eng, { action: 'review' })
      await it.act(number, eng, { action: 'decline', reason: 'it is steam' })
      it.time.now += 10 * 86_400_000 - 1
      await it.desk.contacts.sweep()
      expect(await it.desk.contacts.show(number, ann)).toEqual(CONTACT)
      it.time.now += 1
      await expect(it.desk.contacts.show(number, ann)).rejects.toThrow(coded('REPORT_CONTACT_NONE'))
      await it.desk.contacts.sweep()
      const row = await it.context.db.selectFrom('report').selectAll().executeTakeFirstOrThrow()
      expect(row).toMatchObject({ contact: null, contact_key: null })
      const { history, hasContact } = await it.desk.reading.detail(number, eng)
      expect(hasContact).toBe(false)
      const events = history.map(({ event, by }) => `${event} ${by}`)
      expect(events).toEqual([
        'received public',
        'contact-viewed ann',
        'contact-sealed-anew system',
        'contact-viewed ann',
        'review eng',
        'decline eng',
        'contact-viewed ann',
        'contact-deleted system',
      ])
    })

    it('moves to another plant with its photos, and its contact sealed for that one', async () => {
      await using it = await scene()
      const { number } = await it.send({ contact: CONTACT, photos: [photo()] })
      await expect(it.act(number, ann, { action: 'move', facility: 'plant' })).rejects.toThrow(
        coded('REPORT_INCOMPLETE'),
      )
      await expect(it.act(number, ann, { action: 'move', facility: 'mars' })).rejects.toThrow(
        coded('FACILITY_UNKNOWN'),
      )
      const moved = await it.act(number, ann, { action: 'move', facility: 'other' })
      expect(moved).toMatchObject({ facility: 'other', attachments: [{ name: 'photo-1.png' }] })
      expect(await it.desk.contacts.show(number, ann)).toEqual(CONTACT)
      const row = await it.context.db.selectFrom('report').selectAll().executeTakeFirstOrThrow()
      const keys = readReportKeys(reportingPlant('other', it.folder))
      const sealed = { contact: row.contact ?? '', key: row.contact_key ?? '' }
      expect(openContact(sealed, { facility: 'other', number }, keys)).toEqual(CONTACT)
    })

    it('is listed by page, state and facility', async () => {
      await using it = await scene()
      for (let n = 0; n < 5; n++) await it.send({ facility: n % 2 === 0 ? 'plant' : 'other' })
      await it.act(3, eng, { action: 'review' })
      const numbers = async (query: object) => {
        const { items, next } = await it.desk.reading.list({ limit: 2, scope: null, ...query })
        return [items.map(({ number }) => number), next]
      }
      expect(await numbers({})).toEqual([[5, 4], '4'])
      expect(await numbers({ before: 4 })).toEqual([[3, 2], '2'])
      expect(await numbers({ before: 2 })).toEqual([[1], undefined])
      expect(await numbers({ scope: ['other'] })).toEqual([[4, 2], undefined])
      expect(await numbers({ scope: ['plant'], state: 'under-review' })).toEqual([[3], undefined])
      expect(await numbers({ scope: [] })).toEqual([[], undefined])
    })
  },
}

/** Past the challenges of a day before. */
const LATER = 60_000
