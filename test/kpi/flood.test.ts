import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Flood, FloodDetector } from '../../alerting/kpi/flood.ts'

const MINUTE = 60_000
const WINDOW = 10 * MINUTE

function run(times: readonly number[], end: number): { floods: Flood[]; detector: FloodDetector } {
  const detector = new FloodDetector()
  const floods = [...times.map((time) => detector.note(time)), detector.advance(end)]
  return { floods: floods.filter((flood) => flood !== undefined), detector }
}

/** Counted anew at every moment at which anything can change. */
function naive(times: readonly number[], end: number): { floods: Flood[]; highest: number } {
  const held = (now: number, told: number) =>
    times.slice(0, told).filter((time) => time > now - WINDOW && time <= now).length
  const moments = [
    ...times.map((time, index) => ({ at: time, told: index + 1, isExpiry: 0 })),
    ...times.map((time) => ({ at: time + WINDOW, told: 0, isExpiry: 1 })),
  ]
    // What is ten minutes old does not count any more when the next comes.
    .sort((a, b) => a.at - b.at || b.isExpiry - a.isExpiry)
    .filter(({ at }) => at <= end)
  const floods: Flood[] = []
  let flood: { start: number; alarms: number; peak: number } | undefined
  let told = 0
  let highest = 0
  for (const moment of moments) {
    told = Math.max(told, moment.told)
    const count = held(moment.at, told)
    highest = Math.max(highest, count)
    if (flood !== undefined && moment.isExpiry === 0) flood.alarms += 1
    if (flood !== undefined) flood.peak = Math.max(flood.peak, count)
    if (flood === undefined && count > 10) flood = { start: moment.at, alarms: count, peak: count }
    if (flood !== undefined && count < 5) {
      floods.push({ ...flood, end: moment.at })
      flood = undefined
    }
  }
  return { floods, highest }
}

describe('a flood', () => {
  it('begins with the eleventh alarm of ten minutes and ends when the ten minutes hold four', () => {
    const times = Array.from({ length: 11 }, (_, index) => index * 30_000)
    const { floods, detector } = run(times, 5 * MINUTE)
    expect(floods).toEqual([])
    expect(detector.state).toEqual({ isFlood: true, since: 300_000, last10Minutes: 11, peak: 11 })
    // The seventh, of 3:00, is ten minutes old: 3:30 to 5:00 are left.
    expect(detector.advance(13 * MINUTE - 1)).toBeUndefined()
    expect(detector.state.last10Minutes).toBe(5)
    expect(detector.advance(13 * MINUTE)).toEqual({ start: 300_000, end: 13 * MINUTE, alarms: 11, peak: 11 })
    expect(detector.state).toEqual({ isFlood: false, since: null, last10Minutes: 4, peak: 4 })
  })

  it('is none with ten, nor with eleven that ten minutes part', () => {
    const ten = Array.from({ length: 10 }, (_, index) => index * 1_000)
    expect(run(ten, 0).detector.state).toMatchObject({ isFlood: false, last10Minutes: 10 })
    expect(run([...ten, WINDOW], WINDOW).detector.state).toMatchObject({ isFlood: false, last10Minutes: 10 })
    expect(run([...ten, WINDOW - 1], WINDOW - 1).detector.state).toMatchObject({ isFlood: true })
  })

  it('does not end between five and ten', () => {
    // Eleven at once, then one every 119 seconds: five or six in any ten minutes.
    const times = [
      ...Array<number>(11).fill(0),
      ...Array.from({ length: 60 }, (_, index) => (index + 1) * 119_000),
    ]
    const { floods, detector } = run(times, 7_140_000)
    expect(floods).toEqual([])
    expect(detector.state).toEqual({ isFlood: true, since: 0, last10Minutes: 6, peak: 16 })
    expect(detector.current).toEqual({ start: 0, alarms: 71, peak: 16 })
    // The fifth before the last is ten minutes old.
    expect(detector.advance(120 * MINUTE + 60_000)).toBeUndefined()
    expect(detector.advance(130 * MINUTE)).toEqual({ start: 0, end: 7_264_000, alarms: 71, peak: 16 })
  })

  it('counts what is told late as long as it is younger than ten minutes', () => {
    const { detector } = run([...Array<number>(10).fill(WINDOW), 1], WINDOW)
    expect(detector.state).toEqual({ isFlood: true, since: WINDOW, last10Minutes: 11, peak: 11 })
    const late = run([...Array<number>(10).fill(WINDOW), 0, -5], WINDOW).detector
    expect(late.state).toMatchObject({ isFlood: false, last10Minutes: 10 })
    // It leaves in the order of times, not of telling.
    detector.advance(WINDOW + 1)
    expect(detector.state.last10Minutes).toBe(10)
  })

  it('takes no notice of a clock that goes back', () => {
    const { detector } = run([0, 1, 2], WINDOW)
    expect(detector.state.last10Minutes).toBe(2)
    expect(detector.advance(5)).toBeUndefined()
    expect(detector.state.last10Minutes).toBe(2)
  })
})

/** Bursts and pauses, so that floods come about. */
const someTimes = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 15 }), fc.integer({ min: 0, max: 12 * MINUTE })), {
    maxLength: 12,
  })
  .map((bursts) => {
    let now = 0
    return bursts.flatMap(([count, pause]) => {
      now += pause
      return Array.from({ length: count }, () => {
        now += 7_000
        return now
      })
    })
  })

describe('the detector', () => {
  it('finds what a recount at every moment finds', () => {
    let found = 0
    fc.assert(
      fc.property(someTimes, (times) => {
        const end = (times.at(-1) ?? 0) + 30 * MINUTE
        const { floods, detector } = run(times, end)
        const { floods: expected, highest } = naive(times, end)
        expect(floods).toEqual(expected)
        expect(detector.highest.count).toBe(highest)
        found += floods.length
      }),
      { numRuns: 300 },
    )
    expect(found).toBeGreaterThan(20)
  })

  it('finds the same whoever looks meanwhile, and goes on from what it was', () => {
    fc.assert(
      fc.property(someTimes, fc.infiniteStream(fc.integer({ min: 0, max: 3 })), (times, choices) => {
        const end = (times.at(-1) ?? 0) + 30 * MINUTE
        const floods: (Flood | undefined)[] = []
        let detector = new FloodDetector()
        let before = 0
        for (const time of times) {
          const [choice] = choices.take(1)
          if (choice === 1) floods.push(detector.advance(before + (time - before) / 2))
          if (choice === 2) floods.push(detector.advance(time))
          if (choice === 3) detector = new FloodDetector(JSON.parse(JSON.stringify(detector.snapshot())))
          floods.push(detector.note(time))
          before = time
        }
        floods.push(detector.advance(end))
        expect(floods.filter((flood) => flood !== undefined)).toEqual(run(times, end).floods)
      }),
    )
  })
})
