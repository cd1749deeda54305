import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { INCIDENT_ACTIONS } from '../../contracts/register/incident-words.ts'
import type { InspectionView } from '../../contracts/register/inspection-api.ts'
import { REPORT_ACTIONS } from '../../contracts/register/report-words.ts'
import { Words } from '../../dashboards/console/src/language.ts'
import { reduce } from '../../dashboards/console/src/reducer.ts'
import { clockNow, clockText, spokenMinutes } from '../../dashboards/console/src/response/clock-now.ts'
import { firstOf, readFields } from '../../dashboards/console/src/response/form-field.ts'
import { incidentOffers, transitionOf } from '../../dashboards/console/src/response/incident-offers.ts'
import { newIncidentOf } from '../../dashboards/console/src/response/new-incident.ts'
import { isMine, ordered } from '../../dashboards/console/src/response/plan-order.ts'
import { reportOffers } from '../../dashboards/console/src/response/report-offers.ts'
import { ResponseWords } from '../../dashboards/console/src/response/response-words.ts'
import { progressOf } from '../../dashboards/console/src/response/round-progress.ts'
import { stepTexts } from '../../dashboards/console/src/response/step-text.ts'
import { teamRows } from '../../dashboards/console/src/response/team-rows.ts'
import {
  formatRoute,
  parseRoute,
  RESPONSE_PAGES,
  RESPONSE_VIEWS,
} from '../../dashboards/console/src/route.ts'
import { initialState } from '../../dashboards/console/src/state.ts'

const NOW = Date.parse('2026-11-21T02:00:00Z')
const MINUTE = 60_000
const iso = (ms: number) => new Date(ms).toISOString()
const words = new ResponseWords(new Words('en'))

describe('addresses', () => {
  test('each page, view and number comes back', () => {
    const page = fc.constantFrom(...RESPONSE_PAGES)
    const rest = fc.oneof(
      fc.constant({}),
      fc.record({ view: fc.constantFrom(...RESPONSE_VIEWS) }),
      fc.record({ number: fc.integer({ min: 1 }) }),
    )
    fc.assert(
      fc.property(
        page,
        rest,
        fc.dictionary(fc.constantFrom('state', 'before'), fc.string({ minLength: 1 })),
        (at, more, query) => {
          const route = {
            page: at,
            ...more,
            ...(Object.keys(query).length === 0 ? {} : { query: { ...query } }),
          }
          expect(parseRoute(formatRoute(route))).toEqual(route)
        },
      ),
    )
  })

  test('an incident of the stream makes what shows incidents ask again', () => {
    const state = initialState({ at: 0, time: iso(NOW), now: NOW, facility: undefined })
    const next = reduce(state, { kind: 'incident', at: 1, incident: {} as never })
    expect(next.incidentChanges).toBe(state.incidentChanges + 1)
  })
})

describe('a response clock', () => {
  const started = iso(NOW)
  const due = iso(NOW + 10 * MINUTE)
  const running = { state: 'running' as const, due, arrived: null }
  const of = { started, ended: null }

  test.each([
    [0, 'running', '10:00'],
    [9 * MINUTE + 59_001, 'running', '0:01'],
    [10 * MINUTE, 'running', '0:00'],
    [10 * MINUTE + 1, 'breached', '0:00'],
    [11 * MINUTE + 5_500, 'breached', '1:05'],
    [80 * MINUTE, 'breached', '1:10:00'],
  ])('%i ms after the beginning: %s %s', (after, state, text) => {
    const now = clockNow(running, of, NOW + after)
    expect([now.state, clockText(now), now.runs]).toEqual([state, text, true])
  })

  test('stops with an arrival, and with the end of the incident', () => {
    const met = { state: 'met' as const, due, arrived: iso(NOW + 4 * MINUTE) }
    expect(clockNow(met, of, NOW + 90 * MINUTE)).toEqual({ state: 'met', ms: 4 * MINUTE, runs: false })
    const late = { state: 'breached' as const, due, arrived: iso(NOW + 12 * MINUTE) }
    expect(clockNow(late, of, NOW + 90 * MINUTE)).toMatchObject({ ms: 2 * MINUTE, runs: false })
    const never = { state: 'breached' as const, due, arrived: null }
    const ended = { started, ended: iso(NOW + 15 * MINUTE) }
    expect(clockNow(never, ended, NOW + 90 * MINUTE)).toEqual({
      state: 'breached',
      ms: 5 * MINUTE,
      runs: false,
    })
    expect(clockNow(running, of, NOW - 2_000).ms).toBe(clockNow(running, of, NOW).ms)
    expect(clockNow({ ...running, state: 'waived' }, of, NOW).ms).toBe(0)
  })

  test('is read out seldom: not more than 12 times an hour, and every minute near the end', () => {
    const said = Array.from({ length: 3_600 }, (_, second) =>
      spokenMinutes({ state: 'running', ms: 3_600_000 - second * 1_000 }),
    )
    const changes = said.filter((minutes, index) => index > 0 && minutes !== said[index - 1])
    expect(changes).toEqual([55, 50, 45, 40, 35, 30, 25, 20, 15, 10, 5, 4, 3, 2, 1])
    expect(spokenMinutes({ state: 'breached', ms: 12 * MINUTE })).toBe(10)
  })
})

describe('plans', () => {
  const plan = (id: string, more: Partial<InspectionView> = {}): InspectionView => ({
    facility: 'p',
    id,
    name: id,
    kind: 'patrol',
    source: null,
    areas: [],
    every: '1h',
    grace: '10m',
    by: { kind: 'role', id: 'operator', persons: [] },
    state: 'done',
    isOverdue: false,
    due: iso(NOW + MINUTE),
    overdueFrom: iso(NOW + 2 * MINUTE),
    running: null,
    last: null,
    missed: { count: 0, since: iso(NOW) },
    items: 1,
    ...more,
  })
  const others = { kind: 'responsible' as const, id: 'technical', persons: [{ id: 'liu', name: 'Liu' }] }

  test('late first, then due, then running, then what comes next; one’s own before that of others', () => {
    const plans = [
      plan('next'),
      plan('sooner', { due: iso(NOW) }),
      plan('running', { state: 'running', running: 3 }),
      plan('due of others', { state: 'due', by: others }),
      plan('due', { state: 'due' }),
      plan('late while running', { state: 'running', isOverdue: true, due: iso(NOW - MINUTE) }),
      plan('late', { state: 'overdue', isOverdue: true, due: iso(NOW - 2 * MINUTE) }),
    ]
    expect(ordered(plans, { name: 'chen', role: 'operator' }).map(({ id }) => id)).toEqual([
      'late',
      'late while running',
      'due',
      'due of others',
      'running',
      'sooner',
      'next',
    ])
  })

  test('mine by name, or by role', () => {
    expect(isMine(plan('a', { by: others }), { name: 'liu', role: 'viewer' })).toBe(true)
    expect(isMine(plan('a', { by: others }), { name: 'chen', role: 'admin' })).toBe(false)
    expect(isMine(plan('a'), { name: 'chen', role: 'viewer' })).toBe(false)
    expect(isMine(plan('a'), { name: '', role: 'engineer' })).toBe(true)
  })
})

describe('how far a round has come', () => {
  const answer = { id: 'c-1', result: 'ok' as const, note: '', by: '', time: '', hazard: null }
  const items = [
    { id: 'a', mustPhoto: false, answer, photos: [] },
    { id: 'b', mustPhoto: true, answer, photos: [] },
    { id: 'c', mustPhoto: false, answer: null, photos: [] },
  ]

  test('open items, missing photos, and nothing is finished while something waits', () => {
    expect(progressOf(items, { waiting: new Set(), waits: 0 })).toEqual({
      total: 3,
      answered: 2,
      open: ['c'],
      photoless: ['b'],
      mayFinish: false,
    })
    expect(progressOf(items, { waiting: new Set(['c']), waits: 1 }).open).toEqual([])
    const done = items.map((item) => ({ ...item, answer, photos: [1] }))
    expect(progressOf(done, { waiting: new Set(), waits: 0 }).mayFinish).toBe(true)
    expect(progressOf(done, { waiting: new Set(), waits: 1 }).mayFinish).toBe(false)
    const none = { ...answer, result: 'not-applicable' as const }
    expect(
      progressOf([{ ...items[1], answer: none } as never], { waiting: new Set(), waits: 0 }).mayFinish,
    ).toBe(true)
  })
})

describe('forms', () => {
  const place = { timezone: 'Asia/Shanghai', now: NOW }
  const read = (input: 'number' | 'count' | 'past' | 'line' | 'check', typed: string, isNeeded = false) =>
    readFields([{ name: 'x', label: 'x', input, isNeeded }], { x: typed }, place)

  test.each([
    ['line', ' a ', { x: 'a' }],
    ['line', ' ', {}],
    ['number', '-2.5', { x: -2.5 }],
    ['number', '1,200', { x: 1_200 }],
    ['count', '12', { x: 12 }],
    ['check', '', { x: false }],
    ['past', '2026-11-21T09:59:30', { x: '2026-11-21T09:59:30+08:00' }],
    ['past', '', {}],
  ] as const)('%s “%s”', (input, typed, said) => {
    expect(read(input, typed)).toEqual({ ok: true, said })
  })

  test.each([
    ['line', '', 'missing'],
    ['number', 'many', 'noNumber'],
    ['count', '1.5', 'notNumber'],
    ['count', '-1', 'notNumber'],
    ['past', 'soon', 'notTime'],
    ['past', '2026-11-21T10:05', 'inFuture'],
  ] as const)('%s “%s” is refused: %s', (input, typed, problem) => {
    expect(read(input, typed, true)).toEqual({ ok: false, problems: { x: problem } })
  })

  test('every action of incidents and reports has words and fields; what brings it on leads', () => {
    const incident = { actions: [...INCIDENT_ACTIONS], level: 2 as const, clocks: [] }
    const { offers, leads } = incidentOffers(incident, [{ id: 'p', name: 'P' }], words)
    expect([leads, offers[0]?.name, offers.length]).toEqual([true, 'respond', INCIDENT_ACTIONS.length])
    const close = offers.find(({ name }) => name === 'close')
    expect(close?.fields.find(({ name }) => name === 'review')?.isNeeded).toBe(true)
    const report = { actions: [...REPORT_ACTIONS], facility: 'p', isEmployee: true }
    const places = {
      areas: [],
      facilities: [
        { id: 'p', name: 'P' },
        { id: 'q', name: 'Q' },
      ],
    }
    const all = reportOffers(report, places, words).offers
    expect(all.map(({ name }) => name).toSorted()).toEqual([...REPORT_ACTIONS].toSorted())
    const move = all.find(({ name }) => name === 'move')
    expect(move?.fields[0]?.choices?.map(({ value }) => value)).toEqual(['q'])
    const reward = all.find(({ name }) => name === 'propose-reward')
    expect(firstOf(reward?.fields ?? []).isEmployee).toBe('true')
  })

  test('levels are numbers in a request; no plan in sight is no plan', () => {
    expect(transitionOf('set-level', 3, { level: '2', reason: 'r' })).toEqual({
      action: 'set-level',
      version: 3,
      level: 2,
      reason: 'r',
    })
    expect(newIncidentOf({ level: '4', title: 'T' }, { facility: 'p', alarm: 'GT-1.H' })).toEqual({
      facility: 'p',
      title: 'T',
      level: 4,
      plan: null,
      alarms: [{ alarm: 'GT-1.H' }],
    })
  })
})

test('teams: what may be entered of each next', () => {
  const happened = { time: iso(NOW), entered: iso(NOW), by: 'x' }
  const sent = { name: '', kind: 'ground' as const, dispatched: happened, arrived: null, released: null }
  const dispatches = [
    { ...sent, team: 'sent' },
    { ...sent, team: 'there', arrived: happened },
    { ...sent, team: 'back', released: happened },
  ]
  const team = (id: string, incident?: number) => ({
    facility: 'p',
    id,
    name: id,
    kind: 'ground' as const,
    phone: null,
    base: null,
    duty: null,
    onDuty: [],
    busy: incident === undefined ? null : { incident, dispatched: iso(NOW), arrived: null },
  })
  const teams = [team('free'), team('sent', 1), team('there', 1), team('back'), team('elsewhere', 2)]
  const rows = teamRows({ number: 1, teams: dispatches }, teams)
  expect(rows.map((row) => [row.team, row.next.join(' '), row.elsewhere])).toEqual([
    ['sent', 'arrived released', null],
    ['there', 'released', null],
    ['back', 'dispatched', null],
    ['free', 'dispatched', null],
    ['elsewhere', '', 2],
  ])
})

test('a step tells what was written, and when it happened if that was earlier', () => {
  const time = '2026-11-21T10:00:00+08:00'
  expect(stepTexts({ detail: { team: 'crew', at: '2026-11-21T09:40:00+08:00' }, time }, words)).toEqual([
    'crew',
    'happened 2026-11-21 09:40',
  ])
  expect(stepTexts({ detail: { team: 'crew', at: time }, time }, words)).toEqual(['crew'])
  expect(
    stepTexts({ detail: { text: 'Wind.', casualties: { dead: 0, injured: 2, missing: 1 } }, time }, words),
  ).toEqual(['“Wind.”', '0 dead, 2 injured, 1 missing'])
})
