import { describe, expect, it } from 'vitest'
import type { Bus, Device, SerialLine } from '../../contracts/facility.ts'
import { busLoad, pollRemedy, pollsThatFit } from '../../gateway/commissioning/bus-load.ts'
import {
  exchangeTime,
  frameBytes,
  frameGapMs,
  timingAssumption,
} from '../../gateway/commissioning/exchange-time.ts'
import { bus, device, register, sensor } from './plant.ts'

function serial(baudRate: number, given: Partial<SerialLine> = {}): SerialLine {
  return { kind: 'serial', path: '/dev/ttyS0', baudRate, dataBits: 8, parity: 'even', stopBits: 1, ...given }
}

function serialBus(baudRate: number, given: Partial<Bus> = {}): Bus {
  return bus({ driver: 'modbus-rtu', transport: serial(baudRate), timeoutMs: 1_000, ...given })
}

/** A device that is read in `requests` blocks of `count` registers. */
function reader(id: string, given: { pollMs: number; count: number; requests?: number }): Device {
  const { pollMs, count, requests = 1 } = given
  const ends = Array.from({ length: requests }, (_, block) => [block * 1_000, block * 1_000 + count - 1])
  const addresses = [...new Set(ends.flat())]
  return device({
    id,
    pollMs,
    maxGap: 124,
    sensors: addresses.map((address) => sensor({ id: `${id}-${address}`, register: register({ address }) })),
  })
}

/** Of the line alone, as domain.md 6.1 calculates it: the device needs no time. */
function pollCost(baudRate: number, count: number): number {
  return exchangeTime(serialBus(baudRate), { table: 'holding', count }).lineMs - 10
}

describe('what a request takes', () => {
  it.each([
    [125, 9_600, 309],
    [125, 19_200, 155],
    [125, 115_200, 29],
    [10, 9_600, 46],
    [10, 19_200, 23],
    [10, 115_200, 7],
  ])('%d registers at %d bit/s take %d ms', (count, baudRate, ms) => {
    expect(Math.round(pollCost(baudRate, count))).toBe(ms)
  })

  it.each([
    [9_600, 4.01],
    [19_200, 2.005],
    [19_201, 1.75],
    [115_200, 1.75],
  ])('leaves 3.5 characters of silence at %d bit/s: %d ms', (baudRate, ms) => {
    expect(frameGapMs(serial(baudRate))).toBeCloseTo(ms, 2)
  })

  it.each([
    ['modbus-rtu', 'holding', 10, { request: 8, answer: 25 }],
    ['modbus-rtu', 'coil', 17, { request: 8, answer: 8 }],
    ['modbus-ascii', 'input', 10, { request: 17, answer: 51 }],
    ['modbus-ascii', 'discrete', 8, { request: 17, answer: 13 }],
  ] as const)('%s: %s %d', (driver, table, count, bytes) => {
    expect(frameBytes(driver, { table, count })).toEqual(bytes)
  })

  it('counts the silence that the file asks for instead of the usual one', () => {
    const usual = exchangeTime(serialBus(9_600), { table: 'holding', count: 1 })
    const longer = exchangeTime(serialBus(9_600, { gapMs: 50 }), { table: 'holding', count: 1 })
    expect(longer.lineMs - usual.lineMs).toBeCloseTo(50 - frameGapMs(serial(9_600)), 5)
    expect(longer.wireMs).toBe(usual.wireMs)
  })

  it('counts 12 bits where there are so many, and never fewer than 11', () => {
    const at = (line: Partial<SerialLine>) =>
      exchangeTime(serialBus(9_600, { transport: serial(9_600, line) }), { table: 'holding', count: 1 })
        .wireMs
    expect(at({ parity: 'none' })).toBe(at({ parity: 'even' }))
    expect(at({ parity: 'even', stopBits: 2 }) / at({ parity: 'even' })).toBeCloseTo(12 / 11, 5)
  })

  it('takes 5 ms over TCP and 100 ms from a unit that dials in, and says so', () => {
    const block = { table: 'holding', count: 125 } as const
    const dialIn = { kind: 'dial-in', host: '0.0.0.0', port: 5_020 } as const
    expect(exchangeTime(bus(), block)).toEqual({ wireMs: 0, lineMs: 5 })
    expect(exchangeTime(bus({ transport: dialIn }), block)).toEqual({ wireMs: 0, lineMs: 100 })
    expect(timingAssumption(bus())).toContain('5 ms')
    expect(timingAssumption(bus({ transport: dialIn }))).toContain('100 ms')
    expect(timingAssumption(serialBus(9_600))).toContain('10 ms')
  })

  it('knows the length of a record, or assumes 40 characters', () => {
    const fields = { separator: ',' }
    const checksum = { kind: 'none', encoding: 'hex', marker: '' } as const
    const at = (record: Parameters<typeof exchangeTime>[2]) =>
      exchangeTime(serialBus(9_600, { driver: 'serial-line' }), { table: 'record', count: 0 }, record).wireMs
    const character = 11_000 / 9_600
    expect(at({ request: '#01\r', start: '', end: { bytes: 20 }, fields, checksum })).toBeCloseTo(
      24 * character,
    )
    expect(at({ start: '$', end: { delimiter: '\r\n' }, fields, checksum })).toBeCloseTo(40 * character)
  })
})

describe('the load of a bus', () => {
  it('is nothing without devices', () => {
    expect(busLoad(bus())).toMatchObject({ devices: [], neededMsPerSecond: 0, utilisationPercent: 0 })
  })

  it('adds up what the devices need, each at its own poll', () => {
    const load = busLoad(
      serialBus(9_600, {
        devices: [
          reader('a', { pollMs: 1_000, count: 10 }),
          reader('b', { pollMs: 500, count: 10, requests: 2 }),
        ],
      }),
    )
    // 45.8 ms on the line and 10 ms to think, for each request.
    expect(load.devices).toEqual([
      { device: 'a', requestsPerPoll: 1, pollTakesMs: 55.8, pollMs: 1_000 },
      { device: 'b', requestsPerPoll: 2, pollTakesMs: 111.7, pollMs: 500 },
    ])
    expect(load.neededMsPerSecond).toBe(279)
    expect(load.utilisationPercent).toBe(27.9)
    expect(load.longestWireMs).toBe(37.8)
    expect(load.timeoutTakesMs).toBe(1_037.8)
  })

  it('counts the pause that a device needs before every request', () => {
    const slow = device({
      ...reader('a', { pollMs: 1_000, count: 2, requests: 3 }),
      workarounds: pausing(100),
    })
    const [load] = busLoad(bus({ devices: [slow] })).devices
    expect(load).toMatchObject({ requestsPerPoll: 3, pollTakesMs: 315 })
  })

  it('says which poll would do', () => {
    const devices = Array.from({ length: 25 }, (_, n) => reader(`d${n}`, { pollMs: 1_000, count: 10 }))
    const load = busLoad(serialBus(9_600, { devices }))
    expect(load.utilisationPercent).toBeGreaterThan(100)
    expect(pollRemedy(load)).toBe('poll 2s would do')
    const slower = devices.map((each) => ({ ...each, pollMs: 2_000 }))
    expect(busLoad(serialBus(9_600, { devices: slower })).utilisationPercent).toBeLessThan(71)
  })

  it('names each poll where there are several', () => {
    const devices = [
      ...Array.from({ length: 10 }, (_, n) => reader(`d${n}`, { pollMs: 500, count: 10 })),
      reader('slow', { pollMs: 10_000, count: 10 }),
    ]
    const load = busLoad(serialBus(9_600, { devices }))
    expect(pollRemedy(load)).toBe('polls of 1s instead of 500ms, 20s instead of 10s would do')
    expect([...pollsThatFit(load)]).toEqual([
      [500, 1_000],
      [10_000, 20_000],
    ])
  })

  it('leaves a line alone that has enough to spare', () => {
    const load = busLoad(serialBus(9_600, { devices: [reader('a', { pollMs: 1_000, count: 10 })] }))
    expect([...pollsThatFit(load)]).toEqual([[1_000, 1_000]])
  })
})

function pausing(pauseMs: number): Device['workarounds'] {
  return { singleReads: false, blocks: [], pauseMs }
}
