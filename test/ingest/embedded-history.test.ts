import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { QUALITIES } from '../../contracts/quality.ts'
import type { Reading } from '../../contracts/reading.ts'
import { EmbeddedStore } from '../../ingest/store/embedded-store.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { HistoryModel } from './history-model.ts'
import { good, pointsOf, seriesNamed, seriesWith } from './store-points.ts'

const MINUTE = 60_000
const GT = { facility: 'plant', sensor: 'GT-101' }
const folder = temporaryFolder()
let files = 0
function newFile(): string {
  files += 1
  return join(folder, `readings-${files}.db`)
}

/** A few minutes, so that things meet in the same ones. */
const time = fc.nat({ max: 6 * MINUTE })
/** Multiples of 1/8: their sums are exact in any order. */
const value = fc.integer({ min: -800, max: 800 }).map((n) => n / 8)

const reading = fc
  .record({
    time,
    value,
    quality: fc.constantFrom(...QUALITIES),
    hasValue: fc.boolean(),
    sensor: fc.constantFrom('GT-101', 'LT-1'),
  })
  .map(({ hasValue, quality, ...rest }): Reading => {
    if (quality === 'good') return { ...rest, quality }
    const { value, ...bare } = rest
    return {
      ...bare,
      ...(hasValue || quality === 'uncertain' ? { value } : {}),
      quality,
      reason: quality === 'bad' ? 'crc' : 'clock',
    }
  })

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('write' as const),
      readings: fc.array(reading, { maxLength: 12 }),
      fold: fc.nat(1),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('rollUp' as const), from: time, to: time }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('prune' as const), raw: fc.nat(4 * MINUTE) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('ask' as const),
      from: time,
      to: time,
      everyMs: fc.constantFrom(1_000, 7_000, MINUTE, 90_000, 2 * MINUTE, 5 * MINUTE, 60 * MINUTE),
    }),
  },
)

describe('history of the embedded store', () => {
  it('is what a list of all readings says, whatever was rolled up, dropped or late', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 25 }), async (steps) => {
        const store = await EmbeddedStore.open(':memory:')
        const model = new HistoryModel()
        for (const one of steps) {
          switch (one.do) {
            case 'write': {
              const points = pointsOf(one.readings).map((point) => ({ ...point, fold: one.fold }))
              const refused = await store.write(points)
              expect(refused.map(({ point }) => point)).toEqual(points.filter((point) => !model.write(point)))
              break
            }
            case 'rollUp':
              await store.rollUp(one)
              break
            case 'prune':
              while ((await store.prune({ raw: one.raw, rollUps: 0 })) > 0);
              model.horizon = Math.max(model.horizon, Math.floor(one.raw / MINUTE) * MINUTE)
              break
            case 'ask':
              for (const sensor of ['GT-101', 'LT-1']) {
                const query = { ...one, facility: 'plant', sensor }
                expect(await store.buckets(query)).toEqual(model.buckets(query))
              }
          }
        }
        await store.close()
      }),
      { numRuns: 150 },
    )
  })

  it('reads roll-ups, and not the readings, where whole minutes are asked for', async () => {
    const path = newFile()
    const store = await EmbeddedStore.open(path)
    await store.write(pointsOf([good(1_000, 1), good(2_000, 3), good(61_000, 9)]))
    await store.rollUp({ from: 0, to: 2 * MINUTE })
    const other = new DatabaseSync(path)
    other.exec('UPDATE minute SET low = -5')
    other.close()
    const min = async (everyMs: number) =>
      (await store.buckets({ ...GT, from: 0, to: 10 * MINUTE, everyMs })).map((bucket) => bucket.min)
    expect(await min(MINUTE)).toEqual([-5, -5])
    expect(await min(30_000)).toEqual([1, 9])
    // A late reading makes the minute doubtful, and only that one.
    await store.write(pointsOf([good(3_000, 2)]))
    expect(await min(MINUTE)).toEqual([1, -5])
    await store.rollUp({ from: 0, to: MINUTE })
    await store.write(pointsOf([good(4_000, 0)]))
    expect(await min(MINUTE)).toEqual([0, -5])
    await store.close()
  })

  it('rolls a minute up again of which a reading was computed anew', async () => {
    const store = await EmbeddedStore.open(newFile())
    const rolled = () => store.rollUp({ from: 0, to: MINUTE })
    await store.write(pointsOf([good(1_000, 1), good(2_000, 2)]))
    await rolled()
    await store.write(pointsOf([good(2_000, 7)]))
    await rolled()
    await store.prune({ raw: MINUTE, rollUps: 0 })
    const buckets = () => store.buckets({ ...GT, from: 0, to: MINUTE, everyMs: MINUTE })
    expect(await buckets()).toMatchObject([{ min: 1, max: 7, count: 2 }])
    await store.close()
  })

  it('counts a minute again whose first reading could not be written', async () => {
    const store = await EmbeddedStore.open(newFile())
    const [point] = pointsOf([good(1_000, 1)])
    const broken = pointsOf([good(2_000, 2)]).map((one) => ({ ...one, fold: 0.5 }))
    if (point === undefined) throw new Error('no point')
    await expect(store.write([point, ...broken])).rejects.toMatchObject({ code: 'DATA_UNWRITABLE' })
    await store.write([point])
    expect(await store.buckets({ ...GT, from: 0, to: MINUTE, everyMs: MINUTE })).toMatchObject([{ count: 1 }])
    await store.close()
  })

  it('drops readings in slices, keeps their minutes, and those go later', async () => {
    const store = await EmbeddedStore.open(newFile())
    const old = Array.from({ length: 45_000 }, (_, n) => good(n * 10, n))
    await store.write(pointsOf(old))
    await store.write(pointsOf([good(5_000, 1, 'LT-1'), good(460_000, 1, 'LT-1')]))
    const slices: number[] = []
    for (let dropped = -1; dropped !== 0; ) {
      dropped = await store.prune({ raw: 430_000, rollUps: 0 })
      slices.push(dropped)
    }
    // Whole minutes of 6,000: seven of them, and one reading of the other sensor.
    expect(slices).toEqual([20_000, 20_000, 2_001, 0])
    const left = await store.range({ ...GT, from: 0, to: 1e9, limit: 1e6 })
    expect(left.length).toBe(3_000)
    expect(left[0]?.time).toBe(420_000)
    const minutes = await store.buckets({ ...GT, from: 0, to: 1e9, everyMs: MINUTE })
    expect(minutes.map(({ count }) => count)).toEqual(Array.from({ length: 7 }, () => 6_000).concat(3_000))
    expect(minutes[1]).toMatchObject({ min: 6_000, mean: 8_999.5, max: 11_999 })

    expect(await store.prune({ raw: 430_000, rollUps: 250_000 })).toBe(5)
    expect(
      (await store.buckets({ ...GT, from: 0, to: 1e9, everyMs: MINUTE })).map((one) => one.time),
    ).toEqual([240_000, 300_000, 360_000, 420_000])
    await store.close()
  })

  it('refuses what is older than it keeps, and does not go back', async () => {
    const store = await EmbeddedStore.open(newFile())
    await store.prune({ raw: 3 * MINUTE, rollUps: 0 })
    await store.prune({ raw: MINUTE, rollUps: 0 })
    const [refused] = await store.write(pointsOf([good(3 * MINUTE - 1, 1), good(3 * MINUTE, 2)]))
    expect(refused).toMatchObject({
      point: { reading: { value: 1 } },
      detail: 'older than the store keeps readings',
    })
    expect(await store.range({ ...GT, from: 0, to: 1e9, limit: 9 })).toEqual([good(3 * MINUTE, 2)])
    await store.close()
  })

  it('rolls up what nobody asks for any more: minutes of a process that was killed', async () => {
    const path = newFile()
    const store = await EmbeddedStore.open(path)
    await store.write(pointsOf([good(1_000, 1)]))
    await store.close()
    const again = await EmbeddedStore.open(path)
    await again.rollUp({ from: 10 * MINUTE, to: 11 * MINUTE })
    await again.close()
    const file = new DatabaseSync(path)
    expect(file.prepare('SELECT count(*) AS n FROM dirty').get()?.n).toBe(0)
    expect(file.prepare('SELECT count(*) AS n FROM minute').get()?.n).toBe(1)
    file.close()
  })

  it('keeps the newest tags of a series', async () => {
    const path = newFile()
    const store = await EmbeddedStore.open(path)
    await store.write(pointsOf([good(1, 1)]))
    await store.write([{ series: seriesWith({ area: 'pump bay' }), reading: good(2, 2), fold: 0 }])
    await store.write([{ series: seriesNamed('GT-101'), reading: good(3, 3), fold: 0 }])
    await store.close()
    const file = new DatabaseSync(path)
    const rows = file.prepare('SELECT facility, sensor, tags FROM series').all()
    expect(rows).toMatchObject([{ facility: 'plant', sensor: 'GT-101' }])
    expect(JSON.parse(String(rows[0]?.tags))).toMatchObject({
      kind: 'gas',
      device: 'panel',
      area: 'pump bay',
    })
    file.close()
  })

  it('of a file of the first release is all there, and is rolled up', async () => {
    const path = newFile()
    const file = new DatabaseSync(path)
    file.exec(`
      CREATE TABLE series (id INTEGER PRIMARY KEY, facility TEXT NOT NULL, sensor TEXT NOT NULL, UNIQUE (facility, sensor)) STRICT;
      CREATE TABLE reading (series INTEGER NOT NULL, time INTEGER NOT NULL, value REAL, quality INTEGER NOT NULL, reason TEXT,
        PRIMARY KEY (series, time)) STRICT, WITHOUT ROWID;
      INSERT INTO series VALUES (1, 'plant', 'GT-101');
      INSERT INTO reading VALUES (1, 1000, 12.5, 192, NULL), (1, 61000, NULL, 0, 'timeout');
      PRAGMA user_version = 1;`)
    file.close()
    const store = await EmbeddedStore.open(path)
    const readings: Reading[] = [
      good(1_000, 12.5),
      { sensor: 'GT-101', time: 61_000, quality: 'bad', reason: 'timeout' },
    ]
    const everything = { ...GT, from: 0, to: 1e9 }
    expect(await store.range({ ...everything, limit: 9 })).toEqual(readings)
    const before = await store.buckets({ ...everything, everyMs: MINUTE })
    await store.write(pointsOf(readings))
    await store.rollUp({ from: 0, to: 2 * MINUTE })
    expect(await store.range({ ...everything, limit: 9 })).toEqual(readings)
    expect(await store.buckets({ ...everything, everyMs: MINUTE })).toEqual(before)
    await store.close()
  })
})
