import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { loadFacility } from '../../contracts/facility-load.ts'
import { polledSensors } from '../../contracts/polled-sensors.ts'
import { loadScenario } from '../../simulators/scenario-load.ts'
import { beyond, virtual } from './plants.ts'

const works = loadFacility(
  fileURLToPath(new URL('../../simulators/facilities/analytics.yaml', import.meta.url)),
)
const SENSORS = polledSensors(works)

/** Plays a scenario: what every sensor read in each second, and which alarms of the instruments were touched. */
function play(name: string, seed: number, seconds: number) {
  const simulation = virtual(loadScenario(name, works), { facility: works, seed })
  const values = new Map<string, number[]>()
  const alarms = new Map<string, number>()
  for (let second = 0; second <= seconds; second++) {
    for (const sensor of SENSORS.values()) {
      const value = simulation.value(sensor.id) ?? Number.NaN
      values.set(sensor.id, [...(values.get(sensor.id) ?? []), value])
      for (const alarm of beyond(sensor, value)) if (!alarms.has(alarm)) alarms.set(alarm, second)
    }
    simulation.tick(1_000)
  }
  return {
    alarms,
    of: (sensor: string) => values.get(sensor) ?? [],
    /** The second in which a sensor first reads more than this; Infinity for never. */
    first: (sensor: string, limit: number) => {
      const second = (values.get(sensor) ?? []).findIndex((value) => value > limit)
      return second < 0 ? Number.POSITIVE_INFINITY : second
    },
  }
}

describe.each([1, 2, 3])('with seed %d', (seed) => {
  it('the release reaches one detector after the other, and the third has failed before', () => {
    const { of, first, alarms } = play('gas-release-2oo3', seed, 330)
    const failed = of('GT-3').findIndex(Number.isNaN)
    const [trip, alert] = [first('GT-1', 40), first('GT-2', 20)]
    expect(failed).toBe(40)
    expect(trip).toBeGreaterThan(failed)
    expect(alert).toBeGreaterThan(trip)
    // Both at once beyond 20 %LEL for ten seconds at least, so that 2oo2 is met.
    const both = of('GT-1').filter((value, second) => value > 20 && (of('GT-2')[second] ?? 0) > 20)
    expect(both.length).toBeGreaterThan(10)
    expect(alert).toBeLessThan(200)
    expect([...alarms.keys()].sort()).toEqual(['GT-1.H', 'GT-2.H', 'GT-3.FAULT', 'HS-1.H'])
    for (const id of ['GT-1', 'GT-2', 'GT-3', 'HS-1']) expect(of(id).at(-1)).toBeLessThan(1)
  })

  it('the receipt leaves too little time long before the level is high', () => {
    const { of, alarms } = play('overfill-predicted', seed, 1_800)
    const levels = of('LT-1')
    // 600 m3/h into 50.3 m2 are 0.199 m a minute.
    expect(((levels[360] ?? 0) - (levels[300] ?? 0)) / 0.199).toBeCloseTo(1, 1)
    const late = levels.findIndex((level, second) => second > 100 && (10.5 - level) / 0.199 < 15)
    expect(late).toBeGreaterThan(400)
    expect(late).toBeLessThan(600)
    expect(alarms.get('LT-1.H')).toBeGreaterThan(late + 600)
    expect([...alarms.keys()]).toEqual(['LT-1.H'])
    expect(Math.max(...levels)).toBeLessThan(10.5)
    expect(Math.max(...of('LT-1B').map((level, second) => (levels[second] ?? 0) - level))).toBeGreaterThan(1)
    expect(of('XV-1').filter((open) => open === 1).length).toBeCloseTo(1_170, -1)
    // What came in is what the meter told, but for the cooler product.
    const metered = of('FT-1').reduce((sum, flow) => sum + flow / 3_600, 0)
    expect((Math.max(...levels) - (levels[0] ?? 0)) * Math.PI * 16).toBeCloseTo(metered, -1)
  })

  it('the slow leak shows in no level alarm, and the sun hides a part of it', () => {
    const { of, alarms } = play('slow-leak', seed, 1_800)
    expect([...alarms.keys()]).toEqual([])
    for (const [id, area] of [
      ['LT-2', 8.4],
      ['LT-3', 5],
    ] as const) {
      const lost = area - (of(id).at(-1) ?? 0)
      // 25 minutes at 30 L are 15 mm; the sun gives back some of them.
      expect(lost).toBeGreaterThan(0.004)
      expect(lost).toBeLessThan(0.015)
    }
    expect(of('TT-2').at(-1)).toBeGreaterThan(21.5)
    expect(new Set(of('XV-2'))).toEqual(new Set([0]))
    expect(new Set(of('PU-2'))).toEqual(new Set([0]))
  })
})
