import { mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ConfigError } from '../../../../contracts/config-error.ts'
import { parseFacility } from '../../../../contracts/facility-load.ts'
import { temporaryFolder } from '../../../temporary-folder.ts'
import { PLANT, problemsOf } from '../../plant-text.ts'

const tank = (keys: string) => `${PLANT}tanks:\n  - { id: T-1, ${keys} }\n`
const UPRIGHT = 'shape: { kind: vertical-cylinder, diameter: 20, height: 12 }'
const SUBSTANCE = 'substance: { cas: 86290-81-5, density: 740 }'

const WRONG: [name: string, keys: string, problems: string[]][] = [
  [
    'measures of another shape',
    'shape: { kind: sphere, diameter: 3, length: 2 }',
    ['shape.length: a sphere has no length'],
  ],
  [
    'measures that are missing',
    'shape: { kind: horizontal-cylinder, heads: flat }',
    ['shape.kind: a horizontal-cylinder needs diameter', 'shape.kind: a horizontal-cylinder needs length'],
  ],
  [
    'a table that goes back and one that falls, with the row',
    'shape: { kind: strapping, rows: [[0, 0], [100, 5], [100, 6], [200, 4]] }',
    [
      'shape.rows: row 3: 100 mm does not come after 100 mm: levels ascend strictly',
      'shape.rows: row 4: 4 m3 is less than 6 m3 of the row before: volumes never fall',
    ],
  ],
  [
    'no table',
    'shape: { kind: strapping }',
    ['shape: a strapping table is given by rows or by file, and by one of them'],
  ],
  [
    'a table that is not there',
    'shape: { kind: strapping, file: none.csv }',
    ["shape.file: none.csv cannot be read: ENOENT: no such file or directory, open '"],
  ],
  [
    'levels in a wrong order',
    `${UPRIGHT}, levels: { CH: 11, HH: 11, MW: 10.5, H: 10.4, L: 2, LL: 3 }`,
    [
      'levels.CH: CH at 11 m does not come after HH at 11 m',
      'levels.H: H at 10.4 m does not come after MW at 10.5 m',
      'levels.L: L at 2 m does not come after LL at 3 m',
    ],
  ],
  [
    'levels above the rim',
    `${UPRIGHT}, levels: { CH: 12.5 }`,
    ['levels.CH: 12.5 m is above the tank, which ends at 12 m'],
  ],
  [
    'a heel of more than the first row',
    'shape: { kind: strapping, rows: [[100, 5], [200, 6]] }, heel: 7',
    ['heel: 7 m3 below the first row is more than the 5 m3 of it'],
  ],
  [
    'a roof without a liquid',
    `${UPRIGHT}, roof: { mass: 1000, floats: 2 }`,
    ['roof: a floating roof needs the density of `substance`'],
  ],
  [
    'a roof that floats nowhere',
    `${UPRIGHT}, ${SUBSTANCE}, roof: { mass: 1000, floats: 13 }`,
    ['roof.floats: it floats outside of the tank'],
  ],
  [
    'a roof too heavy for its zone',
    `${UPRIGHT}, ${SUBSTANCE}, roof: { mass: 74000, floats: 2, zone: 0.3 }`,
    ['roof.zone: within it the tank takes up less than the 100.0 m3 that the roof displaces'],
  ],
  [
    'a roof too heavy for a part of its zone',
    `shape: { kind: strapping, rows: [[0, 0], [1900, 570], [2000, 575], [3000, 875]] }, ${SUBSTANCE}, roof: { mass: 22200, floats: 2, zone: 0.3 }`,
    ['roof.zone: the roof takes up more than there is room for up to 2.000 m: a longer zone is needed'],
  ],
  [
    'a CAS number that is none',
    `${UPRIGHT}, substance: { cas: 86290-81-4, density: 740 }`,
    ['substance.cas: 86290-81-4 is no CAS number: its check digit is wrong'],
  ],
  [
    'a form that is not listed',
    `${UPRIGHT}, substance: { cas: 6484-52-2, form: lumps, density: 740 }`,
    ['substance.form: "lumps" is no form of 6484-52-2 that is listed'],
  ],
]

describe('a tank is refused for', () => {
  it.each(WRONG)('%s', (_, keys, problems) => {
    const lines = problemsOf(tank(keys)).lines.map((line) => line.replace(/^\S+ tanks\[0\]\./, ''))
    expect(lines.map((line, index) => line.slice(0, problems[index]?.length))).toEqual(problems)
    expect(lines.length).toBe(problems.length)
  })

  it('an id that is there already', () => {
    const text = `${PLANT}tanks:\n  - { id: T-1, ${UPRIGHT} }\n  - { id: t-1, ${UPRIGHT} }\n`
    expect(problemsOf(text).lines).toEqual(['22:7 tanks[1].id: tank "t-1" is there already'])
  })
})

it('a maximum working level may be the high level itself', () => {
  expect(problemsOf(tank(`${UPRIGHT}, levels: { MW: 10, H: 10, HH: 11 }`)).code).toBe('none')
})

it('who goes by a faulty tank is not told that there is none', () => {
  const derived = 'derived: [ { id: V, of: GT-2, compute: volume, tank: T-1 } ]\n'
  expect(problemsOf(`${tank('shape: { kind: sphere }')}${derived}`).lines).toEqual([
    '21:25 tanks[0].shape.kind: a sphere needs diameter',
  ])
})

describe('a strapping table of its own file', () => {
  const folder = mkdtempSync(join(temporaryFolder(), 'plant-'))
  const file = join(folder, 'plant.yaml')
  const read = (csv: string) => {
    writeFileSync(join(folder, 'T-1.csv'), csv)
    return parseFacility(tank('shape: { kind: strapping, file: T-1.csv }'), file).tanks.get('T-1')
  }

  it.each([
    ['with a heading', 'level (mm),volume (m3)\r\n0,1.5\r\n1000,80\r\n2500,200\r\n'],
    ['without one', '0;1.5\n1000;80\n2500;200\n'],
  ])('%s', (_, csv) => {
    expect(read(csv)?.shape).toEqual({ kind: 'strapping', levels: [0, 1, 2.5], volumes: [1.5, 80, 200] })
  })

  it.each([
    ['mm,m3\n0,0\n10,one\n20,2\n', ['T-1.csv:3: expected two numbers, the level in mm and the volume in m3']],
    [
      'mm,m3\n0,0\n10,1\n5,2\n20,1\n',
      [
        'T-1.csv:4: 5 mm does not come after 10 mm: levels ascend strictly',
        'T-1.csv:5: 1 m3 is less than 2 m3 of the row before: volumes never fall',
      ],
    ],
    ['mm,m3\n0,0\n', ['T-1.csv has 1 rows: expected at least 2']],
    ['mm,m3\n0,-1\n9,2,3\n', ['T-1.csv:3: expected two numbers, the level in mm and the volume in m3']],
  ])('is refused with its lines: %j', (csv, problems) => {
    try {
      read(csv)
      expect.unreachable()
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error
      expect(error.problems.map(({ path, message }) => `${path}: ${message}`)).toEqual(
        problems.map((problem) => `tanks[0].shape.file: ${problem}`),
      )
    }
  })
})
