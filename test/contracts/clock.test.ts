import { describe, expect, it } from 'vitest'
import { CLOCK_STEP_MS, SteadyClock, systemClock } from '../../contracts/clock.ts'

/** A machine whose clocks are set by hand. */
function machine() {
  const at = { wall: 1_000_000, monotonic: 500 }
  return { at, clock: { wall: () => at.wall, monotonic: () => at.monotonic } }
}

describe('steady clock', () => {
  it('follows the monotonic clock from the wall clock of its start', () => {
    const { at, clock } = machine()
    const steady = new SteadyClock(clock)
    expect(steady.now()).toBe(1_000_000)
    at.monotonic += 250.4
    expect(steady.now()).toBe(1_000_250)
  })

  it.each([
    [0, 0],
    [CLOCK_STEP_MS, 0],
    [-CLOCK_STEP_MS, 0],
    [CLOCK_STEP_MS + 1, CLOCK_STEP_MS + 1],
    [-3_600_000, -3_600_000],
  ])('takes a wall clock moved by %d ms as a step of %d', (moved, step) => {
    const { at, clock } = machine()
    const steady = new SteadyClock(clock)
    at.wall += moved
    expect(steady.drift()).toBe(moved)
    expect(steady.now()).toBe(1_000_000)
    expect(steady.checkStep()).toBe(step)
    expect(steady.now()).toBe(1_000_000 + step)
    expect(steady.checkStep()).toBe(0)
  })

  it('of the machine tells its time', () => {
    const before = Date.now()
    expect(systemClock.wall()).toBeGreaterThanOrEqual(before)
    const first = systemClock.monotonic()
    expect(systemClock.monotonic()).toBeGreaterThanOrEqual(first)
  })
})
