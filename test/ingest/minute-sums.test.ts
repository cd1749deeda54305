import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { QUALITIES, QUALITY_NUMBER } from '../../contracts/quality.ts'
import type { Reading } from '../../contracts/reading.ts'
import type { SeriesPoint } from '../../contracts/store.ts'
import { MinuteSums } from '../../ingest/store/influx/minute-sums.ts'
import { good, seriesWith } from './store-points.ts'

const MINUTE = 60_000
const GW_1 = { facility: 'plant', gateway: 'gw-1' }
const GW_2 = { facility: 'plant', gateway: 'gw-2' }
const [one, two, other] = [
  seriesWith({}),
  seriesWith({ sensor: 'GT-102' }),
  seriesWith({ sensor: 'CL-1', gateway: 'gw-2' }),
]

function point(reading: Reading, series = one, fold = 0): SeriesPoint {
  return { series, reading, fold }
}

function added(sums: MinuteSums, ...points: readonly SeriesPoint[]): MinuteSums {
  for (const each of points) sums.add(each.series.sensor, each)
  return sums
}

const fresh = () => new MinuteSums(() => -MINUTE)

describe('sums of minutes', () => {
  it('are of each series, and taken once for each change', () => {
    const sums = added(
      fresh(),
      point(good(0, 1)),
      point(good(1_000, 3)),
      point(good(5, 7), two),
      point(good(MINUTE, 9)),
    )
    const taken = sums.take(0)
    expect(taken.sums).toMatchObject([
      { series: one, low: 1, high: 3, total: 4, valued: 2, count: 2, quality: 192, reason: '' },
      { series: two, low: 7, high: 7, total: 7, valued: 1, count: 1 },
    ])
    expect(sums.take(0)).toMatchObject({ sums: [], doubtful: [] })
    added(sums, point(good(2_000, 8)))
    expect(sums.take(0).sums[0]).toMatchObject({ count: 3, high: 8 })
    expect(sums.take(MINUTE).sums).toMatchObject([{ count: 1, total: 9 }])
  })

  it('never count a bad value, and know the worst quality with a reason of it', () => {
    const sums = added(
      fresh(),
      point(good(1, 5)),
      point({ sensor: 'GT-101', time: 2, value: 7, quality: 'uncertain', reason: 'clock' }),
      point({ sensor: 'GT-101', time: 3, value: 6_553.5, quality: 'bad' }),
      point({ sensor: 'GT-101', time: 4, quality: 'bad', reason: 'timeout' }),
      point({ sensor: 'GT-101', time: 5, quality: 'bad', reason: 'crc' }),
    )
    expect(sums.take(0).sums).toMatchObject([
      { low: 5, high: 7, total: 12, valued: 2, count: 5, quality: 0, reason: 'timeout' },
    ])
  })

  it('take the same point again for the same', () => {
    const sums = added(
      fresh(),
      point(good(1, 5)),
      point(good(1, 5)),
      point(good(1, 6), one, 1),
      point(good(1, 6), one, 1),
    )
    expect(sums.take(0).sums).toMatchObject([{ count: 2, total: 11 }])
  })

  it.each<[string, SeriesPoint[]]>([
    ['not in order of time', [point(good(10, 1)), point(good(20, 2)), point(good(10, 1))]],
    ['of a time that was there, computed anew', [point(good(10, 1)), point(good(20, 2)), point(good(20, 3))]],
    [
      'of a time that was there, with another quality',
      [point(good(20, 2)), point({ sensor: 'GT-101', time: 20, value: 2, quality: 'uncertain' })],
    ],
    ['not in order of folds', [point(good(10, 1), one, 1), point(good(10, 1))]],
  ])('are left to the database when readings come %s', (_name, points) => {
    const sums = added(fresh(), ...points, point(good(10, 1), other))
    const taken = sums.take(0)
    expect(taken.doubtful).toEqual([GW_1])
    expect(taken.sums).toMatchObject([{ series: other }])
    // And for ever: what was forgotten cannot be added up.
    added(sums, point(good(30, 3)))
    expect(sums.take(0)).toMatchObject({ sums: [], doubtful: [GW_1] })
    expect(sums.take(0)).toMatchObject({ sums: [], doubtful: [] })
  })

  it('are left to the database where there were readings before, of that gateway alone', () => {
    const sums = new MinuteSums(({ gateway }) => (gateway === 'gw-1' ? 2.5 * MINUTE : -MINUTE))
    added(sums, point(good(2.9 * MINUTE, 1)), point(good(3 * MINUTE, 2)), point(good(2.9 * MINUTE, 3), other))
    expect(sums.take(2 * MINUTE)).toMatchObject({ sums: [{ series: other }], doubtful: [GW_1] })
    expect(sums.take(3 * MINUTE)).toMatchObject({ sums: [{ series: one }], doubtful: [] })
  })

  it('that could not be written are taken again', () => {
    const sums = added(fresh(), point(good(10, 1)), point(good(20, 2), other), point(good(10, 1), other))
    const taken = sums.take(0)
    expect([taken.sums.length, taken.doubtful]).toEqual([1, [GW_2]])
    added(sums, point(good(30, 5)))
    taken.putBack()
    expect(sums.take(0)).toMatchObject({ sums: [{ count: 2 }], doubtful: [GW_2] })
  })

  it('do not grow without end: the oldest are forgotten, and what was not rolled up is left to the database', () => {
    const sums = fresh()
    const series = Array.from({ length: 1_000 }, (_, n) => seriesWith({ sensor: `S-${n}` }))
    const minutes = Array.from({ length: 300 }, (_, n) => n * MINUTE)
    for (const start of minutes) {
      for (const each of series) added(sums, point(good(start, 1), each))
      if (start < 100 * MINUTE) sums.take(start)
    }
    const taken = minutes.map((start) => sums.take(start))
    expect(taken[299]?.sums.length).toBe(1_000)
    const isForgotten = taken.map(({ sums: found }, n) => n >= 100 && found.length === 0)
    expect(isForgotten.filter(Boolean).length).toBeGreaterThan(0)
    for (const [n, { doubtful }] of taken.entries()) expect(doubtful).toEqual(isForgotten[n] ? [GW_1] : [])
    // One that was forgotten and gets a late reading.
    added(sums, point(good(30, 1)))
    expect(sums.take(0)).toMatchObject({ sums: [], doubtful: [GW_1] })
  })

  it('are what a list of the readings says, or are doubtful', () => {
    const reading = fc.record({
      time: fc.oneof(fc.nat(3 * MINUTE), fc.constantFrom(0, 1, MINUTE)),
      n: fc.integer({ min: -80, max: 80 }),
      quality: fc.constantFrom(...QUALITIES),
    })
    fc.assert(
      fc.property(
        fc.array(fc.tuple(reading, fc.constantFrom(one, two, other)), { maxLength: 40 }),
        fc.boolean(),
        (given, isSorted) => {
          const points = given.map(([{ time, n, quality }, series]) =>
            point({ sensor: series.sensor, time, value: n / 8, quality }, series),
          )
          if (isSorted) points.sort((a, b) => a.reading.time - b.reading.time)
          const sums = added(fresh(), ...points)
          /** Key: series, time: one point each, and the last stands. */
          const kept = new Map(points.map((each) => [`${each.series.sensor} ${each.reading.time}`, each]))
          for (let start = 0; start < 3 * MINUTE; start += MINUTE) {
            const { sums: found, doubtful } = sums.take(start)
            for (const series of [one, two, other]) {
              const inside = [...kept.values()].filter(
                (each) =>
                  each.series === series && each.reading.time >= start && each.reading.time < start + MINUTE,
              )
              const sum = found.find((each) => each.series === series)
              if (doubtful.some(({ gateway }) => gateway === series.gateway)) {
                expect(sum).toBeUndefined()
                expect(isSorted && kept.size === points.length).toBe(false)
                continue
              }
              const values = inside.flatMap(({ reading: { value = 0, quality } }) =>
                quality === 'bad' ? [] : [value],
              )
              expect([sum?.count ?? 0, sum?.valued ?? 0, sum?.total ?? 0]).toEqual([
                inside.length,
                values.length,
                values.reduce((a, b) => a + b, 0),
              ])
              if (values.length > 0)
                expect([sum?.low, sum?.high]).toEqual([Math.min(...values), Math.max(...values)])
              if (inside.length > 0)
                expect(sum?.quality).toBe(
                  Math.min(...inside.map((each) => QUALITY_NUMBER[each.reading.quality])),
                )
            }
          }
        },
      ),
      { numRuns: 200 },
    )
  })
})
