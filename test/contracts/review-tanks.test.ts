import { mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readFacility } from '../../contracts/facility-load.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { PLANT, plantWith } from './plant-text.ts'
import { findingsOf } from './reviewed-plant.ts'

const plantOf = (keys: string, shape = '{ kind: vertical-cylinder, diameter: 20, height: 12 }') =>
  `${PLANT}tanks:\n  - { id: T-1, shape: ${shape}, ${keys} }\n`
const foundIn = (text: string) =>
  findingsOf(text)
    .filter(({ rule }) => rule.startsWith('tank-'))
    .map(({ rule, level, path, message }) => `${level} ${rule} ${path}: ${message}`)

// 20 m and 500 m3/h: five minutes are 0.133 m, the 15 of category 3 0.398 m.
describe('levels of concern', () => {
  it.each<[name: string, keys: string, found: string[]]>([
    ['far enough apart', 'levels: { CH: 11.5, HH: 11.1, MW: 10.9 }, maxFlow: 500, category: 3', []],
    ['of a tank of which little is known', 'levels: { CH: 11.5, HH: 11.42 }', []],
    [
      'nearer than 75 mm',
      'levels: { CH: 11.5, HH: 11.43 }',
      ['advice tank-spacing tanks[0].levels.HH: HH at 11.43 m is too near to CH at 11.5 m: 11.425 m at most'],
    ],
    [
      'nearer than five minutes',
      'levels: { CH: 11.5, HH: 11.1, MW: 10.98 }, maxFlow: 500',
      ['advice tank-spacing tanks[0].levels.MW: MW at 10.98 m is too near to HH at 11.1 m: 10.967 m at most'],
    ],
    [
      'without time to respond',
      'levels: { CH: 11.5, HH: 11.11 }, maxFlow: 500, category: 3',
      [
        'advice tank-response tanks[0].levels.HH: HH at 11.11 m leaves less than the 15 minutes of the response until CH at 11.5 m: 11.102 m at most',
      ],
    ],
    [
      'without the time that a person gave',
      'levels: { CH: 11.5, HH: 10.8 }, maxFlow: 500, category: 3, response: 30m',
      [
        'advice tank-response tanks[0].levels.HH: HH at 10.8 m leaves less than the 30 minutes of the response until CH at 11.5 m: 10.704 m at most',
      ],
    ],
  ])('%s', (_, keys, found) => {
    expect(foundIn(plantOf(keys))).toEqual(found)
  })

  it('are spaced by the strapping table, which stands beside the facility file', () => {
    const folder = mkdtempSync(join(temporaryFolder(), 'plant-'))
    const file = join(folder, 'plant.yaml')
    writeFileSync(join(folder, 'T-1.csv'), '0,0\n10000,1000\n12000,1050\n')
    writeFileSync(
      file,
      plantOf('levels: { CH: 11.9, HH: 11 }, maxFlow: 300', '{ kind: strapping, file: T-1.csv }'),
    )
    // 25 m3 are a metre up there.
    expect(
      readFacility(file)
        .review(['advice'])
        .map(({ message }) => message),
    ).toContain('HH at 11 m is too near to CH at 11.9 m: 10.900 m at most')
  })
})

describe('alarms of a gauge', () => {
  const gaugeWith = (alarms: string, unit = 'm') =>
    plantWith(
      {
        'kind: gas\n                unit: ppm': `kind: level\n                unit: ${unit}\n                alarms: ${alarms}`,
      },
      `tanks:
  - { id: T-1, shape: { kind: sphere, diameter: 12 }, levels: { HH: 11.1, H: 10.8 } }
derived:
  - { id: V-1, of: GT-1, compute: volume, tank: T-1 }
  - { id: Q-1, of: [GT-1], compute: net-flow, tank: T-1 }
`,
    )
  const alarm = (limit: number) => `{ when: high, limit: ${limit}, priority: high }`

  it.each([
    ['m', `{ HH: ${alarm(11.1)}, H: ${alarm(10.8)}, LATE: ${alarm(3)} }`],
    ['mm', `{ HH: ${alarm(11_100)} }`],
    ['m', `{ L: ${alarm(0.5)} }`],
    ['m3', `{ HH: ${alarm(90)} }`],
  ])('stand at the levels of its tank: %s %s', (unit, alarms) => {
    expect(foundIn(gaugeWith(alarms, unit))).toEqual([])
  })

  it('are told where they do not, once', () => {
    expect(foundIn(gaugeWith(`{ HH: ${alarm(10_500)}, H: ${alarm(10_800)} }`, 'mm'))).toEqual([
      'advice tank-set-point gateways[0].buses[0].devices[0].sensors[0].alarms.HH.limit: HH at 10500 mm, and HH of tank "T-1" is at 11.1 m',
    ])
  })
})
