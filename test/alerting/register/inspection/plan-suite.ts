import { expect, it } from 'vitest'
import type { RegisterSuite } from '../store/suites.ts'
import { actor, DAY, HOUR, InspectionScene, MINUTE, PLANT } from './inspection-scene.ts'

const li = actor()
const chief = actor('chief', 'engineer')

export const planSuite: RegisterSuite = {
  name: 'inspections by the clock',
  run(open) {
    const opened = () => InspectionScene.open(open)
    const patrol = async (scene: InspectionScene) =>
      (await scene.plans.list(['plant', 'other'])).find(({ id }) => id === 'patrol')

    it('are due a period after they were first seen, and after each round', async () => {
      await using scene = await opened()
      await scene.look()
      const begin = scene.time.now
      const at = async (ms: number) => {
        scene.time.now = begin + ms
        const { state, isOverdue, due } = (await patrol(scene)) ?? {}
        return [state, isOverdue, due]
      }
      const first = '2026-11-29T09:00:00+08:00'
      expect(await at(HOUR - 1)).toEqual(['done', false, first])
      expect(await at(HOUR)).toEqual(['due', false, first])
      expect(await at(HOUR + 6 * MINUTE + 1)).toEqual(['overdue', true, first])
      const { number } = await scene.desk.start('plant', { plan: 'patrol' }, li)
      expect(await at(2 * HOUR)).toEqual(['running', true, first])
      await scene.desk.abandon(number, { version: 1, reason: 'rain' }, li)
      expect(await at(2 * HOUR)).toEqual(['overdue', true, first])
      await scene.round('patrol', li)
      expect(await at(2 * HOUR + 1)).toEqual(['done', false, '2026-11-29T11:00:00+08:00'])
      expect(await patrol(scene)).toMatchObject({
        every: '1h',
        grace: '6m',
        by: { kind: 'duty', id: 'operators', persons: [{ id: 'li', name: 'Li Wei' }] },
        last: { round: 2, finished: '2026-11-29T10:00:00+08:00', by: 'li' },
        missed: { count: 1, since: '2026-11-28T10:00:00.001+08:00' },
        items: 2,
        running: null,
      })
    })

    it('count the times that were missed in a day', async () => {
      await using scene = await opened()
      await scene.look()
      await scene.round('patrol', li)
      // Four due times pass, then one round, then none for as long again.
      for (let n = 0; n < 2; n += 1) {
        scene.time.now += 4 * HOUR + 7 * MINUTE
        if (n === 0) await scene.round('patrol', li)
      }
      expect((await patrol(scene))?.missed.count).toBe(8)
      scene.time.now += 40 * HOUR
      expect((await patrol(scene))?.missed.count).toBe(24)
    })

    it('are listed when they are due, or when they are not', async () => {
      await using scene = await opened()
      await scene.look()
      scene.time.now += HOUR
      const ids = async (isDue?: boolean) => (await scene.plans.list(['plant'], isDue)).map(({ id }) => id)
      expect(await ids(true)).toEqual(['patrol'])
      expect(await ids(false)).toEqual(['weekly', 'yard'])
      expect(await ids()).toEqual(['patrol', 'weekly', 'yard'])
    })

    it('are recorded once for each due time that passed, also over restarts', async () => {
      await using scene = await opened()
      await scene.look()
      expect(scene.journal).toEqual([])
      scene.time.now += HOUR + 6 * MINUTE
      await scene.look()
      expect(scene.journal).toEqual([])
      scene.time.now += 1
      for (let n = 0; n < 3; n += 1) await scene.look()
      expect(scene.journal).toEqual(['inspection 0 overdue by inspection:patrol'])
      await scene.round('patrol', li)
      scene.time.now += HOUR + 7 * MINUTE
      await Promise.all([scene.look(), scene.look()])
      expect(scene.journal.filter((entry) => entry.includes('overdue'))).toHaveLength(2)
      const [step] = await scene.context.steps.of('inspection', 0, 'Asia/Shanghai')
      expect(step?.detail).toEqual({ plan: 'patrol', due: '2026-11-29T09:00:00+08:00' })
    })

    it('become a hazard of management after a whole further period, one while it is open', async () => {
      await using scene = await opened()
      await scene.look()
      scene.time.now += 2 * HOUR + 6 * MINUTE
      expect(await scene.look()).toEqual([])
      scene.time.now += 1
      expect(await scene.look()).toEqual([1])
      expect(await scene.look()).toEqual([])
      expect(await scene.hazards()).toMatchObject([
        {
          source: 'inspection',
          cause: 'inspection:patrol',
          rule: 'patrol',
          kind: 'management',
          grade: 'general',
          area: 'north',
          title: 'Inspection not done: Hourly patrol',
          description:
            'A round was due at 2026-11-29T09:00:00+08:00, and 2 were missed by now. No round was ever finished.',
        },
      ])
      await scene.round('patrol', li)
      scene.time.now += 3 * HOUR
      expect(await scene.look()).toEqual([1])
      expect(await scene.hazards()).toHaveLength(1)
    })

    it('that say so never become one', async () => {
      await using scene = await opened()
      await scene.look()
      await scene.round('weekly', chief)
      scene.time.now += 3 * DAY
      await scene.look()
      expect((await scene.hazards()).map(({ rule }) => rule)).toEqual(['patrol'])
      expect(scene.journal).toContain('inspection 0 overdue by inspection:yard')
    })

    it('say what the people of a source have done, and what is open there', async () => {
      await using scene = await opened()
      await scene.look()
      await scene.round('weekly', actor('chen'))
      await scene.round('weekly', chief)
      const { number } = await scene.desk.start('plant', { plan: 'patrol' }, li)
      await scene.desk.answer(number, [scene.answer('leaks', { result: 'finding', note: 'Drips' })], li)
      scene.time.now += 9 * DAY
      const [source, ...others] = await scene.plans.responsibility('plant')
      expect(others).toEqual([])
      expect(source).toMatchObject({
        source: 'tanks',
        S: 6,
        R: 28,
        alpha: 2,
        grade: 3,
        current: null,
        substances: [
          { cas: '7782-50-5', name: 'chlorine', tonnes: 10, threshold: 5, beta: 4 },
          { cas: '68476-85-7', name: null, tonnes: 200, threshold: 50, beta: 1.5 },
        ],
        appointment: { since: '2024-01-15', until: '2027-01-14', state: 'ending' },
        hazards: { general: 1, major: 0, overdue: 0 },
      })
      expect(
        source?.people.map(({ post, id, inspections }) => [post, id, inspections.map((each) => each.id)]),
      ).toEqual([
        ['overall', 'wang', []],
        ['technical', 'zhao', []],
        ['operations', 'chen', ['weekly']],
      ])
      const chen = source?.people[2]
      expect(chen?.inspections).toMatchObject([{ state: 'overdue', missed: { count: 1 } }])
      // What an engineer did for them is not theirs.
      expect(chen?.rounds).toMatchObject([{ number: 1, plan: 'weekly', isLate: false, findings: 0 }])
      expect(chen?.duties.map(({ id }) => id)).toEqual(['procedures', 'work', 'inspect', 'hazards'])
    })

    it.each([
      ['2023-11-29', 'over', '2026-11-28'],
      ['2023-11-30', 'ending', '2026-11-29'],
      ['2024-02-29', 'valid', '2027-02-28'],
    ])('an appointment of %s is %s', async (since, state, until) => {
      await using scene = await opened()
      scene.load(PLANT.replace('2024-01-15', since))
      const [source] = await scene.plans.responsibility('plant')
      expect(source?.appointment).toEqual({ since, until, state })
    })
  },
}
