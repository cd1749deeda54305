import { describe, expect, it } from 'vitest'
import type { AlarmView } from '../../contracts/api.ts'
import { loadFacility, parseFacility } from '../../contracts/facility-load.ts'
import { cataloguePlan, cataloguePlanNames } from '../../contracts/register/plan-catalogue.ts'
import { plansFor, type TriggeringAlarm } from '../../contracts/register/plan-trigger.ts'
import { PLANT, problemsOf } from './plant-text.ts'
import { filesLike, ROOT } from './source-files.ts'

const linesOf = (end: string) => problemsOf(PLANT + end).lines.map((line) => line.replace(/^\d+:\d+ /, ''))

describe('the catalogue of emergency plans', () => {
  const names = cataloguePlanNames()

  it('has 25 plans, which docs/incidents.md lists', () => {
    expect(names).toHaveLength(25)
    const page = filesLike('docs/incidents.md').get('docs/incidents.md') ?? ''
    for (const name of names) expect(page).toContain(`| \`${name}\` | ${cataloguePlan(name).name} |`)
  })

  it.each(names)('%s is a checklist of five to eight steps, each its own', (name) => {
    const { steps, name: title } = cataloguePlan(name)
    expect(title?.length).toBeGreaterThan(4)
    expect(steps.length).toBeGreaterThanOrEqual(5)
    expect(steps.length).toBeLessThanOrEqual(8)
    expect(new Set(steps.map(({ id }) => id)).size).toBe(steps.length)
  })

  it('is sound in a facility file as it stands', () => {
    const uses = names.map((name) => `  - { use: ${name} }`).join('\n')
    const { plans } = parseFacility(`${PLANT}plans:\n${uses}\n`, 'x.yaml')
    expect([...plans.keys()]).toEqual(names)
  })
})

describe('plans of a facility file', () => {
  it('take from the catalogue what they do not say', () => {
    const { plans } = parseFacility(
      `${PLANT}plans:
  - { use: leak-chlorine }
  - { id: short, use: leak-chlorine, name: Short, steps: [{ id: out, text: Out, within: 1m }] }
`,
      'x.yaml',
    )
    expect(plans.get('leak-chlorine')).toMatchObject({ name: 'Leak of chlorine', kind: 'toxic' })
    expect(plans.get('short')).toEqual({
      id: 'short',
      name: 'Short',
      kind: 'toxic',
      triggers: plans.get('leak-chlorine')?.triggers,
      teams: [],
      stock: [],
      steps: [{ id: 'out', text: 'Out', withinMs: 60_000 }],
      contacts: [],
    })
  })

  it('change neither what gateways compare nor go unseen', () => {
    const [one, other] = ['', 'plans: [{ use: earthquake }]\n'].map((end) =>
      parseFacility(PLANT + end, 'x.yaml'),
    )
    expect(one?.digest).toBe(other?.digest)
    expect(one?.fingerprint).not.toBe(other?.fingerprint)
  })

  it.each([
    [
      'a plan that is not in the catalogue',
      'plans: [{ use: leak-clorine }]',
      ['plans[0].use: no plan "leak-clorine" in the catalogue, did you mean "leak-chlorine"?'],
    ],
    [
      'an id twice',
      'plans: [{ use: earthquake }, { use: earthquake }]',
      ['plans[1].id: "earthquake" is there twice'],
    ],
    ['no id', 'plans: [{ name: x }]', ['plans[0].id: required key "id" is missing']],
    [
      'an empty trigger',
      'plans: [{ id: a, triggers: [{}] }]',
      ['plans[0].triggers[0]: an empty trigger would hold of every alarm'],
    ],
    [
      'names that are not there',
      'plans: [{ id: a, teams: [x], stock: [y], triggers: [{ areas: [tank-fram] }, { sensors: [GT-9] }], steps: [{ id: s, text: t, by: comunity }] }]',
      [
        'plans[0].teams[0]: no team "x"',
        'plans[0].stock[0]: no stock item "y"',
        'plans[0].triggers[0].areas[0]: no area "tank-fram", did you mean "tank-farm"?',
        'plans[0].triggers[1].sensors[0]: no sensor "GT-9", did you mean "GT-1"?',
        'plans[0].steps[0].by: no team, duty or kind of team "comunity", did you mean "community"?',
      ],
    ],
    [
      'a step twice, and one without time',
      'plans: [{ id: a, steps: [{ id: s, text: t }, { id: s, text: u, within: 0s }] }]',
      ['plans[0].steps[1].id: "s" is there twice', 'plans[0].steps[1].within: 0s: expected 1s to 7d'],
    ],
    [
      'teams of nobody',
      'register: { teams: [{ id: a, kind: community, responders: [x], duty: y }, { id: a, kind: air }] }',
      [
        'register.teams[1].id: "a" is there twice',
        'register.teams[0].responders[0]: no responder "x"',
        'register.teams[0].duty: no duty "y"',
      ],
    ],
    [
      'a response that nobody can keep',
      'register: { response: { community: 1s, autoOpen: [{ match: { sensors: [X] }, plan: none }] } }',
      [
        'register.response.community: 1s: expected 1m to 1d',
        'register.response.autoOpen[0].match.sensors[0]: no sensor "X"',
        'register.response.autoOpen[0].plan: no plan "none"',
      ],
    ],
    [
      'a wrong key of the register beside a wrong name',
      'register: { stok: [], teams: [{ id: a, kind: ground, duty: y }] }',
      ['register.stok: unknown key "stok", did you mean "stock"?', 'register.teams[0].duty: no duty "y"'],
    ],
  ])('are refused for %s', (_, end, expected) => {
    expect(linesOf(`${end}\n`).sort()).toEqual([...expected].sort())
  })
})

describe('triggers', () => {
  const { plans } = parseFacility(
    `${PLANT}plans:
  - { id: a, triggers: [{ kinds: [gas], quantities: [Cl2, cl3], priorities: [high] }] }
  - { id: b, triggers: [{ areas: [tank-farm] }, { keys: [FAULT] }] }
  - { id: c }
`,
    'x.yaml',
  )
  const alarm: TriggeringAlarm = {
    id: 'GT-1.H',
    sensor: 'GT-1',
    area: 'shed',
    class: 'process',
    priority: 'high',
    lifeSafety: false,
    kind: 'gas',
    when: 'high',
    quantity: 'CL2',
  }
  it.each<[string, Partial<TriggeringAlarm>, string[]]>([
    ['all that is given', {}, ['a']],
    ['another quantity', { quantity: 'CH4' }, []],
    ['no quantity', { quantity: undefined }, []],
    ['another priority', { priority: 'low' }, []],
    ['one trigger of two', { area: 'tank-farm', kind: 'level' }, ['b']],
    ['a fault, whatever of', { id: 'GT-1.FAULT', when: 'fault', area: 'tank-farm' }, ['b']],
    ['a silent sensor that nobody names', { id: 'GT-1.S', when: 'stale', area: 'tank-farm' }, []],
  ])('look at %s', (_, change, expected) => {
    expect(
      plansFor(plans, { ...alarm, ...change } as TriggeringAlarm & AlarmView).map(({ id }) => id),
    ).toEqual(expected)
  })
})

it('the example plant has teams, stock and three plans of the catalogue', () => {
  const { register, plans } = loadFacility(`${ROOT}facility.example.yaml`)
  expect([...register.response.teams.values()].map(({ kind }) => kind)).toEqual([
    'community',
    'ground',
    'air',
  ])
  expect(register.response.stock.size).toBe(3)
  expect(plans.size).toBe(3)
})
