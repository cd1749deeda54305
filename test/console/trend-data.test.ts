import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { HistoryPoint } from '../../contracts/api.ts'
import { parseDuration } from '../../contracts/duration.ts'
import { mergeJournal } from '../../dashboards/console/src/journal-merge.ts'
import {
  appendReading,
  SPANS,
  type TrendPoint,
  toColumns,
  toPoints,
} from '../../dashboards/console/src/trend-data.ts'
import { alarmOf, entryOf, iso, readingOf } from './fake-plant.ts'

const T0 = Date.parse('2026-11-21T02:00:00Z')
const point = (
  seconds: number,
  mean: number | null,
  quality: TrendPoint['quality'] = 'good',
): TrendPoint => ({
  time: T0 + seconds * 1_000,
  min: mean,
  mean,
  max: mean,
  count: 1,
  quality,
})
const window = { fromMs: T0, toMs: T0 + 60_000, everyMs: 1_000 }

describe('spans', () => {
  test.each(SPANS)('$every says $everyMs ms and gives some hundred points', ({ ms, every, everyMs }) => {
    expect(parseDuration(every)).toBe(everyMs)
    expect(ms / everyMs).toBeGreaterThanOrEqual(280)
    expect(ms / everyMs).toBeLessThanOrEqual(330)
  })
})

describe('points', () => {
  test('buckets without a reading are left out', () => {
    const item = (seconds: number, count: number): HistoryPoint => ({
      time: iso(T0 + seconds * 1_000),
      min: 1,
      mean: 1,
      max: 1,
      count,
      quality: 'good',
      reason: null,
    })
    expect(toPoints([item(0, 2), item(1, 0), item(2, 1)]).map((shown) => shown.time)).toEqual([
      T0,
      T0 + 2_000,
    ])
  })

  test('a live reading goes into the last bucket or begins a new one', () => {
    const points = [{ ...point(0, 10), count: 3 }]
    const same = appendReading(points, readingOf('X', T0 + 900, 30), 1_000)
    expect(same).toEqual([{ ...point(0, 15), min: 10, max: 30, count: 4 }])
    const next = appendReading(points, readingOf('X', T0 + 1_000, 30), 1_000)
    expect(next).toHaveLength(2)
    expect(points).toEqual([{ ...point(0, 10), count: 3 }])
  })

  test('a bad reading brings no number, whatever value it carries', () => {
    const [added] = appendReading([], readingOf('X', T0, 104, 'bad', 'above-range'), 1_000)
    expect(added).toMatchObject({ mean: null, quality: 'bad' })
    const [first] = appendReading([point(0, 5)], readingOf('X', T0 + 100, 104, 'bad', 'above-range'), 1_000)
    expect(first).toMatchObject({ mean: 5, max: 5, quality: 'bad' })
  })

  test('an older reading changes nothing', () => {
    const points = [point(5, 1)]
    expect(appendReading(points, readingOf('X', T0, 9), 1_000)).toBe(points)
  })

  test('times stay in order and means within their bounds', () => {
    const readings = fc.array(
      fc.record({ step: fc.integer({ min: 0, max: 3_000 }), value: fc.integer({ min: -100, max: 100 }) }),
    )
    fc.assert(
      fc.property(readings, (steps) => {
        let time = T0
        let points: readonly TrendPoint[] = []
        for (const { step, value } of steps) {
          time += step
          points = appendReading(points, readingOf('X', time, value), 1_000)
        }
        const times = points.map((shown) => shown.time)
        expect(times).toEqual([...new Set(times)].sort((a, b) => a - b))
        expect(points.reduce((sum, shown) => sum + shown.count, 0)).toBe(steps.length)
        for (const { min, mean, max } of points) {
          expect(mean).toBeGreaterThanOrEqual((min ?? 0) - 1e-9)
          expect(mean).toBeLessThanOrEqual((max ?? 0) + 1e-9)
        }
      }),
    )
  })
})

describe('columns', () => {
  test('a bad stretch lasts until the next reading and leaves a gap', () => {
    const columns = toColumns([point(0, 1), point(10, null, 'bad'), point(40, 2)], window)
    expect(columns.mean).toEqual([1, null, 2])
    expect(columns.bad).toEqual([[T0 / 1_000 + 10, T0 / 1_000 + 40]])
  })

  test('a bad stretch that has not ended lasts until now', () => {
    const columns = toColumns([point(50, null, 'bad')], window)
    expect(columns.bad).toEqual([[T0 / 1_000 + 50, T0 / 1_000 + 60]])
  })

  test('a bucket with good readings too is bad for its own width', () => {
    const columns = toColumns([point(10, 3, 'bad'), point(40, 2)], window)
    expect(columns.mean).toEqual([3, 2])
    expect(columns.bad).toEqual([[T0 / 1_000 + 10, T0 / 1_000 + 11]])
  })

  test('a long silence is not bridged by a line, a short one is', () => {
    const long = { ...window, toMs: T0 + 600_000 }
    expect(toColumns([point(0, 1), point(300, 2), point(330, 2)], long).mean).toEqual([1, null, 2, 2, null])
  })

  test('points outside of the window are not drawn', () => {
    expect(toColumns([point(-1, 1), point(0, 2), point(61, 3)], window).mean).toEqual([2])
  })
})

describe('journal', () => {
  test('pages and the stream make one record, newest first, each entry once', () => {
    const entry = (seq: number) => entryOf(seq, alarmOf('GT-101.H', T0))
    const merged = mergeJournal([5, 4, 3].map(entry), [7, 6, 5].map(entry))
    expect(merged.map((item) => item.seq)).toEqual([7, 6, 5, 4, 3])
  })
})
