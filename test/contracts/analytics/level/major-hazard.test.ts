import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { computationOf } from '../../../../contracts/analytics/derived.ts'
import type { TankFile } from '../../../../contracts/analytics/level/tank-schema.ts'
import { parseFacility } from '../../../../contracts/facility-load.ts'
import { PLANT } from '../../plant-text.ts'
import {
  type Derived,
  derive,
  refusalsOf,
  restartEqualsNoRestart,
  run,
  type Sample,
  START,
  sensors,
  shiftInvariant,
  splitInvariant,
  stepsOf,
} from '../steps.ts'
import { tankFile } from './tanks.ts'

const { cases } = JSON.parse(
  readFileSync(new URL('../../../vectors/gb18218.json', import.meta.url), 'utf8'),
) as {
  cases: {
    substances: { cas: string; tonnes: number }[]
    people: number
    R: number
    S?: number
    grade: number
  }[]
}
const GRID = { from: START, everyMs: 1_000, count: 5 }
const tankOf = (cas: string, index: number): TankFile =>
  tankFile({
    id: `T-${index}`,
    shape: { kind: 'sphere', diameter: 30 },
    substance: { cas, density: 700, beta: 0, referenceTemperature: 15 },
  })
const known = (count: number) =>
  sensors(
    Object.fromEntries(
      Array.from({ length: count }, (_, at) => [
        `M-${at}`,
        { kind: 'level', unit: 't', tank: `T-${at}` } as const,
      ]),
    ),
  )
const placesOf = (cas: readonly string[], people500m: number) => ({
  tanks: cas.map(tankOf),
  sources: [{ areas: ['tank-farm'], people500m }],
})
const R: Derived = { of: ['M-0', 'M-1'], compute: 'major-hazard' }
const CAS = ['7782-50-5', '68476-85-7']

describe('R of what is there now', () => {
  it.each(cases)('$substances, $people people', ({ substances, people, R: expected, S, grade }) => {
    const of = substances.map((_, at) => `M-${at}`)
    const places = placesOf(
      substances.map(({ cas }) => cas),
      people,
    )
    const { computation, unit } = derive({ of, compute: 'major-hazard' }, known(of.length), places)
    const running = computation.start()
    const inputs = substances.map(({ tonnes }): Sample[] => [{ time: START, value: tonnes }])
    const results = stepsOf(inputs, GRID).map((step) => running.step(step))
    expect(unit).toBe('1')
    expect(results.at(-1)).toMatchObject({ quality: 'good', coverage: 1 })
    expect(results.at(-1)?.value).toBeCloseTo(expected, 6)
    expect(running.describe?.()).toMatchObject({ basis: 'current', grade, substances, ...(S && { S }) })
  })

  it('needs most of the inventories, and is uncertain without one', () => {
    const { computation } = derive(R, known(2), placesOf(CAS, 120))
    const inputs: Sample[][] = [[{ time: START, value: 10 }], [{ time: START }]]
    expect(run(computation, stepsOf(inputs, GRID)).at(-1)).toEqual({
      quality: 'bad',
      reason: 'inputs',
      coverage: 0.5,
      // What is missing can only add to it. Chlorine alone: 2 x 4 x 10 / 5.
      atLeast: 16,
    })
    const none: Sample[][] = [[{ time: START }], [{ time: START }]]
    expect(run(computation, stepsOf(none, GRID)).at(-1)).toEqual({
      quality: 'bad',
      reason: 'inputs',
      coverage: 0,
    })
    const lax = derive({ ...R, minCoverage: 0.5 }, known(2), placesOf(CAS, 120)).computation
    expect(run(lax, stepsOf(inputs, GRID)).at(-1)).toEqual({
      value: 16,
      quality: 'uncertain',
      reason: 'imprecise',
      coverage: 0.5,
    })
  })

  it('does not care when it is, nor about a restart', () => {
    const { computation } = derive(R, known(2), placesOf(CAS, 120))
    const inputs: Sample[][] = [
      [
        { time: START, value: 10 },
        { time: START + 2_500, value: 11, quality: 'uncertain' },
      ],
      [{ time: START, value: 3 }],
    ]
    restartEqualsNoRestart(computation, stepsOf(inputs, GRID))
    shiftInvariant(computation, inputs, GRID, 99)
    splitInvariant(computation, inputs, GRID, [1_500, 3_500])
  })
})

it('refuses what has no people, no tonnes, no tank or no rule', () => {
  const refusals = (derived: Derived, places: Parameters<typeof refusalsOf>[2], more = known(2)) =>
    refusalsOf(derived, more, places)
  expect(refusals(R, { tanks: CAS.map(tankOf), sources: [] })).toEqual([
    'of: area "tank-farm" is in no source of the register, so that nobody knows who is near it',
  ])
  expect(refusals(R, { tanks: [], sources: placesOf([], 1).sources })).toEqual([
    'of: M-0 has no tank with a substance',
    'of: M-1 has no tank with a substance',
  ])
  expect(refusals(R, placesOf(['7732-18-5', CAS[0] ?? ''], 1))).toEqual([
    'of: 7732-18-5 of M-0 is not listed in GB 18218 and has no category',
  ])
  const oneTank = sensors({
    'M-0': { kind: 'level', unit: 't', tank: 'T-0' },
    'M-1': { kind: 'level', unit: 't', tank: 'T-0' },
  })
  expect(refusals(R, placesOf(CAS, 1), oneTank)).toEqual([
    'of: M-1 is of tank "T-0", as M-0 is: it would count twice',
  ])
  expect(refusals({ ...R, of: 'GT' }, placesOf(CAS, 1), sensors({ GT: {} }))).toEqual([
    'of: GT in %LEL is no inventory',
  ])
})

const FARM = `${PLANT.replace('- { id: GT-2', '- { id: LT-1, kind: level, unit: m, register: { address: 6 } }\n              - { id: GT-2')}responders: [ { id: a }, { id: b }, { id: c } ]
register:
  sources:
    - { id: farm, kind: storage, areas: [tank-farm], people500m: 60, responsible: { overall: a, technical: b, operations: c },
        substances: [ { cas: 7664-41-7, tonnes: 80 } ] }
tanks:
  - { id: T-1, shape: { kind: sphere, diameter: 6 }, substance: { cas: 7664-41-7, density: 618 } }
derived:
  - { id: M-1, of: LT-1, compute: inventory, tank: T-1 }
  - { id: R-1, of: M-1, compute: major-hazard }
`

it.each([
  ['first', [120, 10]],
  ['last', [10, 120]],
])('goes by the most people where two sources share an area, whichever comes %s', (_, people) => {
  const sources = people.map((people500m) => ({ areas: ['tank-farm'], people500m }))
  const { computation } = derive({ ...R, of: 'M-0' }, known(1), { tanks: CAS.map(tankOf), sources })
  // 2 x 4 x 10 / 5, and not 1 x.
  expect(run(computation, stepsOf([[{ time: START, value: 10 }]], GRID)).at(-1)?.value).toBe(16)
})

it('goes by the tank of each inventory of a facility file', () => {
  const facility = parseFacility(FARM, 'plant.yaml')
  const [inventory, hazard] = facility.derived
  if (inventory === undefined || hazard === undefined) return expect.unreachable()
  expect(hazard.inputs).toMatchObject([{ id: 'M-1', unit: 't', tank: 'T-1' }])
  const weigh = computationOf(inventory).start()
  const level = stepsOf([[{ time: START, value: 3 }]], GRID)[0]
  const tonnes = level && weigh.step(level).value
  // Half a sphere of 6 m: 56.5 m3.
  expect(tonnes).toBeCloseTo(0.618 * (2 / 3) * Math.PI * 27, 6)
  const [step] = stepsOf([[{ time: START, value: tonnes ?? 0 }]], GRID)
  expect(step && computationOf(hazard).start().step(step).value).toBeCloseTo(
    (1.5 * 2 * (tonnes ?? 0)) / 10,
    6,
  )
})

it('counts a tank in the area that it stands in, wherever its gauge is wired to', () => {
  const docked = FARM.replace('areas: [tank-farm]', 'areas: [dock]')
    .replace('{ id: T-1, shape', '{ id: T-1, area: dock, shape')
    .replace('areas: [ { id: tank-farm', 'areas: [ { id: dock }, { id: tank-farm')
  const { derived } = parseFacility(docked, 'plant.yaml')
  expect(derived.map(({ area }) => area)).toEqual(['dock', 'dock'])
  expect(() => parseFacility(docked.replace('area: dock,', 'area: dok,'), 'plant.yaml')).toThrow(
    /tanks\[0\]\.area: no area "dok", did you mean "dock"\?/,
  )
  const lost = docked.replace('compute: major-hazard', 'compute: major-hazard, area: yard')
  expect(() => parseFacility(lost, 'plant.yaml')).toThrow(/derived\[1\]\.area: no area "yard"/)
})

it('a tank that was measured anew is another', () => {
  const printsOf = (text: string) => parseFacility(text, 'plant.yaml').derived.map(({ print }) => print)
  const wider = printsOf(FARM.replace('diameter: 6', 'diameter: 6.01'))
  expect(printsOf(FARM)).toEqual(printsOf(FARM))
  expect(printsOf(FARM).map((print, at) => print === wider[at])).toEqual([false, false])
})
