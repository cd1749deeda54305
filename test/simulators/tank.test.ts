import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bell, streamOf } from '../../simulators/plant/noise.ts'
import { startTank, stepTank, type TankPlan } from '../../simulators/plant/tank.ts'

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
  })

  it('conserves volume whatever is done to it', () => {
    const work = fc.record({
      overfill: fc.option(fc.double({ min: 0, max: 50_000, noNaN: true }), { nil: undefined }),
      steps: fc.integer({ min: 1, max: 400 }),
      push: fc.double({ min: -3, max: 3, noNaN: true }),
      shaking: fc.double({ min: 0, max: 5, noNaN: true }),
    })
    fc.assert(
      fc.property(
        fc.double({ min: 0.5, max: 30, noNaN: true }),
        fc.double({ min: 0, max: 12, noNaN: true }),
        fc.array(work, { maxLength: 8 }),
        (diameter, start, works) => {
          const tank = plan(diameter, start)
          const first = startTank(tank, 20)
          let state = first
          for (const { overfill, steps, push, shaking } of works) {
            for (let n = 0; n < steps; n++) {
              const step = { stepMs: 100, ambient: 20, push, shaking }
              state = stepTank(tank, state, overfill === undefined ? step : { ...step, overfill })
              expect(state.volume).toBeGreaterThanOrEqual(0)
              expect(Math.abs(state.wave)).toBeLessThanOrEqual(0.3)
            }
          }
          const inside = first.volume + state.received - state.delivered - state.spilled
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
})
