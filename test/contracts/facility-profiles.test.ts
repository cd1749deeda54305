import { describe, expect, it } from 'vitest'
import type { Device, Facility } from '../../contracts/facility.ts'
import { parseFacility } from '../../contracts/facility-load.ts'
import { polledSensors } from '../../contracts/polled-sensors.ts'
import { plantOf, problemsOf } from './profiled-plant.ts'

function load(devices: string, driver?: string): Facility {
  return parseFacility(plantOf(devices, driver), 'x.yaml')
}

function firstDevice(devices: string, driver?: string): Device | undefined {
  return load(devices, driver).gateways[0]?.buses[0]?.devices[0]
}

describe('a device with a profile and no sensors', () => {
  it('has those of all points that are not optional', () => {
    const device = firstDevice('- { id: midas-1, profile: honeywell-midas, poll: 2s, area: hall }')
    expect(device).toMatchObject({ profile: 'honeywell-midas', pollMs: 2_000, maxGap: 5 })
    expect(device?.sensors).toMatchObject([
      {
        id: 'midas-1.gas',
        name: 'Gas',
        kind: 'gas',
        unit: 'ppm',
        area: 'hall',
        device: 'midas-1',
        register: { table: 'holding', address: 2, type: 'float32' },
        alarms: [{ id: 'midas-1.gas.FAULT' }],
      },
    ])
  })

  it('has them for each of its channels, registers of value and status moved on', () => {
    const device = firstDevice('- { id: toc, profile: igd-toc-635, channels: 3 }')
    expect(
      device?.sensors.map(({ id, name, register, status }) => [
        id,
        name,
        register.address,
        status[0]?.register.address,
      ]),
    ).toEqual([
      ['toc.gas-1', 'Gas, channel 1', 0, 3000],
      ['toc.gas-2', 'Gas, channel 2', 1, 3001],
      ['toc.gas-3', 'Gas, channel 3', 2, 3002],
    ])
  })

  it('has none where it lists none', () => {
    expect(firstDevice('- { id: d, profile: honeywell-midas, sensors: [] }')?.sensors).toEqual([])
  })
})

describe('a device with a profile and sensors', () => {
  const device = firstDevice(`
- id: midas-2
  profile: honeywell-midas
  heartbeat: { within: 30s }
  maxGap: 0
  sensors:
    - { id: CL-1, point: gas, use: chlorine, range: [0, 3] }
    - { id: CL-1-life, point: cell-life }
    - { id: X-9, kind: other, unit: "1", register: { address: 9 } }`)

  it('has exactly these', () => {
    expect(device?.sensors.map(({ id }) => id)).toEqual(['CL-1', 'CL-1-life', 'X-9'])
  })

  it('puts the keys of the sensor before those of its template, and these before those of the point', () => {
    expect(device?.sensors[0]).toMatchObject({
      name: 'Gas',
      quantity: 'Cl2',
      unit: 'ppb',
      range: [0, 3],
      register: { address: 2 },
      alarms: [{ id: 'CL-1.H' }, { id: 'CL-1.FAULT' }],
    })
    expect(device?.sensors[0]?.status).toHaveLength(2)
  })

  it('puts its own keys before those of the profile, map by map', () => {
    expect(device).toMatchObject({ maxGap: 0, heartbeat: { register: { address: 9 }, withinMs: 30_000 } })
  })

  it('leaves alone what has no point', () => {
    expect(device?.sensors[2]).toMatchObject({ register: { address: 9 }, status: [] })
  })

  it('takes a point from a template, and a channel', () => {
    const text = plantOf(
      '- { id: t, profile: igd-toc-635, sensors: [ { id: A, use: chlorine, channel: 7 } ] }',
    )
    const facility = parseFacility(text.replace('quantity: Cl2', 'point: gas'), 'x.yaml')
    const sensor = polledSensors(facility).get('A')
    expect(sensor).toMatchObject({ unit: 'ppb', register: { address: 6 }, name: 'Gas, channel 7' })
    expect(sensor?.status[0]?.register.address).toBe(3006)
  })

  it('replaces lists, and takes channel 1 where none is said', () => {
    const [sensor] =
      firstDevice('- { id: t, profile: igd-toc-635, sensors: [ { id: A, point: gas, status: [] } ] }')
        ?.sensors ?? []
    expect(sensor).toMatchObject({ status: [], register: { address: 0 } })
  })

  it('has a point twice, under two ids', () => {
    const sensors = '[ { id: A, point: gas }, { id: B, point: gas, unit: ppb } ]'
    expect(load(`- { id: d, profile: honeywell-midas, sensors: ${sensors} }`).sensors.size).toBe(2)
  })

  it('leaves a retired sensor out', () => {
    const sensors = '[ { id: A, point: gas, retired: true } ]'
    expect(load(`- { id: d, profile: honeywell-midas, sensors: ${sensors} }`).sensors.size).toBe(0)
  })
})

describe('what is wrong with the use of a profile', () => {
  it.each([
    [
      'an unknown profile',
      '- { id: d, §profile: honeywel-midas }',
      '[0].profile: no profile "honeywel-midas", did you mean "honeywell-midas"?',
    ],
    [
      'an unknown profile, whose points nobody knows',
      '- { id: d, §profile: zzz, sensors: [ { id: A, point: gas } ] }',
      '[0].profile: no profile "zzz"',
    ],
    [
      'a name that leaves the folder',
      '- { id: d, §profile: ../profiles/palert }',
      '[0].profile: no profile "../profiles/palert"',
    ],
    [
      'a path that is not there',
      '- { id: d, §profile: nowhere/x.yaml }',
      /^§ \[0\]\.profile: \S*nowhere.x\.yaml: ENOENT/,
    ],
    [
      'an unknown point',
      '- { id: d, profile: honeywell-midas, sensors: [ { id: A, §point: gass } ] }',
      '[0].sensors[0].point: profile honeywell-midas has no point "gass", did you mean "gas"?',
    ],
    [
      'a point of the prototype',
      '- { id: d, profile: honeywell-midas, sensors: [ { id: A, §point: constructor } ] }',
      '[0].sensors[0].point: profile honeywell-midas has no point "constructor"',
    ],
    [
      'a point without profile',
      '- { id: d, sensors: [ { id: A, §point: gas, kind: gas, unit: ppm, register: { address: 1 } } ] }',
      '[0].sensors[0].point: the device has no profile',
    ],
    [
      'a channel without profile',
      '- { id: d, sensors: [ { id: A, §channel: 1, kind: gas, unit: ppm, register: { address: 1 } } ] }',
      '[0].sensors[0].channel: the device has no profile',
    ],
    [
      'channels without profile',
      '- { id: d, §channels: 2, sensors: [] }',
      '[0].channels: the device has no profile',
    ],
    [
      'channels on a profile without',
      '- { id: d, profile: honeywell-midas, §channels: 2 }',
      '[0].channels: profile honeywell-midas has no channels',
    ],
    [
      'no channels on a profile with',
      '- §{ id: d, profile: igd-toc-635 }',
      '[0].channels: required key "channels" is missing: profile igd-toc-635 has 1 to 999',
    ],
    [
      'more channels than there are',
      '- { id: d, profile: oldham-itrans, §channels: 3 }',
      '[0].channels: 3: profile oldham-itrans has 1 to 2',
    ],
    [
      'channels beside sensors',
      '- { id: d, profile: oldham-itrans, §channels: 1, sensors: [] }',
      '[0].channels: channels are for a device that lists no sensors: say which with `channel`',
    ],
    [
      'a channel of a point without',
      '- { id: d, profile: honeywell-midas, sensors: [ { id: A, point: gas, §channel: 1 } ] }',
      '[0].sensors[0].channel: point "gas" of profile honeywell-midas has no channels',
    ],
    [
      'a channel beyond the last',
      '- { id: d, profile: oldham-itrans, sensors: [ { id: A, point: gas, §channel: 3 } ] }',
      '[0].sensors[0].channel: 3: point "gas" has 1 to 2',
    ],
    [
      'a channel without point',
      '- { id: d, profile: oldham-itrans, sensors: [ { id: A, §channel: 1, kind: gas, unit: ppm, register: { address: 1 } } ] }',
      '[0].sensors[0].channel: a channel needs a point',
    ],
    [
      'a profile that is no text',
      '- { id: d, §profile: 7, sensors: [] }',
      '[0].profile: 7: expected text; quote it: "7"',
    ],
    [
      'channels that are no number',
      '- { id: d, profile: igd-toc-635, §channels: many }',
      '[0].channels: "many": expected a whole number',
    ],
    [
      'a channel that is no number',
      '- { id: d, profile: igd-toc-635, sensors: [ { id: A, point: gas, §channel: first } ] }',
      '[0].sensors[0].channel: "first": expected a whole number',
    ],
    [
      'a channel before the first',
      '- { id: d, profile: igd-toc-635, sensors: [ { id: A, point: gas, §channel: 0 } ] }',
      '[0].sensors[0].channel: 0: expected at least 1',
    ],
    [
      'channels below none',
      '- { id: d, profile: igd-toc-635, §channels: -1 }',
      '[0].channels: -1: expected at least 1',
    ],
    ['an empty name', '- { id: d, §profile: "", sensors: [] }', /^§ \[0\]\.profile: /],
    [
      'a point that is no text',
      '- { id: d, profile: palert, sensors: [ { id: A, §point: 7 } ] }',
      '[0].sensors[0].point: 7: expected text; quote it: "7"',
    ],
    [
      'a unit that is none',
      '- { id: d, profile: palert, sensors: [ { id: A, point: intensity, §unit: gals } ] }',
      /^§ \[0\]\.sensors\[0\]\.unit: "gals" is not one of/,
    ],
    [
      'an id that is there already',
      '- { id: d, profile: honeywell-midas }\n- { id: e, sensors: [ { §id: d.gas, kind: gas, unit: ppm, register: { address: 1 } } ] }',
      '[1].sensors[0].id: sensor "d.gas" is there already: gateways[0].buses[0].devices[0].sensors[0]',
    ],
    [
      'an id of its own that is there already',
      '- { id: e, sensors: [ { id: d.gas, kind: gas, unit: ppm, register: { address: 1 } } ] }\n- { id: d, §profile: honeywell-midas }',
      '[1].profile: d.gas: sensor "d.gas" is there already: gateways[0].buses[0].devices[0].sensors[0]',
    ],
    [
      'an id of its own that is too long',
      `- { id: ${'d'.repeat(62)}, §profile: honeywell-midas }`,
      /^§ \[0\]\.profile: d+\.gas: "d.*: expected an id/,
    ],
    [
      'a key of the device that its points cannot follow',
      '- { id: d, §profile: palert, addressBase: modicon5 }',
      /^§ \[0\]\.profile: d\.acceleration-a, register\.table: "101" is in table coil, not holding/,
    ],
    [
      'a key of the device that a point cannot follow',
      '- { id: d, profile: palert, addressBase: modicon5, sensors: [ { id: A, §point: intensity } ] }',
      '[0].sensors[0].point: register.table: "109" is in table coil, not holding',
    ],
    [
      'a key of the device that its heartbeat cannot follow',
      '- { id: d, profile: honeywell-midas, heartbeat: { register: { §table: input } }, sensors: [] }',
      '[0].heartbeat.register.table: "40010" is in table holding, not input',
    ],
    [
      'a key of a template that the point cannot follow',
      '- { id: d, profile: palert, sensors: [ { id: A, use: wrong, point: intensity } ] }',
      'templates.wrong.register.bit: only type bit of a holding or input register has a bit',
    ],
  ])('%s', (_name, devices, expected) => {
    const text = plantOf(devices).replace('templates:\n', 'templates:\n  wrong: { register: { §bit: 3 } }\n')
    const [first, ...others] = problemsOf(devices.includes('§') ? plantOf(devices) : text)
    expect(first).toEqual(typeof expected === 'string' ? `§ ${expected}` : expect.stringMatching(expected))
    // The same error may be there once for each point of a profile, and is then told at one place.
    expect(others.filter((line) => !line.startsWith('§'))).toEqual([])
  })

  it('a driver that the profile is not for', () => {
    expect(problemsOf(plantOf('- { id: d, §profile: honeywell-midas, line: {} }', 'serial-line'))).toContain(
      '§ [0].profile: profile honeywell-midas is for modbus-tcp, and the driver of this bus is serial-line',
    )
  })

  it.each(['modbus-rtu', 'modbus-ascii'])('but not another Modbus, behind a converter: %s', (driver) => {
    expect(problemsOf(plantOf('- { id: d, profile: honeywell-midas }', driver))).toEqual([])
  })
})
