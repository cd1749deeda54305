import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { foundBy, plantOf } from './reviewed-plant.ts'

/** GB/T 50493-2019 as domain tables give it, mg/m3: which OEL stands for 100 %, and both levels. */
const TOXIC: [gas: string, basis: string, oel: number, level1: number, level2: number][] = [
  ['H2S', 'MAC', 10, 10, 20],
  ['CO', 'PC-TWA', 20, 20, 40],
  ['NO2', 'PC-TWA', 5, 5, 10],
  ['Cl2', 'MAC', 1, 1, 2],
  ['SO2', 'PC-TWA', 5, 5, 10],
  ['NH3', 'PC-TWA', 20, 20, 40],
  ['benzene', 'PC-TWA', 6, 6, 12],
  ['benzene', 'PC-STEL', 10, 10, 20],
  ['HCN', 'MAC', 1, 1, 2],
  ['HCl', 'MAC', 7.5, 7.5, 15],
  ['phosgene', 'MAC', 0.5, 0.5, 1],
  ['vinyl chloride', 'PC-TWA', 10, 10, 20],
  ['toluene', 'PC-TWA', 50, 50, 100],
  ['O3', 'MAC', 0.3, 0.3, 0.6],
]
/** IDLH, mg/m3, of gases that no detector measures down to the OEL: level 1 and 2 are 5 and 10 % of it. */
const IDLH: [gas: string, idlh: number, level1: number, level2: number][] = [
  ['phosgene', 8, 0.4, 0.8],
  ['HCN', 56, 2.8, 5.6],
  ['HCl', 150, 7.5, 15],
  ['NO2', 96, 4.8, 9.6],
]

const levels = (one: number, two: number, more = '') =>
  `alarms: { H: { when: high, limit: ${one}${more} }, HH: { when: high, limit: ${two}${more} } }`
const toxic = (unit: string, alarms: string) => plantOf(`kind: gas, quantity: gas, unit: ${unit}, ${alarms}`)
/** The next higher figure that a person could mean. */
const above = (value: number) => Number((value * 1.001).toPrecision(6))

describe('a toxic gas', () => {
  it.each(TOXIC)('%s: 100 and 200 %% of the %s', (_gas, basis, oel, one, two) => {
    const reason = `, rationalization: { oel: { basis: ${basis}, value: ${oel} } }`
    expect(foundBy('gas-toxic', toxic('mg/m3', levels(one, two, reason)))).toEqual([])
    expect(foundBy('gas-toxic', toxic('mg/m3', levels(above(one), two, reason)))).toEqual([
      `alarms.H.limit: ${above(one)} mg/m3 is above 100 % of the ${basis}, ${one} mg/m3: level 1`,
    ])
    expect(foundBy('gas-toxic', toxic('mg/m3', levels(one, above(two), reason)))).toEqual([
      `alarms.HH.limit: ${above(two)} mg/m3 is above 200 % of the ${basis}, ${two} mg/m3: level 2`,
    ])
  })

  it.each(IDLH)('%s by its IDLH of %d', (_gas, idlh, one, two) => {
    const reason = `, rationalization: { idlh: ${idlh} }`
    expect(foundBy('gas-toxic', toxic('mg/m3', levels(one, two, reason)))).toEqual([])
    expect(foundBy('gas-toxic', toxic('mg/m3', levels(above(one), above(two), reason)))).toEqual([
      `alarms.H.limit: ${above(one)} mg/m3 is above 5 % of the IDLH, ${one} mg/m3: level 1`,
      `alarms.HH.limit: ${above(two)} mg/m3 is above 10 % of the IDLH, ${two} mg/m3: level 2`,
    ])
  })

  it('in the unit of the sensor: 10 mg/m3 of H2S are 7.05 ppm at 20 degC', () => {
    const reason = ', rationalization: { oel: { basis: MAC, value: 7.05 } }'
    expect(foundBy('gas-toxic', toxic('ppm', levels(7.05, 14.1, reason)))).toEqual([])
    expect(foundBy('gas-toxic', toxic('ppm', levels(7.17, 14.1, reason)))).toHaveLength(1)
  })

  it('of which nobody says what 100 % is, cannot be checked, and that is said', () => {
    expect(foundBy('gas-toxic', toxic('ppm', levels(500, 900)))).toEqual([])
    expect(foundBy('gas-oel', toxic('ppm', levels(500, 900)))).toEqual([
      'alarms.H: no OEL is stated, so that 500 ppm cannot be checked',
      'alarms.HH: no OEL is stated, so that 900 ppm cannot be checked',
    ])
  })

  it('is held to its OEL whatever the figures', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 1_000, noNaN: true }),
        fc.double({ min: 0.1, max: 3, noNaN: true }),
        (oel, share) => {
          const reason = `, rationalization: { oel: { basis: MAC, value: ${oel} } }`
          const found = foundBy('gas-toxic', toxic('ppm', levels(oel * share, oel * share * 1.5, reason)))
          const isFirst = share > 1 + 1e-9
          const isSecond = share * 1.5 > 2 + 1e-9
          expect(found).toHaveLength(Number(isFirst) + Number(isSecond))
        },
      ),
      { numRuns: 50 },
    )
  })
})

describe('a combustible gas', () => {
  const lel = (alarms: string) => plantOf(`kind: gas, unit: "%LEL", ${alarms}`)
  const path = (alarms: string) => plantOf(`kind: gas, unit: LEL.m, ${alarms}`)

  it.each([
    ['both at their limits', lel(levels(25, 50)), []],
    ['level 1 too high', lel(levels(25.1, 50)), ['alarms.H.limit: 25.1 %LEL is above 25 %LEL: level 1']],
    ['level 2 too high', lel(levels(25, 60)), ['alarms.HH.limit: 60 %LEL is above 50 %LEL: level 2']],
    [
      'only a second level: it is the first that comes',
      lel('alarms: { HH: { when: high, limit: 50 } }'),
      ['alarms.HH.limit: 50 %LEL is above 25 %LEL: level 1'],
    ],
    [
      'a warning before H does not make a level 2 of it',
      lel('alarms: { W: { when: high, limit: 10 }, H: { when: high, limit: 30 } }'),
      ['alarms.H.limit: 30 %LEL is above 25 %LEL: level 1'],
    ],
    [
      'a third alarm is beyond the standard',
      lel(
        'alarms: { A: { when: high, limit: 25 }, B: { when: high, limit: 50 }, C: { when: high, limit: 90 } }',
      ),
      [],
    ],
    [
      'levels by limit, whatever the keys',
      lel('alarms: { B: { when: high, limit: 60 }, A: { when: high, limit: 20 } }'),
      ['alarms.B.limit: 60 %LEL is above 50 %LEL: level 2'],
    ],
  ])('%s', (_name, text, expected) => {
    expect(foundBy('gas-combustible', text)).toEqual(expected)
  })

  it('on an open path: 1 and 2 LEL.m', () => {
    expect(foundBy('gas-open-path', path(levels(1, 2)))).toEqual([])
    expect(foundBy('gas-open-path', path(levels(1.5, 3)))).toEqual([
      'alarms.H.limit: 1.5 LEL.m is above 1 LEL.m: level 1',
      'alarms.HH.limit: 3 LEL.m is above 2 LEL.m: level 2',
    ])
  })

  it('has two levels', () => {
    expect(foundBy('gas-levels', lel(levels(20, 40)))).toEqual([])
    expect(foundBy('gas-levels', lel('alarms: { H: { when: high, limit: 20 } }'))).toEqual([
      ': one high alarm, no second level',
    ])
    expect(foundBy('gas-levels', lel('valid: [0, 100]'))).toEqual([])
  })

  it('is only what a gas detector measures', () => {
    expect(foundBy('gas-combustible', plantOf(`kind: other, unit: "%LEL", ${levels(60, 90)}`))).toEqual([])
  })

  it('may be set otherwise where other law holds', () => {
    const text = plantOf(`kind: gas, unit: "%LEL", ${levels(60, 90)}`, {
      facility: 'id: plant, gasRule: none',
    })
    expect(foundBy('gas-combustible', text)).toEqual([])
    expect(foundBy('gas-combustible', text.replace('none', 'gb50493'))).toHaveLength(2)
  })
})

describe('oxygen', () => {
  const oxygen = (alarms: string, unit = '%vol') =>
    plantOf(`kind: gas, quantity: O2, unit: "${unit}", alarms: { ${alarms} }`)

  it.each([
    ['19.5 and 23.5', 'L: { when: low, limit: 19.5 }, H: { when: high, limit: 23.5 }', []],
    [
      'deficiency too late',
      'L: { when: low, limit: 19 }',
      ['alarms.L.limit: 19 %vol is below 19.5 %vol: oxygen deficiency'],
    ],
    [
      'enrichment too late',
      'H: { when: high, limit: 24 }',
      ['alarms.H.limit: 24 %vol is above 23.5 %vol: oxygen enrichment'],
    ],
    ['a second low alarm below', 'L: { when: low, limit: 19.5 }, LL: { when: low, limit: 17 }', []],
    [
      'LL alone: it is the first that comes',
      'LL: { when: low, limit: 17 }',
      ['alarms.LL.limit: 17 %vol is below 19.5 %vol: oxygen deficiency'],
    ],
  ])('%s', (_name, alarms, expected) => {
    expect(foundBy('gas-oxygen', oxygen(alarms))).toEqual(expected)
  })

  it('is no toxic gas without an OEL, and traces of it are no air', () => {
    expect(foundBy('gas-oel', oxygen('H: { when: high, limit: 23.5 }'))).toEqual([])
    expect(foundBy('gas-oel', oxygen('H: { when: high, limit: 100 }', 'ppm'))).toEqual([])
    expect(foundBy('gas-oxygen', oxygen('H: { when: high, limit: 100 }', 'ppm'))).toEqual([])
  })
})
