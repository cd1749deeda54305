import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseFacility } from '../../contracts/facility-load.ts'
import { polledSensors } from '../../contracts/polled-sensors.ts'
import { stepDetector } from '../../simulators/plant/detector.ts'
import { concentrationsAt, type Puff, stepCloud } from '../../simulators/plant/gas-cloud.ts'
import { arrivalDelayMs, attenuatedPeak, envelope, stepPeak } from '../../simulators/plant/ground-motion.ts'
import { bell, slowSwing, streamOf, uniform } from '../../simulators/plant/noise.ts'
import { wirePlant } from '../../simulators/plant/plan.ts'
import { NOTHING_HAPPENS, type PlantState, startPlant, stepPlant } from '../../simulators/plant/plant.ts'
import { restingValue, restOf } from '../../simulators/plant/rest.ts'
import { concentrationIn, type Gas } from '../../simulators/plant/substances.ts'
import { airVelocity, type Position, STILL, turned } from '../../simulators/plant/wind.ts'
import { loadScenario } from '../../simulators/scenario-load.ts'
import { beyond, example } from './plants.ts'

const source = (seed: number) => ({ seed, stream: streamOf('GT-101') })

describe('noise', () => {
  it('is the same for the same seed, stream and step, and another for any other', () => {
    expect(bell(source(1), 7)).toBe(bell(source(1), 7))
    expect(bell(source(1), 7)).not.toBe(bell(source(2), 7))
    expect(bell(source(1), 7)).not.toBe(bell(source(1), 8))
    expect(bell(source(1), 7)).not.toBe(bell({ seed: 1, stream: streamOf('GT-102') }, 7))
  })

  it('is bounded, centred and of the spread it promises', () => {
    const many = Array.from({ length: 20_000 }, (_, step) => bell(source(3), step))
    const mean = many.reduce((sum, x) => sum + x, 0) / many.length
    const spread = Math.sqrt(many.reduce((sum, x) => sum + (x - mean) ** 2, 0) / many.length)
    expect(Math.max(...many.map(Math.abs))).toBeLessThanOrEqual(3)
    expect(mean).toBeCloseTo(0, 1)
    expect(spread).toBeCloseTo(1, 1)
    expect(Math.max(...many.map((_, t) => Math.abs(slowSwing(source(3), t * 1000))))).toBeLessThanOrEqual(1)
  })

  it('fills [0, 1) evenly', () => {
    const tenths = new Array<number>(10).fill(0)
    for (let step = 0; step < 10_000; step++) {
      const tenth = Math.floor(10 * uniform(source(5), step))
      tenths[tenth] = (tenths[tenth] ?? 0) + 1
    }
    for (const count of tenths) expect(Math.abs(count - 1000)).toBeLessThan(150)
  })
})

describe('gas', () => {
  it('follows the steady plume Q / (pi u sigma^2) on its axis', () => {
    let puffs: readonly Puff[] = []
    for (let step = 1; step <= 600; step++) {
      // As heavy as air.
      const leaks = [{ gas: 'CO' as const, at: [0, 0] as const, height: 0, rate: 0.3 }]
      puffs = stepCloud(puffs, { stepMs: 100, air: [2, 0], leaks, emits: step % 5 === 0 })
    }
    for (const way of [4, 8, 16]) {
      const sigma = 0.5 + 0.25 * way
      const expected = 0.3 / (Math.PI * 2 * sigma ** 2)
      // The formula takes the plume as not spreading along the wind, which is rough close to the source.
      expect((concentrationsAt(puffs, [way, 0]).get('CO') ?? 0) / expected).toBeGreaterThan(0.8)
      expect((concentrationsAt(puffs, [way, 0]).get('CO') ?? 0) / expected).toBeLessThan(1.6)
    }
    expect(concentrationsAt(puffs, [-20, 0]).get('CO') ?? 0).toBeLessThan(1e-8)
  })

  const cloud = (gas: Gas, height: number, air: Position = [1, 0]): readonly Puff[] => {
    let puffs: readonly Puff[] = []
    for (let step = 1; step <= 300; step++) {
      const leaks = [{ gas, at: [0, 0] as const, height, rate: 0.3 }]
      puffs = stepCloud(puffs, { stepMs: 100, air, leaks, emits: step % 5 === 0 })
    }
    return puffs
  }

  it.each([
    // Gas, where it leaks, and where it is thicker 8 m downwind: at 4 m or at the ground.
    ['CH4', 0, 'high'],
    ['H2', 0, 'high'],
    ['CO', 0, 'low'],
    ['Cl2', 2, 'low'],
    ['C3H8', 1, 'low'],
  ] as const)('%s that leaks at %d m is thicker %s up', (gas, height, where) => {
    const puffs = cloud(gas, height, [0.5, 0])
    const [low, high] = [0, 4].map((z) => concentrationsAt(puffs, [8, 0], z).get(gas) ?? 0)
    if (low === undefined || high === undefined) throw new Error('two heights')
    expect(low > high).toBe(where === 'low')
    expect(Math.min(...puffs.map((puff) => puff.height))).toBeGreaterThanOrEqual(0)
  })

  it('keeps its mass: what passes through a plane across the wind is what leaks', () => {
    const puffs = cloud('CO', 3)
    let flux = 0
    const step = 0.5
    for (let y = -12; y <= 12; y += step)
      for (let z = step / 2; z <= 16; z += step)
        flux += (concentrationsAt(puffs, [8, y], z).get('CO') ?? 0) * step * step
    // At 1 m/s; a wind puff grows along its way, so that a plane sees a little more or less of it.
    expect(flux / 0.3).toBeGreaterThan(0.8)
    expect(flux / 0.3).toBeLessThan(1.2)
  })

  it('reaches the nearer detector first', () => {
    const seen = new Map<number, number>()
    let puffs: readonly Puff[] = []
    for (let step = 1; step <= 300; step++) {
      const leaks = [{ gas: 'Cl2' as const, at: [0, 0] as const, height: 0, rate: 0.05 }]
      puffs = stepCloud(puffs, { stepMs: 100, air: [1, 0], leaks, emits: step % 5 === 0 })
      for (const way of [3, 6, 12])
        if (!seen.has(way) && (concentrationsAt(puffs, [way, 0]).get('Cl2') ?? 0) > 1e-6) seen.set(way, step)
    }
    const [near = 0, middle = 0, far = 0] = [3, 6, 12].map((way) => seen.get(way))
    expect(near).toBeGreaterThan(0)
    expect(middle).toBeGreaterThan(near)
    expect(far).toBeGreaterThan(middle)
  })

  it('goes with a wind that turns', () => {
    const wind = { speed: 3, from: 180, turn: 90 }
    const blow = (sinceMs: number) => airVelocity(turned(wind, sinceMs), STILL)
    expect(blow(0)[0]).toBeCloseTo(0)
    expect(blow(0)[1]).toBeCloseTo(3)
    // A southerly that has veered by a quarter is a westerly.
    expect(blow(60_000)[0]).toBeCloseTo(3)
    expect(blow(60_000)[1]).toBeCloseTo(0)
  })

  it('lets no puff live for ever', () => {
    let puffs: readonly Puff[] = []
    for (let step = 1; step <= 6000; step++) {
      const leaks = [{ gas: 'CH4' as const, at: [0, 0] as const, height: 0, rate: 1 }]
      puffs = stepCloud(puffs, { stepMs: 100, air: [0.1, 0], leaks, emits: step % 5 === 0 })
    }
    expect(puffs.length).toBeLessThanOrEqual(242)
  })

  it.each([
    // mg/m3 as ppm at 20 degC: figures of the field.
    ['H2S', 10, 'ppm', 7.05],
    ['CO', 20, 'ppm', 17.2],
    ['NH3', 20, 'ppm', 28.2],
    ['Cl2', 1, 'ppm', 0.34],
    ['SO2', 5, 'ppm', 1.88],
    ['C6H6', 6, 'ppm', 1.85],
    ['H2S', 10, 'mg/m3', 10],
    ['CH4', 33_361, '%LEL', 100],
    ['Cl2', 1000, '%LEL', 0],
  ] as const)('%s at %d mg/m3 is so many %s', (gas, mgPerM3, unit, expected) => {
    const value = concentrationIn(unit, gas, mgPerM3 * 1e-6) ?? Number.NaN
    expect(Math.abs(value - expected)).toBeLessThanOrEqual(0.006 * expected)
  })

  it('reaches 90 % of a step in t90', () => {
    const [detector] = wirePlant(example, loadScenario('tour', example).plant, 1).plan.detectors
    if (detector === undefined) throw new Error('the tour places no detector')
    let response = 0
    for (let ms = 0; ms < detector.t90Ms; ms += 100)
      response = stepDetector(detector, response, { stepMs: 100, exposure: 50 })
    expect(response).toBeCloseTo(45, 1)
  })
})

describe('ground motion', () => {
  it('rises, holds and fades', () => {
    expect([-0.1, 0, 0.15, 0.3, 1.01].map(envelope)).toEqual([0, 0, 1, 1, 0])
    expect(envelope(1)).toBeCloseTo(0.011, 3)
  })

  it('arrives later at the station farther from where it comes', () => {
    const [north, south] = [[0, 150] as const, [0, -150] as const]
    expect(arrivalDelayMs(0, north, [north, south])).toBe(0)
    expect(arrivalDelayMs(0, south, [north, south])).toBeCloseTo(1000)
    expect(arrivalDelayMs(180, north, [north, south])).toBeCloseTo(1000)
  })

  it('falls with distance and grows with magnitude', () => {
    // 2.05 - log10(30 + 3.59) - 0.102 + 1.30 = 1.7218
    expect(attenuatedPeak(5, 30)).toBeCloseTo(52.7, 1)
    expect(attenuatedPeak(5, 60)).toBeLessThan(attenuatedPeak(5, 30))
    expect(attenuatedPeak(6, 30)).toBeGreaterThan(attenuatedPeak(5, 30))
  })

  it('reaches its peak and no more, whatever the seed', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const station = { sensor: 'S', at: [0, 0] as const, site: 1, noise: source(seed) }
      const quakes = [{ startedMs: 0, durationMs: 18_000, peakGal: 60, from: 0 }]
      const peaks = Array.from({ length: 180 }, (_, step) =>
        stepPeak(station, { step, timeMs: step * 100, quakes, places: [] }),
      )
      expect(Math.max(...peaks)).toBeGreaterThan(55)
      expect(Math.max(...peaks)).toBeLessThan(61)
    }
  })
})

describe('a sensor at rest', () => {
  it('raises none of its alarms, whatever they are', () => {
    const alarms = fc.record(
      {
        H: fc.record({
          when: fc.constant('high'),
          limit: fc.double({ min: 1, max: 90, noNaN: true }),
          deadband: fc.double({ min: 0, max: 0.5, noNaN: true }),
        }),
        L: fc.record({
          when: fc.constant('low'),
          limit: fc.double({ min: -60, max: -1, noNaN: true }),
          deadband: fc.double({ min: 0, max: 0.5, noNaN: true }),
        }),
        EQ: fc.record({ when: fc.constant('equals'), limit: fc.constantFrom(0, 1) }),
      },
      { requiredKeys: [] },
    )
    const kinds = fc.constantFrom(
      'gas',
      'level',
      'seismic',
      'temperature',
      'pressure',
      'flow',
      'electrical',
      'state',
      'other',
    )
    const range = fc.constantFrom(undefined, [0, 100], [-50, 50], [0, 1], [-600, 600])
    fc.assert(
      fc.property(kinds, range, alarms, fc.integer({ min: 0, max: 1e6 }), (kind, span, configured, step) => {
        // An analogue value that must not equal something says nothing here: states only.
        const { EQ, ...limits } = configured
        const kept = kind === 'state' ? { ...(EQ === undefined ? {} : { EQ }) } : limits
        const sensor = {
          id: 'X',
          kind,
          unit: '1',
          register: { address: 0, type: 'float64' },
          alarms: kept,
          ...(span === undefined ? {} : { range: span }),
        }
        const devices = [{ id: 'd', sensors: [sensor] }]
        const buses = [{ id: 'b', driver: 'modbus-tcp', host: '127.0.0.1', devices }]
        const facility = parseFacility(
          JSON.stringify({ facility: { id: 'f' }, gateways: [{ id: 'g', buses }] }),
          'f.json',
        )
        const found = polledSensors(facility).get('X')
        if (found === undefined) throw new Error('no sensor')
        const value = restingValue(restOf(found), source(step), { step, timeMs: step * 100 })
        expect(beyond(found, value)).toEqual([])
      }),
    )
  })

  it('is in the air that people breathe for oxygen', () => {
    const text = `
facility: { id: f }
gateways: [ { id: g, buses: [ { id: b, driver: modbus-tcp, host: 127.0.0.1, devices: [ { id: d, sensors: [
  { id: O, kind: gas, unit: "%vol", quantity: O2, range: [0, 25], register: { address: 0, type: float32 },
    alarms: { L: { when: low, limit: 19.5 }, H: { when: high, limit: 23.5 } } } ] } ] } ] } ]`
    const oxygen = polledSensors(parseFacility(text, 'f.yaml')).get('O')
    expect(oxygen && restOf(oxygen).centre).toBe(20.9)
  })
})

describe('plant', () => {
  const play = (seed: number, steps: number): PlantState => {
    const { plan } = wirePlant(example, loadScenario('tour', example).plant, seed)
    const leaks = [{ gas: 'CH4' as const, at: [-3, -3] as const, height: 0, rate: 0.4 }]
    let state = startPlant(plan)
    for (let step = 0; step < steps; step++) state = stepPlant(plan, state, { ...NOTHING_HAPPENS, leaks })
    return state
  }

  it('has one history for one seed', () => {
    expect(play(7, 300)).toEqual(play(7, 300))
    expect(play(7, 300)).not.toEqual(play(8, 300))
  })

  it('leaves the state it is given alone', () => {
    const { plan } = wirePlant(example, loadScenario('tour', example).plant, 1)
    const state = startPlant(plan)
    const before = structuredClone(state)
    stepPlant(plan, state, NOTHING_HAPPENS)
    expect(state).toEqual(before)
  })

  it('gives every sensor of a facility exactly one source of values', () => {
    for (const name of ['tour', 'calm', 'chlorine-release']) {
      const { plan, resting } = wirePlant(example, loadScenario(name, example).plant, 1)
      const ids = [
        ...resting.map(({ sensor }) => sensor),
        ...plan.detectors.map(({ sensor }) => sensor),
        ...plan.stations.map(({ sensor }) => sensor),
        ...plan.drums.map(({ gauge }) => gauge.sensor),
        ...plan.tanks.flatMap(({ gauges }) => Object.values(gauges).map(({ sensor }) => sensor)),
      ]
      expect(ids.sort()).toEqual([...polledSensors(example).keys()].sort())
    }
  })
})
