import { createServer } from 'node:net'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Scenario } from '../../simulators/scenario.ts'
import { loadScenario, parseScenario } from '../../simulators/scenario-load.ts'
import type { Simulation } from '../../simulators/simulation.ts'
import { takePorts } from '../ports.ts'
import { example, portOf, smallFacility, virtual } from './plants.ts'
import { Wire } from './wire.ts'

const calm: Scenario = loadScenario('calm', example)
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

async function started(more: Parameters<typeof virtual>[1] = {}, scenario = calm): Promise<Simulation> {
  const simulation = virtual(scenario, more)
  simulations.push(simulation)
  await simulation.start()
  return simulation
}

function dial(simulation: Simulation, bus: string): Wire {
  const wire = new Wire(portOf(simulation, bus))
  wires.push(wire)
  return wire
}

const floatOf = (pdu: string | undefined) => Buffer.from(pdu ?? '', 'hex').readFloatBE(2)

/** GT-101: float32 at holding 0 of unit 1. */
const readGt101 = async (wire: Wire) => floatOf(await wire.ask(1, '03 0000 0002'))

describe('simulation of the example facility', () => {
  it('answers on every bus of every gateway', async () => {
    const simulation = await started()
    expect([...simulation.addresses().keys()]).toEqual(['gw-1/tank-line', 'gw-2/shed-line', 'gw-2/gas-line'])
    const [tanks, shed] = [dial(simulation, 'gw-1/tank-line'), dial(simulation, 'gw-2/shed-line')]
    expect(await readGt101(tanks)).toBeCloseTo(simulation.value('GT-101') ?? Number.NaN, 4)
    // LT-202, CDAB at input 110 of unit 2.
    const level = Buffer.from((await tanks.ask(2, '04 006e 0002')) ?? '', 'hex')
    const swapped = Buffer.concat([level.subarray(4, 6), level.subarray(2, 4)]).readFloatBE()
    expect(swapped).toBeCloseTo(simulation.value('LT-202') ?? Number.NaN, 4)
    // ST-401, bit 3 of input 40 of unit 2: the recorder is ready.
    expect(await shed.ask(2, '04 0028 0001')).toBe('04020008')
    // GT-108 ends at 15, H2S at 20 and 21: the hole between is read across, past the last it is not.
    expect(await tanks.ask(1, '03 0000 0016')).toHaveLength(2 * (2 + 44))
    expect(await tanks.ask(1, '03 0000 0017')).toBe('8302')
  })

  it('plays the leak into the registers as it is ticked', async () => {
    const simulation = await started({}, loadScenario('tour', example))
    const wire = dial(simulation, 'gw-1/tank-line')
    simulation.tick(14_000)
    expect(await readGt101(wire)).toBeLessThan(1)
    simulation.tick(16_000)
    expect(simulation.timeMs).toBe(30_000)
    expect(await readGt101(wire)).toBeGreaterThan(40)
  })

  it('keeps what does not fill a step for the next tick', async () => {
    const simulation = await started()
    for (let n = 0; n < 9; n++) simulation.tick(11)
    expect(simulation.timeMs).toBe(0)
    simulation.tick(1)
    expect(simulation.timeMs).toBe(100)
  })

  it('moves by its clock', async () => {
    let now = 0
    const clock = { wall: () => 0, monotonic: () => now }
    const simulation = await started({ speed: 2, clock })
    now = 1_000
    await vi.waitFor(() => expect(simulation.timeMs).toBe(2_000))
    // A machine that slept for a night goes on where it was.
    now = 30_000_000
    await vi.waitFor(() => expect(simulation.timeMs).toBe(12_000))
  })

  it('gives the tour NaN for the detector that dies, and its value again', async () => {
    const simulation = await started({}, loadScenario('tour', example))
    const wire = dial(simulation, 'gw-1/tank-line')
    simulation.tick(225_000)
    expect(simulation.value('GT-105')).toBeNaN()
    expect(await wire.ask(1, '03 0008 0002')).toBe('03047fc00000')
    simulation.tick(21_000)
    expect(floatOf(await wire.ask(1, '03 0008 0002'))).toBeCloseTo(0, 0)
  })

  it('falls silent and speaks again as the tour has it, the other unit of the line meanwhile', async () => {
    const simulation = await started({}, loadScenario('tour', example))
    const wire = dial(simulation, 'gw-2/shed-line')
    simulation.tick(255_000)
    expect(await wire.ask(1, '03 0000 0002', 60)).toBeUndefined()
    expect(await wire.ask(2, '04 0000 0002')).toMatch(/^0404/)
    simulation.tick(26_000)
    expect(await wire.ask(1, '03 0000 0002')).toMatch(/^0304/)
  })
})

describe('faults by hand', () => {
  it('forces a register at once and holds it', async () => {
    const simulation = await started()
    const wire = dial(simulation, 'gw-1/tank-line')
    simulation.force('GT-101', 33.5)
    expect(await readGt101(wire)).toBe(33.5)
    simulation.tick(5_000)
    expect(await readGt101(wire)).toBe(33.5)
    expect(simulation.value('GT-101')).toBe(33.5)
    simulation.force('GT-101', undefined)
    expect(Math.abs(await readGt101(wire))).toBeLessThan(1)
  })

  it('makes a sensor fail in each of the ways', async () => {
    const simulation = await started()
    const wire = dial(simulation, 'gw-1/tank-line')
    simulation.force('GT-101', 12)
    simulation.fail('GT-101', 'nan')
    expect(await readGt101(wire)).toBeNaN()
    simulation.fail('GT-101', undefined)
    expect(await readGt101(wire)).toBe(12)

    simulation.fail('GT-101', 'exception')
    expect(await wire.ask(1, '03 0000 0002')).toBe('8304')
    expect(await wire.ask(1, '03 0002 0002')).toMatch(/^0304/)
    simulation.fail('GT-101', undefined)
    expect(await readGt101(wire)).toBe(12)

    simulation.fail('GT-101', 'frozen')
    simulation.force('GT-101', 70)
    simulation.tick(1_000)
    expect(await readGt101(wire)).toBe(12)
    simulation.fail('GT-101', undefined)
    expect(await readGt101(wire)).toBe(70)
  })

  it('gives an integer without a measurement its sentinel', async () => {
    const simulation = await started()
    simulation.fail('GT-111', 'nan')
    expect(await dial(simulation, 'gw-1/tank-line').ask(1, '03 0014 0001')).toBe('03028000')
  })

  it('silences a device and lets it speak', async () => {
    const simulation = await started()
    const wire = dial(simulation, 'gw-1/tank-line')
    simulation.silence('gas-panel', true)
    expect(await wire.ask(1, '03 0000 0002', 60)).toBeUndefined()
    expect(await wire.ask(2, '04 006e 0002')).toMatch(/^0404/)
    simulation.silence('gas-panel', false)
    expect(await wire.ask(1, '03 0000 0002')).toMatch(/^0304/)
  })

  it.each(['gas-panel', 'tank-line', 'gw-1/tank-line'])('cuts %s and mends it', async (name) => {
    const simulation = await started()
    const [wire, other] = [dial(simulation, 'gw-1/tank-line'), dial(simulation, 'gw-2/shed-line')]
    expect(await wire.ask(1, '03 0000 0002')).toMatch(/^0304/)
    simulation.cut(name, true)
    await vi.waitFor(() => expect(wire.isClosed).toBe(true))
    expect(await other.ask(1, '03 0000 0002')).toMatch(/^0304/)
    simulation.cut(name, false)
    await vi.waitFor(async () =>
      expect(await dial(simulation, 'gw-1/tank-line').ask(1, '03 0000 0002')).toMatch(/^0304/),
    )
  })

  it.each([
    ['force', 'SENSOR_UNKNOWN', (s: Simulation) => s.force('nope', 1)],
    ['fail', 'SENSOR_UNKNOWN', (s: Simulation) => s.fail('nope', 'nan')],
    ['silence', 'DEVICE_UNKNOWN', (s: Simulation) => s.silence('nope', true)],
    ['cut', 'DEVICE_UNKNOWN', (s: Simulation) => s.cut('nope', true)],
  ] as const)('%s refuses what is not there', (_name, code, act) => {
    expect(() => act(virtual(calm))).toThrow(expect.objectContaining({ code }))
  })
})

describe('timeline', () => {
  it('sets, fails, disconnects and turns the wind for as long as it says', async () => {
    const text = `
timeline:
  - { at: 1s, duration: 2s, set: { sensor: G-1, value: 55 } }
  - { at: 1s, duration: 2s, dead-detector: { sensor: G-2, mode: exception, exception: 6 } }
  - { at: 4s, duration: 1s, disconnect: { bus: gw-2/c } }
`
    const facility = smallFacility()
    const simulation = await started({ facility }, parseScenario(text, 'x.yaml', facility))
    const wire = dial(simulation, 'gw-1/a')
    const far = dial(simulation, 'gw-2/c')
    simulation.tick(1_000)
    expect(floatOf(await wire.ask(1, '03 0000 0002'))).toBe(55)
    expect(await wire.ask(1, '03 0002 0001')).toBe('8306')
    simulation.tick(2_500)
    expect(Math.abs(floatOf(await wire.ask(1, '03 0000 0002')))).toBeLessThan(1)
    expect(await wire.ask(1, '03 0002 0001')).toMatch(/^0302/)
    expect(await far.ask(1, '01 0000 0001')).toBe('010101')
    simulation.tick(500)
    await vi.waitFor(() => expect(far.isClosed).toBe(true))
    simulation.tick(1_000)
    await vi.waitFor(async () =>
      expect(await dial(simulation, 'gw-2/c').ask(1, '01 0000 0001')).toBe('010101'),
    )
  })
})

describe('starting and stopping', () => {
  it('shares one server among buses of one address', async () => {
    const simulation = await started({ facility: smallFacility() })
    const addresses = simulation.addresses()
    expect(addresses.get('gw-1/a')).toEqual(addresses.get('gw-1/b'))
    expect(portOf(simulation, 'gw-2/c')).not.toBe(portOf(simulation, 'gw-1/a'))
    const wire = dial(simulation, 'gw-1/a')
    expect(floatOf(await wire.ask(2, '04 0000 0002'))).toBeCloseTo(5, 0)
  })

  it('refuses an address that is not this machine alone', async () => {
    const simulation = virtual(calm, { facility: smallFacility('', '0.0.0.0') })
    await expect(simulation.start()).rejects.toMatchObject({ code: 'NOT_LOOPBACK' })
  })

  it('says which port is taken, and lets go of those it had', async () => {
    const [first = 0, second = 0] = await takePorts(2)
    const taken = createServer()
    await new Promise<void>((resolve) => taken.listen(second, '127.0.0.1', resolve))
    const simulation = virtual(calm, {
      facility: smallFacility('', '127.0.0.1', [first, second]),
      ports: 'configured',
    })
    await expect(simulation.start()).rejects.toMatchObject({
      code: 'PORT_TAKEN',
      detail: expect.stringContaining(`127.0.0.1:${second}`),
    })
    const again = createServer()
    await new Promise<void>((resolve, reject) => {
      again.once('error', reject)
      again.listen(first, '127.0.0.1', () => resolve())
    })
    again.close()
    taken.close()
  })

  it('stops with clients connected and answers nobody afterwards', async () => {
    const simulation = await started()
    const wire = dial(simulation, 'gw-1/tank-line')
    expect(await wire.ask(1, '03 0000 0002')).toMatch(/^0304/)
    await simulation.stop()
    await vi.waitFor(() => expect(wire.isClosed).toBe(true))
    const late = dial(simulation, 'gw-1/tank-line')
    await vi.waitFor(() => expect(late.isClosed).toBe(true))
  })
})
