import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Reading } from '../../contracts/reading.ts'
import type { TimeSeriesStore } from '../../contracts/store.ts'

/** Where a store keeps its things, so that it can be closed and opened again. */
export interface StorePlace {
  open(): Promise<TimeSeriesStore>
}

const EVERYTHING = { from: 0, to: 10_000_000_000_000 }
const GT = { facility: 'plant', sensor: 'GT-101' }

function good(time: number, value: number, sensor = 'GT-101'): Reading {
  return { sensor, time, value, quality: 'good' }
}

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
      await store.write('plant', readings)
      expect(await all()).toEqual(readings)
    })

    it('writing a reading again changes nothing', async () => {
      await store.write('plant', [good(1_000, 1), good(2_000, 2)])
      await store.write('plant', [good(2_000, 2), good(3_000, 3), good(3_000, 3)])
      await store.write('plant', [good(1_000, 1)])
      expect(await all()).toEqual([good(1_000, 1), good(2_000, 2), good(3_000, 3)])
    })

    it('answers in order of time, whatever the order of writing', async () => {
      await store.write('plant', [good(3_000, 3), good(1_000, 1)])
      await store.write('plant', [good(2_000, 2)])
      expect((await all()).map(({ time }) => time)).toEqual([1_000, 2_000, 3_000])
    })

    it('takes from as inclusive, to as exclusive, and limit from the oldest', async () => {
      await store.write(
        'plant',
        [1, 2, 3, 4, 5].map((n) => good(n * 1_000, n)),
      )
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
      await store.write('plant', [good(1_000, 1)])
      await store.write('other', [good(1_000, 2), good(2_000, 3)])
      expect(await all()).toEqual([good(1_000, 1)])
      expect(await all({ facility: 'other', sensor: 'GT-101' })).toEqual([good(1_000, 2), good(2_000, 3)])
      expect(await all({ facility: 'third', sensor: 'GT-101' })).toEqual([])
      expect(await all({ facility: 'plant', sensor: 'gt-101' })).toEqual([])
    })

    it('takes any id for a name and nothing else', async () => {
      const sensor = `x' OR 1=1; DROP TABLE reading --`
      await store.write('plant', [good(1_000, 1, sensor)])
      expect(await all({ facility: 'plant', sensor })).toEqual([good(1_000, 1, sensor)])
      expect(await all()).toEqual([])
    })

    it('puts readings into buckets on a grid from epoch 0, and leaves empty ones out', async () => {
      await store.write('plant', [good(10_500, 1), good(19_999, 3), good(20_000, 10), good(45_000, 7)])
      expect(await store.buckets({ ...GT, ...EVERYTHING, everyMs: 10_000 })).toEqual([
        { time: 10_000, min: 1, mean: 2, max: 3, count: 2, quality: 'good', reason: null },
        { time: 20_000, min: 10, mean: 10, max: 10, count: 1, quality: 'good', reason: null },
        { time: 40_000, min: 7, mean: 7, max: 7, count: 1, quality: 'good', reason: null },
      ])
    })

    it('keeps to the grid when the range does not, and counts only what is in the range', async () => {
      await store.write('plant', [good(10_000, 1), good(13_000, 3), good(19_000, 5)])
      expect(await store.buckets({ ...GT, from: 12_000, to: 19_000, everyMs: 7_000 })).toEqual([
        { time: 7_000, min: 3, mean: 3, max: 3, count: 1, quality: 'good', reason: null },
      ])
    })

    it('never lets a bad value into min, mean or max, and tells the worst quality with its reason', async () => {
      await store.write('plant', [
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

    it('drops what is older than its retention and says how much', async () => {
      await store.write(
        'plant',
        [1, 2, 3].map((n) => good(n * 1_000, n)),
      )
      await store.write('other', [good(1_000, 1, 'LT-1'), good(5_000, 1, 'LT-1')])
      expect(await store.prune(3_000)).toBe(3)
      expect((await all()).map(({ time }) => time)).toEqual([3_000])
      expect(await all({ facility: 'other', sensor: 'LT-1' })).toHaveLength(1)
      expect(await store.prune(3_000)).toBe(0)
    })

    it('prunes more than one slice, and goes on writing meanwhile', async () => {
      const old = Array.from({ length: 45_000 }, (_, n) => good(n, n))
      await store.write('plant', old)
      const pruned = store.prune(44_990)
      await store.write('plant', [good(1_000_000, 1)])
      expect(await pruned).toBe(44_990)
      expect(await all()).toHaveLength(11)
    })

    it('holds all of it when it is opened again', async () => {
      await store.write('plant', [
        good(1_000, 1),
        { sensor: 'LT-1', time: 2_000, quality: 'bad', reason: 'crc' },
      ])
      await store.close()
      store = await place.open()
      expect(await all()).toEqual([good(1_000, 1)])
      await store.write('plant', [good(3_000, 3)])
      expect(await all()).toEqual([good(1_000, 1), good(3_000, 3)])
      expect(await all({ facility: 'plant', sensor: 'LT-1' })).toHaveLength(1)
    })

    it('takes nothing as nothing', async () => {
      await store.write('plant', [])
      expect(await all()).toEqual([])
      expect(await store.buckets({ ...GT, ...EVERYTHING, everyMs: 1_000 })).toEqual([])
      expect(await store.prune(1)).toBe(0)
    })
  })
}
