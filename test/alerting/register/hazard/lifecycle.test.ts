import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Hazard, isOverdue, NEW_HAZARD } from '../../../../alerting/register/hazard/hazard.ts'
import {
  type Acting,
  act,
  actionsOf,
  type HazardInput,
} from '../../../../alerting/register/hazard/lifecycle.ts'
import { hazardLifecyclePage } from '../../../../alerting/register/hazard/lifecycle-page.ts'
import { HAZARD_TRANSITIONS } from '../../../../alerting/register/hazard/transitions.ts'
import { parseFacility } from '../../../../contracts/facility-load.ts'
import {
  HAZARD_ACTIONS,
  HAZARD_ROLES,
  HAZARD_STATUSES,
  type HazardAction,
  type HazardStatus,
} from '../../../../contracts/register/words.ts'
import { ROLES } from '../../../../contracts/roles.ts'

const DAY = 86_400_000
const NOW = 1_000 * DAY
const plan = parseFacility(
  `
facility: { id: plant }
gateways: []
register:
  major: [ { id: red-risk, colours: [red] }, { id: shut, needsShutdown: true }, { id: shed, areas: [shed], sources: [out-of-service] } ]
areas: [ { id: shed } ]
`.replace('gateways: []', 'gateways: [ { id: g, outbox: { path: memory }, buses: [] } ]'),
  'plant.yaml',
).register

const hazard = (over: Partial<Hazard> = {}): Hazard => ({
  ...NEW_HAZARD,
  number: 7,
  facility: 'plant',
  area: null,
  source: 'manual',
  sensor: null,
  alarm: null,
  title: 'Flange leaks',
  description: 'F-12',
  kind: 'condition',
  grade: 'general',
  found: NOW - DAY,
  foundBy: 'Li',
  updated: NOW - DAY,
  ...over,
})
const acting = (over: Partial<Acting> = {}): Acting => ({
  by: 'Zhao',
  role: 'admin',
  now: NOW,
  plan,
  isCauseStanding: false,
  ...over,
})
const FIVE = {
  measures: 'New gasket',
  responsible: 'Wang',
  funds: 800,
  deadline: NOW + 10 * DAY,
  contingency: 'Close V-12',
}
/** A body that is right for each action. */
const INPUTS: Readonly<Record<HazardAction, Omit<HazardInput, 'action'>>> = {
  register: {},
  assess: { likelihood: 3, consequence: 3 },
  assign: FIVE,
  'approve-plan': {},
  start: {},
  'request-extension': { until: NOW + 30 * DAY, reason: 'Parts are late' },
  'approve-extension': {},
  'refuse-extension': { reason: 'No' },
  rectify: { evidence: 'Gasket changed' },
  verify: {},
  reject: { reason: 'Still wet' },
  close: {},
  reopen: { reason: 'Leaks again' },
  supervise: { authority: 'City' },
  'end-supervision': { reason: 'Done' },
  comment: { comment: 'Seen' },
}
const input = (action: HazardAction, over: Partial<HazardInput> = {}): HazardInput => ({
  action,
  ...INPUTS[action],
  ...over,
})
const code = (given: Hazard, what: HazardInput, who: Acting): string | undefined => {
  try {
    act(given, what, who)
    return undefined
  } catch (error) {
    return (error as { code: string }).code
  }
}
/** With everything that the steps before would have left. */
const standing = (status: HazardStatus, over: Partial<Hazard> = {}): Hazard =>
  hazard({
    status,
    ...(['found', 'registered', 'assessed'].includes(status) ? {} : { ...FIVE, assigned: NOW - DAY }),
    ...(['rectified', 'verified', 'closed'].includes(status)
      ? { rectified: { by: 'Wang', time: NOW - 1 } }
      : {}),
    ...over,
  })

/** From where each action may be taken, said once more. Key: action. */
const FROM: Readonly<Record<HazardAction, string>> = {
  register: 'found',
  assess: 'registered assessed assigned rectifying',
  assign: 'assessed assigned rectifying',
  'approve-plan': 'assigned',
  start: 'assigned',
  'request-extension': 'assigned rectifying',
  'approve-extension': 'assigned rectifying',
  'refuse-extension': 'assigned rectifying',
  rectify: 'rectifying',
  verify: 'rectified',
  reject: 'rectified verified',
  close: 'verified',
  reopen: 'closed',
  supervise: 'found registered assessed assigned rectifying rectified verified',
  'end-supervision': 'found registered assessed assigned rectifying rectified verified',
  comment: 'found registered assessed assigned rectifying rectified verified closed',
}
const TO: Readonly<Partial<Record<HazardAction, HazardStatus>>> = {
  register: 'registered',
  assess: 'assessed',
  assign: 'assigned',
  start: 'rectifying',
  rectify: 'rectified',
  verify: 'verified',
  reject: 'rectifying',
  close: 'closed',
}
/** What an action needs to be there, beside its status. */
const READY: Readonly<Partial<Record<HazardAction, Partial<Hazard>>>> = {
  'approve-plan': { grade: 'major', plan: { text: 'Plan', by: 'Sun', approved: null } },
  'approve-extension': { extension: { until: NOW + 30 * DAY, reason: 'Late', by: 'Wang' } },
  'refuse-extension': { extension: { until: NOW + 30 * DAY, reason: 'Late', by: 'Wang' } },
  supervise: { grade: 'major' },
  'end-supervision': { supervised: { authority: 'City', by: 'Gu', since: NOW - DAY } },
}

describe.each(HAZARD_ACTIONS)('%s', (action) => {
  it.each(HAZARD_STATUSES)('of a hazard that is %s', (status) => {
    const given = standing(status, READY[action])
    if (!FROM[action].split(' ').includes(status)) {
      expect(code(given, input(action), acting())).toBe('HAZARD_TRANSITION_ILLEGAL')
      expect(actionsOf(given, acting())).not.toContain(action)
      return
    }
    expect(act(given, input(action), acting()).status).toBe(TO[action] ?? status)
    expect(actionsOf(given, acting())).toContain(action)
  })

  it.each(ROLES)('by a %s', (role) => {
    const [status = 'found'] = FROM[action].split(' ') as HazardStatus[]
    const isAllowed = ROLES.indexOf(role) >= ROLES.indexOf(HAZARD_ROLES[action])
    const found = code(standing(status, READY[action]), input(action), acting({ role, by: 'Wang' }))
    if (isAllowed) expect(found).not.toBe('HAZARD_ROLE_REQUIRED')
    else expect(found).toBe('HAZARD_ROLE_REQUIRED')
  })

  it.each(HAZARD_TRANSITIONS[action].needs.map((field) => [field]))('needs %s', (field) => {
    const [status = 'found'] = FROM[action].split(' ') as HazardStatus[]
    const { [field]: _, ...without } = input(action)
    expect(code(standing(status, READY[action]), without, acting())).toBe('HAZARD_INCOMPLETE')
  })

  it('takes nothing else', () => {
    const [status = 'found'] = FROM[action].split(' ') as HazardStatus[]
    const { needs, takes } = HAZARD_TRANSITIONS[action]
    const other = needs.includes('evidence') || takes.includes('evidence') ? 'authority' : 'evidence'
    expect(code(standing(status, READY[action]), input(action, { [other]: 'x' }), acting())).toBe(
      'REQUEST_INVALID',
    )
  })
})

describe('another person', () => {
  it.each<[HazardAction, string, Partial<Hazard>]>([
    ['verify', 'Wang', {}],
    ['verify', 'Ma', { rectified: { by: 'Ma', time: NOW } }],
    ['verify', ' ＷＡＮＧ'.trim(), {}],
    ['close', 'wang', {}],
    ['close', 'Ma', { rectified: { by: 'Ma', time: NOW } }],
    ['approve-plan', 'Sun', READY['approve-plan'] ?? {}],
    ['approve-plan', 'Wang', READY['approve-plan'] ?? {}],
    ['approve-extension', 'Wang', READY['approve-extension'] ?? {}],
    ['approve-extension', 'Qi', { extension: { until: NOW + 1, reason: '', by: 'Qi' } }],
    ['refuse-extension', 'Qi', { extension: { until: NOW + 1, reason: '', by: 'Qi' } }],
  ])('%s is refused to %s', (action, by, over) => {
    const [status = 'found'] = FROM[action].split(' ') as HazardStatus[]
    expect(code(standing(status, over), input(action), acting({ by }))).toBe('HAZARD_SAME_PERSON')
  })

  it.each<HazardAction>(['start', 'rectify', 'request-extension'])('%s is for whose it is', (action) => {
    const [status = 'found'] = FROM[action].split(' ') as HazardStatus[]
    const of = (by: string, role: Acting['role']) =>
      code(standing(status, { leader: 'Gu' }), input(action), acting({ by, role }))
    expect(of('Ma', 'operator')).toBe('HAZARD_NOT_YOURS')
    expect(of('wang', 'operator')).toBeUndefined()
    expect(of('Gu', 'operator')).toBeUndefined()
    expect(of('Ma', 'engineer')).toBeUndefined()
  })

  it('verifies a major hazard as an engineer', () => {
    const major = standing('rectified', { grade: 'major' })
    expect(code(major, input('verify'), acting({ role: 'operator' }))).toBe('HAZARD_ROLE_REQUIRED')
    expect(code(major, input('verify'), acting({ role: 'engineer' }))).toBeUndefined()
  })
})

describe('a major hazard', () => {
  const assessed = standing('assessed', { grade: 'major' })
  it('is assigned with a leader and a plan', () => {
    for (const missing of [{}, { leader: 'Gu' }, { plan: 'Shut down, change' }])
      expect(code(assessed, input('assign', missing), acting())).toBe('HAZARD_INCOMPLETE')
    const next = act(assessed, input('assign', { leader: 'Gu', plan: 'Shut down' }), acting({ by: 'Sun' }))
    expect(next.plan).toEqual({ text: 'Shut down', by: 'Sun', approved: null })
    expect(code(next, input('start'), acting())).toBe('HAZARD_PLAN_UNAPPROVED')
    const approved = act(next, input('approve-plan'), acting({ by: 'Qi' }))
    expect(act(approved, input('start'), acting()).status).toBe('rectifying')
    // Judged anew, what was approved is void.
    expect(act(approved, input('assess'), acting()).plan?.approved).toBeNull()
  })

  it.each<[string, Partial<Hazard>, Partial<HazardInput>, string]>([
    ['red risk', {}, { likelihood: 5, consequence: 4 }, 'red-risk'],
    ['a shutdown', {}, { needsShutdown: true }, 'shut'],
    ['a place and a source', { area: 'shed', source: 'out-of-service' }, {}, 'shed'],
  ])('is one by %s, whatever is put in', (_, over, what, rule) => {
    const next = act(standing('registered', over), input('assess', { ...what, grade: 'general' }), acting())
    expect(next).toMatchObject({ grade: 'major', majorBy: rule })
  })

  it('is not closed while the authority lists it', () => {
    const listed = standing('verified', {
      grade: 'major',
      supervised: { authority: 'City', by: 'Gu', since: 0 },
    })
    expect(code(listed, input('close'), acting())).toBe('HAZARD_SUPERVISED')
    expect(act(act(listed, input('end-supervision'), acting()), input('close'), acting()).status).toBe(
      'closed',
    )
  })
})

describe('time', () => {
  const assessed = standing('assessed')
  it.each([
    ['now', NOW, 'HAZARD_DEADLINE'],
    ['in the past', NOW - 1, 'HAZARD_DEADLINE'],
    ['in the next millisecond', NOW + 1, undefined],
    ['after the most that is given', NOW + 15 * DAY, undefined],
    ['beyond it', NOW + 15 * DAY + 1, 'HAZARD_DEADLINE'],
  ])('a deadline %s', (_, deadline, expected) => {
    expect(code(assessed, input('assign', { deadline }), acting())).toBe(expected)
  })

  it('is not won by assigning anew', () => {
    const first = act(assessed, input('assign', { deadline: NOW + 15 * DAY }), acting())
    const later = acting({ now: NOW + 10 * DAY })
    const again = act(
      act(first, input('assess'), later),
      input('assign', { deadline: NOW + 12 * DAY }),
      later,
    )
    expect(again.deadline).toBe(NOW + 12 * DAY)
    expect(code(again, input('assign', { deadline: NOW + 16 * DAY }), later)).toBe('HAZARD_DEADLINE')
  })

  it('is won by an extension that another approves', () => {
    const asked = act(standing('rectifying'), input('request-extension'), acting({ by: 'Wang' }))
    expect(code(asked, input('request-extension'), acting({ by: 'Wang' }))).toBe('HAZARD_TRANSITION_ILLEGAL')
    const given = act(asked, input('approve-extension'), acting({ by: 'Qi' }))
    expect(given).toMatchObject({ status: 'rectifying', deadline: NOW + 30 * DAY, extension: null })
    expect(act(asked, input('refuse-extension'), acting({ by: 'Qi' }))).toMatchObject({
      deadline: FIVE.deadline,
    })
    expect(code(asked, input('approve-extension'), acting({ by: 'Qi', now: NOW + 31 * DAY }))).toBe(
      'HAZARD_DEADLINE',
    )
    expect(code(standing('rectifying'), input('request-extension', { until: FIVE.deadline }), acting())).toBe(
      'HAZARD_DEADLINE',
    )
  })

  it('makes overdue what is not closed', () => {
    expect(isOverdue(standing('rectifying'), FIVE.deadline)).toBe(false)
    expect(isOverdue(standing('rectifying'), FIVE.deadline + 1)).toBe(true)
    expect(isOverdue(standing('closed'), FIVE.deadline + 1)).toBe(false)
    expect(isOverdue(standing('found'), FIVE.deadline + 1)).toBe(false)
  })
})

it('is not closed while its cause stands', () => {
  expect(code(standing('verified'), input('close'), acting({ isCauseStanding: true }))).toBe(
    'HAZARD_CAUSE_STANDS',
  )
})

it('is closed by no way but the whole one, whoever tries what', () => {
  const people = ['Li', 'Wang', 'Qi', 'Gu']
  const step = fc.record({
    action: fc.constantFrom(...HAZARD_ACTIONS),
    by: fc.constantFrom(...people),
    role: fc.constantFrom(...ROLES),
    wait: fc.integer({ min: 0, max: 3 * DAY }),
    score: fc.integer({ min: 1, max: 5 }),
    responsible: fc.constantFrom(...people),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      let now = NOW
      let current = hazard()
      const taken: HazardAction[] = []
      for (const { action, by, role, wait, score, responsible } of steps) {
        now += wait
        const what = input(action, {
          ...(action === 'assess' ? { likelihood: score, consequence: 5 } : {}),
          ...(action === 'assign' ? { responsible, deadline: now + DAY, leader: 'Gu', plan: 'Plan' } : {}),
        })
        let next: Hazard
        try {
          next = act(current, what, acting({ by, role, now }))
        } catch (error) {
          expect((error as { code: string }).code).toMatch(/^HAZARD_/)
          continue
        }
        taken.push(action)
        if (action === 'verify') expect([current.rectified?.by, current.responsible]).not.toContain(by)
        if (next.status === 'closed' && current.status !== 'closed') {
          expect([current.rectified?.by, current.responsible]).not.toContain(by)
          for (const needed of ['register', 'assess', 'assign', 'start', 'rectify', 'verify'] as const)
            expect(taken).toContain(needed)
          for (const item of ['measures', 'responsible', 'funds', 'deadline', 'contingency'] as const)
            expect(next[item]).not.toBeNull()
          if (next.grade === 'major') expect(next.plan?.approved).not.toBeNull()
        }
        current = next
      }
    }),
    { numRuns: 300 },
  )
})

it('the reference page is that of the table', () => {
  const page = readFileSync(
    new URL('../../../../docs/reference/hazard-lifecycle.md', import.meta.url),
    'utf8',
  )
  expect(page).toBe(hazardLifecyclePage())
})
