import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { readFacility } from '../../contracts/facility-load.ts'
import { RULES } from '../../contracts/review/review.ts'
import { PLANT } from './plant-text.ts'
import { findingsOf, foundBy, plantOf } from './reviewed-plant.ts'

const level = (alarms: string, more = 'range: [0, 12]') =>
  plantOf(`kind: level, unit: m, ${more}, alarms: { ${alarms} }`)
const flow = (alarm: string, options?: { poll: string }) =>
  plantOf(
    `kind: flow, unit: m3/h, range: [0, 100], alarms: { H: { when: high, limit: 50, ${alarm} } }`,
    options,
  )
const reasoned = (reason: string, alarm = 'priority: medium') =>
  flow(`${alarm}, rationalization: { ${reason} }`)
const COMPLETE =
  'action: a, causes: [ c ], consequence: c, confirmation: c, respondWithin: 5m, severity: { people: major }, basis: b, references: [ r ], owner: o'
const APPROVED = 'status: approved, approvedBy: a, approvedAt: 2026-11-21, revision: 1'

/** Each rule: a text in which it finds something, what, and one in which it finds nothing. */
const CASES: [rule: string, wrong: string, found: string[], right: string][] = [
  [
    'limit-order',
    level('H: { when: high, limit: 10 }, HH: { when: high, limit: 9 }'),
    ['alarms.HH.limit: HH at 9 does not come after H at 10'],
    level('H: { when: high, limit: 9 }, HH: { when: high, limit: 10 }'),
  ],
  [
    'limit-order',
    level('L: { when: low, limit: 2 }, LL: { when: low, limit: 2 }'),
    ['alarms.LL.limit: LL at 2 does not come after L at 2'],
    level('L: { when: low, limit: 2 }, LL: { when: low, limit: 1 }'),
  ],
  [
    'limit-order',
    level('L: { when: low, limit: 8 }, H: { when: high, limit: 5 }'),
    ['alarms.L.limit: low at 8 and high at 5 (H): one of them always stands'],
    level('L: { when: low, limit: 5 }, H: { when: high, limit: 8 }'),
  ],
  [
    'limit-span',
    level('H: { when: high, limit: 13 }, L: { when: low, limit: -1 }'),
    ['alarms.H.limit: 13 lies outside of range [0, 12]', 'alarms.L.limit: -1 lies outside of range [0, 12]'],
    level('H: { when: high, limit: 12 }, L: { when: low, limit: 0 }'),
  ],
  [
    'limit-span',
    level('H: { when: high, limit: 12 }', 'range: [0, 12], valid: [0, 11]'),
    ['alarms.H.limit: 12 lies outside of valid [0, 11]'],
    level('H: { when: high, limit: 12 }', 'quantity: q'),
  ],
  [
    'deadband-gap',
    level('H: { when: high, limit: 10 }, HH: { when: high, limit: 10.5, deadband: 0.6 }'),
    ['alarms.HH.deadband: 0.6 is wider than the gap of 0.5 to H at 10'],
    level('H: { when: high, limit: 10 }, HH: { when: high, limit: 10.5, deadband: 0.5 }'),
  ],
  [
    'deadband-gap',
    level('L: { when: low, limit: 2 }, LL: { when: low, limit: 1.9, deadband: 0.2 }'),
    ['alarms.LL.deadband: 0.2 is wider than the gap of 0.1 to L at 2'],
    level('L: { when: low, limit: 2 }, LL: { when: low, limit: 1.9, deadband: 0.1 }'),
  ],
  [
    'deadband-gap',
    level('L: { when: low, limit: 2 }, H: { when: high, limit: 4, deadband: 3 }'),
    ['alarms.H.deadband: 3 is wider than the gap of 2 to L at 2'],
    level('L: { when: low, limit: 2 }, H: { when: high, limit: 4, deadband: 2 }'),
  ],
  [
    'deadband-gap',
    level('H: { when: high, limit: 4, deadband: 4.5 }'),
    ['alarms.H.deadband: 4.5 reaches beyond the range: it would never return'],
    level('H: { when: high, limit: 4, deadband: 4 }'),
  ],
  [
    'delay-response',
    reasoned('respondWithin: 5m', 'onDelay: 6m'),
    ['alarms.H.onDelay: 6m is longer than the time to respond, 5m'],
    reasoned('respondWithin: 5m', 'onDelay: 5m, offDelay: 6m'),
  ],
  [
    'delay-share',
    reasoned('respondWithin: 4m', 'onDelay: 61s'),
    ['alarms.H.onDelay: 61s takes much of the time to respond, 4m'],
    reasoned('respondWithin: 4m', 'onDelay: 60s'),
  ],
  [
    'delay-polls',
    flow('onDelay: 3s, offDelay: 1s', { poll: '2s' }),
    ['alarms.H.onDelay: 3s is less than 2 polls of 2s', 'alarms.H.offDelay: 1s is less than 2 polls of 2s'],
    flow('onDelay: 4s, offDelay: 0s', { poll: '2s' }),
  ],
  [
    'respond-late',
    reasoned('respondWithin: 31m'),
    ['alarms.H.rationalization.respondWithin: 31m leaves so much time that it is probably no alarm'],
    reasoned('respondWithin: 30m'),
  ],
  [
    'priority-grid',
    reasoned('respondWithin: 5m, severity: { people: severe, assets: minor }'),
    ['alarms.H.priority: priority medium, and the grid says high: severe within 5m'],
    reasoned('respondWithin: 5m, severity: { people: severe }', 'priority: high'),
  ],
  [
    'priority-grid',
    reasoned('respondWithin: 5m, severity: { people: none }'),
    ['alarms.H.rationalization.severity: nothing happens: no alarm is needed'],
    reasoned('respondWithin: 5m, severity: {}'),
  ],
  ['record-missing', flow('deadband: 1'), ['alarms.H: no rationalization'], reasoned('owner: o')],
  [
    'record-incomplete',
    reasoned('action: a, respondWithin: 5m, severity: { people: major }, basis: b, owner: o'),
    ['alarms.H.rationalization: says no causes, consequence, confirmation, references'],
    reasoned(COMPLETE),
  ],
  [
    'record-incomplete',
    reasoned(COMPLETE, 'class: safety'),
    ['alarms.H.rationalization: says no testInterval'],
    reasoned(`${COMPLETE}, testInterval: 90d`, 'class: safety'),
  ],
  [
    'record-approval',
    reasoned(COMPLETE),
    ['alarms.H.rationalization: is a candidate: nobody has approved it'],
    reasoned(`${COMPLETE}, ${APPROVED}`),
  ],
  [
    'record-approval',
    reasoned('status: approved, approvedBy: a'),
    ['alarms.H.rationalization: is approved without approvedAt, revision'],
    reasoned(APPROVED),
  ],
  [
    'start-deadband',
    flow('deadband: 0.4'),
    ['alarms.H.deadband: a deadband of 0.4 m3/h, and one starts at about 5 m3/h'],
    flow('deadband: 0.5'),
  ],
  [
    'start-deadband',
    plantOf('kind: gas, unit: "%LEL", alarms: { H: { when: high, limit: 20, deadband: 11 } }'),
    ['alarms.H.deadband: a deadband of 11 %LEL, and one starts at about 1 %LEL'],
    plantOf('kind: gas, unit: "%LEL", alarms: { H: { when: high, limit: 20, deadband: 1 } }'),
  ],
  [
    'start-delay',
    flow('onDelay: 1s'),
    ['alarms.H: delays of 1s and 0s, and one starts at 15s'],
    flow('onDelay: 1s, offDelay: 2s'),
  ],
  [
    'start-delay',
    level('HH: { when: high, limit: 10, onDelay: 60s }'),
    ['alarms.HH.onDelay: 60s is longer than 2s'],
    level('HH: { when: high, limit: 10, onDelay: 2s }'),
  ],
  [
    'start-delay',
    plantOf('kind: gas, unit: "%LEL", alarms: { H: { when: high, limit: 20, onDelay: 30s } }'),
    ['alarms.H.onDelay: 30s is longer than 10s'],
    plantOf('kind: gas, unit: "%LEL", alarms: { H: { when: high, limit: 20, onDelay: 3s } }'),
  ],
  [
    'start-latching',
    plantOf(
      'kind: seismic, unit: Gal, alarms: { H: { when: high, limit: 25 }, HH: { when: high, limit: 49 } }',
    ),
    ['alarms.HH: the second level does not latch'],
    plantOf(
      'kind: seismic, unit: Gal, alarms: { H: { when: high, limit: 25 }, HH: { when: high, limit: 49, latching: true } }',
    ),
  ],
]

describe('a rule about alarms', () => {
  it.each(CASES)('%s', (rule, wrong, found, right) => {
    expect(foundBy(rule, wrong)).toEqual(found)
    expect(foundBy(rule, right)).toEqual([])
  })

  it('has a case here, a gas case, or is about the whole', () => {
    const told = new Set(CASES.map(([rule]) => rule))
    const others = RULES.map(({ id }) => id).filter((id) => !told.has(id))
    expect(others.filter((id) => !id.startsWith('gas-'))).toEqual([
      'priority-shares',
      'roster-hole',
      'policy-none',
      'inspection-owed',
      'inspection-seldom',
      'source-uninspected',
      'source-small',
      'tank-spacing',
      'tank-response',
      'tank-set-point',
    ])
    expect(new Set(RULES.map(({ id }) => id)).size).toBe(RULES.length)
  })

  it('leaves alone FAULT, retired sensors and a sensor without alarms', () => {
    const bad = 'alarms: { H: { when: high, limit: 90 }, FAULT: { when: fault, priority: low } }'
    expect(findingsOf(plantOf(`kind: gas, unit: "%LEL", retired: true, ${bad}`))).toEqual([])
    expect(foundBy('record-missing', plantOf(`kind: gas, unit: "%LEL", ${bad}`))).toEqual([
      'alarms.H: no rationalization',
    ])
    expect(findingsOf(plantOf('kind: flow, unit: m3/h'))).toEqual([])
  })
})

describe('shares of priorities', () => {
  const many = (priorities: readonly string[]) =>
    plantOf(
      `kind: flow, unit: m3/h, alarms: { ${priorities.map((p, i) => `A${i}: { when: high, limit: ${i}, priority: ${p} }`).join(', ')} }`,
    )
  const list = (...counts: [string, number][]) => counts.flatMap(([word, count]) => Array(count).fill(word))

  it.each([
    [list(['critical', 1], ['high', 3], ['low', 16]), []],
    [list(['critical', 2], ['low', 18]), ['10 % of 20 alarms are critical']],
    [list(['high', 5], ['low', 15]), ['25 % of 20 alarms are high or critical']],
    [list(['critical', 19]), []],
  ])('%j', (priorities, expected) => {
    const found = findingsOf(many(priorities)).filter(({ rule }) => rule === 'priority-shares')
    expect(found.map(({ message }) => message)).toEqual(expected)
  })
})

describe('where a finding stands', () => {
  const SENSORS = `              - { id: GT-3, use: lel, register: { address: 4 }, alarms: { H: { deadband: 1 } } }
              - { id: GT-4, use: lel, register: { address: 6 }, alarms: { H: { limit: 40 } } }
foreign: [ { id: f, topic: t, payload: text, sensors: [ { id: F-1, use: lel } ] } ]
`
  const text = PLANT.replace('limit: 20', 'limit: 30') + SENSORS

  it('is the line of the limit: once in the template for all that have it from there, or at the sensor', () => {
    const found = findingsOf(text).filter(({ rule }) => rule === 'gas-combustible')
    const { remedy: _, ...first } = found[0] ?? { remedy: '' }
    expect(first).toEqual({
      file: 'x.yaml',
      line: 4,
      column: 79,
      path: 'templates.lel.alarms.H.limit',
      message: '30 %LEL is above 25 %LEL: level 1',
      rule: 'gas-combustible',
      level: 'refusal',
      clause: 'GB/T 50493-2019 5.5.2',
      sensors: 3,
    })
    expect(found.slice(1)).toMatchObject([
      { line: 21, path: 'gateways[0].buses[0].devices[0].sensors[3].alarms.H.limit', sensors: 1 },
    ])
  })
})

describe('the example', () => {
  it('is refused nothing, and says of every alarm why it is one', () => {
    const example = readFacility(fileURLToPath(new URL('../../facility.example.yaml', import.meta.url)))
    expect(example.facility.refusals).toEqual([])
    // A plant of nothing but gas, tanks and earthquakes has more that is urgent than a whole one.
    expect(example.review(['advice']).map(({ rule }) => rule)).toEqual(['priority-shares', 'priority-shares'])
    const alarms = [...example.facility.sensors.values()].flatMap((sensor) => sensor.alarms)
    const unsaid = alarms.filter(
      ({ key, rationalization }) => key !== 'FAULT' && rationalization?.action === undefined,
    )
    expect(unsaid).toEqual([])
  })
})
