import { describe, expect, it } from 'vitest'
import { inTransaction } from '../../../../alerting/register/store/transaction.ts'
import type { RegisterSuite } from '../store/suites.ts'
import { DAY, HazardScene } from './hazard-scene.ts'

const coded = (code: string) => expect.objectContaining({ code })
const FOUND = { facility: 'plant', title: 'Flange F-12 leaks', description: '甲醇泵房法兰泄漏' }
/** A PNG of one pixel. */
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

export const hazardSuite: RegisterSuite = {
  name: 'hazards',
  run(open) {
    it('goes the whole way, and every step stands in history and journal', async () => {
      await using scene = await HazardScene.open(open)
      const { number } = await scene.desk.create({ ...FOUND, area: 'farm' }, scene.as('li', 'operator'))
      await scene.toVerified(number)
      const closed = await scene.act(number, 'zhao', { action: 'close', comment: 'Dry for a week' })
      expect(closed).toMatchObject({
        status: 'closed',
        version: 8,
        region: 'Heze/Juancheng',
        isOverdue: false,
      })
      const { history, actions } = await scene.desk.detail(number, scene.as('zhao'))
      const names = ['found', 'register', 'assess', 'assign', 'start', 'rectify', 'verify', 'close']
      expect(history.map(({ event }) => event)).toEqual(names)
      expect(history.every(({ journalled }) => journalled)).toBe(true)
      expect(history[3]).toMatchObject({
        by: 'li',
        from: 'assessed',
        to: 'assigned',
        detail: { responsible: 'wang' },
      })
      expect(actions).toEqual(['reopen', 'comment'])
      const entries = await scene.states.stepEntries({
        facility: 'plant',
        subject: 'hazard',
        number,
        limit: 10,
      })
      expect(entries.map(({ register }) => register.event)).toEqual(names.toReversed())
      expect(scene.told.at(-1)).toMatchObject({ number, status: 'closed' })
      // Of alarms the journal says nothing of it.
      expect(await scene.states.journal({ limit: 10 })).toEqual([])
    })

    it('refuses what comes from an older look, and changes nothing then', async () => {
      await using scene = await HazardScene.open(open)
      const { number } = await scene.desk.create(FOUND, scene.as('li'))
      const both = await Promise.allSettled([
        scene.desk.transition(number, { action: 'register', version: 1 }, scene.as('li')),
        scene.desk.transition(number, { action: 'register', version: 1, area: 'shed' }, scene.as('ma')),
      ])
      expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
      expect(both.find(({ status }) => status === 'rejected')).toMatchObject({
        reason: coded('HAZARD_CHANGED'),
      })
      const { history, version } = await scene.desk.detail(number, scene.as('li'))
      expect([history.length, version]).toEqual([2, 2])
    })

    it('keeps nothing of an action that is refused', async () => {
      await using scene = await HazardScene.open(open)
      const { number } = await scene.desk.create(FOUND, scene.as('li'))
      await expect(scene.act(number, 'li', { action: 'close' })).rejects.toEqual(
        coded('HAZARD_TRANSITION_ILLEGAL'),
      )
      await expect(scene.act(number, 'li', { action: 'register', area: 'nowhere' })).rejects.toEqual(
        coded('REQUEST_INVALID'),
      )
      const { history, version } = await scene.desk.detail(number, scene.as('li'))
      expect([history.length, version]).toEqual([1, 1])
      await expect(scene.desk.detail(99, scene.as('li'))).rejects.toEqual(coded('HAZARD_UNKNOWN'))
      await expect(scene.desk.create({ ...FOUND, facility: 'elsewhere' }, scene.as('li'))).rejects.toEqual(
        coded('FACILITY_UNKNOWN'),
      )
    })

    it('enters into the journal later what it could not take', async () => {
      await using scene = await HazardScene.open(open)
      scene.isJournalFull = true
      const { number } = await scene.desk.create(FOUND, scene.as('li'))
      const before = await scene.desk.detail(number, scene.as('li'))
      expect(before.history).toMatchObject([{ event: 'found', journalled: false }])
      scene.isJournalFull = false
      await scene.act(number, 'li', { action: 'register' })
      const entries = await scene.states.stepEntries({ limit: 10 })
      expect(entries.map(({ register }) => register.event)).toEqual(['register', 'found'])
    })

    it('comes again as a hazard of its own', async () => {
      await using scene = await HazardScene.open(open)
      const { number } = await scene.desk.create(FOUND, scene.as('li'))
      await scene.toVerified(number)
      await scene.act(number, 'zhao', { action: 'close' })
      const old = await scene.act(number, 'li', { action: 'reopen', reason: 'Leaks again' })
      expect(old).toMatchObject({ status: 'closed', reopenedAs: number + 1 })
      expect(await scene.desk.detail(number + 1, scene.as('li'))).toMatchObject({
        status: 'found',
        reopens: number,
      })
      await expect(scene.act(number, 'li', { action: 'reopen', reason: 'x' })).rejects.toEqual(
        coded('HAZARD_TRANSITION_ILLEGAL'),
      )
    })

    it('takes photos, and no more than they are', async () => {
      await using scene = await HazardScene.open(open)
      const { number } = await scene.desk.create(FOUND, scene.as('li'))
      const file = await scene.desk.attach(number, { name: 'f12.png', content: PNG }, scene.as('li'))
      expect(file).toMatchObject({ type: 'image/png', name: 'f12.png' })
      await expect(
        scene.desk.attach(number, { name: 'f12.pdf', content: PNG }, scene.as('li')),
      ).rejects.toEqual(coded('ATTACHMENT_TYPE'))
      const { bytes } = await scene.desk.file(number, file.id, scene.as('li'))
      expect(Buffer.from(bytes).toString('base64')).toBe(PNG)
      const other = await scene.desk.create(FOUND, scene.as('li'))
      await expect(scene.desk.file(other.number, file.id, scene.as('li'))).rejects.toEqual(
        coded('ATTACHMENT_UNKNOWN'),
      )
      const { history, attachments } = await scene.desk.detail(number, scene.as('li'))
      expect(attachments).toEqual([file])
      expect(history.map(({ event }) => event)).toEqual(['found', 'attachment'])
    })

    it('is found by what it is, page by page', async () => {
      await using scene = await HazardScene.open(open)
      const one = await scene.desk.create({ ...FOUND, area: 'farm' }, scene.as('li'))
      const two = await scene.desk.create(
        { ...FOUND, title: 'Pump seal worn', description: '', area: 'shed' },
        scene.as('li'),
      )
      await scene.toVerified(two.number)
      const found = async (query: Parameters<typeof scene.desk.list>[0] | object) => {
        const { items } = await scene.desk.list({ limit: 10, ...query })
        return items.map(({ number }) => number)
      }
      expect(await found({})).toEqual([two.number, one.number])
      expect(await found({ facilities: ['plant'] })).toEqual([two.number, one.number])
      expect(await found({ facilities: [] })).toEqual([])
      expect(await found({ facilities: ['other'] })).toEqual([])
      expect(await found({ region: 'Heze/Juancheng' })).toEqual([two.number, one.number])
      expect(await found({ region: 'Heze/Other' })).toEqual([])
      expect(await found({ area: 'shed' })).toEqual([two.number])
      expect(await found({ statuses: ['found', 'registered'] })).toEqual([one.number])
      expect(await found({ colour: 'yellow' })).toEqual([two.number])
      expect(await found({ responsible: 'wang' })).toEqual([two.number])
      expect(await found({ words: '法兰' })).toEqual([one.number])
      expect(await found({ words: 'pump sea' })).toEqual([two.number])
      expect(await found({ isOverdue: true })).toEqual([])
      scene.time.now += 2 * DAY
      expect(await found({ isOverdue: true })).toEqual([two.number])
      const first = await scene.desk.list({ limit: 1 })
      expect(first).toMatchObject({ items: [{ number: two.number }], next: String(two.number) })
      expect(await scene.desk.list({ limit: 1, before: two.number })).not.toHaveProperty('next')
    })

    describe('of alarms', () => {
      const RAISED = '[ { id: hh, when: raised, match: { keys: [HH] }, grade: major } ]'

      it('one is made of an occurrence, later ones belong to it, and it is not closed while it stands', async () => {
        await using scene = await HazardScene.open(open, RAISED)
        await scene.read(5)
        await scene.read(45)
        await scene.read(5)
        await scene.read(46)
        const { items } = await scene.desk.list({ limit: 10 })
        expect(items).toMatchObject([
          {
            source: 'alarm',
            rule: 'hh',
            alarm: 'GT-1.HH',
            sensor: 'GT-1',
            area: 'farm',
            grade: 'major',
            occurrences: 2,
          },
        ])
        const number = items[0]?.number ?? 0
        const { alarms, history } = await scene.desk.detail(number, scene.as('li'))
        expect(alarms.length).toBe(2)
        expect(history.map(({ event, by }) => [event, by])).toEqual([
          ['found', 'hh'],
          ['alarm-attached', 'hh'],
        ])
        // Nothing more comes of it after a start, or of history before the first.
        await scene.restartWatch()
        await scene.watch.settled()
        expect((await scene.desk.list({ limit: 10 })).items).toEqual(items)
      })

      it('closing waits for its return', async () => {
        await using scene = await HazardScene.open(open, RAISED.replace(', grade: major', ''))
        await scene.read(45)
        const number = (await scene.desk.list({ limit: 1 })).items[0]?.number ?? 0
        await scene.toVerified(number)
        await expect(scene.act(number, 'zhao', { action: 'close' })).rejects.toEqual(
          coded('HAZARD_CAUSE_STANDS'),
        )
        await scene.read(5)
        // Latched.
        await expect(scene.act(number, 'zhao', { action: 'close' })).rejects.toEqual(
          coded('HAZARD_CAUSE_STANDS'),
        )
        const by = 'li'
        await scene.alarms.act('GT-1.HH', (time) => ({
          kind: 'acknowledge',
          time,
          occurrence: null,
          by,
          comment: null,
        }))
        await scene.alarms.act('GT-1.HH', (time) => ({ kind: 'reset', time, occurrence: null, by }))
        expect((await scene.act(number, 'zhao', { action: 'close' })).status).toBe('closed')
        // Once it is closed, the next occurrence is a new hazard.
        await scene.read(50)
        expect((await scene.desk.list({ limit: 5 })).items.map(({ status }) => status)).toEqual([
          'found',
          'closed',
        ])
      })

      it('repeats are counted in their window', async () => {
        await using scene = await HazardScene.open(
          open,
          '[ { id: often, when: repeated, count: 3, within: 1h, match: { keys: [H] } } ]',
        )
        const again = async () => {
          await scene.read(25)
          await scene.read(5)
        }
        await again()
        await again()
        scene.time.now += 3_600_000
        await again()
        await again()
        expect((await scene.desk.list({ limit: 5 })).items).toEqual([])
        await again()
        expect((await scene.desk.list({ limit: 5 })).items).toMatchObject([
          { source: 'repeated-alarm', rule: 'often' },
        ])
      })

      it('waiting rules see what lasts, once', async () => {
        await using scene = await HazardScene.open(
          open,
          '[ { id: long, when: lasting, for: 10m, match: { keys: [H] } } ]',
        )
        await scene.read(25)
        await scene.watch.look()
        scene.time.now += 600_000 - 1
        await scene.watch.look()
        expect((await scene.desk.list({ limit: 5 })).items).toEqual([])
        scene.time.now += 1
        await scene.watch.look()
        await scene.restartWatch()
        await scene.watch.look()
        expect((await scene.desk.list({ limit: 5 })).items).toMatchObject([{ rule: 'long', occurrences: 1 }])
      })

      it('a test that is overdue is a hazard until it is done', async () => {
        await using scene = await HazardScene.open(
          open,
          '[ { id: untested, when: test-overdue, match: {} } ]',
        )
        await scene.watch.look()
        scene.time.now += 90 * DAY
        await scene.watch.look()
        expect((await scene.desk.list({ limit: 5 })).items).toEqual([])
        scene.time.now += 3_600_000
        await scene.watch.look()
        const { items } = await scene.desk.list({ limit: 5 })
        expect(items).toMatchObject([{ source: 'overdue-test', alarm: 'GT-1.H' }])
        const number = items[0]?.number ?? 0
        await scene.toVerified(number)
        await expect(scene.act(number, 'zhao', { action: 'close' })).rejects.toEqual(
          coded('HAZARD_CAUSE_STANDS'),
        )
      })

      it('nothing is made of what a test, a design or the system itself sets off', async () => {
        await using scene = await HazardScene.open(
          open,
          '[ { id: all, when: raised, match: {} }, { id: often, when: repeated, count: 2, within: 1h, match: {} } ]',
        )
        await scene.alarms.tests.start({
          kind: 'bump',
          sensors: ['GT-1'],
          forMs: 600_000,
          reason: 'quarterly',
          by: 'li',
        })
        await scene.read(45)
        await scene.read(5)
        await scene.alarms.report('sys.journal', 1)
        await scene.watch.settled()
        expect(scene.alarms.view('sys.journal.FAIL')?.live).toBe('UNACK')
        expect((await scene.desk.list({ limit: 5 })).items).toEqual([])
      })

      it('nothing is made of what happened before the register was there', async () => {
        await using scene = await HazardScene.open(open)
        await scene.read(45, false)
        await scene.watch.settled()
        expect((await scene.desk.list({ limit: 5 })).items).toEqual([])
      })
    })

    it('two findings of one cause at once are one hazard', async () => {
      await using scene = await HazardScene.open(open)
      const finding = { ...FOUND, alarm: 'GT-1.HH' }
      const made = await Promise.all([1, 2, 3].map(() => scene.desk.create(finding, scene.as('li'))))
      expect(new Set(made.map(({ number }) => number)).size).toBe(1)
      const open_ = await inTransaction(scene.register.db, (trx) =>
        trx.selectFrom('hazard').select('number').where('is_open', '=', 1).execute(),
      )
      expect(open_.length).toBe(1)
    })
  },
}
