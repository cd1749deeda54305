import fc from 'fast-check'
import { Compile } from 'typebox/compile'
import { describe, expect, test } from 'vitest'
import { RISK_SCALES, colourOf as serverColour } from '../../alerting/register/hazard/risk.ts'
import { HAZARD_TRANSITIONS, type HazardField } from '../../alerting/register/hazard/transitions.ts'
import { type HazardView, TransitionSchema } from '../../contracts/register/hazard-api.ts'
import {
  HAZARD_ACTIONS,
  HAZARD_GRADES,
  HAZARD_STATUSES,
  RISK_METHODS,
} from '../../contracts/register/words.ts'
import { bodyOf, firstDraft } from '../../dashboards/console/src/register/action-body.ts'
import { fieldsOf, offered } from '../../dashboards/console/src/register/action-fields.ts'
import { newDraft, newHazardOf, newProblems } from '../../dashboards/console/src/register/new-hazard.ts'
import { colourOf, FACTORS, SCALES, scoreOf } from '../../dashboards/console/src/register/risk-scale.ts'
import { nextOf } from '../../dashboards/console/src/register/status-next.ts'
import { FakeHazards, PLAN } from './fake-hazards.ts'
import { TIMEZONE } from './fake-plant.ts'

const NOW = Date.parse('2026-11-21T02:00:00Z')
const PLACE = { timezone: TIMEZONE, now: NOW }
const transition = Compile(TransitionSchema)

const register = new FakeHazards({ now: () => NOW, isActive: () => false, tell: () => undefined })
const hazardOf = (more: Partial<HazardView> = {}): HazardView => ({
  ...register.view(register.add({ title: 'Seal leaks' })),
  ...more,
})

/** A form that is filled in as it should be. */
const FILLED: Readonly<Record<string, string>> = {
  method: 'LS',
  likelihood: '4',
  consequence: '5',
  grade: 'major',
  kind: 'condition',
  area: 'tank-farm',
  needsShutdown: 'true',
  measures: 'Replace it.',
  responsible: 'chen.yu',
  funds: '12 000',
  deadline: '2026-12-01T10:00',
  contingency: 'Close XV-101.',
  leader: 'wu',
  plan: 'Drain, replace, test.',
  until: '2027-01-01T10:00',
  reason: 'The part is late.',
  evidence: 'Replaced.',
  authority: 'Bureau',
  comment: 'Seen.',
}

describe('forms of actions', () => {
  test.each(HAZARD_ACTIONS)(
    '%s: asks for what the server needs, and for nothing that it does not take',
    (action) => {
      const { needs, takes } = HAZARD_TRANSITIONS[action]
      for (const grade of HAZARD_GRADES) {
        const asked = new Set<string>(
          fieldsOf(action, { grade }).flatMap(({ name, input }) => (input === 'risk' ? FACTORS : [name])),
        )
        for (const name of needs) expect(asked, name).toContain(name)
        asked.delete('comment')
        expect([...asked].filter((name) => ![...needs, ...takes].includes(name as HazardField))).toEqual([])
      }
    },
  )

  test.each(HAZARD_ACTIONS)('%s: what is sent is what the API takes', (action) => {
    for (const grade of HAZARD_GRADES) {
      const hazard = hazardOf({ grade, version: 7 })
      const read = bodyOf(action, hazard, { draft: FILLED, by: { by: 'Li Wei' }, place: PLACE })
      if (!read.ok) throw new Error(JSON.stringify(read.problems))
      expect(transition.Check(read.body), JSON.stringify(read.body)).toBe(true)
      expect(read.body).toMatchObject({ action, version: 7, by: 'Li Wei' })
    }
  })

  test.each(HAZARD_ACTIONS)(
    '%s: every needed field that is empty is named, and nothing is sent',
    (action) => {
      const hazard = hazardOf({ grade: 'major' })
      const needed = fieldsOf(action, hazard).filter(({ isNeeded }) => isNeeded)
      const read = bodyOf(action, hazard, { draft: {}, by: {}, place: PLACE })
      expect(read.ok).toBe(needed.length === 0)
      if (!read.ok) expect(Object.keys(read.problems)).toEqual(needed.map(({ name }) => name))
    },
  )

  test('times are those of the plant, and lie ahead', () => {
    const draft = { ...FILLED, until: '2026-11-21T10:01' }
    const ask = (until: string) =>
      bodyOf('request-extension', hazardOf(), { draft: { ...draft, until }, by: {}, place: PLACE })
    expect(ask('2026-11-21T10:01')).toMatchObject({ ok: true, body: { until: '2026-11-21T10:01:00+08:00' } })
    expect(ask('2026-11-21T10:00')).toEqual({ ok: false, problems: { until: 'inPast' } })
    expect(ask('soon')).toEqual({ ok: false, problems: { until: 'notTime' } })
  })

  test.each([
    ['12 000', 12_000],
    ['12,000.5', 12_000.5],
    ['0', 0],
  ])('funds %s', (funds, value) => {
    const read = bodyOf('assign', hazardOf(), { draft: { ...FILLED, funds }, by: {}, place: PLACE })
    expect(read).toMatchObject({ ok: true, body: { funds: value } })
  })
  test.each(['-1', 'much', '1e999'])('funds %s are none', (funds) => {
    const read = bodyOf('assign', hazardOf(), { draft: { ...FILLED, funds }, by: {}, place: PLACE })
    expect(read).toEqual({ ok: false, problems: { funds: 'notNumber' } })
  })

  test('LS sends no exposure, LEC does', () => {
    const draft = { ...FILLED, exposure: '6', likelihood: '3', consequence: '7' }
    const assess = (method: string, more = {}) =>
      bodyOf('assess', hazardOf(), { draft: { ...draft, ...more, method }, by: {}, place: PLACE })
    expect(assess('LEC')).toMatchObject({ ok: true, body: { likelihood: 3, exposure: 6, consequence: 7 } })
    const ls = assess('LS', { consequence: '5' })
    expect(ls.ok && 'exposure' in ls.body).toBe(false)
    expect(assess('LS')).toEqual({ ok: false, problems: { likelihood: 'missing' } })
  })

  test('a form begins with how the hazard stands, and the deadline that is offered', () => {
    const given = { method: 'LS' as const, deadlineMs: PLAN.deadlineMs.general, ...PLACE }
    const fresh = firstDraft('assign', hazardOf(), given)
    expect(fresh).toEqual({
      measures: '',
      responsible: '',
      funds: '',
      deadline: '2026-12-06T10:00',
      contingency: '',
    })
    const again = hazardOf({ measures: 'Weld.', funds: 3, deadline: '2026-12-24T08:00:00+08:00' })
    expect(firstDraft('assign', again, given)).toMatchObject({
      measures: 'Weld.',
      funds: '3',
      deadline: '2026-12-24T08:00',
    })
  })
})

describe('what is offered', () => {
  test('what brings the hazard on comes first, and nothing is left out', () => {
    const anyHazard = fc.record({
      status: fc.constantFrom(...HAZARD_STATUSES),
      grade: fc.constantFrom(...HAZARD_GRADES),
      plan: fc.constantFrom(null, { text: '', by: 'wu', approved: null }),
      extension: fc.constantFrom(null, { until: '', reason: '', by: 'wu' }),
      actions: fc.uniqueArray(fc.constantFrom(...HAZARD_ACTIONS)),
    })
    fc.assert(
      fc.property(anyHazard, (hazard) => {
        const { actions, leads } = offered(hazard)
        expect([...actions].sort()).toEqual([...hazard.actions].sort())
        if (leads) expect([nextOf(hazard), nextOf({ ...hazard, extension: null })]).toContain(actions[0])
      }),
    )
  })

  test.each(HAZARD_STATUSES)('what comes next from %s is possible there', (status) => {
    expect(HAZARD_TRANSITIONS[nextOf(hazardOf({ status }))].from).toContain(status)
  })

  test('a plan, and a request for more time, are settled first', () => {
    const plan = { text: 'Drain.', by: 'wu', approved: null }
    expect(nextOf(hazardOf({ status: 'assigned', grade: 'major', plan }))).toBe('approve-plan')
    const extension = { until: '2027-01-01T00:00:00+08:00', reason: 'Late.', by: 'wu' }
    expect(nextOf(hazardOf({ status: 'rectifying', extension }))).toBe('approve-extension')
  })
})

describe('risk', () => {
  test('scales and colours are those of the server', () => {
    expect(SCALES).toEqual(RISK_SCALES)
    fc.assert(
      fc.property(
        fc.constantFrom(...RISK_METHODS),
        fc.double({ min: 0, max: 10_000, noNaN: true }),
        (method, score) => {
          expect(colourOf(score, PLAN.risk.bands[method])).toBe(serverColour(score, PLAN.risk.bands[method]))
        },
      ),
    )
  })

  test.each([
    ['LS', { likelihood: '4', consequence: '5' }, 20],
    ['LEC', { likelihood: '0.1', exposure: '6', consequence: '7' }, 4.2],
    ['LEC', { likelihood: '3', consequence: '7' }, undefined],
    ['LS', { likelihood: '6', consequence: '1' }, undefined],
    ['LS', { likelihood: '', consequence: '1' }, undefined],
  ] as const)('%s %o: %s', (method, given, score) => {
    expect(scoreOf(method, given)).toBe(score)
  })
})

describe('a new hazard', () => {
  test('an address fills the form, and says nothing that the API does not know', () => {
    const query = { alarm: 'GT-101.H', area: 'tank-farm', title: 'Methane', kind: 'magic', grade: 'major' }
    const draft = newDraft(query, 'demo-plant')
    expect(newProblems(draft)).toEqual({ description: 'descriptionMissing' })
    expect(newHazardOf({ ...draft, description: ' It smells. ' }, { by: 'Li Wei' })).toEqual({
      facility: 'demo-plant',
      area: 'tank-farm',
      alarm: 'GT-101.H',
      title: 'Methane',
      description: 'It smells.',
      kind: 'condition',
      grade: 'major',
      by: 'Li Wei',
    })
  })
})
