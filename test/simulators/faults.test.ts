import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseFacility } from '../../contracts/facility-load.ts'
import type { FaultParameters } from '../../simulators/fault/fault.ts'
import { FAULT_KINDS, FAULTS, type FaultKind } from '../../simulators/fault/fault-kinds.ts'
import { faultsPage } from '../../simulators/fault/faults-page.ts'
import { asciiFraming } from '../../simulators/modbus/ascii.ts'
import type { Framing } from '../../simulators/modbus/frame.ts'
import { mbapFraming } from '../../simulators/modbus/mbap.ts'
import { rtuFraming } from '../../simulators/modbus/rtu.ts'
import { loadScenario, parseScenario } from '../../simulators/scenario-load.ts'
import type { Simulation } from '../../simulators/simulation.ts'
import { example, portOf, virtual } from './plants.ts'
import { bytes, Wire } from './wire.ts'

/** Modbus devices that can have every fault, one to a framing, and an instrument that is asked. */
const gas = (id: string, address: number, more = '') =>
  `{ id: ${id}, kind: gas, unit: "%LEL", range: [0, 100], register: { address: ${address}, type: float32 }, alarms: { H: { when: high, limit: 20, deadband: 1 } }${more} }`
const modbus = (bus: string, driver: string, port: number) => `
      - { id: ${bus}, driver: ${driver}, host: 127.0.0.1, port: ${port}, timeout: 40ms, devices: [ { id: ${bus}-panel, unitId: 5,
          heartbeat: { register: { address: 10 }, within: 3s },
          status: [ { register: { address: 11 }, bits: [0, 3], means: { 1: good, 2: warm-up, 3: inhibited, 12: calibrating }, others: device-fault } ],
          sensors: [ ${gas(`${bus}-1`, 0)}, ${gas(`${bus}-2`, 2)} ] } ] }`
const facility = parseFacility(
  `
facility: { id: troubled }
gateways:
  - id: gw
    buses:
      ${modbus('tcp', 'modbus-tcp', 4101)}
      ${modbus('rtu', 'modbus-rtu-over-tcp', 4102)}
      ${modbus('ascii', 'modbus-ascii', 4103)}
      - { id: line, driver: serial-line, host: 127.0.0.1, port: 4104, timeout: 40ms, devices: [ { id: line-panel,
          line: { request: "?\\r", checksum: { kind: xor, marker: "*" } },
          sensors: [ { id: line-1, kind: gas, unit: "%LEL", range: [0, 100], register: { field: 1 }, alarms: { H: { when: high, limit: 20 } } } ] } ] }
      - { id: bare, driver: serial-line, host: 127.0.0.1, port: 4105, devices: [ { id: bare-panel, line: {},
          sensors: [ { id: bare-1, kind: state, unit: "1", register: { field: 1 } } ] } ] }
`,
  'troubled.yaml',
)
const quiet = parseScenario('{}', 'quiet.yaml', facility)

let simulation: Simulation
let wires: Wire[]

beforeEach(async () => {
  wires = []
  simulation = virtual(quiet, { facility })
  await simulation.start()
  for (const bus of ['tcp', 'rtu', 'ascii', 'line']) simulation.force(`${bus}-1`, 50)
})
afterEach(async () => {
  for (const wire of wires) wire.close()
  await simulation.stop()
})

const FRAMINGS: Readonly<Record<string, Framing>> = { tcp: mbapFraming, rtu: rtuFraming, ascii: asciiFraming }
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
const hex = (data: Uint8Array) => Buffer.from(data).toString('hex')
const TRANSACTION = 0x0102

function frame(bus: string, unit: number, pdu: string, transaction = TRANSACTION): string {
  const framing = FRAMINGS[bus]
  if (framing === undefined) return hex(Buffer.from(pdu, 'latin1'))
  return hex(framing.encode({ transaction: bus === 'tcp' ? transaction : 0, unit, pdu: bytes(pdu) }))
}

const REQUESTS: Readonly<Record<string, string>> = {
  tcp: frame('tcp', 5, '03 0000 0002'),
  rtu: frame('rtu', 5, '03 0000 0002'),
  ascii: frame('ascii', 5, '03 0000 0002'),
  line: frame('line', 0, '?\r'),
}

/** What comes back for one request, and nothing within some time. */
async function reply(bus: string, withinMs = 20_000): Promise<string> {
  const wire = new Wire(portOf(simulation, `gw/${bus}`))
  wires.push(wire)
  wire.send(REQUESTS[bus] ?? '')
  await Promise.race([once(wire.socket, 'data'), wait(withinMs)])
  // What is sent in one piece may still come in two.
  await wait(3)
  return wire.hex
}
const SHORT_MS = 25

const ANSWER = '03 04 42480000'
const GARBLED = '03 04 171d5555'
const lineText = (text: string) => hex(Buffer.from(text, 'latin1'))

describe('on the line', () => {
  const right = (bus: string) => (bus === 'line' ? lineText('50*05\r\n') : frame(bus, 5, ANSWER))
  const half = (text: string) => text.slice(0, 2 * Math.ceil(text.length / 4))

  const cases: [FaultKind, string, string][] = [
    ...['tcp', 'rtu', 'ascii', 'line'].flatMap((bus): [FaultKind, string, string][] => [
      ['no-answer', bus, ''],
      ['truncated', bus, half(right(bus))],
      ['merged', bus, right(bus) + right(bus)],
      ['late-answer', bus, ''],
      ['frozen-value', bus, right(bus)],
      ['reboot', bus, ''],
    ]),
    ...['tcp', 'rtu', 'ascii'].flatMap((bus): [FaultKind, string, string][] => [
      ['wrong-unit', bus, frame(bus, 6, ANSWER)],
      ['wrong-function', bus, frame(bus, 5, '04 04 42480000')],
      [
        'foreign-frame',
        bus,
        (bus === 'tcp' ? frame(bus, 5, GARBLED, 0x8102) : frame(bus, 6, GARBLED)) + right(bus),
      ],
      ...([2, 4, 5, 6, 10, 11] as const).map((code): [FaultKind, string, string] => [
        `exception-${code}`,
        bus,
        frame(bus, 5, `83 ${code.toString(16).padStart(2, '0')}`),
      ]),
    ]),
    ...['rtu', 'ascii', 'line'].map((bus): [FaultKind, string, string] => [
      'echo',
      bus,
      (REQUESTS[bus] ?? '') + right(bus),
    ]),
    [
      'crc-error',
      'rtu',
      frame('rtu', 5, ANSWER).replace(/..$/, (last) => hex(Uint8Array.of(Number.parseInt(last, 16) ^ 1))),
    ],
    ['crc-error', 'ascii', hex(asciiFraming.damage?.(bytes(frame('ascii', 5, ANSWER))) ?? new Uint8Array(0))],
    ['crc-error', 'line', lineText('50*00\r\n')],
    ['foreign-frame', 'line', lineText('?,-1,-1\r\n50*05\r\n')],
  ]

  it.each(cases)('%s over %s, and well again', async (kind, bus, sent) => {
    const device = `${bus}-panel`
    expect(await reply(bus)).toBe(right(bus))
    simulation.fault(device, kind, true)
    expect(await reply(bus, sent === '' ? SHORT_MS : undefined)).toBe(sent)
    simulation.fault(device, kind, false)
    expect(await reply(bus)).toBe(right(bus))
  })

  it('covers every kind that acts on the line', () => {
    const acting = FAULT_KINDS.filter((kind) => FAULTS[kind].acts === 'line')
    expect(new Set(cases.map(([kind]) => kind)).isSupersetOf(new Set(acting))).toBe(true)
  })

  it('a late answer comes after the timeout and its delay', async () => {
    simulation.fault('rtu-panel', 'late-answer', { delayMs: 30 })
    const before = performance.now()
    expect(await reply('rtu')).toBe(right('rtu'))
    // 40 ms of timeout and 30 ms; a timer may be a millisecond early.
    expect(performance.now() - before).toBeGreaterThan(69)
  })

  it('the echo comes at once, the late answer after it', async () => {
    // Later than any machine is busy.
    simulation.fault('rtu-panel', 'late-answer', { delayMs: 10_000 })
    simulation.fault('rtu-panel', 'echo', true)
    expect(await reply('rtu')).toBe(REQUESTS.rtu)
  })

  it('stray bytes hang on an answer', async () => {
    simulation.fault('rtu-panel', 'merged', { surplus: 'bytes' })
    expect(await reply('rtu')).toBe(`${right('rtu')}ff00`)
  })
})

describe('on values', () => {
  const value = (sensor = 'tcp-1') => simulation.value(sensor) ?? Number.NaN
  /** As the timeline does it: a forced value goes before the timeline, so these stand still by themselves. */
  const begin = (kind: FaultKind, on: FaultParameters | true = true) => {
    simulation.fault('tcp-panel', kind, on)
    simulation.tick(1_000)
  }

  it('frozen-value holds what was there, whatever is measured', () => {
    begin('frozen-value')
    simulation.force('tcp-1', 70)
    expect(value()).toBe(50)
    simulation.fault('tcp-panel', 'frozen-value', false)
    expect(value()).toBe(70)
  })

  it('concerns the sensor that it names alone', () => {
    begin('nan', { sensor: 'tcp-2' })
    expect(value('tcp-1')).toBe(50)
    expect(value('tcp-2')).toBeNaN()
  })

  it.each([
    ['nan', '7fc00000'],
    ['inf', '7f800000'],
  ] as const)('%s stands in the register', async (kind, bits) => {
    begin(kind)
    expect(await reply('tcp')).toBe(frame('tcp', 5, `03 04 ${bits}`))
  })

  it.each([
    ['inf', 'Inf'],
    ['nan', 'NaN'],
  ] as const)('%s stands in a record', async (kind, word) => {
    simulation.fault('line-panel', kind, true)
    expect(Buffer.from(await reply('line'), 'hex').toString('latin1')).toMatch(new RegExp(`^${word}\\*`))
  })

  it('over-range rises past full scale, falls and stays down', () => {
    simulation.fault('tcp-panel', 'over-range', true)
    const seen: number[] = []
    for (let n = 0; n < 15; n++) {
      simulation.tick(1_000)
      seen.push(value())
    }
    expect(Math.max(...seen)).toBeCloseTo(110, 5)
    expect(seen.indexOf(Math.max(...seen))).toBe(3)
    expect(seen.at(-1)).toBeCloseTo(40, 5)
    expect(value('tcp-2')).toBeCloseTo(40, 5)
  })

  it('noise wavers about the lowest high limit', () => {
    begin('noise')
    const seen = Array.from({ length: 60 }, () => {
      simulation.tick(1_000)
      return value('tcp-2')
    })
    expect(seen.filter((each) => each >= 20).length).toBeGreaterThan(10)
    expect(seen.filter((each) => each < 20).length).toBeGreaterThan(10)
    for (const each of seen) expect(Math.abs(each - 20)).toBeLessThanOrEqual(2)
  })

  it.each([
    [true, 0.05],
    [{ rate: 2 }, 2],
  ] as const)('drift falls steadily (%j)', (on, rate) => {
    simulation.fault('tcp-panel', 'drift', on)
    simulation.tick(10_000)
    expect(value()).toBeCloseTo(50 - 10 * rate, 5)
  })
})

describe('on the device', () => {
  /** Heartbeat and status word. */
  async function own(): Promise<[beat: number, status: number]> {
    const wire = new Wire(portOf(simulation, 'gw/tcp'))
    wires.push(wire)
    const answer = Buffer.from((await wire.ask(5, '03 000a 0002')) ?? '', 'hex')
    return [answer.readUInt16BE(2), answer.readUInt16BE(4)]
  }

  it('is well by itself: status good, heartbeat three times within its time', async () => {
    expect(await own()).toEqual([0, 1])
    simulation.tick(3_000)
    expect(await own()).toEqual([3, 1])
    simulation.tick(900)
    expect(await own()).toEqual([3, 1])
    simulation.tick(100)
    expect(await own()).toEqual([4, 1])
  })

  it('frozen-heartbeat stands still while the values go on', async () => {
    simulation.fault('tcp-panel', 'frozen-heartbeat', true)
    simulation.tick(10_000)
    simulation.force('tcp-1', 30)
    expect(await own()).toEqual([0, 1])
    expect(await reply('tcp')).toBe(frame('tcp', 5, '03 04 41f00000'))
    simulation.fault('tcp-panel', 'frozen-heartbeat', false)
    expect(await own()).toEqual([10, 1])
  })

  it('frozen-value lets the heartbeat go on', async () => {
    simulation.fault('tcp-panel', 'frozen-value', true)
    simulation.tick(5_000)
    expect(await own()).toEqual([5, 1])
  })

  it('warm-up says so, and its values come down', async () => {
    simulation.fault('tcp-panel', 'warm-up', true)
    expect(await own()).toEqual([0, 2])
    expect(simulation.value('tcp-2')).toBeGreaterThan(80)
    simulation.tick(120_000)
    expect(simulation.value('tcp-2')).toBeLessThan(5)
    simulation.fault('tcp-panel', 'warm-up', false)
    expect((await own())[1]).toBe(1)
  })

  it('inhibit says so and holds its values', async () => {
    simulation.fault('tcp-panel', 'inhibit', true)
    simulation.force('tcp-1', 99)
    expect((await own())[1]).toBe(3)
    expect(simulation.value('tcp-1')).toBe(50)
  })

  it('calibration says so, with test gas', async () => {
    simulation.fault('tcp-panel', 'calibration', true)
    expect((await own())[1]).toBe(12)
    expect(simulation.value('tcp-2')).toBe(50)
  })

  it('reboot is silent, then counts from 0 and warms up', async () => {
    simulation.tick(10_000)
    simulation.fault('tcp-panel', 'reboot', { silenceMs: 2_000 })
    expect(await reply('tcp', SHORT_MS)).toBe('')
    simulation.tick(2_000)
    expect(await own()).toEqual([0, 2])
    simulation.tick(3_000)
    expect(await own()).toEqual([3, 2])
    simulation.fault('tcp-panel', 'reboot', false)
    simulation.tick(1_000)
    expect(await own()).toEqual([4, 1])
  })
})

describe('what cannot be', () => {
  it.each([
    ['crc-error', 'tcp-panel', {}, 'a checksum'],
    ['crc-error', 'bare-panel', {}, 'a checksum'],
    ['echo', 'tcp-panel', {}, 'a serial line'],
    ['echo', 'bare-panel', {}, 'sends by itself'],
    ['late-answer', 'bare-panel', {}, 'sends by itself'],
    ['wrong-unit', 'line-panel', {}, 'a Modbus device'],
    ['wrong-function', 'line-panel', {}, 'a Modbus device'],
    ['exception-4', 'line-panel', {}, 'a Modbus device'],
    ['frozen-heartbeat', 'line-panel', {}, 'a heartbeat'],
    ['warm-up', 'line-panel', {}, 'a status that means warm-up'],
    ['inhibit', 'line-panel', {}, 'a status that means inhibited'],
    ['calibration', 'line-panel', {}, 'a status that means calibrating'],
    ['nan', 'bare-panel', {}, 'more than a bit'],
    ['noise', 'bare-panel', {}, 'a high alarm'],
    ['nan', 'tcp-panel', { sensor: 'rtu-1' }, 'no sensor "rtu-1"'],
    ['nan', 'tcp-panel', { delayMs: 3 }, 'takes no delay'],
  ] as const)('%s of %s %j', (kind, device, parameters, why) => {
    expect(() => simulation.fault(device, kind, parameters)).toThrow(
      expect.objectContaining({ code: 'FAULT_UNSUITED', detail: expect.stringContaining(why) }),
    )
  })

  it('a device that is not there', () => {
    expect(() => simulation.fault('nope', 'nan', true)).toThrow(
      expect.objectContaining({ code: 'DEVICE_UNKNOWN' }),
    )
  })

  it.each([
    ['an unknown device', '{ device: tpc-panel, kind: nan }', 'did you mean "tcp-panel"'],
    ['an unknown kind', '{ device: tcp-panel, kind: nann }', 'nan'],
    ['a fault that the device cannot have', '{ device: tcp-panel, kind: echo }', 'a serial line'],
    [
      'a parameter that the fault does not take',
      '{ device: tcp-panel, kind: nan, delay: 1s }',
      'takes no delay',
    ],
  ])('%s in a scenario', (_name, fault, why) => {
    const text = `timeline: [ { at: 1s, duration: 1s, fault: ${fault} } ]`
    expect(() => parseScenario(text, 'x.yaml', facility)).toThrow(
      expect.objectContaining({ code: 'SCENARIO_INVALID', message: expect.stringContaining(why) }),
    )
  })
})

describe('in a scenario', () => {
  it('begins, ends and is told', async () => {
    const text = `
loop: 10s
timeline:
  - { at: 1s, duration: 2s, fault: { device: rtu-panel, kind: exception-6 } }
  - { at: 5s, duration: 2s, fault: { device: rtu-panel, kind: reboot, silence: 1s } }
`
    await simulation.stop()
    const told: string[] = []
    simulation = virtual(parseScenario(text, 'x.yaml', facility), {
      facility,
      onEvent: ({ phase, description }) => told.push(`${phase} ${description}`),
    })
    await simulation.start()
    simulation.tick(1_000)
    expect(await reply('rtu')).toBe(frame('rtu', 5, '83 06'))
    simulation.tick(2_000)
    expect(await reply('rtu')).not.toBe(frame('rtu', 5, '83 06'))
    simulation.tick(2_500)
    expect(await reply('rtu', SHORT_MS)).toBe('')
    simulation.tick(1_000)
    expect(await reply('rtu')).not.toBe('')
    // The next lap has it again.
    simulation.tick(4_500)
    expect(await reply('rtu')).toBe(frame('rtu', 5, '83 06'))
    expect(told).toEqual([
      'begins rtu-panel: exception-6 for 2s',
      'ends rtu-panel: exception-6 for 2s',
      'begins rtu-panel: reboot for 2s',
      'ends rtu-panel: reboot for 2s',
      'begins rtu-panel: exception-6 for 2s',
    ])
  })

  it('field-trouble plays every fault that the example plant can have', () => {
    const played = loadScenario('field-trouble', example).timeline.flatMap(({ effect }) =>
      effect.kind === 'fault' ? [effect.fault.kind] : [],
    )
    const impossible = FAULT_KINDS.filter((kind) =>
      example.gateways
        .flatMap(({ buses }) => buses.flatMap(({ devices }) => devices))
        .every(({ id }) => {
          try {
            virtual(loadScenario('calm', example)).fault(id, kind, true)
            return false
          } catch {
            return true
          }
        }),
    )
    expect([...new Set(played), ...impossible].sort()).toEqual([...FAULT_KINDS].sort())
  })
})

it('the page of the faults is that of the table', () => {
  const page = readFileSync(new URL('../../docs/reference/faults.md', import.meta.url), 'utf8')
  expect(page).toBe(faultsPage())
})
