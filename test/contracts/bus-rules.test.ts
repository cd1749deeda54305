import { describe, expect, it } from 'vitest'
import { parseFacility } from '../../contracts/facility-load.ts'
import { polledSensors } from '../../contracts/polled-sensors.ts'
import { problemsOf } from './plant-text.ts'

type Keys = Record<string, unknown>

const RTU = { driver: 'modbus-rtu', serial: { path: '/dev/serial/by-id/usb-1' } }
const LINE = { driver: 'serial-line', serial: { path: 'COM3' } }
const TCP = { driver: 'modbus-tcp', host: '127.0.0.1' }

const sensor = (keys: Keys = {}) => ({
  id: 'S-1',
  kind: 'gas',
  unit: 'ppm',
  register: { address: 1 },
  ...keys,
})
const device = (keys: Keys = {}) => ({ id: 'd1', sensors: [sensor()], ...keys })
const fieldDevice = (keys: Keys = {}) =>
  device({ line: { request: '?' }, sensors: [sensor({ register: { field: 1 } })], ...keys })

/** JSON is YAML. */
function facility(...buses: Keys[]): string {
  const named = buses.map((bus, index) => ({ id: `b${index + 1}`, devices: [device()], ...bus }))
  return JSON.stringify({ facility: { id: 'plant' }, gateways: [{ id: 'gw', buses: named }] })
}

const BUS = 'gateways[0].buses[0]'
const DEVICE = `${BUS}.devices[0]`
const SENSOR = `${DEVICE}.sensors[0]`

const withDevice = (keys: Keys) => facility({ ...TCP, devices: [device(keys)] })
const withRegister = (register: Keys, keys: Keys = {}) =>
  withDevice({ sensors: [sensor({ register })], ...keys })
const withField = (register: Keys, line: Keys = {}) =>
  facility({
    ...LINE,
    devices: [fieldDevice({ line: { request: '?', ...line }, sensors: [sensor({ register })] })],
  })

const WRONG: [name: string, text: string, expected: string[]][] = [
  [
    'RTU without a serial line',
    facility({ driver: 'modbus-rtu' }),
    [`${BUS}.serial: required key "serial" is missing for driver modbus-rtu`],
  ],
  ['RTU with a host', facility({ ...RTU, host: 'h' }), [`${BUS}.host: driver modbus-rtu has no "host"`]],
  [
    'TCP on a serial line',
    facility({ driver: 'modbus-tcp', serial: { path: 'x' } }),
    [
      `${BUS}.host: required key "host" is missing for driver modbus-tcp (or give listen)`,
      `${BUS}.serial: driver modbus-tcp has no "serial"`,
    ],
  ],
  [
    'two ways at once',
    facility({ ...TCP, listen: { address: '0.0.0.0:5020' } }),
    [`${BUS}.listen: give one of host, listen`],
  ],
  [
    'ASCII without a way',
    facility({ driver: 'modbus-ascii' }),
    [`${BUS}.serial: required key "serial" is missing for driver modbus-ascii (or give host or listen)`],
  ],
  [
    'RTU with 7 bits',
    facility({ driver: 'modbus-rtu', serial: { path: 'x', dataBits: 7 } }),
    [`${BUS}.serial.dataBits: Modbus RTU needs 8 data bits`],
  ],
  [
    'one line for two buses',
    facility(RTU, { ...RTU, devices: [] }),
    [`gateways[0].buses[1].serial: ${BUS} uses the same: put all its devices on one bus`],
  ],
  [
    'units that dial in without a name',
    facility(
      { driver: 'modbus-tcp', listen: { address: '0.0.0.0:5020' } },
      { driver: 'modbus-tcp', listen: { address: '0.0.0.0:5020' }, devices: [] },
    ),
    [`gateways[0].buses[1].listen: ${BUS} uses the same: give each a registration of its own`],
  ],
  [
    'broadcast',
    facility({ ...RTU, devices: [device({ unitId: 0 })] }),
    [`${DEVICE}.unitId: unit 0 is broadcast: nobody answers it`],
  ],
  [
    'a device with nothing to read',
    facility({ ...TCP, devices: [{ id: 'd1' }] }),
    [`${DEVICE}.sensors: required key "sensors" is missing for a device without a profile`],
  ],
  [
    'a line on Modbus',
    withDevice({ line: {} }),
    [`${DEVICE}.line: only devices of driver serial-line have a line`],
  ],
  [
    'an instrument without a line',
    facility({ ...LINE, devices: [{ id: 'd1', sensors: [sensor({ register: { field: 1 } })] }] }),
    [`${DEVICE}.line: required key "line" is missing for driver serial-line`],
  ],
  [
    'one that sends by itself beside another',
    facility({ ...LINE, devices: [fieldDevice({ line: {} }), fieldDevice({ id: 'd2', sensors: [] })] }),
    [`${DEVICE}.line: an instrument that sends by itself is alone on its line: give a request`],
  ],
  ['no address', withRegister({}), [`${SENSOR}.register.address: required key "address" is missing`]],
  [
    'a field on Modbus',
    withRegister({ address: 1, field: 2 }),
    [`${SENSOR}.register.field: only devices of driver serial-line have fields`],
  ],
  [
    'no field',
    withField({}),
    [`${SENSOR}.register.field: required key "field" is missing for driver serial-line`],
  ],
  [
    'an address in a record',
    withField({ field: 1, address: 4 }),
    [`${SENSOR}.register.address: a field of a record has no address`],
  ],
  [
    'a group that is not there',
    withField({ field: 'level' }, { pattern: '(?<height>[0-9]+)' }),
    [`${SENSOR}.register.field: the pattern of the line has no group named "level"`],
  ],
  [
    'a pattern without a group',
    withField({ field: 1 }, { pattern: 'a+' }),
    [`${DEVICE}.line.pattern: the pattern has no group`],
  ],
  [
    'a pattern that is none',
    withField({ field: 1 }, { pattern: '(' }),
    [`${DEVICE}.line.pattern: Invalid regular expression: /(|/: Unterminated group`],
  ],
  [
    'a pattern that may take for ever',
    withField({ field: 1 }, { pattern: '^(([0-9]+ ?)+)x$' }),
    [`${DEVICE}.line.pattern: it repeats what repeats already: on noise that can take seconds...`],
  ],
  [
    'two ends',
    withField({ field: 1 }, { end: '\r', length: 12 }),
    [`${DEVICE}.line.length: give either end or length`],
  ],
  [
    'records that nothing marks',
    facility({ ...LINE, devices: [fieldDevice({ line: { length: 12 } })] }),
    [
      `${DEVICE}.line.start: an instrument that sends by itself needs a start or an end to know its records by`,
    ],
  ],
  [
    'pattern and separator',
    withField({ field: 1 }, { pattern: '(.)', separator: ';' }),
    [`${DEVICE}.line.separator: give either pattern or separator`],
  ],
  [
    'register 0 of a manual that counts from 1',
    withRegister({ address: 0 }, { addressBase: 'oneBased' }),
    [`${SENSOR}.register.address: 0 is no address of base oneBased`],
  ],
  [
    'a number that is no reference',
    withRegister({ address: 20_001 }, { addressBase: 'modicon5' }),
    [`${SENSOR}.register.address: 20001 is no address of base modicon5`],
  ],
  [
    'a reference in another table',
    withRegister({ address: 30_001, table: 'holding' }, { addressBase: 'modicon5' }),
    [`${SENSOR}.register.table: "30001" is in table input, not holding`],
  ],
  [
    'sub-ranges of no current',
    withRegister({ address: 1, subRanges: [{ mA: [2, 3], means: 'inhibited' }] }),
    [`${SENSOR}.register.subRanges: subRanges needs signal: ne43`],
  ],
  [
    'a sub-range upside down',
    withRegister({ address: 1, signal: 'ne43', subRanges: [{ mA: [3, 2], means: 'inhibited' }] }),
    [`${SENSOR}.register.subRanges[0].mA: [3, 2]: the first number must be below the second`],
  ],
  [
    'status bits upside down',
    withDevice({ status: [{ register: { address: 3 }, bits: [5, 2], means: { 1: 'testing' } }] }),
    [`${DEVICE}.status[0].bits: [5, 2]: the lowest bit comes first`],
  ],
  [
    'a sub-range within the measurement',
    withRegister({ address: 1, signal: 'ne43', subRanges: [{ mA: [3, 4], means: 'inhibited' }] }),
    [`${SENSOR}.register.subRanges[0].mA: [3, 4]: 3.8 to 20.5 mA are the measurement`],
  ],
  [
    'bits of a float',
    withDevice({
      status: [{ register: { address: 3, type: 'float32' }, bits: [1], means: { 1: 'testing' } }],
    }),
    [`${DEVICE}.status[0].bits: type float32 has no bits to look at`],
  ],
  [
    'a value that no register gives',
    withDevice({ status: [{ register: { address: 3 }, means: { '02': 'testing' } }] }),
    [`${DEVICE}.status[0].means.02: "02" is no number as it is written...`],
  ],
  [
    'a status that is text',
    withDevice({ sensors: [sensor({ status: [{ register: { address: 3 }, means: { OK: 'good' } }] })] }),
    [
      `${SENSOR}.status[0].means.OK: "OK" is no number as it is written: use decimal digits without leading zeros`,
    ],
  ],
  [
    'a heartbeat without address',
    withDevice({ heartbeat: { register: {} } }),
    [`${DEVICE}.heartbeat.register.address: required key "address" is missing`],
  ],
  [
    'a share of no range',
    withDevice({ sensors: [sensor({ report: { deadband: '1%' } })] }),
    [`${SENSOR}.report.deadband: a share needs the range of the sensor`],
  ],
]

describe('a bus that is wrong', () => {
  it.each(WRONG)('%s', (_name, text, expected) => {
    const { code, lines } = problemsOf(text)
    const cut = (line: string, wanted = '') =>
      wanted.endsWith('...') ? `${line.slice(0, wanted.length - 3)}...` : line
    const told = lines.map((line, index) => cut(line.slice(line.indexOf(' ') + 1), expected[index]))
    expect({ code, lines: told }).toEqual({
      code: 'CONFIG_INVALID',
      lines: expected,
    })
  })
})

describe('a bus', () => {
  const busOf = (bus: Keys) => parseFacility(facility(bus), 'x.json').gateways[0]?.buses[0]
  const sensorOf = (keys: Keys, at: Keys = {}) =>
    busOf({ ...TCP, devices: [device({ ...at, sensors: [sensor(keys)] })] })?.devices[0]?.sensors[0]

  it.each<[string, Keys, Keys]>([
    [
      'a serial line',
      RTU,
      {
        kind: 'serial',
        path: '/dev/serial/by-id/usb-1',
        baudRate: 9600,
        dataBits: 8,
        parity: 'none',
        stopBits: 1,
      },
    ],
    ['TCP', { ...TCP, port: 1502 }, { kind: 'tcp', host: '127.0.0.1', port: 1502 }],
    [
      'units that dial in',
      {
        driver: 'modbus-rtu-over-tcp',
        listen: { address: '[::]:5020', registration: 'DTU-1', keepalive: 'ping' },
      },
      { kind: 'dial-in', host: '::', port: 5020, registration: 'DTU-1', keepalive: 'ping' },
    ],
  ])('knows %s', (_name, bus, transport) => {
    expect(busOf(bus)?.transport).toEqual(transport)
  })

  it.each<[string, Keys, string, number, string]>([
    ['as sent', { address: 7 }, 'pdu', 7, 'holding'],
    ['one more', { address: 1303, table: 'input' }, 'oneBased', 1302, 'input'],
    ['five digits', { address: 40_003 }, 'modicon5', 2, 'holding'],
    ['a coil of five digits', { address: 17 }, 'modicon5', 16, 'coil'],
    ['six digits', { address: 300_011 }, 'modicon6', 10, 'input'],
    ['a reference in quotes whatever the base', { address: '30011' }, 'oneBased', 10, 'input'],
  ])('counts addresses %s', (_name, register, addressBase, address, table) => {
    expect(sensorOf({ register }, { addressBase })?.register).toMatchObject({ address, table })
  })

  it('takes one slope for another, and null away what a template gives', () => {
    const templates = {
      t: { register: { scale: 0.1, offset: -10 }, plausibility: { overRangeAt: 100 } },
    }
    const bus = {
      id: 'b1',
      ...TCP,
      devices: [
        device({
          sensors: [
            sensor({
              use: 't',
              register: { address: 1, from: [0, 10], to: [0, 100] },
              plausibility: { overRangeAt: null },
            }),
          ],
        }),
      ],
    }
    const text = JSON.stringify({ facility: { id: 'p' }, templates, gateways: [{ id: 'gw', buses: [bus] }] })
    const found = polledSensors(parseFacility(text, 'x.json')).get('S-1')
    expect(found).toMatchObject({ register: { scale: 10, offset: 0 } })
    expect(found?.plausibility).toEqual({})
  })

  it.each([1, '1', 'level'])('takes the field %j', (field) => {
    const line = { request: '?', pattern: '(?<level>[0-9]+)' }
    const bus = busOf({
      ...LINE,
      devices: [fieldDevice({ line, sensors: [sensor({ register: { field } })] })],
    })
    expect(bus?.devices[0]?.sensors[0]?.register.field).toBe(String(field))
  })

  it('takes a deadband as a share of the range', () => {
    expect(sensorOf({ range: [-50, 150], report: { deadband: '0.5%' } })?.report.deadband).toBe(1)
  })

  it('puts the status of a sensor before that of its device', () => {
    const rule = (address: number) => ({ register: { address }, means: { 3: 'inhibited' } })
    const found = sensorOf({ status: [rule(10)] }, { status: [rule(20)] })?.status
    expect(found?.map(({ register }) => register.address)).toEqual([10, 20])
    expect(found?.[0]).toMatchObject({ means: new Map([['3', 'inhibited']]), others: 'good' })
  })

  it('gives NE 43 its persistence of 4 s, and sub-ranges', () => {
    const subRanges = [{ mA: [2, 3], means: 'inhibited' }]
    const register = { address: 1, signal: 'ne43', from: [800, 4_000], to: [0, 100], subRanges }
    expect(sensorOf({ register })?.register.current).toEqual({
      at: [800, 4_000],
      persistMs: 4_000,
      subRanges: [{ from: 2, to: 3, means: 'inhibited' }],
    })
  })

  it('takes the records of an instrument apart', () => {
    const line = {
      request: '#01\r',
      end: '\r',
      pattern: '^>(?<level>[+-][0-9.]+)',
      checksum: { kind: 'sum' },
    }
    const bus = busOf({
      ...LINE,
      devices: [fieldDevice({ line, sensors: [sensor({ register: { field: 'level' } })] })],
    })
    expect(bus?.devices[0]).toMatchObject({
      record: {
        request: '#01\r',
        start: '',
        end: { delimiter: '\r' },
        fields: { pattern: '^>(?<level>[+-][0-9.]+)' },
        checksum: { kind: 'sum', encoding: 'hex', marker: '' },
      },
      sensors: [{ register: { table: 'record', field: 'level' } }],
    })
  })
})
