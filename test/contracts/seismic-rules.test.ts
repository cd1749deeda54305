import { describe, expect, it } from 'vitest'
import { parseFacility } from '../../contracts/facility-load.ts'
import { polledSensors } from '../../contracts/polled-sensors.ts'
import { problemsOf } from './plant-text.ts'

type Keys = Record<string, unknown>

const FRAMES = { driver: 'seismic', host: '10.0.0.20', port: 5010 }
const SEEDLINK = { driver: 'seismic', protocol: 'seedlink', host: '10.0.0.21', port: 18000 }
const REGISTERS = { driver: 'seismic', protocol: 'registers', host: '10.0.0.22' }
const CODES = { network: 'XX', station: 'DMO1', channels: ['HNN', 'HNE', 'HNZ'] }

const sensor = (keys: Keys = {}) => ({
  id: 'S-1',
  kind: 'seismic',
  unit: 'Gal',
  register: { field: 'pga' },
  ...keys,
})
const device = (keys: Keys = {}) => ({
  id: 'SG-1',
  seismic: { scale: 16.7184 },
  sensors: [sensor()],
  ...keys,
})
const facility = (...buses: Keys[]) =>
  JSON.stringify({
    facility: { id: 'plant' },
    gateways: [
      { id: 'gw', buses: buses.map((bus, n) => ({ id: `b${n + 1}`, devices: [device()], ...bus })) },
    ],
  })
const withDevice = (keys: Keys, bus: Keys = FRAMES) => facility({ ...bus, devices: [device(keys)] })
const withSeismic = (keys: Keys, bus: Keys = FRAMES) => withDevice({ seismic: { scale: 1, ...keys } }, bus)
const withSensor = (keys: Keys) => withDevice({ sensors: [sensor(keys)] })

const BUS = 'gateways[0].buses[0]'
const DEVICE = `${BUS}.devices[0]`
const SENSOR = `${DEVICE}.sensors[0]`

const WRONG: [name: string, text: string, expected: string[]][] = [
  ['frames without a port', facility({ driver: 'seismic', host: 'h' }), [`${BUS}.port: the port is missing`]],
  [
    'SeedLink without a port',
    withSeismic(CODES, { ...SEEDLINK, port: undefined }),
    [`${BUS}.port: the port is missing: SeedLink usually has 18000`],
  ],
  [
    'SeedLink on a serial line',
    withSeismic(CODES, { driver: 'seismic', protocol: 'seedlink', serial: { path: 'COM1' } }),
    [`${BUS}.serial: SeedLink is spoken over TCP: give host`],
  ],
  [
    'SeedLink without codes',
    withSeismic({}, SEEDLINK),
    ['network', 'station', 'channels'].map(
      (key) => `${DEVICE}.seismic.${key}: required key "${key}" is missing for protocol seedlink`,
    ),
  ],
  [
    'a link of frames',
    facility({ ...FRAMES, link: 'modbus-tcp' }),
    [`${BUS}.link: protocol frames has no link`],
  ],
  [
    'RTU over TCP on a serial line',
    facility({
      driver: 'seismic',
      protocol: 'registers',
      link: 'modbus-rtu-over-tcp',
      serial: { path: 'COM1' },
    }),
    [`${BUS}.link: modbus-rtu-over-tcp is not spoken over a serial line`],
  ],
  [
    'RTU with a host',
    facility({ ...REGISTERS, link: 'modbus-rtu' }),
    [`${BUS}.link: modbus-rtu is spoken over a serial line; over TCP it is modbus-rtu-over-tcp`],
  ],
  [
    'a protocol of another driver',
    JSON.stringify({
      facility: { id: 'plant' },
      gateways: [
        {
          id: 'gw',
          buses: [
            {
              id: 'b1',
              driver: 'modbus-tcp',
              protocol: 'frames',
              host: 'h',
              devices: [{ id: 'd', seismic: { scale: 1 }, sensors: [sensor({ register: { address: 1 } })] }],
            },
          ],
        },
      ],
    }),
    [
      `${BUS}.protocol: driver modbus-tcp has no protocol`,
      `${DEVICE}.seismic: only devices of driver seismic have it`,
    ],
  ],
  [
    'a device that says nothing of itself',
    facility({ ...FRAMES, devices: [{ id: 'SG-1', sensors: [sensor()] }] }),
    [`${DEVICE}.seismic: required key "seismic" is missing for driver seismic`],
  ],
  [
    'two stations of one number',
    facility({
      ...FRAMES,
      devices: [device(), { ...device({ id: 'SG-2' }), sensors: [sensor({ id: 'S-2' })] }],
    }),
    [`${BUS}.devices[1].unitId: another device of the bus has unitId 1`],
  ],
  [
    'no scale',
    withDevice({ seismic: {} }),
    [`${DEVICE}.seismic.scale: required key "scale" is missing (or give sensitivity)`],
  ],
  [
    'a scale twice',
    withSeismic({ sensitivity: 1 }),
    [`${DEVICE}.seismic.sensitivity: give either scale or sensitivity`],
  ],
  [
    'an axis twice',
    withSeismic({ axes: ['ns', '-ns', 'ud'] }),
    [`${DEVICE}.seismic.axes: each of ns, ew, ud once`],
  ],
  [
    'registers of frames',
    withSeismic({ registers: { head: 10 } }),
    [`${DEVICE}.seismic.registers: protocol frames has no registers`],
  ],
  [
    'a trigger that never goes off',
    withSeismic({ trigger: { on: 3, off: 3 } }),
    [`${DEVICE}.seismic.trigger.off: it has to be below \`on\``],
  ],
  [
    'a long term that is short, a record without an event',
    withSeismic({
      trigger: { sta: '5s', lta: '8s', on: 1.5, off: 1.2, pre: '1m', post: '1m', maxEvent: '2m' },
    }),
    [
      `${DEVICE}.seismic.trigger.lta: at least twice the short term average, at most 10m`,
      `${DEVICE}.seismic.trigger.maxEvent: it has to be longer than pre and post together`,
    ],
  ],
  [
    'a ratio that is never reached',
    withSeismic({ trigger: { sta: '1s', lta: '5s' } }),
    [`${DEVICE}.seismic.trigger.on: it is never reached: the ratio stays below lta / sta, 5`],
  ],
  [
    'another poll',
    withDevice({ poll: '2s' }),
    [`${DEVICE}.poll: features of driver seismic are computed once a second: leave poll out`],
  ],
  [
    'a feature misspelt',
    withSensor({ register: { field: 'gpa' } }),
    [`${SENSOR}.register.field: no feature "gpa", did you mean "pga"?`],
  ],
  [
    'a unit that does not fit',
    withSensor({ unit: 'cm/s' }),
    [`${SENSOR}.unit: pga is in Gal, which cannot be converted to cm/s`],
  ],
  [
    'an address',
    withSensor({ register: { address: 4 } }),
    [
      `${SENSOR}.register.field: required key "field" is missing for driver seismic`,
      `${SENSOR}.register.address: a feature of a waveform has no address`,
    ],
  ],
]

describe('check of instruments that send waveforms', () => {
  it.each(WRONG)('refuses %s', (_, text, expected) => {
    const { code, lines } = problemsOf(text)
    expect(lines.map((line) => line.replace(/^\S+ /, ''))).toEqual(expected)
    expect(code).toBe('CONFIG_INVALID')
  })

  it.each([
    ['frames over TCP', facility(FRAMES)],
    [
      'frames over a serial line',
      facility({ driver: 'seismic', serial: { path: 'COM1', baudRate: 115200 } }),
    ],
    ['frames of one that dials in', facility({ driver: 'seismic', listen: { address: '0.0.0.0:5020' } })],
    ['registers over TCP', facility(REGISTERS)],
    [
      'registers over a serial line',
      facility({ driver: 'seismic', protocol: 'registers', serial: { path: 'COM1' } }),
    ],
    ['SeedLink', withSeismic(CODES, SEEDLINK)],
  ])('takes %s', (_, text) => {
    expect(problemsOf(text).lines).toEqual([])
  })

  it('fills in what is not said', () => {
    const [bus] = parseFacility(facility(FRAMES), 'x.yaml').gateways[0]?.buses ?? []
    expect(bus?.seismic).toEqual({ protocol: 'frames', link: 'modbus-tcp' })
    expect(bus?.devices[0]?.seismic).toEqual({
      rate: 100,
      countsPerGal: 16.7184,
      fullScale: 1961.33,
      channels: [
        { axis: 'ns', sign: 1, code: 'HNN' },
        { axis: 'ew', sign: 1, code: 'HNE' },
        { axis: 'ud', sign: 1, code: 'HNZ' },
      ],
      network: 'XX',
      station: 'SG1',
      location: '',
      registers: { table: 'holding', head: 0, ring: 100, type: 'int16', order: 'ABCD' },
      trigger: {
        staMs: 500,
        ltaMs: 30_000,
        on: 5,
        off: 2,
        preMs: 20_000,
        postMs: 40_000,
        maxEventMs: 180_000,
      },
      deadAfterMs: 30_000,
    })
  })

  it('takes the axes as they are mounted, and a sensitivity in counts per m/s2', () => {
    const text = withSeismic({ scale: undefined, sensitivity: 1671.84, axes: ['-ud', 'ew', 'ns'] })
    const instrument = parseFacility(text, 'x.yaml').gateways[0]?.buses[0]?.devices[0]?.seismic
    expect(instrument?.countsPerGal).toBeCloseTo(16.7184, 12)
    expect(instrument?.channels.map(({ axis, sign }) => [axis, sign])).toEqual([
      ['ud', -1],
      ['ew', 1],
      ['ns', 1],
    ])
  })

  it.each([
    ['Gal', 'pga', 1],
    ['g', 'pga', 0.01 / 9.80665],
    ['m/s2', 'pgaUd', 0.01],
    ['mm/s', 'pgv', 10],
    ['m/s', 'arias', 1],
    ['1', 'jma', 1],
  ])('converts to %s a figure of %s', (unit, field, scale) => {
    const facility = parseFacility(withSensor({ unit, register: { field } }), 'x.yaml')
    const register = polledSensors(facility).get('S-1')?.register
    expect(register).toMatchObject({ table: 'record', field, offset: 0 })
    expect(register?.scale).toBeCloseTo(scale, 12)
  })

  it('waits longer for what comes in records of seconds', () => {
    const staleAfter = (text: string) => parseFacility(text, 'x.yaml').sensors.get('S-1')?.staleAfterMs
    expect(staleAfter(facility(FRAMES))).toBe(10_000)
    expect(staleAfter(withSeismic(CODES, SEEDLINK))).toBe(30_000)
  })
})
