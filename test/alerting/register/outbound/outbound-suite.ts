import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { NewStep } from '../../../../alerting/register/context.ts'
import { ExportDesk } from '../../../../alerting/register/outbound/export-desk.ts'
import { exportDocumentSchema } from '../../../../contracts/register/export-document.ts'
import { faultIn } from '../../../../simulators/register-receiver/json-check.ts'
import type { RegisterSuite } from '../store/suites.ts'
import {
  ALL,
  CITY,
  FakeJournal,
  type Fate,
  type OutboundScene,
  outboundScene,
  plantWithExports,
  START,
} from './outbound-scene.ts'

const MINUTE = 60_000

function deskOf(scene: OutboundScene) {
  const steps: NewStep[] = []
  const desk = new ExportDesk(
    {
      db: scene.database.db,
      places: () => new Map([['plant', { facility: scene.facility } as never]]),
      steps: {
        add: async (_trx, step) => void steps.push(step),
        entered: async () => undefined,
        of: async () => [],
      },
      now: () => scene.now,
    },
    scene.exporter,
  )
  return { desk, steps }
}

const statesOf = async (scene: OutboundScene) =>
  (await scene.database.db.selectFrom('export_item').selectAll().orderBy('number').execute()).map(
    ({ item, version, state }) => `${item} v${version} ${state}`,
  )

/** Sends hazards and alarms to outside registers, on every database. */
export const outboundSuite: RegisterSuite = {
  name: 'outside registers',
  run(open) {
    const scene = async (exports = ALL, journal = new FakeJournal()) => {
      const database = await open()
      const made = await outboundScene(database, exports, journal)
      return Object.assign(made, {
        [Symbol.asyncDispose]: async () => {
          await made.exporter.close()
          await database.close()
        },
      })
    }

    describe('a hazard', () => {
      it('is sent in the shape of the committed schema, with a receipt, and without who reported it', async () => {
        await using s = await scene()
        const number = await s.found({ supervised: { authority: 'City', by: 'x', since: START } })
        await s.pass(0)
        expect(s.register.parcels).toHaveLength(1)
        const { body = '' } = s.register.parcels[0]?.documents[0] ?? {}
        expect(faultIn(JSON.parse(body), exportDocumentSchema())).toBeUndefined()
        expect(JSON.parse(body)).toMatchObject({
          format: 'davylamp-register',
          version: 1,
          facility: { id: 'plant', name: 'Plant', region: 'Heze/Juancheng', location: null },
          items: [{ sequence: 1, kind: 'hazard', id: `hazard-${number}`, version: 1, hazard: { number } }],
        })
        expect(body).not.toContain('neighbour')
        const { desk } = deskOf(s)
        expect(await desk.items(CITY, { limit: 10 })).toMatchObject({
          items: [{ state: 'sent', attempts: 1, receipt: `R-plant-hazard-${number}-1`, error: null }],
        })
        expect(await desk.list(['plant'])).toMatchObject([
          {
            waiting: 0,
            oldest: null,
            sent: 1,
            lastSuccess: '2026-11-29T10:00:00+08:00',
            to: '127.0.0.1:9480',
          },
        ])
      })

      it('is sent as it stands, not with every change between', async () => {
        await using s = await scene()
        s.register.fates = ['down']
        const number = await s.found()
        await s.pass(0)
        await s.change(number)
        await s.change(number, { status: 'registered' })
        expect(await statesOf(s)).toEqual([`hazard-${number} v3 waiting`])
        await s.pass(2_000)
        expect(s.register.version(`hazard-${number}`)).toBe(3)
        expect(s.register.held.counts).toEqual({ new: 1, same: 0, older: 0 })
      })

      it('that changes while it is under way is sent again', async () => {
        await using s = await scene()
        const number = await s.found()
        const { promise, resolve } = Promise.withResolvers<void>()
        s.register.gate = promise
        s.exporter.pump()
        while (s.register.underWay === 0) await new Promise((next) => setTimeout(next, 1))
        await s.change(number)
        resolve()
        await s.exporter.idle()
        await s.pass(0)
        expect(s.register.version(`hazard-${number}`)).toBe(2)
        expect(await statesOf(s)).toEqual([`hazard-${number} v2 sent`])
      })

      it('whose change is rolled back is sent without it', async () => {
        await using s = await scene()
        const number = await s.found()
        await expect(s.change(number, {}, true)).rejects.toThrow('told to fail')
        await s.pass(1_000)
        expect(s.register.version(`hazard-${number}`)).toBe(1)
      })

      it('is sent when it passes the filter, and once more when it leaves it', async () => {
        await using s = await scene(
          ALL.replace('hazards: true', 'hazards: { grades: [major], statuses: [found, assessed] }'),
        )
        const general = await s.found()
        const major = await s.found({ grade: 'major' })
        await s.pass(0)
        await s.change(major, { status: 'registered' })
        await s.pass(0)
        await s.change(major, { status: 'closed' })
        await s.pass(MINUTE)
        expect(s.register.version(`hazard-${general}`)).toBeUndefined()
        expect(s.register.version(`hazard-${major}`)).toBe(2)
      })

      it('that stood before the export is sent once, and again only when the filter is another', async () => {
        await using s = await scene('    - { id: other, kind: file, folder: out, alarms: {} }\n')
        for (let count = 0; count < 3; count += 1) await s.found()
        await s.found({ grade: 'major', status: 'closed' })
        await s.pass(0)
        expect(s.register.held.list()).toHaveLength(0)
        s.facility = plantWithExports(ALL.replace('hazards: true', 'hazards: { statuses: [closed] }'))
        await s.restart()
        await s.pass(0)
        expect(s.register.held.list()).toHaveLength(1)
        s.facility = plantWithExports(ALL)
        await s.exporter.look()
        await s.exporter.idle()
        await s.pass(0)
        await s.restart()
        await s.pass(MINUTE)
        expect(s.register.held.list()).toHaveLength(4)
        expect(s.register.held.counts).toEqual({ new: 4, same: 0, older: 0 })
      })
    })

    describe('what is refused', () => {
      it('is found among others, shown, and waits for a person or its next state', async () => {
        await using s = await scene()
        s.register.refused.add('Poison')
        const [first, poison, third] = [await s.found(), await s.found({ title: 'Poison' }), await s.found()]
        await s.pass(0)
        expect([first, third].map((n) => s.register.version(`hazard-${n}`))).toEqual([1, 1])
        expect(await statesOf(s)).toContain(`hazard-${poison} v1 refused`)
        const { desk, steps } = deskOf(s)
        expect(await desk.list(['plant'])).toMatchObject([
          {
            sent: 2,
            refused: 1,
            failingSince: null,
            lastError: { text: 'OUTBOUND_REFUSED: HTTP 422: never' },
          },
        ])
        await s.pass(MINUTE)
        expect(s.register.parcels).toHaveLength(4)

        s.register.refused.clear()
        expect(await desk.retry(CITY, { by: 'eva' })).toEqual({ requeued: 1 })
        expect(await desk.retry(CITY, { by: 'eva' })).toEqual({ requeued: 0 })
        expect(steps).toMatchObject([{ event: 'retried', by: 'eva', detail: { export: 'city', items: 1 } }])
        await s.pass(0)
        expect(s.register.version(`hazard-${poison}`)).toBe(1)
      })

      it('gives its place to the next state', async () => {
        await using s = await scene()
        s.register.fates = ['refused']
        const number = await s.found()
        await s.pass(0)
        await s.change(number)
        expect(await statesOf(s)).toEqual([`hazard-${number} v2 waiting`])
        await s.pass(0)
        expect(await statesOf(s)).toEqual([`hazard-${number} v2 sent`])
      })
    })

    describe('an outside register that is down', () => {
      it('is tried again after longer and longer, an alarm after 10 minutes, and items are given up after maxAge', async () => {
        await using s = await scene()
        s.register.fates = Array.from({ length: 1_000 }, () => 'down' as const)
        await s.found()
        await s.pass(9 * MINUTE)
        await s.exporter.look()
        expect(s.reported.get('sys.export.city')).toBe(0)
        // At 0, 1, 6, 21, 81 and 381 s.
        expect(s.register.parcels).toHaveLength(6)
        await s.pass(2 * MINUTE)
        await s.exporter.look()
        expect(s.reported.get('sys.export.city')).toBe(1)
        // Restarted, it does not begin to count anew.
        s.reported.clear()
        await s.restart()
        expect(s.reported.get('sys.export.city')).toBe(1)
        await s.found()
        await s.pass(61 * MINUTE)
        const { desk } = deskOf(s)
        const [view] = await desk.list(['plant'])
        expect(view).toMatchObject({
          waiting: 1,
          sent: 0,
          givenUp: 1,
          failingSince: '2026-11-29T10:00:00+08:00',
        })
        expect(view?.lastError?.text).toBe('CHANNEL_UNREACHABLE: connect ECONNREFUSED')

        s.register.fates = []
        await desk.retry(CITY, { by: 'eva' })
        await s.pass(15 * MINUTE)
        await s.exporter.look()
        expect(await desk.list(['plant'])).toMatchObject([
          { waiting: 0, sent: 2, givenUp: 0, failingSince: null },
        ])
        expect(s.reported.get('sys.export.city')).toBe(0)
      })

      it('holds up no other', async () => {
        await using s = await scene(`${ALL}${ALL.replace('id: city', 'id: county')}`)
        const { promise, resolve } = Promise.withResolvers<void>()
        s.register.gate = promise
        await s.found()
        s.exporter.pump()
        while (s.register.underWay < 2) await new Promise((next) => setTimeout(next, 1))
        s.register.gate = undefined
        resolve()
        await s.exporter.idle()
        expect(s.register.parcels.map(({ plan }) => plan.id).sort()).toEqual(['city', 'county'])
      })
    })

    describe('transitions of alarms', () => {
      it('are sent once and in their order, but for what stays here', async () => {
        await using s = await scene(ALL.replace('alarms: {}', 'alarms: { match: { keys: [H] } }'))
        s.journal.add()
        s.journal.add({ event: 'notified' })
        s.journal.add({ alarm: { id: 'GT-1.FAULT' } })
        s.journal.add({ event: 'acknowledged', by: 'li', from: 'UNACK' })
        await s.exporter.readAlarms()
        await s.exporter.readAlarms()
        await s.restart()
        await s.exporter.readAlarms()
        await s.pass(0)
        const sent = s.register.parcels.flatMap(({ documents }) => JSON.parse(documents[0]?.body ?? '').items)
        expect(sent).toMatchObject([
          { kind: 'alarm', alarm: { event: 'raised', alarm: 'GT-1.H', by: null } },
          { kind: 'alarm', alarm: { event: 'acknowledged', by: 'li', from: 'UNACK' } },
        ])
      })

      it('that came while nothing ran are caught up with; those from before the export are not', async () => {
        const journal = new FakeJournal()
        journal.add()
        await using s = await scene(ALL, journal)
        for (let count = 0; count < 1_200; count += 1) journal.add()
        await s.restart()
        await s.exporter.readAlarms()
        expect((await statesOf(s)).length).toBe(1_200)
        // The cursor was kept after the items were: read again from an older one, nothing is there twice.
        await journal.keep('', 'register-exports', '5')
        await s.restart()
        await s.exporter.readAlarms()
        expect((await statesOf(s)).length).toBe(1_200)
      })

      it('of one alarm do not pass each other when one is not answered', async () => {
        await using s = await scene(ALL.replace('batch: 3', 'batch: 2'))
        for (const id of ['A-1.H', 'B-1.H', 'B-1.H', 'C-1.H']) s.journal.add({ alarm: { id } })
        await s.exporter.readAlarms()
        s.register.fates = ['half']
        await s.pass(0)
        expect((await statesOf(s)).map((each) => each.split(' ')[2])).toEqual([
          'sent',
          'waiting',
          'waiting',
          'sent',
        ])
        await s.pass(10_000)
        expect(s.register.held.list().map(({ item }) => item.sequence)).toEqual([1, 4, 2, 3])
      })
    })

    it('forgets what was sent long ago, and keeps what nobody has', async () => {
      await using s = await scene()
      s.register.refused.add('Poison')
      await s.found()
      const poison = await s.found({ title: 'Poison' })
      s.journal.add()
      await s.exporter.readAlarms()
      await s.pass(0)
      s.now += 3 * 3_600_000
      await s.exporter.look()
      expect(await statesOf(s)).toEqual([`hazard-${poison} v1 refused`])
    })

    it('ends with the last state of every hazard out there, whatever fails or is killed', async () => {
      const action = fc.oneof(
        { weight: 2, arbitrary: fc.constant({ kind: 'found' as const }) },
        {
          weight: 5,
          arbitrary: fc.record({
            kind: fc.constant('change' as const),
            which: fc.nat(9),
            fail: fc.boolean(),
          }),
        },
        { weight: 4, arbitrary: fc.record({ kind: fc.constant('pass' as const), ms: fc.nat(20_000) }) },
        {
          weight: 4,
          arbitrary: fc.record({
            kind: fc.constant('fate' as const),
            fates: fc.array(fc.constantFrom<Fate>('taken', 'lost', 'down', 'refused', 'half'), {
              maxLength: 4,
            }),
          }),
        },
        // A process that is killed while an attempt is under way: what it sent may arrive, its answer changes nothing.
        { weight: 2, arbitrary: fc.record({ kind: fc.constant('kill' as const), arrives: fc.boolean() }) },
      )
      await fc.assert(
        fc.asyncProperty(fc.array(action, { minLength: 1, maxLength: 25 }), async (actions) => {
          await using s = await scene()
          const versions = new Map<number, number>()
          for (const act of actions) {
            if (act.kind === 'found') versions.set(await s.found(), 1)
            else if (act.kind === 'pass') await s.pass(act.ms)
            else if (act.kind === 'fate') s.register.fates = [...act.fates]
            else if (act.kind === 'change') {
              const number = [...versions.keys()].at(act.which % Math.max(1, versions.size))
              if (number === undefined) continue
              await s.change(number, {}, act.fail).catch(() => undefined)
              if (!act.fail) versions.set(number, (versions.get(number) ?? 0) + 1)
            } else {
              const due = await s.exporter.queue.due(CITY, 3, s.now)
              if (act.arrives)
                for (const { number, body } of due)
                  s.register.held.take('plant', { ...JSON.parse(body), sequence: number })
              await s.restart()
            }
          }
          s.register.fates = []
          await s.restart()
          await deskOf(s).desk.retry(CITY, { by: 'eva' })
          await s.pass(20 * MINUTE)
          for (const [number, version] of versions)
            expect(s.register.version(`hazard-${number}`)).toBe(version)
          expect((await statesOf(s)).filter((state) => !state.endsWith('sent'))).toEqual([])
        }),
        { numRuns: 12 },
      )
    })
  },
}
