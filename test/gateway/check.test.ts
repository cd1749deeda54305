import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Bus, Device, Gateway, PolledSensor } from '../../contracts/facility.ts'
import { parseFacility } from '../../contracts/facility-load.ts'
import { busAdvice, sharedAddresses } from '../../gateway/commissioning/bus-advice.ts'
import { checkGateways, formatCheck } from '../../gateway/commissioning/check.ts'
import { lookAtOutbox, outboxAdvice, outboxText } from '../../gateway/commissioning/outbox-advice.ts'
import { sensorAdvice } from '../../gateway/commissioning/sensor-advice.ts'
import { transportText } from '../../gateway/commissioning/transport-text.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { bus, device, register, sensor } from './plant.ts'

const LINE = {
  kind: 'serial',
  path: '/dev/serial/by-id/usb-1',
  baudRate: 9_600,
  dataBits: 8,
  parity: 'even',
  stopBits: 1,
} as const

function serialBus(given: Partial<Bus> = {}): Bus {
  return bus({ driver: 'modbus-rtu', transport: LINE, ...given })
}

function reader(given: Partial<Device> = {}): Device {
  return device({ sensors: [sensor()], ...given })
}

function gateway(id: string, buses: Bus[]): Gateway {
  return { id, name: id, heartbeatMs: 2_000, outbox: { maxBytes: 1e9, maxAgeMs: 1e9 }, buses }
}

const texts = (advice: { level: string; at: string; text: string }[]) =>
  advice.map(({ level, at, text }) => `${level} ${at}: ${text}`)

describe('advice about a bus', () => {
  const many = (count: number, pollMs: number) =>
    Array.from({ length: count }, (_, n) =>
      reader({ id: `d${n}`, unitId: n + 1, pollMs, sensors: [sensor({ id: `S-${n}` })] }),
    )

  it('is silent about a sound one', () => {
    expect(busAdvice(serialBus({ devices: many(3, 1_000) }))).toEqual([])
    expect(busAdvice(bus({ devices: [reader({ pollMs: 500 })] }))).toEqual([])
  })

  it('warns above 70 % with figures and remedy', () => {
    // One register: 17.2 + 10 + 8.0 ms.
    expect(texts(busAdvice(serialBus({ devices: many(22, 1_000) })))).toEqual([
      'warning plc: the line needs 774 ms a second (77.4 %) and has little left for retries; poll 1500ms would do',
    ])
  })

  it('is serious above 100 %', () => {
    expect(texts(busAdvice(serialBus({ devices: many(39, 1_000) })))).toEqual([
      'serious plc: it cannot carry its polls: the line needs 1373 ms a second; poll 2s would do',
    ])
  })

  it('measures TCP as well', () => {
    expect(texts(busAdvice(bus({ timeoutMs: 10, devices: many(25, 100) })))).toEqual([
      'serious plc: it cannot carry its polls: the line needs 1250 ms a second; poll 200ms would do',
    ])
  })

  it('warns of a timeout below what is on the wire', () => {
    const wide = Array.from({ length: 125 }, (_, address) =>
      sensor({ id: `S-${address}`, register: register({ address }) }),
    )
    const devices = [reader({ pollMs: 10_000, sensors: wide })]
    expect(texts(busAdvice(serialBus({ timeoutMs: 200, devices })))).toEqual([
      'warning plc: timeout 200ms is shorter than the 301.4 ms that its longest request and answer are on the wire; give 310ms or more',
    ])
    expect(busAdvice(serialBus({ timeoutMs: 400, devices }))).toEqual([])
  })

  it.each([
    ['/dev/ttyUSB0', 1],
    ['/dev/ttyACM12', 1],
    ['/dev/ttyS0', 0],
    ['/dev/serial/by-id/usb-FTDI_A1', 0],
    ['COM3', 0],
  ])('advises a stable name for %s: %d', (path, count) => {
    const advice = busAdvice(serialBus({ transport: { ...LINE, path } }))
    expect(advice).toHaveLength(count)
    for (const { text } of advice) expect(text).toContain('/dev/serial/by-id/')
  })

  it('tells of devices that share a unit, but not on a line of records', () => {
    const devices = [reader({ id: 'a' }), reader({ id: 'b' }), reader({ id: 'c', unitId: 2 })]
    expect(texts(busAdvice(bus({ devices })))).toEqual(['warning b: unit 1 is device a already'])
    expect(texts(busAdvice(bus({ driver: 'serial-line', devices })))).toEqual([])
  })

  it.each([
    [247, 0],
    [248, 1],
    [255, 1],
  ])('unit %d on a serial line: %d', (unitId, count) => {
    const devices = [reader({ unitId })]
    expect(busAdvice(serialBus({ devices })).filter(({ text }) => text.includes('reserved'))).toHaveLength(
      count,
    )
    expect(busAdvice(bus({ devices }))).toEqual([])
  })

  it('tells what a timeout longer than the poll costs', () => {
    expect(texts(busAdvice(bus({ timeoutMs: 1_000, devices: [reader({ pollMs: 300 })] })))).toEqual([
      'warning panel: timeout 1s is longer than its poll of 300ms: one missing answer costs 4 polls',
    ])
  })

  it('tells of a heartbeat that is looked at less than twice', () => {
    const heartbeat = { register: register({ address: 9 }), withinMs: 1_500 }
    expect(texts(busAdvice(bus({ devices: [reader({ heartbeat })] })))).toEqual([
      'warning panel: heartbeat within 1500ms sees no two polls of 1s',
    ])
  })

  it('tells of two buses to one address, across gateways too', () => {
    const gateways = [gateway('g1', [bus({ id: 'a' }), bus({ id: 'b' })]), gateway('g2', [bus({ id: 'c' })])]
    expect(sharedAddresses(gateways).map(({ at }) => at)).toEqual(['b', 'c'])
    expect(sharedAddresses(gateways)[1]?.text).toContain('127.0.0.1:502 is connected to by bus g1/a too')
  })
})

describe('advice about sensors', () => {
  const advise = (...sensors: Partial<PolledSensor>[]) =>
    texts(sensorAdvice(device({ sensors: sensors.map((each, n) => sensor({ id: `S-${n}`, ...each })) })))

  it.each([
    [
      'a deadband larger than the range',
      { range: [0, 10], report: { deadband: 11, maxIntervalMs: 1 } },
      'deadband 11',
    ],
    [
      'frozen before it is sampled thrice',
      { plausibility: { frozenAfterMs: 2_000 } },
      'frozenAfter 2s is shorter',
    ],
    ['a latch above its range', { range: [0, 100], plausibility: { overRangeAt: 101 } }, 'overRangeAt 101'],
    ['a latch below its range', { range: [0, 100], plausibility: { overRangeAt: -1 } }, 'overRangeAt -1'],
    [
      'an order without effect',
      { register: register({ order: 'CDAB' }) },
      'order CDAB has no effect on type uint16',
    ],
  ] as const)('%s', (_name, given, text) => {
    const advice = advise(given)
    expect(advice).toHaveLength(1)
    expect(advice[0]).toContain(text)
  })

  it.each([
    ['a deadband within the range', { range: [0, 10], report: { deadband: 10, maxIntervalMs: 1 } }],
    ['frozen after three polls', { plausibility: { frozenAfterMs: 3_000 } }],
    ['a latch at the end of its range', { range: [0, 100], plausibility: { overRangeAt: 100 } }],
    ['a latch without a range', { plausibility: { overRangeAt: 100 } }],
    ['an order with effect', { register: register({ type: 'float32', order: 'CDAB' }) }],
  ] as const)('nothing about %s', (_name, given) => {
    expect(advise(given)).toEqual([])
  })

  it.each([
    ['the same register twice', {}, {}, 'holding 0 reads the same as sensor S-0'],
    ['halves of a float', { type: 'float32' }, { address: 1 }, 'holding 1 overlaps sensor S-0'],
    ['two floats one apart', { type: 'float32' }, { type: 'float32', address: 1 }, 'holding 1..2 overlaps'],
    [
      'the same bit twice',
      { type: 'bit', bit: 3 },
      { type: 'bit', bit: 3 },
      'holding 0 bit 3 reads the same',
    ],
    ['the same register in two types', { type: 'int16' }, {}, 'holding 0 overlaps sensor S-0'],
    [
      'the same field twice',
      { table: 'record', field: '2', type: 'string' },
      { table: 'record', field: '2', type: 'string' },
      'field 2 reads the same',
    ],
  ] as const)('overlap: %s', (_name, first, second, text) => {
    const advice = advise({ register: register(first) }, { register: register(second) })
    expect(advice).toHaveLength(1)
    expect(advice[0]).toContain(text)
  })

  it.each([
    ['neighbours', { type: 'float32' }, { address: 2 }],
    ['other tables', {}, { table: 'input' }],
    ['two bits', { type: 'bit', bit: 3 }, { type: 'bit', bit: 4 }],
    ['a word and one of its bits', {}, { type: 'bit', bit: 4 }],
    ['the two bytes of a register', { type: 'uint8h' }, { type: 'uint8l' }],
    ['two fields', { table: 'record', field: '1' }, { table: 'record', field: '2' }],
  ] as const)('no overlap: %s', (_name, first, second) => {
    expect(advise({ register: register(first) }, { register: register(second) })).toEqual([])
  })

  it('lets a state stand on a register that is read otherwise too', () => {
    expect(advise({}, { kind: 'state', register: register({ type: 'int16' }) })).toEqual([])
  })
})

describe('gateway check', () => {
  const inMemory = ({ maxBytes, maxAgeMs }: Gateway['outbox']) => ({ maxBytes, maxAgeMs })
  const facility = parseFacility(
    `
facility: { id: plant }
gateways:
  - id: gw-1
    buses:
      - id: rtu
        driver: modbus-rtu
        serial: { path: /dev/ttyUSB0, baudRate: 9600, parity: even }
        devices:
          - id: midas
            profile: honeywell-xcd
            unitId: 3
`,
    'plant.yaml',
  )

  it('tells of profiles that were never verified on hardware', () => {
    const { warnings } = checkGateways(facility, facility.gateways, inMemory)
    expect(texts(warnings)).toEqual([
      expect.stringMatching(/^warning midas: profile honeywell-xcd \(.+\) was never verified on hardware/),
      expect.stringContaining('warning rtu: /dev/ttyUSB0 may be another adapter'),
    ])
  })

  it('prints the load of each line and of each device', () => {
    const text = formatCheck(checkGateways(facility, facility.gateways, inMemory))
    expect(text).toContain('bus rtu: modbus-rtu /dev/ttyUSB0 9600 8E1, timeout 1000 ms')
    expect(text).toMatch(/load: [\d.]+ % of the line, \d+ ms a second; one unanswered request takes 1\d\d\d/)
    expect(text).toMatch(
      /device midas: unit 3, every \d+ ms, \d+ sensors, profile honeywell-xcd; \d+ requests, [\d.]+ ms a poll/,
    )
  })

  it('gives the same as data', () => {
    const result = checkGateways(facility, facility.gateways, inMemory)
    const [checked] = result.gateways[0]?.buses ?? []
    expect(JSON.parse(JSON.stringify(checked))).toMatchObject({
      id: 'rtu',
      address: '/dev/ttyUSB0 9600 8E1',
      load: {
        neededMsPerSecond: expect.any(Number),
        utilisationPercent: expect.any(Number),
        timeoutTakesMs: expect.any(Number),
        assumption: expect.stringContaining('assumed'),
      },
      devices: [{ id: 'midas', requestsPerPoll: expect.any(Number), pollTakesMs: expect.any(Number) }],
    })
  })
})

describe('the place of an outbox', () => {
  const bounds = { maxBytes: 2e9, maxAgeMs: 7 * 86_400_000 }

  it('is told with its bounds, and nothing is created to look', () => {
    const folder = temporaryFolder()
    const path = join(folder, 'not', 'yet', 'gw-1.db')
    const place = lookAtOutbox({ path, ...bounds })
    expect(outboxText(place)).toBe(`${path}, at most 2.0 GB and 7d; can be written, has 0 kB`)
    expect(readdirSync(folder)).toEqual([])
    expect(outboxText(lookAtOutbox(bounds))).toBe(
      'in memory, at most 2.0 GB and 7d; what is not confirmed ends with the process',
    )
  })

  it('below a file cannot be written', () => {
    const file = join(temporaryFolder(), 'file')
    writeFileSync(file, '')
    const place = lookAtOutbox({ path: join(file, 'gw-1.db'), ...bounds })
    expect(outboxText(place)).toContain('cannot be written')
    expect(texts(outboxAdvice('gw-1', place))).toEqual([
      expect.stringMatching(/^serious gw-1: the outbox cannot be written and would be kept in memory: E/),
    ])
  })

  it('on a disk with less room than it may take is warned of', () => {
    const path = join(temporaryFolder(), 'gw-1.db')
    const place = lookAtOutbox({ path, ...bounds, maxBytes: 1e18 })
    expect(texts(outboxAdvice('gw-1', place))).toEqual([
      expect.stringMatching(
        /^warning gw-1: the disk of the outbox has .* left, and it may grow to 1000000000\.0 GB/,
      ),
    ])
    expect(outboxAdvice('gw-1', lookAtOutbox({ path, ...bounds, maxBytes: 1 }))).toEqual([])
    expect(outboxAdvice('gw-1', lookAtOutbox(bounds))).toEqual([])
  })
})

describe('the address of a bus', () => {
  it.each([
    [{ kind: 'tcp', host: '10.0.0.5', port: 502 }, '10.0.0.5:502'],
    [{ ...LINE, dataBits: 7, parity: 'odd', stopBits: 2 }, '/dev/serial/by-id/usb-1 9600 7O2'],
    [{ kind: 'dial-in', host: '0.0.0.0', port: 5_020 }, 'dials in at 0.0.0.0:5020'],
    [
      { kind: 'dial-in', host: '0.0.0.0', port: 5_020, registration: 'a"b' },
      'dials in at 0.0.0.0:5020 as "a\\"b"',
    ],
  ] as const)('%j', (transport, text) => {
    expect(transportText(transport)).toBe(text)
  })
})
