import { describe, expect, it } from 'vitest'
import { parseFacility } from '../../../contracts/facility-load.ts'
import { PLANT, problemsOf } from '../plant-text.ts'
import { findingsOf } from '../reviewed-plant.ts'

type Keys = Record<string, unknown>

const people = { overall: 'li', technical: 'wang', operations: 'zhao' }
const source = (keys: Keys = {}) => ({
  id: 'tanks',
  kind: 'storage',
  areas: ['north'],
  people500m: 60,
  substances: [{ cas: '7782-50-5', tonnes: 10 }],
  responsible: people,
  ...keys,
})
const plan = (keys: Keys = {}) => ({
  id: 'patrol',
  kind: 'patrol',
  every: '1h',
  source: 'tanks',
  by: 'operators',
  checklist: [{ id: 'leaks', text: 'No leaks' }],
  ...keys,
})

/** JSON is YAML. */
function text(sources: unknown[], inspections: unknown[]): string {
  return `${PLANT.replace('areas: [', 'areas: [ { id: north }, { id: south },')}responders: [ { id: li }, { id: wang }, { id: zhao } ]
roster: [ { id: operators, always: [ li ] } ]
register: ${JSON.stringify({ sources, inspections })}
`
}
const problems = (sources: unknown[], inspections: unknown[] = []) =>
  problemsOf(text(sources, inspections)).lines.map((line) => line.replace(/^\d+:\d+ /, ''))

describe('major-hazard sources', () => {
  it('are resolved with their people', () => {
    const { register } = parseFacility(
      text([source({ responsible: { ...people, appointed: '2025-03-01' } })], []),
      'x.yaml',
    )
    expect(register.sources).toEqual([
      { ...source(), name: 'tanks', responsible: people, appointed: '2025-03-01' },
    ])
  })

  it.each([
    [
      'an unknown area',
      { areas: ['nort'] },
      'register.sources[0].areas[0]: no area "nort", did you mean "north"?',
    ],
    [
      'an unknown responder',
      { responsible: { ...people, technical: 'wan' } },
      'register.sources[0].responsible.technical: no responder "wan", did you mean "wang"?',
    ],
    [
      'one person twice',
      { responsible: { ...people, technical: 'li' } },
      'register.sources[0].responsible: overall, technical and operations are three different people',
    ],
    [
      'a day that there is not',
      { responsible: { ...people, appointed: '2025-02-30' } },
      'register.sources[0].responsible.appointed: "2025-02-30" is no day of the calendar',
    ],
    [
      'a wrong check digit',
      { substances: [{ cas: '7782-50-4', tonnes: 10 }] },
      'register.sources[0].substances[0].cas: "7782-50-4" is no CAS number: its check digit is another',
    ],
    [
      'an unknown form',
      { substances: [{ cas: '6484-52-2', form: 'powder', tonnes: 10 }] },
      'register.sources[0].substances[0].form: no form "powder": expected combustible, pure, fertiliser',
    ],
    [
      'a form of what has none',
      { substances: [{ cas: '7782-50-5', form: 'liquid', tonnes: 10 }] },
      'register.sources[0].substances[0].form: the standard tells no forms of CAS 7782-50-5 apart',
    ],
  ])('%s', (_what, keys, message) => {
    expect(problems([source(keys)])).toEqual([message])
  })

  it('need a category for what is not listed', () => {
    const acid = { cas: '64-19-7', tonnes: 10 }
    expect(problems([source({ substances: [acid] })])[0]).toMatch(
      /^register\.sources\[0\]\.substances\[0\]\.cas: CAS 64-19-7 is not listed by itself: give its category, one of J1, J2/,
    )
    expect(
      parseFacility(text([source({ substances: [{ ...acid, category: 'W5.4' }] })], []), 'x').register
        .sources,
    ).toHaveLength(1)
  })

  it('are unique', () => {
    expect(problems([source(), source()])).toEqual(['register.sources[1].id: "tanks" is there twice'])
  })
})

describe('inspections', () => {
  it('are resolved with a grace of a tenth, at most a day, and the areas of the source', () => {
    const { register } = parseFacility(
      text(
        [source()],
        [
          plan(),
          plan({ id: 'weekly', every: '90d', by: 'technical' }),
          plan({ id: 'own', source: undefined, areas: ['south'], grace: '5m', by: 'engineer' }),
        ],
      ),
      'x.yaml',
    )
    expect(register.inspections).toMatchObject([
      {
        name: 'patrol',
        everyMs: 3_600_000,
        graceMs: 360_000,
        areas: ['north'],
        by: { kind: 'duty', id: 'operators' },
        checklist: [{ id: 'leaks', text: 'No leaks', mustPhoto: false }],
        hazardWhenMissed: 1,
      },
      { graceMs: 86_400_000, by: { kind: 'responsible', id: 'technical' } },
      { graceMs: 300_000, areas: ['south'], by: { kind: 'role', id: 'engineer' } },
    ])
  })

  it.each([
    [
      'an unknown source',
      { source: 'tank' },
      'register.inspections[0].source: no source "tank", did you mean "tanks"?',
    ],
    [
      'neither source nor areas',
      { source: undefined },
      'register.inspections[0]: an inspection is of a source or of areas: give one of the two',
    ],
    [
      'both',
      { areas: ['north'] },
      'register.inspections[0]: an inspection is of a source or of areas: give one of the two',
    ],
    [
      'an unknown duty',
      { by: 'operator s' },
      'register.inspections[0].by: no duty, role or responsible person "operator s", did you mean "operators"?',
    ],
    [
      'a viewer',
      { by: 'viewer' },
      'register.inspections[0].by: no duty, role or responsible person "viewer"',
    ],
    [
      'a responsible person of no source',
      { source: undefined, areas: ['north'], by: 'technical' },
      'register.inspections[0].by: "technical" is a responsible person of a source: give the source',
    ],
    ['too often', { every: '10s' }, 'register.inspections[0].every: 10s: expected 1m to 1100d'],
    ['a long grace', { grace: '2h' }, 'register.inspections[0].grace: 2h: longer than every, 1h'],
    [
      'an item twice',
      {
        checklist: [
          { id: 'a', text: 'A' },
          { id: 'a', text: 'B' },
        ],
      },
      'register.inspections[0].checklist[1].id: "a" is there twice',
    ],
    [
      'an item elsewhere',
      { checklist: [{ id: 'a', text: 'A', area: 'south' }] },
      'register.inspections[0].checklist[0].area: no area of this inspection "south"',
    ],
  ])('%s', (_what, keys, message) => {
    expect(problems([source()], [plan(keys)])).toEqual([message])
  })
})

describe('check', () => {
  const found = (sources: unknown[], inspections: unknown[]) =>
    findingsOf(text(sources, inspections))
      .filter(({ rule }) => /^(inspection|source)-/.test(rule))
      .map(({ level, rule, path, message }) => `${level} ${rule} ${path}: ${message}`)
  const every = (kind: string, interval: string) =>
    plan({ id: kind, kind, every: interval, by: kind === 'patrol' ? 'operators' : 'engineer' })
  const enough = [
    every('patrol', '1h'),
    every('operations', '7d'),
    every('technical', '92d'),
    every('company', '184d'),
  ]

  it('has nothing to say of what is often enough', () => {
    expect(found([source()], enough)).toEqual([])
  })

  it('refuses what the responsible people owe, and advises of the rest', () => {
    const plans = [
      every('patrol', '61m'),
      every('operations', '8d'),
      every('technical', '93d'),
      every('company', '185d'),
    ]
    expect(found([source()], plans)).toEqual([
      'advice inspection-seldom register.inspections[0].every: "patrol" is every 61m: of kind patrol it is due every 1h',
      'refusal inspection-owed register.inspections[1].every: "operations" is every 8d: of kind operations it is due every 7d',
      'refusal inspection-owed register.inspections[2].every: "technical" is every 93d: of kind technical it is due every 92d',
      'advice inspection-seldom register.inspections[3].every: "company" is every 185d: of kind company it is due every 184d',
    ])
    expect(found([source()], [...enough, every('other', '900d')])).toEqual([])
  })

  it('says what a source lacks, and that one is none', () => {
    expect(found([source({ substances: [{ cas: '7782-50-5', tonnes: 1 }] })], enough.slice(0, 2))).toEqual([
      'advice source-uninspected register.sources[0]: "tanks" has no inspection of kind technical, company',
      'advice source-small register.sources[0]: "tanks" is no major-hazard installation: S is 0.2',
    ])
  })
})
