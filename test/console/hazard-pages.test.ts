import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { StepView } from '../../contracts/register/hazard-api.ts'
import { HAZARD_STATUSES } from '../../contracts/register/words.ts'
import { Words } from '../../dashboards/console/src/language.ts'
import { HAZARDS_MAX, reduce } from '../../dashboards/console/src/reducer.ts'
import { deadlineOf } from '../../dashboards/console/src/register/deadline.ts'
import {
  filtersOf,
  givenOf,
  HAZARD_FILTERS,
  listQuery,
} from '../../dashboards/console/src/register/hazard-filters.ts'
import { detailTexts } from '../../dashboards/console/src/register/history-text.ts'
import { RegisterWords } from '../../dashboards/console/src/register/register-words.ts'
import { sizeText } from '../../dashboards/console/src/register/size-text.ts'
import { trackOf } from '../../dashboards/console/src/register/status-track.ts'
import { formatRoute, parseRoute, REGISTER_VIEWS } from '../../dashboards/console/src/route.ts'
import { initialState } from '../../dashboards/console/src/state.ts'
import { FakeHazards } from './fake-hazards.ts'

const NOW = Date.parse('2026-11-21T02:00:00Z')
const HOUR = 3_600_000

describe('addresses', () => {
  test('whatever is searched for stands in the address and comes back', () => {
    const query = fc.dictionary(
      fc.constantFrom(...HAZARD_FILTERS),
      fc.string({ minLength: 1, unit: 'grapheme' }),
    )
    fc.assert(
      fc.property(fc.option(fc.constantFrom(...REGISTER_VIEWS), { nil: undefined }), query, (view, given) => {
        const route = {
          page: 'hazards' as const,
          ...(view === undefined ? {} : { view }),
          ...(Object.keys(given).length === 0 ? {} : { query: { ...given } }),
        }
        expect(parseRoute(formatRoute(route))).toEqual(route)
      }),
    )
  })

  test.each([
    ['#/hazards', { page: 'hazards' }],
    ['#/hazards/12', { page: 'hazard', number: 12 }],
    ['#/hazards/012', { page: 'hazards' }],
    ['#/hazards/-1', { page: 'hazards' }],
    [
      '#/hazards/board?grade=major&x%20y=1&empty=',
      { page: 'hazards', view: 'board', query: { grade: 'major' } },
    ],
    ['#/hazards/elsewhere', { page: 'hazards' }],
  ])('%s', (hash, route) => {
    expect(parseRoute(hash)).toEqual(route)
  })

  test('the API is asked for what is given, page by page', () => {
    const query = { grade: 'major', q: ' seal ', before: '51', nonsense: 'x' }
    expect(listQuery(query)).toEqual({ grade: 'major', q: 'seal', before: '51', limit: '50' })
    expect(listQuery({ before: 'x' }, 20)).toEqual({ limit: '20' })
    expect(givenOf(filtersOf(query))).toEqual({ grade: 'major', q: 'seal' })
  })
})

describe('the stream', () => {
  const opening = { at: 0, time: '2026-11-21T10:00:00+08:00', now: NOW, facility: undefined }

  test('tells which hazard is at which version, and forgets the oldest', () => {
    const register = new FakeHazards({ now: () => NOW, isActive: () => false, tell: () => undefined })
    const view = register.view(register.add({ title: 'Seal leaks' }))
    const numbers = Array.from({ length: HAZARDS_MAX + 2 }, (_, index) => index + 1)
    const told = [...numbers, 5].reduce(
      (state, number, index) =>
        reduce(state, { kind: 'hazard', at: 0, hazard: { ...view, number, version: index } }),
      initialState(opening),
    )
    expect(told.hazardChanges).toBe(numbers.length + 1)
    expect(told.hazards.size).toBe(HAZARDS_MAX)
    expect([...told.hazards.keys()].at(-1)).toBe(5)
    expect(told.hazards.get(5)).toBe(numbers.length)
    expect(told.hazards.has(2)).toBe(false)
  })
})

describe('deadlines', () => {
  const at = (hours: number) => new Date(NOW + hours * HOUR).toISOString()
  test.each([
    ['none', { deadline: null, status: 'found', isOverdue: false }, { urgency: 'none', ms: 0 }],
    ['far', { deadline: at(73), status: 'assigned', isOverdue: false }, { urgency: 'ahead', ms: 73 * HOUR }],
    ['near', { deadline: at(71), status: 'assigned', isOverdue: false }, { urgency: 'near', ms: 71 * HOUR }],
    ['past', { deadline: at(-5), status: 'verified', isOverdue: true }, { urgency: 'overdue', ms: 5 * HOUR }],
    [
      'passed meanwhile',
      { deadline: at(-1), status: 'rectifying', isOverdue: false },
      { urgency: 'overdue', ms: HOUR },
    ],
    ['closed', { deadline: at(-5), status: 'closed', isOverdue: false }, { urgency: 'done', ms: 0 }],
  ] as const)('%s', (_, hazard, deadline) => {
    expect(deadlineOf(hazard, NOW)).toEqual(deadline)
  })
})

describe('how far it has come', () => {
  const step = (to: string, from: string | null, hour: number): StepView => ({
    id: hour,
    subject: 'hazard',
    number: 1,
    facility: 'demo-plant',
    time: new Date(NOW + hour * HOUR).toISOString(),
    by: 'Li Wei',
    event: 'x',
    from,
    to,
    detail: {},
    journalled: true,
  })

  test.each(HAZARD_STATUSES)('%s: done before it, ahead after it', (status) => {
    const places = trackOf({ status, found: '', history: [] }).map(({ place }) => place)
    const index = HAZARD_STATUSES.indexOf(status)
    expect(places.slice(0, index).every((place) => place === 'done')).toBe(true)
    expect(places[index]).toBe(status === 'closed' ? 'done' : 'now')
    expect(places.slice(index + 1).every((place) => place === 'ahead')).toBe(true)
  })

  test('what was rejected lies ahead again; a comment is no step on', () => {
    const history = [
      step('found', null, 0),
      step('rectifying', 'assigned', 1),
      step('rectified', 'rectifying', 2),
      step('rectifying', 'rectified', 3),
      step('rectifying', 'rectifying', 4),
    ]
    const track = trackOf({ status: 'rectifying', found: 'f', history })
    const timeOf = (status: string) => track.find((entry) => entry.status === status)?.time
    expect(timeOf('rectifying')).toBe(history[3]?.time)
    expect(timeOf('rectified')).toBeUndefined()
    expect(timeOf('found')).toBe(history[0]?.time)
    expect(timeOf('registered')).toBeUndefined()
  })
})

describe('words', () => {
  const en = new RegisterWords(new Words('en'))
  const zh = new RegisterWords(new Words('zh'))

  test('what people wrote is told; what is unknown or nested is left to the API', () => {
    const detail = {
      reason: 'Late.',
      deadline: '2026-12-01T10:00:00+08:00',
      comment: 'Seen.',
      name: 'a.png',
      funds: 3,
      risk: { score: 4 },
      constructor: 'x',
    }
    expect(detailTexts(detail, en)).toEqual([
      'Reason: Late.',
      'Deadline: 2026-12-01 10:00',
      '“Seen.”',
      'a.png',
      'Funds (CNY): 3',
    ])
    expect(detailTexts({ reason: 'Late.' }, zh)).toEqual(['原因: Late.'])
  })

  test('events of another release are shown as they came', () => {
    expect(en.event('approve-plan')).toBe('Plan approved')
    expect(zh.event('close')).toBe('销号')
    expect(en.event('teleported')).toBe('teleported')
    expect(en.event('constructor')).toBe('constructor')
  })

  test.each([
    [12, '12 B'],
    [1_499, '1 kB'],
    [9_999_999, '10.0 MB'],
  ])('%d bytes: %s', (bytes, text) => {
    expect(sizeText(bytes)).toBe(text)
  })
})
