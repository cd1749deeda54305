import { describe, expect, test } from 'vitest'
import type { ClassView } from '../../contracts/alarm-detail-api.ts'
import { offersFor } from '../../dashboards/console/src/action-offers.ts'
import {
  FLAG_ACTIONS,
  flagBody,
  problemsOf,
  spansFor,
  takesTwo,
} from '../../dashboards/console/src/flag-form.ts'
import { happenedSince } from '../../dashboards/console/src/meanwhile.ts'
import { alarmOf, entryOf, iso } from './fake-plant.ts'

const NOW = Date.parse('2026-11-21T02:00:00Z')
const PROCESS: ClassView = {
  id: 'process',
  acknowledge: 'required',
  shelving: 'allowed',
  maxShelve: '24h',
  bypass: 'allowed',
  lifeSafety: false,
}
const SAFETY: ClassView = { ...PROCESS, id: 'safety', shelving: 'never', bypass: 'two-person' }
const FLAG = {
  by: 'Li Wei',
  reason: 'weld',
  since: iso(NOW),
  until: null,
  cause: null,
  approvedBy: null,
  oneShot: false,
}

describe('what is offered', () => {
  const cases: { name: string; more: Parameters<typeof alarmOf>[2]; actions: string[] }[] = [
    {
      name: 'unacknowledged and loud',
      more: {},
      actions: ['acknowledge', 'silence', 'shelve', 'suppress', 'out-of-service'],
    },
    {
      name: 'unacknowledged and quiet by priority',
      more: { priority: 'low' },
      actions: ['acknowledge', 'shelve', 'suppress', 'out-of-service'],
    },
    {
      name: 'silenced already',
      more: { silenced: true },
      actions: ['acknowledge', 'shelve', 'suppress', 'out-of-service'],
    },
    {
      name: 'acknowledged',
      more: { state: 'ACKED', ack: 'acked' },
      actions: ['shelve', 'suppress', 'out-of-service'],
    },
    {
      name: 'latched and acknowledged',
      more: { state: 'LATCH_ACK', ack: 'acked', latched: true },
      actions: ['reset', 'shelve', 'suppress', 'out-of-service'],
    },
    {
      name: 'shelved',
      more: { state: 'SHLVD', live: 'ACKED', ack: 'acked', shelved: FLAG },
      actions: ['unshelve', 'suppress', 'out-of-service'],
    },
    {
      name: 'suppressed by hand and out of service',
      more: { state: 'OOSRV', live: 'ACKED', ack: 'acked', suppressed: [FLAG], outOfService: FLAG },
      actions: ['shelve', 'unsuppress', 'return-to-service'],
    },
    {
      name: 'suppressed by a rule, which nobody lifts',
      more: { state: 'DSUPR', live: 'NORM', ack: 'acked', suppressed: [{ ...FLAG, cause: 'rule.1' }] },
      actions: ['shelve', 'suppress', 'out-of-service'],
    },
  ]
  test.each(cases)('$name', ({ more, actions }) => {
    expect(offersFor(alarmOf('A.H', NOW, more), PROCESS).actions).toEqual(actions)
  })

  test('what the class forbids is said and not offered', () => {
    const offers = offersFor(alarmOf('A.H', NOW), SAFETY)
    expect(offers.actions).not.toContain('shelve')
    expect(offers.forbidden).toEqual([{ text: 'classNeverShelved', values: { class: 'safety' } }])
  })

  test('a flag of a class that came to forbid it can still be lifted', () => {
    expect(offersFor(alarmOf('A.H', NOW, { shelved: FLAG }), SAFETY).actions).toContain('unshelve')
  })

  test.each([
    ['LATCH_UNACK', 'unacked', 'acknowledgeFirst'],
    ['ACKED', 'acked', 'resetWhileActive'],
  ] as const)('%s says what comes before a reset', (state, ack, text) => {
    const alarm = alarmOf('A.H', NOW, { state, ack, latched: true })
    expect(offersFor(alarm, PROCESS).forbidden.map((line) => line.text)).toEqual([text])
    expect(offersFor(alarm, PROCESS).actions).not.toContain('reset')
  })
})

describe('for how long', () => {
  test('all that its class allows', () => {
    expect(spansFor('shelve', { ...PROCESS, maxShelve: '1h' })).toEqual({
      offered: ['15m', '30m', '1h', 'return'],
      first: '30m',
      longest: '1h',
    })
    expect(spansFor('shelve', { ...PROCESS, maxShelve: '20m' }).first).toBe('15m')
    expect(spansFor('shelve', { ...PROCESS, maxShelve: '5m' })).toMatchObject({ offered: ['return'] })
    expect(spansFor('shelve', PROCESS).longest).toBeUndefined()
    expect(spansFor('out-of-service', { ...PROCESS, maxShelve: '1h' }).longest).toBeUndefined()
  })

  test.each(FLAG_ACTIONS)('%s begins with something that it offers', (action) => {
    const { offered, first } = spansFor(action, undefined)
    expect(offered).toContain(first)
  })

  test('bodies: a time, once, or until lifted', () => {
    const said = { reason: ' weld ', approvedBy: ' ' }
    expect(flagBody({ span: '2h', ...said })).toEqual({ reason: 'weld', for: '2h' })
    expect(flagBody({ span: 'return', ...said })).toEqual({ reason: 'weld', oneShot: true })
    expect(flagBody({ span: 'open', reason: 'weld', approvedBy: ' Wang ' })).toEqual({
      reason: 'weld',
      approvedBy: 'Wang',
    })
  })
})

describe('what is missing', () => {
  const form = { reason: 'weld', by: 'Li Wei', approvedBy: '' }
  const needs = { person: true, two: false }
  test.each([
    { said: form, needs, problems: {} },
    { said: { ...form, reason: '  ' }, needs, problems: { reason: 'needReason' } },
    { said: { ...form, by: '' }, needs, problems: { by: 'needPerson' } },
    { said: { ...form, by: '' }, needs: { ...needs, person: false }, problems: {} },
    { said: form, needs: { ...needs, two: true }, problems: { approvedBy: 'needApprover' } },
    { said: { ...form, approvedBy: ' li wei ' }, needs, problems: { approvedBy: 'needSomebodyElse' } },
    { said: { ...form, approvedBy: 'Wang' }, needs: { ...needs, two: true }, problems: {} },
  ])('$problems', ({ said, needs: wanted, problems }) => {
    expect(problemsOf(said, wanted)).toEqual(problems)
  })

  test('two people: by the rule of the action', () => {
    expect([
      takesTwo('shelve', SAFETY),
      takesTwo('suppress', SAFETY),
      takesTwo('out-of-service', SAFETY),
    ]).toEqual([false, true, true])
    expect(takesTwo('suppress', undefined)).toBe(false)
  })
})

test('what happened meanwhile is of these alarms only, oldest first, and nothing twice', () => {
  const [mine, other] = [alarmOf('A.H', NOW), alarmOf('B.H', NOW)]
  const before = [entryOf(1, mine)]
  const recent = [
    entryOf(4, mine, { event: 'shelved' }),
    entryOf(3, other),
    entryOf(2, mine, { event: 'acknowledged' }),
    ...before,
  ]
  expect(happenedSince(recent, before, [mine]).map(({ seq }) => seq)).toEqual([2, 4])
  // What could not be journalled has no number: it is told apart by its time.
  const unwritten = entryOf(0, mine, { time: '2026-11-21T10:00:09+08:00' })
  expect(happenedSince([unwritten, ...before], before, [mine])).toEqual([unwritten])
  expect(happenedSince([unwritten, ...before], [unwritten, ...before], [mine])).toEqual([])
})
