import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { polledSensors } from '../../contracts/polled-sensors.ts'
import { loadScenario, parseScenario, scenarioNames } from '../../simulators/scenario-load.ts'
import type { SimulationEvent } from '../../simulators/simulation.ts'
import { beyond, example, smallFacility, virtual } from './plants.ts'

const MINUTE = 60_000
const SENSORS = [...polledSensors(example).values()]

/** Plays a scenario and tells, for every alarm, the seconds in which its sensor was beyond it. */
function history(name: string, given: { ms: number; seed: number; quiet?: boolean }) {
  const scenario = loadScenario(name, example)
  const simulation = virtual(given.quiet === true ? { ...scenario, timeline: [] } : scenario, {
    seed: given.seed,
  })
  const seconds = new Map<string, number[]>()
  const peaks = new Map<string, number>()
  for (let ms = 0; ms < given.ms; ms += 200) {
    simulation.tick(200)
    for (const sensor of SENSORS) {
      const value = simulation.value(sensor.id) ?? Number.NaN
      peaks.set(sensor.id, Math.max(peaks.get(sensor.id) ?? -Infinity, value))
      for (const alarm of beyond(sensor, value)) {
        const times = seconds.get(alarm) ?? []
        if (times.push(simulation.timeMs / 1000) === 1) seconds.set(alarm, times)
      }
    }
  }
  return { seconds, peaks }
}

describe('scenarios that come with the program', () => {
  it('are these', () => {
    expect(scenarioNames()).toEqual([
      'calm',
      'chlorine-release',
      'field-trouble',
      'gas-release-2oo3',
      'overfill-predicted',
      'quake-vs-forklift',
      'slow-leak',
      'tour',
    ])
  })

  it.each([1, 2])('calm touches no alarm limit in 30 minutes (seed %d)', (seed) => {
    expect(history('calm', { ms: 30 * MINUTE, seed }).seconds.size).toBe(0)
  })

  it.each(['tour', 'chlorine-release'])('%s touches none in 30 minutes but by its timeline', (name) => {
    expect(history(name, { ms: 30 * MINUTE, seed: 1, quiet: true }).seconds.size).toBe(0)
  })

  it('calm fits any facility', () => {
    expect(loadScenario('calm', smallFacility()).timeline).toEqual([])
  })

  describe.each([1, 2, 3, 4])('the tour with seed %d, two loops', (seed) => {
    const { seconds, peaks } = history('tour', { ms: 10 * MINUTE, seed })
    const lap = (alarm: string, number: number) =>
      (seconds.get(alarm) ?? [])
        .filter((s) => s > 300 * number && s <= 300 * (number + 1))
        .map((s) => s - 300 * number)

    it('raises what it is to raise and nothing else', () => {
      expect([...seconds.keys()].sort()).toEqual(
        [
          'GT-101.H',
          'GT-101.HH',
          'GT-105.FAULT',
          'LS-202.TRIP',
          'LT-202.H',
          'LT-202.HH',
          'SE-401.H',
          'SE-402.H',
          'SE-402.HH',
          'SE-403.H',
        ].sort(),
      )
    })

    // Key: alarm; the seconds of a loop between which it first stands, and by which it is gone.
    it.each([
      ['GT-101.H', 16, 25, 80],
      ['GT-101.HH', 16, 30, 80],
      ['LT-202.H', 105, 130, 200],
      ['LT-202.HH', 135, 150, 175],
      ['LS-202.TRIP', 140, 153, 170],
      ['SE-402.H', 195, 200, 215],
      ['SE-402.HH', 195, 201, 212],
      ['SE-401.H', 195, 203, 212],
      ['GT-105.FAULT', 220, 221, 246],
    ])('%s stands from second %d to %d and is gone by %d, in each loop', (alarm, from, until, gone) => {
      for (const number of [0, 1]) {
        const stood = lap(alarm, number)
        expect(stood[0]).toBeGreaterThanOrEqual(from)
        expect(stood[0]).toBeLessThanOrEqual(until)
        expect(stood.at(-1)).toBeLessThanOrEqual(gone)
      }
    })

    it('lets the neighbour of the leak see less', () => {
      expect(peaks.get('GT-102')).toBeGreaterThan(2)
      expect(peaks.get('GT-102')).toBeLessThan(15)
    })
  })

  it('chlorine-release reaches the evaporator first, the door last and nobody upwind', () => {
    const { seconds } = history('chlorine-release', { ms: 5 * MINUTE, seed: 1 })
    const firsts = ['CL-302.H', 'CL-303.H', 'CL-304.H'].map((alarm) => seconds.get(alarm)?.[0] ?? Infinity)
    expect(firsts).toEqual(firsts.toSorted((a, b) => a - b))
    expect(firsts[2]).toBeLessThan(75)
    expect(seconds.has('CL-301.H')).toBe(false)
    expect(seconds.get('CL-302.H')?.at(-1)).toBeLessThan(200)
  })

  it('tells when each event begins and ends', () => {
    const events: SimulationEvent[] = []
    const simulation = virtual(loadScenario('tour', example), { onEvent: (event) => events.push(event) })
    simulation.tick(330_000)
    expect(events.map(({ phase, name, lapMs }) => `${lapMs / 1000} ${phase} ${name}`)).toEqual([
      '15 begins leak',
      '50 ends leak',
      '90 begins overfill',
      '152 ends overfill',
      '195 begins earthquake',
      '213 ends earthquake',
      '220 begins dead-detector',
      '245 ends dead-detector',
      '250 begins silent-device',
      '280 ends silent-device',
      '15 begins leak',
    ])
    expect(events.at(-1)).toMatchObject({
      timeMs: 315_000,
      description: expect.stringContaining('pump seal'),
    })
  })
})

describe('scenario file', () => {
  const refusal = (text: string): string => {
    try {
      parseScenario(text, 'x.yaml', example)
    } catch (error) {
      expect(error).toMatchObject({ code: 'SCENARIO_INVALID' })
      return (error as { detail: string }).detail
    }
    throw new Error('it was taken')
  }

  it.each([
    ['loop: [', 'x.yaml:1:'],
    ['lop: 5m', 'x.yaml:1:1 lop: unknown key "lop", did you mean "loop"?'],
    ['loop: 5 minutes', 'x.yaml:1:1 loop: "5 minutes": expected a duration such as 500ms, 20s or 4m'],
    ['loop: 10ms', 'x.yaml:1:1 loop: a loop is at least 1s'],
    [
      'plant:\n  detectors:\n    GT-999: { at: [0, 0] }',
      'x.yaml:3:5 plant.detectors.GT-999: no sensor that a gateway reads is called "GT-999"',
    ],
    [
      'plant:\n  detectors:\n    LT-201: { at: [0, 0] }',
      'x.yaml:3:5 plant.detectors.LT-201: sensor "LT-201" has unit m: expected %LEL, %vol',
    ],
    [
      'plant:\n  detectors:\n    GT-101: {}',
      'x.yaml:3:5 plant.detectors.GT-101.at: required key "at" is missing',
    ],
    [
      'plant:\n  tanks:\n    T: { level: LT-201 }\n    U: { level: LT-201 }',
      'x.yaml:4:10 plant.tanks.U.level: sensor "LT-201" is placed already: tanks.T.level',
    ],
    [
      'plant:\n  tanks:\n    T: { between: [5, 4] }',
      'x.yaml:3:10 plant.tanks.T.between: the first level must be below the second',
    ],
    [
      'plant:\n  tanks:\n    T: { start: 13 }',
      'x.yaml:3:10 plant.tanks.T.start: a tank cannot start above its rim',
    ],
    ['plant:\n  drums:\n    WT-301: { full: 100 }', 'a drum is spent below its full weight'],
    ['plant:\n  sources:\n    s: { at: [0, 0], gas: CH5 }', 'did you mean "CH4"?'],
    [
      'timeline:\n  - at: 5s',
      'x.yaml:2:5 timeline[0]: an entry does exactly one of leak, overfill, transfer, tank-leak, heat, earthquake',
    ],
    ['timeline:\n  - { at: 5s, set: { sensor: GT-101, value: 3 }, wind: {} }', 'this one does set and wind'],
    ['timeline:\n  - { at: 5s, laek: {} }', 'unknown key "laek", did you mean "leak"?'],
    [
      'timeline:\n  - at: 5s\n    leak: { source: pump, rate: 1 }',
      'x.yaml:3:13 timeline[0].leak.source: no source is called "pump"',
    ],
    ['timeline:\n  - { at: 5s, leak: { rate: 1 } }', 'a leak has a source, or both at and gas'],
    ['timeline:\n  - { at: 5s, leak: { at: [0, 0], gas: CH4, rate: 0 } }', 'a number above 0'],
    ['timeline:\n  - { at: 5s, overfill: { tank: T-9, inflow: 1 } }', 'no tank is called "T-9"'],
    ['timeline:\n  - { at: 5s, tank-leak: { tank: T-9, rate: 1 } }', 'no tank is called "T-9"'],
    ['timeline:\n  - { at: 5s, heat: { tank: T-9, rate: 1 } }', 'no tank is called "T-9"'],
    [
      'timeline:\n  - { at: 5s, transfer: { to: T-9, flow: 1 } }',
      'timeline[0].transfer.to: no tank is called "T-9"',
    ],
    ['timeline:\n  - { at: 5s, transfer: { flow: 1 } }', 'a transfer has a from, a to, or two tanks'],
    [
      'plant:\n  tanks:\n    T: {}\ntimeline:\n  - { at: 5s, transfer: { from: T, to: T, flow: 1 } }',
      'a transfer has a from, a to, or two tanks',
    ],
    [
      'plant:\n  tanks:\n    T: {}\ntimeline:\n  - { at: 5s, transfer: { from: T, flow: 1, temperature: 9 } }',
      'what comes from T is as warm as it is there',
    ],
    [
      'plant:\n  tanks:\n    T: { pump: LT-201 }',
      'x.yaml:3:10 plant.tanks.T.pump: sensor "LT-201" has unit m: expected 1',
    ],
    ['timeline:\n  - { at: 5s, earthquake: {} }', 'an earthquake has a peak or a magnitude'],
    [
      'timeline:\n  - { at: 5s, earthquake: { peak: 9, magnitude: 5 } }',
      'an earthquake has a peak or a magnitude',
    ],
    [
      'timeline:\n  - { at: 5s, dead-detector: { sensor: GT-1O1 } }',
      'no sensor that a gateway reads is called "GT-1O1", did you mean "GT-101"?',
    ],
    [
      'timeline:\n  - { at: 5s, dead-detector: { sensor: GT-101, mode: dead } }',
      '"dead" is not one of nan, frozen, exception',
    ],
    ['timeline:\n  - { at: 5s, silent-device: { device: gas-pane } }', 'did you mean "gas-panel"?'],
    ['timeline:\n  - { at: 5s, disconnect: { bus: nowhere } }', 'no single bus "nowhere" in the facility'],
    ['timeline:\n  - { at: 5s, disconnect: {} }', 'a disconnect has a device or a bus'],
    [
      'timeline:\n  - { at: 5s, set: { sensor: nope, value: 1 } }',
      'no sensor that a gateway reads is called "nope"',
    ],
    [
      'loop: 1m\ntimeline:\n  - { at: 50s, duration: 20s, wind: {} }',
      'x.yaml:3:7 timeline[0].at: it does not end within the loop of 1m',
    ],
    ['timeline:\n  - { at: 5s, duration: 0s, wind: {} }', 'a duration is more than 0'],
  ])('refuses %j', (text, expected) => {
    expect(refusal(text)).toContain(expected)
  })

  it('tells all that is wrong at once, in order of lines', () => {
    const detail = refusal(
      'lop: 1m\ntimeline:\n  - { at: 5s, set: { sensor: nope, value: 1 } }\n  - { at: 6s }',
    )
    expect(detail.split('\n').map((line) => /x\.yaml:\d+/.exec(line)?.[0])).toEqual([
      undefined,
      'x.yaml:1',
      'x.yaml:3',
      'x.yaml:4',
    ])
  })

  it('is not found by a name that is none, and lists those there are', () => {
    expect(() => loadScenario('tuor', example)).toThrow(
      expect.objectContaining({
        code: 'SCENARIO_UNKNOWN',
        detail: `no scenario "tuor", did you mean "tour"? There are: ${scenarioNames().join(', ')}`,
      }),
    )
    expect(() => loadScenario('./nowhere.yaml', example)).toThrow(
      expect.objectContaining({ code: 'SCENARIO_UNKNOWN', detail: expect.stringContaining('ENOENT') }),
    )
  })

  it('refuses the tour on a facility that lacks its sensors', () => {
    expect(() => loadScenario('tour', smallFacility())).toThrow(
      expect.objectContaining({
        code: 'SCENARIO_INVALID',
        detail: expect.stringMatching(/tour\.yaml:\d+:\d+ .*GT-101/),
      }),
    )
  })

  it('takes a file by its path, with nothing in it', () => {
    const path = fileURLToPath(new URL('../../simulators/scenarios/calm.yaml', import.meta.url))
    expect(loadScenario(path, example).name).toBe('calm')
    expect(parseScenario('', 'empty.yaml', example).timeline).toEqual([])
  })
})
