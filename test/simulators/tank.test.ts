import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Unit } from '../../contracts/units.ts'
import { bell, streamOf } from '../../simulators/plant/noise.ts'
import { startTank, stepTank, type TankPlan } from '../../simulators/plant/tank.ts'
import { type TankGauge, tankReading } from '../../simulators/plant/tank-gauges.ts'
import { tankTransfers } from '../../simulators/plant/transfer.ts'

describe('tank', () => {
  const plan = (diameter: number, start: number): TankPlan => ({
    name: 'T',
    diameter,
    height: 12,
    start,
    between: [4, 7],
    flow: 300,
    drain: 500,
    switchAt: 11,
    expansion: 0,
    sigma: 0.0015,
    resolution: 0,
    waves: 1,
  })

  it('conserves volume whatever is done to it', () => {
    const work = fc.record({
      overfill: fc.option(fc.double({ min: 0, max: 50_000, noNaN: true }), { nil: undefined }),
      steps: fc.integer({ min: 1, max: 400 }),
      push: fc.double({ min: -3, max: 3, noNaN: true }),
      shaking: fc.double({ min: 0, max: 5, noNaN: true }),
      leak: fc.double({ min: 0, max: 900, noNaN: true }),
      warming: fc.double({ min: -100, max: 100, noNaN: true }),
    })
    fc.assert(
      fc.property(
        fc.double({ min: 0.5, max: 30, noNaN: true }),
        fc.double({ min: 0, max: 12, noNaN: true }),
        fc.array(work, { maxLength: 8 }),
        (diameter, start, works) => {
          const tank = { ...plan(diameter, start), expansion: 0.0012 }
          const first = startTank(tank, 20)
          let state = first
          for (const { overfill, steps, ...weather } of works) {
            for (let n = 0; n < steps; n++) {
              const step = { stepMs: 100, ambient: 20, ...weather }
              state = stepTank(tank, state, overfill === undefined ? step : { ...step, overfill })
              expect(state.volume).toBeGreaterThanOrEqual(0)
              expect(Math.abs(state.wave)).toBeLessThanOrEqual(0.3)
            }
          }
          const { received, grown, delivered, leaked, spilled } = state
          const inside = first.volume + received + grown - delivered - leaked - spilled
          expect(state.volume).toBeCloseTo(inside, 6)
        },
      ),
      { numRuns: 40 },
    )
  })

  it('spills what comes on top of its rim, and counts it', () => {
    const tank = plan(2.6, 11.9)
    const first = startTank(tank, 20)
    let state = first
    for (let n = 0; n < 600; n++) {
      state = stepTank(tank, state, { stepMs: 100, ambient: 20, push: 0, shaking: 0, overfill: 590 })
    }
    expect(state.volume).toBeCloseTo(12 * Math.PI * 1.3 ** 2, 9)
    expect(state.spilled).toBeCloseTo(590 / 60 - 0.1 * Math.PI * 1.3 ** 2, 6)
  })

  it('fills to the top of its band, then empties to the bottom', () => {
    const tank = plan(4, 6.9)
    let state = startTank(tank, 20)
    const levels: number[] = []
    for (let n = 0; n < 40_000; n++) {
      state = stepTank(tank, state, { stepMs: 100, ambient: 20, push: 0, shaking: 0 })
      levels.push(state.volume / (Math.PI * 4))
    }
    expect(Math.max(...levels)).toBeCloseTo(7, 1)
    expect(Math.min(...levels)).toBeCloseTo(4, 1)
  })

  it('sloshes while it is filled and comes to rest', () => {
    const tank = plan(2.6, 8)
    let state = startTank(tank, 20)
    const swing = (steps: number, overfill?: number) => {
      let highest = 0
      for (let n = 0; n < steps; n++) {
        const step = {
          stepMs: 100,
          ambient: 20,
          push: overfill === undefined ? 0 : bell({ seed: 1, stream: streamOf('T') }, n),
          shaking: 0,
        }
        state = stepTank(tank, state, overfill === undefined ? step : { ...step, overfill })
        highest = Math.max(highest, Math.abs(state.wave))
      }
      return highest
    }
    expect(swing(300, 590)).toBeGreaterThan(0.01)
    swing(1200)
    expect(swing(100)).toBeLessThan(0.002)
  })

  it('trips its switch at 11 m and lets go below it', () => {
    const tank = plan(2.6, 10.9)
    let state = startTank(tank, 20)
    const run = (steps: number, overfill?: number) => {
      for (let n = 0; n < steps; n++) {
        const step = { stepMs: 100, ambient: 20, push: 0, shaking: 0 }
        state = stepTank(tank, state, overfill === undefined ? step : { ...step, overfill })
      }
      return state.isTripped
    }
    expect(run(1, 590)).toBe(false)
    expect(run(60, 590)).toBe(true)
    expect(run(200)).toBe(false)
  })

  const still = { stepMs: 100, ambient: 20, push: 0, shaking: 0 }

  it('stands still when its everyday work is none, and loses what leaks', () => {
    const tank = { ...plan(2, 5), flow: 0 }
    let state = startTank(tank, 20)
    for (let n = 0; n < 36_000; n++) state = stepTank(tank, state, still)
    expect(state).toMatchObject({ volume: 5 * Math.PI, isInletOpen: false, isPumping: false })
    for (let n = 0; n < 36_000; n++) state = stepTank(tank, state, { ...still, leak: 0.3 })
    expect(5 * Math.PI - state.volume).toBeCloseTo(0.3, 6)
    expect(state).toMatchObject({ outflow: 0, isPumping: false })
    expect(state.leaked).toBeCloseTo(0.3, 6)
  })

  it('grows by 12 m3 when 10,000 m3 of gasoline warm by 1 K', () => {
    const diameter = Math.sqrt((4 * 1_000) / Math.PI)
    const tank = { ...plan(diameter, 10), flow: 0, expansion: 0.0012 }
    let state = startTank(tank, 20)
    while (state.temperature < 21) {
      state = stepTank(tank, state, { ...still, ambient: state.temperature, warming: 10 })
    }
    expect(state.volume - 10_000).toBeCloseTo(12, 1)
    expect(state.grown).toBeCloseTo(state.volume - 10_000, 6)
  })

  it('moves from tank to tank, mixed, and loses nothing on the way', () => {
    const [from, to] = [
      { ...plan(2, 3), name: 'A', flow: 0 },
      { ...plan(3, 2), name: 'B', flow: 0 },
    ]
    const tanks = [{ tank: from }, { tank: to }]
    let states = [startTank(from, 30), startTank(to, 20)]
    const whole = (states[0]?.volume ?? 0) + (states[1]?.volume ?? 0)
    const play = (steps: number) => {
      for (let n = 0; n < steps; n++) {
        // More than A has in the end: the last step takes what is left.
        const moved = tankTransfers(tanks, states, {
          transfers: [{ from: 'A', to: 'B', flow: 60 }],
          stepMs: 100,
        })
        states = tanks.map(({ tank }, index) => {
          const state = states[index] ?? startTank(tank, 20)
          const transfer = moved.get(tank.name)
          const step = { ...still, ambient: state.temperature }
          return stepTank(tank, state, transfer === undefined ? step : { ...step, transfer })
        })
      }
    }
    play(100)
    expect(states[0]).toMatchObject({ isPumping: true, isInletOpen: false, outflow: expect.closeTo(60, 6) })
    expect(states[1]).toMatchObject({ isPumping: false, isInletOpen: true, inflow: expect.closeTo(60, 6) })
    play(6_000)
    expect(states[0]?.volume).toBeCloseTo(0, 9)
    expect(states[1]?.volume).toBeCloseTo(whole, 6)
    // 3 pi at 30 degC into 4.5 pi at 20 degC.
    expect(states[1]?.temperature).toBeCloseTo((3 * 30 + 4.5 * 20) / 7.5, 3)
  })

  it('shares what a tank has among those that draw on it', () => {
    const tank = { ...plan(1, 0.001), name: 'A', flow: 0 }
    const state = startTank(tank, 20)
    const transfers = [
      { from: 'A', to: 'B', flow: 300 },
      { from: 'A', flow: 100 },
    ]
    const other = { ...plan(1, 5), name: 'B' }
    const moved = tankTransfers([{ tank }, { tank: other }], [state, startTank(other, 20)], {
      transfers,
      stepMs: 100,
    })
    const most = (state.volume * 3600) / 0.1
    expect(moved.get('A')?.outflow).toBeCloseTo(most, 9)
    expect(moved.get('B')?.inflow).toBeCloseTo(0.75 * most, 9)
  })

  it('is shown by gauges with noise and steps of their own, by meters and by valves', () => {
    const tank = { ...plan(2, 5), flow: 0, sigma: 0.001, resolution: 0.005 }
    const transfer = { inflow: 30, outflow: 10, inflowTemperature: 20 }
    const state = stepTank(tank, startTank(tank, 20), { ...still, transfer })
    const read = (name: TankGauge, unit: Unit, step: number) =>
      tankReading(name, tank, {
        state,
        step,
        gauge: { sensor: name, unit, noise: { seed: 1, stream: streamOf(name) } },
      })
    const many = (name: TankGauge) => Array.from({ length: 500 }, (_, step) => read(name, 'mm', step))
    const [one, two] = [many('level'), many('level2')]
    for (const value of one) expect(value / 5).toBeCloseTo(Math.round(value / 5), 6)
    expect(Math.max(...one.map((value) => Math.abs(value - 5_000)))).toBeLessThanOrEqual(5)
    expect(one).not.toEqual(two)
    expect(read('inflowMeter', 'm3/h', 1)).toBeCloseTo(30, 0)
    expect(read('outflowMeter', 'm3/h', 1)).toBeCloseTo(10, 0)
    expect(read('flowmeter', 'm3/h', 1)).toBeCloseTo(20, 0)
    expect([read('inletValve', '1', 1), read('outletValve', '1', 1), read('pump', '1', 1)]).toEqual([1, 1, 1])
  })
})
