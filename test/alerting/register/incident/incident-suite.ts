import { describe, expect, it } from 'vitest'
import { CodedError } from '../../../../contracts/errors.ts'
import type { IncidentTransition } from '../../../../contracts/register/incident-api.ts'
import type { OpenRegister, RegisterSuite } from '../store/suites.ts'
import { IncidentScene, MINUTE, START } from './incident-scene.ts'

async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise
    return 'done'
  } catch (error) {
    if (error instanceof CodedError) return error.code
    throw error
  }
}

/** What incidents do with either database. */
export const incidentSuite: RegisterSuite = {
  name: 'incidents and response',
  run: (open: OpenRegister) => {
    const opened = async () => {
      const scene = await IncidentScene.open(open)
      const view = await scene.incidents.open(
        { facility: 'plant', title: 'Leak', plan: 'own' },
        scene.as('anna'),
      )
      const act = (
        given: Omit<IncidentTransition, 'version'>,
        by = 'anna',
        role: 'operator' | 'engineer' = 'operator',
      ) =>
        scene.incidents
          .detail(view.number, scene.as(by))
          .then(({ version }) =>
            scene.incidents.transition(view.number, { ...given, version }, scene.as(by, role)),
          )
      return { scene, number: view.number, act }
    }

    it('takes plan, title, area and beginning of its first alarm', async () => {
      await using scene = await IncidentScene.open(open)
      scene.raise('CL-1.HH', 4, { isHeard: false })
      scene.time.now += 2 * MINUTE
      const view = await scene.incidents.open(
        { facility: 'plant', alarms: [{ alarm: 'CL-1.HH' }] },
        scene.as('anna'),
      )
      expect(view).toMatchObject({
        title: 'Chlorine in the shed',
        plan: 'leak-chlorine',
        kind: 'toxic',
        area: 'shed',
        level: 3,
        status: 'open',
        started: '2026-11-29T16:00:00+08:00',
        opened: '2026-11-29T16:02:00+08:00',
      })
      expect(view.clocks.map(({ kind, state, due }) => [kind, state, due])).toEqual([
        ['community', 'running', '2026-11-29T16:10:00+08:00'],
        ['ground', 'running', '2026-11-29T16:30:00+08:00'],
        ['air', 'running', '2026-11-29T17:00:00+08:00'],
      ])
      const detail = await scene.incidents.detail(view.number, scene.as('anna'))
      expect(detail.checklist).toHaveLength(8)
      expect(detail.alarms).toEqual([
        { alarm: 'CL-1.HH', occurrence: 'CL-1.HH#4', time: '2026-11-29T16:00:00+08:00' },
      ])
      expect(detail.history.map(({ event }) => event)).toEqual(['opened'])
      expect(scene.entered.map(({ item }) => item.register)).toMatchObject([
        { subject: 'incident', number: view.number, event: 'opened', from: null, to: 'open' },
      ])
    })

    it('refuses what is not there, or begins in the future, and keeps nothing of it', async () => {
      await using scene = await IncidentScene.open(open)
      const create = (given: object) =>
        codeOf(scene.incidents.open({ facility: 'plant', title: 'x', ...given }, scene.as('anna')))
      expect(await create({ plan: 'none' })).toBe('PLAN_UNKNOWN')
      expect(await create({ area: 'none' })).toBe('REQUEST_INVALID')
      expect(await create({ facility: 'other' })).toBe('FACILITY_UNKNOWN')
      expect(await create({ alarms: [{ alarm: 'X.H' }] })).toBe('ALARM_UNKNOWN')
      expect(await create({ alarms: [{ alarm: 'CL-1.HH' }] })).toBe('REQUEST_INVALID')
      expect(await create({ alarms: [{ alarm: 'CL-1.HH', occurrence: 'GT-1.HH#1' }] })).toBe(
        'REQUEST_INVALID',
      )
      expect(await create({ started: scene.at(1) })).toBe('INCIDENT_TIME')
      expect(await create({ title: undefined })).toBe('INCIDENT_INCOMPLETE')
      expect(await scene.incidents.list({ limit: 10 })).toEqual({ items: [] })
      expect(scene.entered).toEqual([])
    })

    it('stops a clock with the first team of its kind, whenever that is entered', async () => {
      const { scene, number } = await opened()
      await using _ = scene
      const team = (id: string, event: 'dispatched' | 'arrived' | 'released', minute?: number) =>
        scene.response.team(
          number,
          { team: id, event, ...(minute === undefined ? {} : { time: scene.at(minute) }) },
          scene.as('anna'),
        )
      scene.time.now = START + 20 * MINUTE
      expect(await codeOf(team('gate', 'arrived', 5))).toBe('TEAM_ELSEWHERE')
      expect(await codeOf(team('gate', 'dispatched', 21))).toBe('INCIDENT_TIME')
      expect(await codeOf(team('gate', 'dispatched', -1))).toBe('INCIDENT_TIME')
      expect(await codeOf(team('nobody', 'dispatched'))).toBe('TEAM_UNKNOWN')
      expect((await team('crew-2', 'dispatched', 1)).status).toBe('responding')
      await team('crew-2', 'arrived', 15)
      await team('gate', 'dispatched', 2)
      expect(await codeOf(team('gate', 'dispatched', 3))).toBe('TEAM_BUSY')
      expect(await codeOf(team('gate', 'arrived', 1))).toBe('INCIDENT_TIME')
      const breached = await scene.incidents.detail(number, scene.as('anna'))
      expect(breached.clocks[0]).toMatchObject({ state: 'breached', arrived: '2026-11-29T16:15:00+08:00' })
      const met = await team('gate', 'arrived', 9)
      expect(met.clocks[0]).toMatchObject({ state: 'met', arrived: '2026-11-29T16:09:00+08:00' })
      expect(met.breaches).toBe(0)
      expect(await codeOf(team('gate', 'released', 8))).toBe('INCIDENT_TIME')
      await team('gate', 'released')
      const { teams, history } = await scene.incidents.detail(number, scene.as('anna'))
      expect(teams.map(({ team: id, dispatched }) => [id, dispatched.time, dispatched.entered])).toEqual([
        ['crew-2', '2026-11-29T16:01:00+08:00', '2026-11-29T16:20:00+08:00'],
        ['gate', '2026-11-29T16:02:00+08:00', '2026-11-29T16:20:00+08:00'],
      ])
      expect(history.map(({ event, from, to }) => [event, from, to])).toEqual([
        ['opened', null, 'open'],
        ['respond', 'open', 'responding'],
        ['team-dispatched', 'responding', 'responding'],
        ['team-arrived', 'responding', 'responding'],
        ['team-dispatched', 'responding', 'responding'],
        ['team-arrived', 'responding', 'responding'],
        ['team-released', 'responding', 'responding'],
      ])
    })

    it('has a team at one incident at a time', async () => {
      const { scene, number } = await opened()
      await using _ = scene
      const { number: other } = await scene.incidents.open(
        { facility: 'plant', title: 'Other' },
        scene.as('anna'),
      )
      await scene.response.team(number, { team: 'gate', event: 'dispatched' }, scene.as('anna'))
      const send = () => scene.response.team(other, { team: 'gate', event: 'dispatched' }, scene.as('anna'))
      expect(await codeOf(send())).toBe('TEAM_BUSY')
      const [gate] = await scene.response.teams(['plant'])
      expect(gate).toMatchObject({
        id: 'gate',
        onDuty: [
          { id: 'li.wei', name: 'Li Wei' },
          { id: 'wang.fang', name: 'Wang Fang' },
        ],
        busy: { incident: number },
      })
      await scene.response.team(number, { team: 'gate', event: 'released' }, scene.as('anna'))
      await send()
      expect((await scene.response.teams(['plant']))[0]?.busy?.incident).toBe(other)
    })

    it('tells a clock that runs out once, and not of one that was waived', async () => {
      const { scene, number, act } = await opened()
      await using _ = scene
      await act({ action: 'waive-clock', clock: 'air', reason: 'no wind for it' })
      const breaches = async () =>
        (await scene.incidents.detail(number, scene.as('anna'))).history
          .filter(({ event }) => event === 'clock-breached')
          .map(({ detail, by }) => [by, detail.clock])
      scene.time.now = START + 10 * MINUTE
      await scene.watch.look()
      expect(await breaches()).toEqual([])
      scene.time.now += 1
      await scene.watch.look()
      await scene.watch.look()
      await scene.restarted().look()
      expect(await breaches()).toEqual([['clock', 'community']])
      expect(scene.told.at(-1)?.breaches).toBe(1)
      scene.time.now = START + 120 * MINUTE
      await scene.watch.look()
      expect(await breaches()).toEqual([
        ['clock', 'community'],
        ['clock', 'ground'],
      ])
      expect(await codeOf(act({ action: 'waive-clock', clock: 'ground', reason: 'late' }))).toBe(
        'INCIDENT_CLOCK_OVER',
      )
      expect((await scene.incidents.list({ isBreached: true, limit: 5 })).items).toHaveLength(1)
      expect((await scene.incidents.list({ isBreached: false, limit: 5 })).items).toHaveLength(0)
    })

    it('goes from open to closed, and on as another', async () => {
      const { scene, number, act } = await opened()
      await using _ = scene
      await scene.response.team(number, { team: 'gate', event: 'dispatched' }, scene.as('anna'))
      await act({ action: 'set-level', level: 2, reason: 'gas outside' })
      await act({ action: 'command', commander: 'ben' })
      await act({ action: 'contain' })
      expect(await codeOf(act({ action: 'close', review: 'learned' }))).toBe('INCIDENT_ROLE_REQUIRED')
      expect(await codeOf(act({ action: 'close' }, 'cora', 'engineer'))).toBe('INCIDENT_INCOMPLETE')
      expect(await codeOf(act({ action: 'close', review: 'x' }, 'Ben', 'engineer'))).toBe(
        'INCIDENT_SAME_PERSON',
      )
      const closed = await act({ action: 'close', review: 'Check the flange.' }, 'cora', 'engineer')
      expect(closed).toMatchObject({ status: 'closed', ended: { by: 'cora', review: 'Check the flange.' } })
      expect(closed.clocks.map(({ state }) => state)).toEqual(['ended', 'ended', 'ended'])
      expect((await scene.response.teams(['plant']))[0]?.busy).toBeNull()
      expect(await codeOf(scene.response.log(number, { text: 'late' }, scene.as('anna')))).toBe(
        'INCIDENT_OVER',
      )
      const reopened = await act({ action: 'reopen', reason: 'gas again' }, 'cora', 'engineer')
      expect(reopened).toMatchObject({ status: 'closed', reopenedAs: number + 1 })
      const next = await scene.incidents.detail(number + 1, scene.as('cora', 'engineer'))
      expect(next).toMatchObject({ status: 'open', level: 2, plan: 'own', reopens: number, commander: null })
      expect(await codeOf(act({ action: 'reopen', reason: 'again' }, 'cora', 'engineer'))).toBe(
        'INCIDENT_TRANSITION_ILLEGAL',
      )
    })

    it('is changed by one of two who have seen the same', async () => {
      const { scene, number } = await opened()
      await using _ = scene
      const both = await Promise.all(
        ['ben', 'cora'].map((commander) =>
          codeOf(
            scene.incidents.transition(
              number,
              { action: 'command', commander, version: 1 },
              scene.as('anna'),
            ),
          ),
        ),
      )
      expect(both.sort()).toEqual(['INCIDENT_CHANGED', 'done'])
      const { version, history } = await scene.incidents.detail(number, scene.as('anna'))
      expect([version, history.length]).toEqual([2, 2])
    })

    it('keeps what was done of a checklist when another plan is chosen', async () => {
      const { scene, number, act } = await opened()
      await using _ = scene
      const done = (step: string) =>
        codeOf(scene.response.step(number, step, { note: 'by radio' }, scene.as('anna')))
      expect([await done('one'), await done('one'), await done('none')]).toEqual([
        'done',
        'INCIDENT_STEP_DONE',
        'INCIDENT_STEP_UNKNOWN',
      ])
      await act({ action: 'choose-plan', plan: 'gas' })
      const steps = async () =>
        (await scene.incidents.detail(number, scene.as('anna'))).checklist.map(
          ({ plan, step, done: at }) => `${plan} ${step} ${at === null ? '-' : at.by}`,
        )
      expect((await steps()).slice(0, 2)).toEqual(['own one anna', 'gas stop-ignition -'])
      await act({ action: 'choose-plan', plan: 'own' })
      expect(await steps()).toEqual(['own one anna', 'own two -'])
    })

    it('takes no more stock than there is, and gives back no more than was taken', async () => {
      const { scene, number } = await opened()
      await using _ = scene
      const move = (change: number) =>
        codeOf(scene.response.move('plant', 'foam', { change, reason: 'count' }, scene.as('anna')))
      const use = (quantity: number) =>
        codeOf(scene.response.use(number, { item: 'foam', quantity }, scene.as('anna')))
      expect([await use(1), await move(120.5), await use(100.125)]).toEqual(['STOCK_SHORT', 'done', 'done'])
      expect([await use(-100.126), await use(20.376), await move(-20.376)]).toEqual([
        'STOCK_UNTAKEN',
        'STOCK_SHORT',
        'STOCK_SHORT',
      ])
      expect(await codeOf(scene.response.use(number, { item: 'water', quantity: 1 }, scene.as('anna')))).toBe(
        'STOCK_UNKNOWN',
      )
      expect(await use(-0.125)).toBe('done')
      expect(
        (await scene.response.stock(['plant'])).map(({ id, quantity, isShort }) => [id, quantity, isShort]),
      ).toEqual([
        ['foam', 20.5, true],
        ['masks', 0, false],
      ])
      expect((await scene.incidents.detail(number, scene.as('anna'))).stock).toEqual([
        { item: 'foam', name: 'Foam', unit: 'L', quantity: 100 },
      ])
    })

    it('never gives the last of something to two at once', async () => {
      const { scene, number } = await opened()
      await using _ = scene
      await scene.response.move('plant', 'masks', { change: 3, reason: 'bought' }, scene.as('anna'))
      const taken = await Promise.all(
        Array.from({ length: 6 }, () =>
          codeOf(scene.response.use(number, { item: 'masks', quantity: 1 }, scene.as('anna'))),
        ),
      )
      expect(taken.sort()).toEqual([...Array(3).fill('STOCK_SHORT'), ...Array(3).fill('done')])
      expect((await scene.response.stock(['plant']))[1]?.quantity).toBe(0)
    })

    it('makes a hazard, and links others of its facility', async () => {
      const { scene, number } = await opened()
      await using _ = scene
      const hazard = { title: 'Flange', description: 'Seal worn' }
      await scene.response.link(number, { hazard }, scene.as('anna'))
      await scene.response.link(number, { hazard }, scene.as('anna'))
      const { hazards } = await scene.incidents.detail(number, scene.as('anna'))
      expect(hazards).toHaveLength(1)
      expect(await codeOf(scene.response.link(number, { hazards: [999] }, scene.as('anna')))).toBe(
        'HAZARD_UNKNOWN',
      )
      expect(await codeOf(scene.response.link(number, {}, scene.as('anna')))).toBe('INCIDENT_INCOMPLETE')
    })

    describe('opened by alarms', () => {
      it('is opened once, and joined by others of its plan', async () => {
        await using scene = await IncidentScene.open(open)
        const first = scene.raise('CL-1.HH', 1)
        scene.watch.note({ event: 'raised', alarm: first })
        await scene.watch.settled()
        scene.watch.note({ event: 'raised', alarm: first })
        scene.raise('CL-1.HH', 2)
        scene.raise('GT-1.HH', 1)
        await scene.watch.settled()
        const { items } = await scene.incidents.list({ limit: 9 })
        expect(items.map(({ title, plan, level, openedBy }) => [title, plan, level, openedBy])).toEqual([
          ['Gas at the pumps', 'gas', 3, 'alarm'],
          ['Chlorine in the shed', 'leak-chlorine', 2, 'alarm'],
        ])
        const { alarms, history } = await scene.incidents.detail(items[1]?.number ?? 0, scene.as('anna'))
        expect(alarms.map(({ occurrence }) => occurrence)).toEqual(['CL-1.HH#1', 'CL-1.HH#2'])
        expect(history.map(({ event }) => event)).toEqual(['opened', 'alarm-attached'])
      })

      it('is opened after a restart of what still stands, and of nothing that is set aside', async () => {
        await using scene = await IncidentScene.open(open)
        scene.raise('CL-1.HH', 1, { isHeard: false })
        const gas = scene.raise('GT-1.HH', 1, { isHeard: false })
        scene.alarms.set('GT-1.HH', { ...gas, state: 'SHLVD' })
        scene.watch.note({ event: 'raised', alarm: { ...gas, state: 'DSUPR' } })
        const restarted = scene.restarted()
        await restarted.look()
        await restarted.look()
        const { items } = await scene.incidents.list({ limit: 9 })
        expect(items.map(({ plan }) => plan)).toEqual(['leak-chlorine'])
      })
    })

    it('counts how clocks were met', async () => {
      const { scene, number, act } = await opened()
      await using _ = scene
      await scene.response.team(number, { team: 'gate', event: 'dispatched' }, scene.as('anna'))
      scene.time.now = START + 8 * MINUTE
      await scene.response.team(number, { team: 'gate', event: 'arrived' }, scene.as('anna'))
      await act({ action: 'waive-clock', clock: 'air', reason: 'fog' })
      const { number: other } = await scene.incidents.open(
        { facility: 'plant', title: 'Other', started: scene.at(0) },
        scene.as('anna'),
      )
      scene.time.now = START + 40 * MINUTE
      await scene.response.team(
        other,
        { team: 'crew-2', event: 'dispatched', time: scene.at(1) },
        scene.as('anna'),
      )
      await scene.response.team(
        other,
        { team: 'crew-2', event: 'arrived', time: scene.at(12) },
        scene.as('anna'),
      )
      const { number: none } = await scene.incidents.open(
        { facility: 'plant', title: 'No' },
        scene.as('anna'),
      )
      await scene.incidents.transition(
        none,
        { action: 'false-alarm', reason: 'steam', version: 1 },
        scene.as('cora', 'engineer'),
      )
      const window = { facility: 'plant', facilities: ['plant'], from: START, to: START + 60 * MINUTE }
      const figures = await scene.response.figures(window)
      expect(figures).toMatchObject({ incidents: 2, open: 2, closed: 0, falseAlarms: 1 })
      expect(figures.clocks).toEqual([
        {
          kind: 'community',
          met: 1,
          breached: 1,
          running: 0,
          waived: 0,
          ended: 0,
          metRate: 0.5,
          meanSeconds: 600,
          worstSeconds: 720,
        },
        {
          kind: 'ground',
          met: 0,
          breached: 2,
          running: 0,
          waived: 0,
          ended: 0,
          metRate: 0,
          meanSeconds: null,
          worstSeconds: null,
        },
        {
          kind: 'air',
          met: 0,
          breached: 0,
          running: 1,
          waived: 1,
          ended: 0,
          metRate: null,
          meanSeconds: null,
          worstSeconds: null,
        },
      ])
      expect((await scene.response.figures({ ...window, facilities: [] })).incidents).toBe(0)
    })

    it('lists by facility, status and beginning, page by page', async () => {
      await using scene = await IncidentScene.open(open)
      for (const minute of [0, 1, 2]) {
        scene.time.now = START + minute * MINUTE
        await scene.incidents.open({ facility: 'plant', title: `${minute}` }, scene.as('anna'))
      }
      const titles = async (filter: object) =>
        (await scene.incidents.list({ limit: 10, ...filter })).items.map(({ title }) => title)
      expect(await titles({})).toEqual(['2', '1', '0'])
      expect(await titles({ facilities: [] })).toEqual([])
      expect(await titles({ facilities: ['other'] })).toEqual([])
      expect(await titles({ status: 'closed' })).toEqual([])
      expect(await titles({ isOpen: true, from: START + MINUTE, to: START + 2 * MINUTE })).toEqual(['1'])
      const page = await scene.incidents.list({ limit: 2 })
      expect(page.next).toBe(String(page.items[1]?.number))
      expect(await titles({ before: Number(page.next) })).toEqual(['0'])
    })
  },
}
