import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { loadFacility } from '../../../contracts/facility-load.ts'
import { loadScenario } from '../../../simulators/scenario-load.ts'
import { SeismicArray } from '../../../simulators/seismic/seismic-array.ts'
import { activeAt } from '../../../simulators/timeline.ts'

const FILE = fileURLToPath(new URL('../../../simulators/facilities/seismic-array.yaml', import.meta.url))
const facility = loadFacility(FILE)
const scenario = loadScenario('quake-vs-forklift', facility)
const DEVICES = ['SG-1', 'SG-2', 'SG-3'] as const
/** Limit of the stations and of the vote, Gal. */
const LIMIT = 49
const STEP_MS = 100

/** Plays a lap; tells for each station the seconds in which its vector, without its offset, reached the limit. */
function beyond(seed: number): Record<string, number[]> {
  const array = new SeismicArray({ facility, places: scenario.plant.seismographs, seed, startedAt: 0 })
  const times: Record<string, number[]> = {}
  for (const device of DEVICES) {
    const digitiser = array.digitiser(device)
    if (digitiser === undefined) throw new Error(`${device} is no seismograph`)
    const { rate, scale } = digitiser.plan
    const mean = [0, 0, 0]
    const seconds: number[] = []
    times[device] = seconds
    digitiser.attach({
      take: ({ timeMs = Number.NaN, channels }) => {
        for (const index of channels[0].keys()) {
          const vector = channels.map((channel, axis) => {
            const gal = (channel[index] ?? 0) / scale
            mean[axis] = (mean[axis] ?? 0) + (gal - (mean[axis] ?? 0)) / (20 * rate)
            return gal - (mean[axis] ?? 0)
          })
          if (Math.hypot(...vector) >= LIMIT) seconds.push((timeMs + (index * 1_000) / rate) / 1_000)
        }
      },
    })
  }
  for (let timeMs = STEP_MS; timeMs < (scenario.loopMs ?? 0); timeMs += STEP_MS) {
    array.play(activeAt(scenario, timeMs))
    array.advance(timeMs)
  }
  return times
}

describe.each([1, 2, 3, 4, 5, 6])('quake-vs-forklift with seed %d', (seed) => {
  const times = beyond(seed)
  const bumped = (device: string) => (times[device] ?? []).filter((second) => second < 45)
  const quake = (device: string) => (times[device] ?? []).filter((second) => second >= 45)

  it('the forklift reaches one station alone', () => {
    expect(bumped('SG-1')[0]).toBeGreaterThanOrEqual(25)
    expect(bumped('SG-1').at(-1)).toBeLessThan(26)
    expect([bumped('SG-2'), bumped('SG-3')]).toEqual([[], []])
  })

  it('the earthquake reaches all three within the coincidence window, and is over when its entry is', () => {
    const isNear = (second: number) => (other: number) => Math.abs(second - other) <= 0.5
    expect(
      quake('SG-1').some((second) => DEVICES.every((device) => quake(device).some(isNear(second)))),
    ).toBe(true)
    for (const device of DEVICES) {
      expect(quake(device)[0]).toBeGreaterThan(45)
      expect(quake(device).at(-1)).toBeLessThan(45 + 12 + 4)
    }
  })
})

it('another seed is another earthquake, the same seed the same one', () => {
  expect(beyond(1)).toEqual(beyond(1))
  expect(beyond(2)).not.toEqual(beyond(1))
})
