import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { parseScenario } from '../../../simulators/scenario-load.ts'
import type { Simulation } from '../../../simulators/simulation.ts'
import { temporaryFolder } from '../../temporary-folder.ts'
import { portOf, virtual } from '../plants.ts'
import { Wire } from '../wire.ts'
import { array, type ReadFrame, readFrames, STARTED_AT } from './seismographs.ts'
import { decodeSteim1 } from './steim1-reader.ts'

let simulations: Simulation[]
let wires: Wire[]

beforeEach(() => {
  simulations = []
  wires = []
})
afterEach(async () => {
  for (const wire of wires) wire.close()
  await Promise.all(simulations.map((simulation) => simulation.stop()))
})

async function started(scenario = '{}', folder = '.'): Promise<Simulation> {
  const simulation = virtual(parseScenario(scenario, join(folder, 'quakes.yaml'), array), {
    facility: array,
    startedAt: STARTED_AT,
  })
  simulations.push(simulation)
  await simulation.start()
  return simulation
}

function dial(simulation: Simulation, bus: string): Wire {
  const wire = new Wire(portOf(simulation, `gw/${bus}`))
  wires.push(wire)
  return wire
}

/** Plays, and waits for all that two stations have sent: a frame each for every 100 ms that is not lost. */
async function frames(
  simulation: Simulation,
  wire: Wire,
  { ms, lost = 0 }: { ms: number; lost?: number },
): Promise<ReadFrame[]> {
  const before = readFrames(wire.received).length
  simulation.tick(ms)
  const expected = (2 * ms) / 100 - lost
  await vi.waitFor(() => expect(readFrames(wire.received).length - before).toBe(expected))
  return readFrames(wire.received).slice(before)
}

async function heard(simulation: Simulation): Promise<Wire> {
  const wire = dial(simulation, 'frames')
  // The first frame shows that the connection is taken.
  await vi.waitFor(() => {
    simulation.tick(100)
    expect(wire.received.length).toBeGreaterThan(0)
  })
  simulation.tick(100)
  const newest = STARTED_AT + simulation.timeMs - 100
  await vi.waitFor(() =>
    expect(
      readFrames(wire.received)
        .slice(-2)
        .map(({ timeMs }) => timeMs),
    ).toEqual([newest, newest]),
  )
  wire.received = Buffer.alloc(0)
  return wire
}

const of = (list: readonly ReadFrame[], station: number) => list.filter((frame) => frame.station === station)
/** Acceleration of a channel, Gal, its mean taken off. */
function gals(list: readonly ReadFrame[], channel: 0 | 1 | 2): number[] {
  const counts = list.flatMap((frame) => frame.channels[channel])
  const mean = counts.reduce((sum, value) => sum + value, 0) / counts.length
  return counts.map((value) => (value - mean) / 1_000)
}
const peak = (values: readonly number[]) => Math.max(...values.map(Math.abs))

describe('frames', () => {
  it('come ten times a second from every station, one after the other, dated by simulated time', async () => {
    const simulation = await started()
    const wire = await heard(simulation)
    const begun = simulation.timeMs
    const list = await frames(simulation, wire, { ms: 2_000 })
    for (const [station, rate] of [
      [1, 100],
      [2, 200],
    ] as const) {
      const own = of(list, station)
      expect(own).toHaveLength(20)
      for (const [index, frame] of own.entries()) {
        expect(frame).toMatchObject({ flags: 1, rate, sequence: (own[0]?.sequence ?? 0) + index })
        expect(frame.timeMs).toBe(STARTED_AT + begun + 100 * index)
        expect(frame.channels.map((channel) => channel.length)).toEqual([rate / 10, rate / 10, rate / 10])
      }
    }
    expect(peak(gals(of(list, 1), 0))).toBeGreaterThan(0.2)
    expect(peak(gals(of(list, 1), 0))).toBeLessThan(2)
  })

  it('are the same for the same seed, in whatever steps it is played', async () => {
    const [first, second] = [await started(), await started()]
    const [one, other] = [dial(first, 'frames'), dial(second, 'frames')]
    await Promise.all(
      [one, other].map((wire) => new Promise((resolve) => wire.socket.once('connect', resolve))),
    )
    await new Promise((resolve) => setTimeout(resolve, 50))
    first.tick(3_000)
    for (const ms of [130, 70, 900, 1_900]) second.tick(ms)
    await vi.waitFor(() => expect(readFrames(one.received)).toHaveLength(60))
    await vi.waitFor(() => expect(other.received.equals(one.received)).toBe(true))
  })

  it('stop while a device is silent, and go on with the numbers between lost', async () => {
    const simulation = await started()
    const wire = await heard(simulation)
    const [last] = of(await frames(simulation, wire, { ms: 100 }), 1)
    simulation.silence('SG-1', true)
    const alone = await frames(simulation, wire, { ms: 1_000, lost: 10 })
    expect(of(alone, 1)).toEqual([])
    simulation.silence('SG-1', false)
    const [next] = of(await frames(simulation, wire, { ms: 100 }), 1)
    expect((next?.sequence ?? 0) - (last?.sequence ?? 0)).toBe(11)
    expect((next?.timeMs ?? 0) - (last?.timeMs ?? 0)).toBe(1_100)
  })

  it('are for nobody once a connection is cut, and for who comes back', async () => {
    const simulation = await started()
    const wire = await heard(simulation)
    simulation.cut('frames', true)
    await vi.waitFor(() => expect(wire.isClosed).toBe(true))
    simulation.tick(1_000)
    simulation.cut('frames', false)
    await new Promise((resolve) => setTimeout(resolve, 50))
    const again = await heard(simulation)
    expect(of(await frames(simulation, again, { ms: 500 }), 1)).toHaveLength(5)
  })
})

describe('what a timeline does to seismographs', () => {
  const played = async (timeline: string, ms: number, more = '', folder = '.') => {
    const simulation = await started(`{ ${more} timeline: [ ${timeline} ] }`, folder)
    const wire = dial(simulation, 'frames')
    await new Promise((resolve) => wire.socket.once('connect', resolve))
    await new Promise((resolve) => setTimeout(resolve, 50))
    return { simulation, wire, play: (lost = 0) => frames(simulation, wire, { ms, lost }) }
  }

  it('an earthquake reaches the stations one after the other, each by its site', async () => {
    const { play } = await played(
      '{ at: 2s, duration: 10s, earthquake: { peak: 100, distance: 20, from: 0 } }',
      16_000,
      'plant: { seismographs: { SG-1: { at: [0, 0], machinery: 0 }, SG-2: { at: [0, -600], site: 0.5, machinery: 0 } } },',
    )
    const list = await play()
    // Channel 2 of SG-2 is north-south, upside down; channel 1 is up-down.
    const onset = (station: number, channel: 0 | 1 | 2) => {
      const rate = station === 1 ? 100 : 200
      return gals(of(list, station), channel).findIndex((gal) => Math.abs(gal) > 0.2) / rate
    }
    expect(onset(1, 2)).toBeGreaterThan(2)
    expect(onset(1, 2)).toBeLessThan(3.5)
    // 600 m at 300 m/s; where noise first passes a threshold is a matter of chance.
    expect(onset(2, 0) - onset(1, 2)).toBeGreaterThan(1)
    expect(onset(2, 0) - onset(1, 2)).toBeLessThan(3)
    const most = (station: number) =>
      Math.max(...([0, 1, 2] as const).map((c) => peak(gals(of(list, station), c))))
    expect(most(1)).toBeGreaterThan(60)
    expect(most(1)).toBeLessThan(110)
    expect(most(2) / most(1)).toBeGreaterThan(0.35)
    expect(most(2) / most(1)).toBeLessThan(0.65)
  })

  it('a bump is felt by one station alone, with its axes where they are', async () => {
    const { play } = await played('{ at: 1s, bump: { device: SG-2, peak: 200 } }', 3_000)
    const list = await play()
    expect([0, 1, 2].map((channel) => peak(gals(of(list, 1), channel as 0)) < 3)).toEqual([true, true, true])
    const [ud, ns, ew] = ([0, 1, 2] as const).map((channel) => peak(gals(of(list, 2), channel)))
    expect(ns).toBeGreaterThan(120)
    expect(ew).toBeGreaterThan(60)
    expect(ud).toBeLessThan(50)
    // It counts downwards: the first blow, positive on the axis, is negative on the channel.
    const first = gals(of(list, 2), 1).find((gal) => Math.abs(gal) > 30) ?? 0
    expect(first).toBeLessThan(0)
  })

  it('a record comes out as it went in, at the count', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'record.csv'), `ns,ew,ud\n${'0,0,0\n'.repeat(50)}${'1.5,-2,3\n'.repeat(50)}`)
    const { play } = await played(
      '{ at: 500ms, accelerogram: { file: record.csv, from: 500ms, devices: [SG-1] } }',
      1_500,
      'plant: { seismographs: { SG-1: { at: [0, 0], machinery: 0 } } },',
      folder,
    )
    const list = await play()
    const counts = ([0, 1, 2] as const).map((channel) =>
      of(list, 1).flatMap((frame) => frame.channels[channel]),
    )
    for (const [channel, gal] of [1.5, -2, 3].entries()) {
      const own = counts[channel] ?? []
      const offset = own[0] ?? 0
      expect(own.map((value) => value - offset).slice(50, 100)).toEqual(Array(50).fill(gal * 1_000))
      expect(own.filter((value) => value !== offset)).toHaveLength(50)
    }
    expect(peak(gals(of(list, 2), 0))).toBeLessThan(2)
  })

  it.each([
    ['dead-channel, axis: ew', [true, false, true]],
    ['gap', []],
  ])('{ kind: %s } and well again', async (fault, moves) => {
    const { play } = await played(
      `{ at: 0s, duration: 1s, seismograph-fault: { device: SG-1, kind: ${fault} } }`,
      2_000,
    )
    const own = of(await play(moves.length === 0 ? 9 : 0), 1)
    const during = own.filter(({ timeMs }) => timeMs < STARTED_AT + 900)
    const after = own.filter(({ timeMs }) => timeMs >= STARTED_AT + 1_000)
    const isMoving = (list: readonly ReadFrame[]) =>
      ([0, 1, 2] as const).map(
        (channel) => new Set(list.flatMap((frame) => frame.channels[channel])).size > 1,
      )
    expect(isMoving(after)).toEqual([true, true, true])
    if (moves.length === 0) expect(during).toEqual([])
    else expect(isMoving(during)).toEqual(moves)
    expect(after[0]?.sequence).toBe(10)
  })

  it('clipping is at full scale and says so', async () => {
    const { play } = await played('{ at: 0s, seismograph-fault: { device: SG-1, kind: clipping } }', 1_000)
    const own = of(await play(), 1)
    const end = Math.round(1_961.33 * 1_000)
    expect(Math.max(...own.flatMap(({ channels }) => channels[0]))).toBeLessThanOrEqual(end)
    expect(
      own.flatMap(({ channels }) => channels.flat()).filter((count) => Math.abs(count) === end).length,
    ).toBeGreaterThan(0)
    expect(own.some(({ flags }) => flags === 3)).toBe(true)
    for (const { flags, channels } of own)
      expect(flags).toBe(channels.flat().some((count) => Math.abs(count) === end) ? 3 : 1)
  })

  it.each([
    ['clock, offset: -2.5', 1, STARTED_AT - 2_500],
    ['no-clock', 0, 0],
    ['free-clock', 0, STARTED_AT],
  ])('{ kind: %s } has flags %d and another time', async (fault, flags, timeMs) => {
    const { play } = await played(`{ at: 0s, seismograph-fault: { device: SG-1, kind: ${fault} } }`, 500)
    const list = await play()
    expect(of(list, 1)[0]).toMatchObject({ flags, timeMs })
    expect(of(list, 2)[0]).toMatchObject({ flags: 1, timeMs: STARTED_AT })
  })
})

describe('a scenario', () => {
  it.each([
    [
      'timeline: [ { at: 0s, bump: { device: SG-9 } } ]',
      'no device of driver seismic is called "SG-9", did you mean',
    ],
    [
      'timeline: [ { at: 0s, seismograph-fault: { device: SG-1, kind: gap, axis: ud } } ]',
      'gap takes no axis',
    ],
    [
      'timeline: [ { at: 0s, seismograph-fault: { device: SG-1, kind: gap, offset: 1 } } ]',
      'gap takes no offset',
    ],
    ['timeline: [ { at: 0s, seismograph-fault: { device: SG-1, kind: dead } } ]', 'dead-channel'],
    ['timeline: [ { at: 0s, accelerogram: { file: none.csv } } ]', 'none.csv'],
    ['timeline: [ { at: 0s, accelerogram: { file: none.csv, devices: [SG-1, XX] } } ]', '"XX"'],
    [
      'timeline: [ { at: 0s, set: { sensor: SG-1.pga, value: 3 } } ]',
      'no sensor that a gateway reads is called "SG-1.pga"',
    ],
    ['timeline: [ { at: 0s, fault: { device: SG-1, kind: nan } } ]', 'nan is none of a seismograph'],
    [
      'plant: { seismographs: { SG-1.pga: { at: [0, 0] } } }',
      'no device of driver seismic is called "SG-1.pga"',
    ],
  ])('{ %s } is refused', (text, detail) => {
    expect(() => parseScenario(`{ ${text} }`, 'wrong.yaml', array)).toThrow(
      expect.objectContaining({ code: 'SCENARIO_INVALID', message: expect.stringContaining(detail) }),
    )
  })
})

describe('a ring of registers', () => {
  it('is asked over Modbus TCP', async () => {
    const simulation = await started()
    const wire = dial(simulation, 'ring')
    simulation.tick(6_000)
    const head = Buffer.from((await wire.ask(3, '04 0000 0009')) ?? '', 'hex').subarray(2)
    expect(head.readUInt32BE(0)).toBe(600)
    expect(head.readUInt32BE(4) * 1_000 + head.readUInt32BE(8) / 1_000).toBe(STARTED_AT + 5_990)
    expect([12, 14, 16].map((at) => head.readUInt16BE(at))).toEqual([100, 512, 1])
    // Sample 599 in slot 87, six registers to a slot.
    const slot = await wire.ask(3, `04 ${(100 + 6 * 87).toString(16).padStart(4, '0')} 0006`)
    expect(slot).toHaveLength(2 * (2 + 12))
    expect(await wire.ask(3, `04 ${(100 + 6 * 512).toString(16).padStart(4, '0')} 0001`)).toBe('8402')
    simulation.silence('SG-3', true)
    expect(await wire.ask(3, '04 0000 0009', 50)).toBeUndefined()
  })
})

describe('a SeedLink server', () => {
  const asked = async (wire: Wire, line: string) => {
    wire.received = Buffer.alloc(0)
    wire.socket.write(`${line}\r\n`)
    await vi.waitFor(() => expect(wire.received.length).toBeGreaterThan(0))
    return wire.received.toString('latin1')
  }
  const packets = (wire: Wire) =>
    Array.from({ length: Math.floor(wire.received.length / 520) }, (_, index) => {
      const packet = wire.received.subarray(520 * index, 520 * (index + 1))
      const record = packet.subarray(8)
      return {
        head: packet.subarray(0, 8).toString('latin1'),
        name: record.subarray(8, 20).toString('latin1'),
        count: record.readUInt16BE(30),
        second: record[26],
        quality: record[38],
        samples: () => decodeSteim1(record.subarray(64), record.readUInt16BE(30)),
      }
    })

  it('answers a handshake, refuses what it has not, and streams what was selected', async () => {
    const simulation = await started()
    const wire = dial(simulation, 'link')
    expect(await asked(wire, 'HELLO')).toMatch(/^SeedLink v3.*\r\n.+\r\n$/)
    expect(await asked(wire, 'DATA')).toBe('ERROR\r\n')
    expect(await asked(wire, 'STATION DMO9 XX')).toBe('ERROR\r\n')
    for (const line of ['STATION DMO4 XX', 'SELECT 00HNN.D', 'SELECT 00HNZ.D', 'DATA'])
      expect(await asked(wire, line)).toBe('OK\r\n')
    expect(await asked(wire, 'NONSENSE')).toBe('ERROR\r\n')
    wire.received = Buffer.alloc(0)
    wire.socket.write('END\r\n')
    await new Promise((resolve) => setTimeout(resolve, 30))
    simulation.tick(3_000)
    await vi.waitFor(() => expect(packets(wire)).toHaveLength(6))
    const list = packets(wire)
    // The packets of the channel that nobody wants have numbers too.
    expect(list.map(({ head }) => head)).toEqual(
      ['0', '2', '3', '5', '6', '8'].map((digit) => `SL00000${digit}`),
    )
    expect(list.map(({ name }) => name)).toEqual(
      ['N', 'Z', 'N', 'Z', 'N', 'Z'].map((axis) => `DMO4 00HN${axis}XX`),
    )
    expect(list.map(({ count, second, quality }) => [count, second, quality])).toEqual(
      [0, 0, 1, 1, 2, 2].map((second) => [100, second, 0]),
    )
    expect(list.map(({ samples }) => new Set(samples()).size > 10)).toEqual(Array(6).fill(true))
  })

  it('goes on after a sequence that is still there, and has an ERROR for another', async () => {
    const simulation = await started()
    const wire = dial(simulation, 'link')
    simulation.tick(4_000)
    await asked(wire, 'HELLO')
    expect(await asked(wire, 'STATION DMO5 XX')).toBe('OK\r\n')
    expect(await asked(wire, 'DATA 00FFFF')).toBe('ERROR\r\n')
    // Twelve packets: number 12 is the next.
    expect(await asked(wire, 'DATA 00000D')).toBe('ERROR\r\n')
    expect(await asked(wire, 'DATA 000009')).toBe('OK\r\n')
    wire.received = Buffer.alloc(0)
    wire.socket.write('END\r\n')
    await vi.waitFor(() =>
      expect(packets(wire).map(({ head }) => head)).toEqual(['SL000009', 'SL00000A', 'SL00000B']),
    )
    expect(packets(wire)[0]?.name).toBe('DMO5   HNNXX')
  })

  it('begins a record where a gap ends, and marks a clock that has lost its reference', async () => {
    const simulation = await started(
      `{ timeline: [ { at: 500ms, duration: 300ms, seismograph-fault: { device: SG-4, kind: gap } },
                     { at: 2500ms, duration: 100ms, seismograph-fault: { device: SG-4, kind: free-clock } } ] }`,
    )
    const wire = dial(simulation, 'link')
    for (const line of ['STATION DMO4 XX', 'SELECT HN?.D', 'DATA']) await asked(wire, line)
    wire.received = Buffer.alloc(0)
    wire.socket.write('END\r\n')
    await new Promise((resolve) => setTimeout(resolve, 30))
    simulation.tick(4_000)
    await vi.waitFor(() => expect(packets(wire).length).toBeGreaterThanOrEqual(12))
    const ns = packets(wire).filter(({ name }) => name.includes('HNN'))
    // 0 to 0.5 s, then 0.8 to 1.8 s and so on.
    expect(ns.map(({ count, quality }) => [count, quality])).toEqual([
      [40, 0],
      [100, 0],
      [100, 0x80],
      [100, 0],
    ])
  })
})
