import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadFacility, parseFacility } from '../../contracts/facility-load.ts'
import { polledSensors } from '../../contracts/polled-sensors.ts'
import { loadProfile, parseProfile, profileNames } from '../../contracts/profile-load.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { plantOf, problemsOf } from './profiled-plant.ts'
import { filesLike } from './source-files.ts'

/** A correct profile, to be broken by tests. Lines count from 1. */
const PROFILE = `profile: own
title: Own
source: page 1
verifiedOnHardware: false
drivers: [modbus-tcp, modbus-rtu]
device: { maxGap: 1 }
points:
  level:
    kind: level
    unit: m
    register: { address: "40001" }
    status:
      - { register: { address: "40002" }, means: { "1": warm-up } }
    channels: { max: 2, stride: 4 }
`

function profileWith(edits: Readonly<Record<string, string>>): string {
  return Object.entries(edits).reduce((text, [from, to]) => {
    if (text.split(from).length !== 2) throw new Error(`"${from}" is not there once`)
    return text.replace(from, to)
  }, PROFILE)
}

function problemsIn(text: string): string[] {
  const outcome = parseProfile(text, 'own.yaml')
  if (outcome.ok) return []
  return outcome.problems.map((p) => `${p.file}:${p.line}:${p.column} ${p.path}: ${p.message}`)
}

describe('a profile file', () => {
  it('gets the defaults of what it does not say', () => {
    const outcome = parseProfile(PROFILE, 'own.yaml')
    expect(outcome).toMatchObject({
      ok: true,
      profile: {
        device: { maxGap: 1, maxRegisters: 125, addressBase: 'pdu' },
        points: { level: { optional: false, register: { order: 'ABCD' }, report: { maxInterval: '30s' } } },
      },
    })
  })

  it.each([
    [
      'an unknown key',
      { 'source:': 'sorce:' },
      [
        '1:1 source: required key "source" is missing',
        '3:1 sorce: unknown key "sorce", did you mean "source"?',
      ],
    ],
    [
      'an unknown key of a point',
      { 'unit: m': 'unit: m\n    rang: [0, 1]' },
      ['11:5 points.level.rang: unknown key "rang", did you mean "range"?'],
    ],
    [
      'a key that only a facility knows',
      { 'unit: m': 'unit: m\n    alarms: {}' },
      ['11:5 points.level.alarms: unknown key "alarms"'],
    ],
    [
      'a unit that is none',
      { 'unit: m': 'unit: metre' },
      [/^10:5 points\.level\.unit: "metre" is not one of/],
    ],
    [
      'a driver that is none',
      { 'modbus-rtu]': 'modbus-rt]' },
      [/^5:23 drivers\[1\]: "modbus-rt" is not one of .*did you mean "modbus-rtu"/],
    ],
    [
      'no drivers',
      { '[modbus-tcp, modbus-rtu]': '[]' },
      ['5:1 drivers: []: expected at least 1 in the list'],
    ],
    [
      'a name that is no point',
      { '  level:': '  Level_1:' },
      [/^8:3 points\.Level_1: unknown key "Level_1": expected points by name/],
    ],
    [
      'a reference that is none',
      { '"40001"': '"40000"' },
      [
        '11:17 points.level.register.address: "40000" is no Modicon reference: they begin at 1, such as "40001"',
      ],
    ],
    [
      'a status that cannot be',
      { '"1": warm-up': 'on: warm-up' },
      [
        '13:52 points.level.status[0].means.on: "on" is no number as it is written: use decimal digits without leading zeros',
      ],
    ],
    [
      'a bit that nobody names',
      { 'address: "40001"': 'address: "40001", type: bit' },
      ['11:5 points.level.register.bit: required key "bit" is missing: say which bit of the register'],
    ],
    [
      'a heartbeat that is nowhere',
      { 'maxGap: 1': 'heartbeat: { register: {} }' },
      ['6:24 device.heartbeat.register.address: required key "address" is missing'],
    ],
    [
      'a last channel past the end',
      { '"40001"': '65534' },
      ['11:17 points.level.register.address: the value reaches to address 65538, past 65535'].map((l) =>
        l.replace('11:17', '11:17'),
      ),
    ],
    [
      'a line for a driver without',
      { 'maxGap: 1': 'line: {}' },
      ['6:11 device.line: only devices of driver serial-line have a line'],
    ],
    [
      'a point of the wrong shape beside one that breaks a rule',
      { '  level:': '  other: 7\n  level:', '"40001"': '"40000"' },
      ['8:3 points.other: 7: expected a map of keys', /^12:17 points\.level\.register\.address/],
    ],
  ] as const)('is told what is wrong with it: %s', (_name, edits, expected) => {
    expect(problemsIn(profileWith(edits))).toEqual(
      expected.map((line) =>
        typeof line === 'string'
          ? `own.yaml:${line}`
          : expect.stringMatching(new RegExp(line.source.replace('^', '^own\\.yaml:'))),
      ),
    )
  })

  it('is told when it is no YAML', () => {
    expect(problemsIn('profile: [')).toEqual([expect.stringMatching(/^own\.yaml:1:\d+ \(file\): /)])
  })

  it('may be for an instrument with an ASCII line', () => {
    const text = profileWith({
      '[modbus-tcp, modbus-rtu]': '[serial-line]',
      'maxGap: 1': 'line: { pattern: "L=(?<level>[0-9.]+)" }',
      'register: { address: "40001" }\n    status:\n      - { register: { address: "40002" }, means: { "1": warm-up } }\n    channels: { max: 2, stride: 4 }':
        'register: { field: level }',
    })
    expect(problemsIn(text)).toEqual([])
    expect(problemsIn(text.replace('field: level', 'field: lvl'))).toEqual([
      'own.yaml:11:17 points.level.register.field: the pattern of the line has no group named "lvl"',
    ])
  })

  it('is unreadable when it is not there', () => {
    expect(() => loadProfile('nowhere.yaml')).toThrowError(
      expect.objectContaining({ code: 'CONFIG_UNREADABLE' }),
    )
  })
})

describe('a profile of the plant', () => {
  const folder = temporaryFolder()
  const facility = join(folder, 'plant.yaml')
  const profile = join(folder, 'instruments', 'own.yaml')
  mkdirSync(join(folder, 'instruments'))
  const DEVICES =
    '- { id: d, profile: instruments/own.yaml, channels: 2 }\n- { id: e, profile: instruments/own.yaml, channels: 1 }'

  function digestWith(text: string): string {
    writeFileSync(profile, text)
    writeFileSync(facility, plantOf(DEVICES))
    return loadFacility(facility).digest
  }

  it('is found beside the facility file, and its channels lie a stride apart', () => {
    digestWith(PROFILE)
    const sensors = [...polledSensors(loadFacility(facility)).values()]
    expect(
      sensors.map(({ id, register, status }) => [id, register.address, status[0]?.register.address]),
    ).toEqual([
      ['d.level-1', 0, 1],
      ['d.level-2', 4, 5],
      ['e.level-1', 0, 1],
    ])
  })

  it('may have its status elsewhere than a stride apart', () => {
    digestWith(profileWith({ 'stride: 4': 'stride: 4, statusStride: 0' }))
    const status = [...polledSensors(loadFacility(facility)).values()].map(
      (sensor) => sensor.status[0]?.register.address,
    )
    expect(status).toEqual([1, 1, 1])
  })

  it('counts in the digest by its content', () => {
    const digest = digestWith(PROFILE)
    expect(digestWith(profileWith({ 'title: Own': 'title: Our own' }))).toBe(digest)
    expect(digestWith(profileWith({ 'unit: m': 'unit: mm' }))).not.toBe(digest)
    expect(digestWith(profileWith({ '"40002"': '"40003"' }))).not.toBe(digest)
    expect(digestWith(profileWith({ 'maxGap: 1': 'maxGap: 2' }))).not.toBe(digest)
  })

  it('is told of under its own name, once, beside what is wrong with the facility', () => {
    writeFileSync(profile, profileWith({ 'unit: m': 'unit: metre', 'source: page 1\n': '' }))
    const lines = problemsOf(plantOf(`${DEVICES}\n- { §id: d, sensors: [] }`), facility)
    expect(lines).toEqual([
      '§ [2].id: device "d" is there already: gateways[0].buses[0].devices[0]',
      `${profile}:1:1 source: required key "source" is missing`,
      expect.stringMatching(/own\.yaml:9:5 points\.level\.unit: "metre" is not one of/),
    ])
  })

  it('keeps references in their table, with five digits or six', () => {
    writeFileSync(profile, profileWith({ '"40001"': '"49998"', 'max: 2': 'max: 999' }))
    const device =
      '- { id: d, profile: instruments/own.yaml, sensors: [ { id: A, point: level, channel: 999 } ] }'
    expect(polledSensors(parseFacility(plantOf(device), facility)).get('A')?.register).toMatchObject({
      table: 'holding',
      address: 9997 + 998 * 4,
    })
  })
})

describe('docs/reference/profiles.md', () => {
  const page = [...filesLike('docs/reference/profiles.md').values()].join('')
  const blocks = [...page.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, text = '']) => text)

  it('has a section and a row for every profile', () => {
    for (const name of profileNames()) {
      expect(page).toContain(`\n## ${name}\n`)
      expect(page).toContain(`](#${name})`)
    }
  })

  it('has examples that load', () => {
    const [all = '', listed = '', own = ''] = blocks
    expect(blocks).toHaveLength(3)
    const sensorsOf = (text: string) => [
      ...parseFacility(
        plantOf(text.replace('devices:\n', '').replaceAll(/^ {2}/gm, '')),
        'x.yaml',
      ).sensors.keys(),
    ]
    expect(sensorsOf(all)).toEqual([
      'midas-1.gas',
      'toc-1.gas-1',
      'toc-1.gas-2',
      'toc-1.gas-3',
      'toc-1.gas-4',
    ])
    expect(sensorsOf(listed)).toEqual(['CL-1', 'CL-1-life', 'GT-7'])
    expect(parseProfile(own, 'own.yaml')).toMatchObject({ ok: true })
  })
})
