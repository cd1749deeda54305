import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Reading } from '../../contracts/reading.ts'
import { ROLL_UP_MS, type SeriesPoint, type TimeSeriesStore } from '../../contracts/store.ts'
import { good, pointsOf, seriesNamed, seriesWith } from './store-points.ts'

/** Where a store keeps its things, so that it can be closed and opened again. */
export interface StorePlace {
  open(): Promise<TimeSeriesStore>
}

const EVERYTHING = { from: 0, to: 10_000_000_000_000 }
const GT = { facility: 'plant', sensor: 'GT-101' }

/** What every time-series store does, whatever is behind it. */
export function describeStore(name: string, makePlace: () => Promise<StorePlace> | StorePlace): void {
  describe(name, () => {
    let place: StorePlace
    let store: TimeSeriesStore

    beforeEach(async () => {
      place = await makePlace()
      store = await place.open()
    })
    afterEach(() => store.close())

    const write = (readings: readonly Reading[], facility = 'plant') =>
      store.write(pointsOf(readings, facility))
    const all = (query: { facility: string; sensor: string } = GT) =>
      store.range({ ...query, ...EVERYTHING, limit: 100_000 })

    it('gives back what was written, value or none, quality and reason', async () => {
      const readings: Reading[] = [
        good(1_000, 12.5),
        { sensor: 'GT-101', time: 2_000, value: 99, quality: 'bad', reason: 'above-range' },
        { sensor: 'GT-101', time: 3_000, quality: 'bad', reason: 'timeout' },
        { sensor: 'GT-101', time: 4_000, value: -0.25, quality: 'uncertain', reason: 'clock' },
        { sensor: 'GT-101', time: 5_000, value: 1.7976931348623157e308, quality: 'uncertain' },
        good(1_795_219_200_123, 0),
      ]
      await write(readings)
      expect(await all()).toEqual(readings)
    })

    it('writing a reading again changes nothing', async () => {
      await write([good(1_000, 1), good(2_000, 2)])
      await write([good(2_000, 2), good(3_000, 3), good(3_000, 3)])
      await write([good(1_000, 1)])
      expect(await all()).toEqual([good(1_000, 1), good(2_000, 2), good(3_000, 3)])
    })

    it('has a reading that was computed anew in place of the one that stood there', async () => {
      const inputs: Reading = { sensor: 'GT-101', time: 1_000, quality: 'bad', reason: 'inputs' }
      await write([inputs, good(2_000, 2), good(3_000, 3)])
      await write([good(1_000, 1), { ...good(2_000, 2.5), quality: 'uncertain', reason: 'imprecise' }])
      const anew = [
        good(1_000, 1),
        { ...good(2_000, 2.5), quality: 'uncertain', reason: 'imprecise' },
        good(3_000, 3),
      ]
      expect(await all()).toEqual(anew)
      const buckets = await store.buckets({ ...GT, from: 0, to: 60_000, everyMs: 60_000 })
      expect(buckets).toMatchObject([{ min: 1, max: 3, count: 3, quality: 'uncertain', reason: 'imprecise' }])
    })

    it('answers in order of time, whatever the order of writing', async () => {
      await write([good(3_000, 3), good(1_000, 1)])
      await write([good(2_000, 2)])
      expect((await all()).map(({ time }) => time)).toEqual([1_000, 2_000, 3_000])
    })

    it('takes from as inclusive, to as exclusive, and limit from the oldest', async () => {
      await write([1, 2, 3, 4, 5].map((n) => good(n * 1_000, n)))
      const times = async (from: number, to: number, limit = 100) =>
        (await store.range({ ...GT, from, to, limit })).map(({ time }) => time)
      expect(await times(2_000, 4_000)).toEqual([2_000, 3_000])
      expect(await times(2_001, 4_001)).toEqual([3_000, 4_000])
      expect(await times(0, 9_000, 2)).toEqual([1_000, 2_000])
      expect(await times(4_000, 4_000)).toEqual([])
      expect(await times(5_000, 2_000)).toEqual([])
      expect(await times(6_000, 9_000)).toEqual([])
    })

    it('keeps facilities apart that use the same sensor ids', async () => {
      await write([good(1_000, 1)])
      await write([good(1_000, 2), good(2_000, 3)], 'other')
      expect(await all()).toEqual([good(1_000, 1)])
      expect(await all({ facility: 'other', sensor: 'GT-101' })).toEqual([good(1_000, 2), good(2_000, 3)])
      expect(await all({ facility: 'third', sensor: 'GT-101' })).toEqual([])
      expect(await all({ facility: 'plant', sensor: 'gt-101' })).toEqual([])
    })

    it('takes any id for a name and nothing else', async () => {
      const sensor = `x' OR 1=1; DROP TABLE reading --`
      await write([good(1_000, 1, sensor)])
      expect(await all({ facility: 'plant', sensor })).toEqual([good(1_000, 1, sensor)])
      expect(await all()).toEqual([])
    })

    it('puts readings into buckets on a grid from epoch 0, and leaves empty ones out', async () => {
      await write([good(10_500, 1), good(19_999, 3), good(20_000, 10), good(45_000, 7)])
      expect(await store.buckets({ ...GT, ...EVERYTHING, everyMs: 10_000 })).toEqual([
        { time: 10_000, min: 1, mean: 2, max: 3, count: 2, quality: 'good', reason: null },
        { time: 20_000, min: 10, mean: 10, max: 10, count: 1, quality: 'good', reason: null },
        { time: 40_000, min: 7, mean: 7, max: 7, count: 1, quality: 'good', reason: null },
      ])
    })

    it('keeps to the grid when the range does not, and counts only what is in the range', async () => {
      await write([good(10_000, 1), good(13_000, 3), good(19_000, 5)])
      expect(await store.buckets({ ...GT, from: 12_000, to: 19_000, everyMs: 7_000 })).toEqual([
        { time: 7_000, min: 3, mean: 3, max: 3, count: 1, quality: 'good', reason: null },
      ])
    })

    it('never lets a bad value into min, mean or max, and tells the worst quality with its reason', async () => {
      await write([
        good(1_000, 5),
        { sensor: 'GT-101', time: 1_100, value: 7, quality: 'uncertain', reason: 'clock' },
        { sensor: 'GT-101', time: 1_200, value: 6_553.5, quality: 'bad', reason: 'above-range' },
        { sensor: 'GT-101', time: 2_000, value: 1, quality: 'uncertain', reason: 'clock' },
        good(2_100, 3),
        { sensor: 'GT-101', time: 3_000, quality: 'bad', reason: 'timeout' },
      ])
      expect(await store.buckets({ ...GT, ...EVERYTHING, everyMs: 1_000 })).toEqual([
        { time: 1_000, min: 5, mean: 6, max: 7, count: 3, quality: 'bad', reason: 'above-range' },
        { time: 2_000, min: 1, mean: 2, max: 3, count: 2, quality: 'uncertain', reason: 'clock' },
        { time: 3_000, min: null, mean: null, max: null, count: 1, quality: 'bad', reason: 'timeout' },
      ])
    })

    it('gives back reasons as they are, whatever they are made of', async () => {
      const reasons = [
        'a,b c=d',
        'it said "no"',
        'ends with a backslash\\',
        '\\"',
        'two\nlines',
        `' OR 1=1; --`,
        'H₂S 高报',
        '  ',
      ]
      const readings = reasons.map((reason, n): Reading => {
        return { sensor: 'GT-101', time: n * 1_000, quality: 'bad', reason }
      })
      expect(await write(readings)).toEqual([])
      expect(await all()).toEqual(readings)
    })

    it('keeps series whose tags are made of anything apart, and finds them', async () => {
      const odd = ['a,b', 'a b', 'a=b', 'a\\b', 'a"b', "a'b", 'a,', 'a\\', 'a\\,b', 'ü', ' a', 'a ']
      const points = odd.map(
        (quantity, n): SeriesPoint => ({
          series: seriesWith({ sensor: `S-${n}`, quantity, area: `${quantity}x` }),
          reading: good(1_000, n, `S-${n}`),
          fold: 0,
        }),
      )
      expect(await store.write(points)).toEqual([])
      for (const n of odd.keys())
        expect(await all({ facility: 'plant', sensor: `S-${n}` })).toEqual([good(1_000, n, `S-${n}`)])
    })

    it('takes a series without quantity', async () => {
      const series = seriesWith({ quantity: '' })
      expect(await store.write([{ series, reading: good(1_000, 1), fold: 0 }])).toEqual([])
      expect(await all()).toEqual([good(1_000, 1)])
    })

    it('keeps two readings of one millisecond when the clock was there twice', async () => {
      const twice: SeriesPoint[] = [1, 2, 3].map((value, fold) => ({
        series: seriesNamed('GT-101'),
        reading: good(5_000, value),
        fold,
      }))
      await write([good(4_999, 0), good(5_001, 9)])
      await store.write(twice)
      await store.write(twice)
      expect((await all()).map(({ time, value }) => [time, value])).toEqual([
        [4_999, 0],
        [5_000, 1],
        [5_000, 2],
        [5_000, 3],
        [5_001, 9],
      ])
      expect((await store.range({ ...GT, from: 5_000, to: 5_001, limit: 9 })).length).toBe(3)
      const [bucket] = await store.buckets({ ...GT, ...EVERYTHING, everyMs: 60_000 })
      expect(bucket).toMatchObject({ count: 5, min: 0, max: 9, mean: 3 })
    })

    it('gives back what it will never take, with its reason, and writes the rest', async () => {
      const points = pointsOf(Array.from({ length: 101 }, (_, n) => good(n * 1_000, n)))
      const broken = pointsOf([good(2_000.5, 1), good(7_000.5, 2)])
      const mixed = [...points.slice(0, 3), ...broken.slice(0, 1), ...points.slice(3), ...broken.slice(1)]
      const refused = await store.write(mixed)
      expect(refused.map(({ point }) => point)).toEqual(broken)
      for (const { detail } of refused) expect(detail).toMatch(/\w{4}/)
      expect(await all()).toEqual(points.map(({ reading }) => reading))
      expect((await store.write(broken.slice(0, 1))).map(({ point }) => point)).toEqual(broken.slice(0, 1))
    })

    it('keeps thousands of sensors', async () => {
      const sensors = Array.from({ length: 2_000 }, (_, n) => `S-${n}`)
      const at = (time: number) => sensors.map((sensor, n) => good(time, n + time / 1_000, sensor))
      await write([...at(1_000), ...at(2_000)])
      for (const n of [0, 1, 999, 1_999])
        expect(await all({ facility: 'plant', sensor: `S-${n}` })).toEqual([
          good(1_000, n + 1, `S-${n}`),
          good(2_000, n + 2, `S-${n}`),
        ])
      await store.rollUp({ from: 0, to: ROLL_UP_MS })
      const [bucket] = await store.buckets({
        facility: 'plant',
        sensor: 'S-7',
        from: 0,
        to: 6e4,
        everyMs: 6e4,
      })
      expect(bucket).toEqual({ time: 0, min: 8, mean: 8.5, max: 9, count: 2, quality: 'good', reason: null })
    })

    it('answers the same before and after a roll-up, and after a late reading', async () => {
      const readings: Reading[] = [
        ...[0, 1, 30, 59.999, 60, 90, 150, 239, 600].map((s) => good(s * 1_000, s)),
        { sensor: 'GT-101', time: 61_000, value: 1e6, quality: 'bad', reason: 'above-range' },
        { sensor: 'GT-101', time: 151_000, value: -1, quality: 'uncertain', reason: 'clock' },
        { sensor: 'GT-101', time: 300_000, quality: 'bad', reason: 'timeout' },
      ]
      const spans = [EVERYTHING, { from: 500, to: 240_000 }, { from: 61_000, to: 61_500 }]
      const questions = spans.flatMap((span) =>
        [10_000, 60_000, 90_000, 120_000, 3_600_000].map((everyMs) => ({ ...GT, ...span, everyMs })),
      )
      const answers = () => Promise.all(questions.map((question) => store.buckets(question)))
      await write(readings)
      const before = await answers()
      await store.rollUp({ from: 0, to: 700_000 })
      expect(await answers()).toEqual(before)
      await store.rollUp({ from: 59_000, to: 61_000 })
      expect(await answers()).toEqual(before)

      await write([good(2_000, 77)])
      const late = await answers()
      expect(late[1]?.[0]).toMatchObject({ time: 0, max: 77 })
      await store.rollUp({ from: 0, to: 60_000 })
      expect(await answers()).toEqual(late)
    })

    it('holds all of it when it is opened again', async () => {
      await write([good(1_000, 1), { sensor: 'LT-1', time: 2_000, quality: 'bad', reason: 'crc' }])
      await store.close()
      store = await place.open()
      expect(await all()).toEqual([good(1_000, 1)])
      await write([good(3_000, 3)])
      expect(await all()).toEqual([good(1_000, 1), good(3_000, 3)])
      expect(await all({ facility: 'plant', sensor: 'LT-1' })).toHaveLength(1)
    })

    it('takes nothing as nothing', async () => {
      await write([])
      expect(await all()).toEqual([])
      expect(await store.buckets({ ...GT, ...EVERYTHING, everyMs: 1_000 })).toEqual([])
      expect(await store.prune({ raw: 1, rollUps: 1 })).toBe(0)
      expect(await store.writeStatus([])).toEqual([])
      await store.rollUp({ from: 0, to: 120_000 })
    })
  })
}
