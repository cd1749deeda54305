import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { derivedDevice } from '../../../contracts/analytics/derived-resolve.ts'
import type { Reading } from '../../../contracts/reading.ts'
import { type Behind, type Computed, Deriver } from '../../../ingest/derive/deriver.ts'
import type { BatchRecord } from '../../../ingest/log/log-record.ts'
import { batchOf, derivedPlant, type Sample } from './derived-plant.ts'

const MEAN = { id: 'A.mean', of: 'A', compute: 'mean', window: '4s', unit: 'ppm' }
const MEAN_OF_MEAN = { id: 'A.mean2', of: 'A.mean', compute: 'mean', window: '2s' }
const GRID = derivedDevice({ everyMs: 1_000, latenessMs: 2_000, clocks: ['g1'] })

/** Second after second of one gateway, with a value each. */
function seconds(values: readonly (number | undefined)[], from = 1_000): BatchRecord[] {
  return values.map((value, index) => {
    const time = from + index * 1_000
    return batchOf('g1', { samples: [['A', time, value]], polled: { d1: time } })
  })
}

function run(deriver: Deriver, records: readonly BatchRecord[]): Reading[] {
  return records.flatMap((record) => [...(deriver.take(record)?.readings ?? [])])
}

describe('the deriver', () => {
  it('computes a point of the grid once its input has passed it', () => {
    const deriver = new Deriver({ facility: derivedPlant([MEAN]) })
    const [first, second] = seconds([10, 20])
    expect(deriver.take(first as BatchRecord)).toBeUndefined()
    expect(deriver.take(second as BatchRecord)).toEqual({
      // A quarter of its window was usable.
      readings: [{ sensor: 'A.mean', time: 2_000, quality: 'bad', reason: 'inputs' }],
      polled: { [GRID]: 2_000 },
    })
  })

  it('weighs by time what was held', () => {
    const readings = run(new Deriver({ facility: derivedPlant([MEAN]) }), seconds([10, 20, 30, 40, 50]))
    expect(readings.at(-1)).toEqual({ sensor: 'A.mean', time: 5_000, value: 25, quality: 'good' })
    expect(readings.at(-2)).toEqual({ sensor: 'A.mean', time: 4_000, value: 20, quality: 'good' })
  })

  it('reports by exception, and says up to when it has computed', () => {
    const deriver = new Deriver({ facility: derivedPlant([MEAN]) })
    run(deriver, seconds([10, 10, 10, 10, 10]))
    const next = deriver.take(batchOf('g1', { samples: [], polled: { d1: 6_000 } }))
    expect(next).toEqual({ readings: [], polled: { [GRID]: 6_000 } })
    let last: Computed | undefined
    for (let at = 7_000; at <= 34_000; at += 1_000)
      last = deriver.take(batchOf('g1', { samples: [], polled: { d1: at } }))
    // Half a minute after it was sent last.
    expect(last?.readings).toEqual([{ sensor: 'A.mean', time: 34_000, value: 10, quality: 'good' }])
  })

  it('computes what is computed from others behind them, whatever the order of the file', () => {
    const deriver = new Deriver({ facility: derivedPlant([MEAN_OF_MEAN, MEAN]) })
    const readings = run(deriver, seconds([10, 10, 10, 10, 10, 10, 10]))
    expect(readings.findLast(({ sensor }) => sensor === 'A.mean2')).toMatchObject({
      value: 10,
      quality: 'good',
    })
  })

  it('waits for the slowest of its inputs', () => {
    const deriver = new Deriver({ facility: derivedPlant([{ ...MEAN }, { ...MEAN, id: 'C.mean', of: 'C' }]) })
    run(deriver, seconds([1, 2, 3]))
    expect(deriver.of('A.mean')?.position).toBe(3_000)
    expect(deriver.of('C.mean')?.position).toBeUndefined()
    deriver.take(batchOf('g2', { samples: [['C', 1_500, 5]], polled: { d2: 1_500 } }))
    expect(deriver.of('C.mean')?.position).toBe(1_000)
  })

  it('waits no longer than its lateness for an input that does not come', () => {
    const deriver = new Deriver({ facility: derivedPlant([MEAN]) })
    run(deriver, seconds([10, 10, 10, 10, 10]))
    expect(deriver.look(7_999)).toBeUndefined()
    expect(deriver.look(8_000)?.polled).toEqual({ [GRID]: 6_000 })
    // After ten seconds nothing holds any more, and of the window less and less is known.
    const later = deriver.look(30_000)
    expect(later?.readings.at(-1)).toMatchObject({ quality: 'bad', reason: 'inputs' })
    expect(deriver.of('A.mean')?.latest?.coverage).toBe(0)
  })

  it('waits by the clock of the gateway', () => {
    const deriver = new Deriver({ facility: derivedPlant([MEAN]) })
    for (const record of seconds([10, 10]))
      deriver.take({ ...record, offset: 3_000, arrived: record.sent + 3_000 })
    expect(deriver.of('A.mean')?.position).toBe(2_000)
    expect(deriver.look(3_000 + 2_000 + 2_999)).toBeUndefined()
    expect(deriver.look(3_000 + 2_000 + 3_000)?.polled).toEqual({ [GRID]: 3_000 })
    deriver.clockStepped(60_000)
    expect(deriver.look(3_000 + 2_000 + 3_000 + 60_000)).toBeUndefined()
  })

  it('a gateway whose clock is ahead is waited for no longer than others', () => {
    const deriver = new Deriver({ facility: derivedPlant([MEAN]) })
    // By the server's clock these came at 1 s and 2 s.
    for (const record of seconds([10, 10], 51_000))
      deriver.take({ ...record, offset: -50_000, arrived: record.sent - 50_000 })
    expect(deriver.of('A.mean')?.position).toBe(52_000)
    expect(deriver.look(4_999)).toBeUndefined()
    expect(deriver.look(5_000)?.polled).toEqual({ [GRID]: 53_000 })
  })

  it('what is computed from computed ones goes by the clock that these go by', () => {
    const deriver = new Deriver({ facility: derivedPlant([MEAN, MEAN_OF_MEAN]) })
    deriver.listen(50_000)
    for (const record of seconds(Array.from({ length: 10 }, () => 10))) {
      const arrived = record.sent + 50_000
      // Nothing is missing: nothing is computed without it.
      expect(deriver.look(arrived - 1)).toBeUndefined()
      deriver.take({ ...record, offset: 50_000, arrived })
    }
    expect(deriver.of('A.mean2')?.position).toBe(10_000)
    expect(deriver.of('A.mean2')?.latest).toMatchObject({ value: 10, coverage: 1 })
  })

  it('begins by the clock where nothing is ever heard', () => {
    const deriver = new Deriver({ facility: derivedPlant([MEAN]) })
    expect(deriver.look(10_000)).toBeUndefined()
    expect(deriver.look(11_000)?.readings).toEqual([
      { sensor: 'A.mean', time: 9_000, quality: 'bad', reason: 'inputs' },
    ])
  })

  it('begins once all of its inputs were heard, or have been silent as long as they may', () => {
    const both = { id: 'A.ratio', of: ['A', 'C'], compute: 'ratio', unit: '1' }
    const heard = new Deriver({ facility: derivedPlant([both]) })
    heard.listen(0)
    run(heard, seconds([1, 2, 3]))
    expect(heard.of('A.ratio')?.position).toBeUndefined()
    expect(heard.look(4_000)).toBeUndefined()
    heard.take(batchOf('g2', { samples: [['C', 3_500, 5]], polled: { d2: 3_500 } }))
    expect(heard.of('A.ratio')?.position).toBe(3_000)

    const silent = new Deriver({ facility: derivedPlant([both]) })
    silent.listen(0)
    run(silent, seconds([1, 2, 3]))
    expect(silent.look(9_999)).toBeUndefined()
    expect(silent.of('A.ratio')?.position).toBeUndefined()
    silent.look(10_000)
    expect(silent.of('A.ratio')?.position).toBe(8_000)
  })

  it('nobody was silent while the server was down', () => {
    const facility = derivedPlant([MEAN])
    const first = new Deriver({ facility })
    run(first, seconds([10, 10, 10, 10, 10]))
    const again = new Deriver({ facility, snapshot: JSON.parse(JSON.stringify(first.snapshot())) })
    expect(again.listen(60_000)).toEqual({ readings: [], polled: { [GRID]: 58_000 } })
    // What it held it holds, until its sensor may be called silent; of the time between nothing is known.
    const looked = again.look(61_000)
    expect(looked?.readings).toEqual([{ sensor: 'A.mean', time: 59_000, quality: 'bad', reason: 'inputs' }])
    expect(again.of('A.mean')?.latest?.coverage).toBeGreaterThan(0)
  })

  it('goes over a long silence in one step', () => {
    const deriver = new Deriver({ facility: derivedPlant([MEAN]) })
    run(deriver, seconds([10, 10, 10, 10, 10]))
    const hour = 3_600_000
    const readings = run(deriver, seconds([50, 50, 50, 50, 50], hour))
    expect(readings.length).toBeLessThan(20)
    expect(readings.at(-1)).toEqual({ sensor: 'A.mean', time: hour + 3_000, value: 50, quality: 'good' })
    expect(readings.find(({ time }) => time > 15_000 && time < hour)).toMatchObject({ quality: 'bad' })
  })

  it('tells what came behind the grid, and does not compute with what is late', () => {
    const behind: Behind[] = []
    const deriver = new Deriver({
      facility: derivedPlant([MEAN]),
      onBehind: ({ sensor, time }) => behind.push({ sensor, time }),
    })
    run(deriver, seconds([10, 10, 10, 10, 10]))
    deriver.take(batchOf('g1', { samples: [['A', 2_500, 999]], late: true, isLive: false }))
    expect(behind).toEqual([{ sensor: 'A', time: 2_500 }])
    const [last] = run(deriver, seconds([10], 6_000))
    expect(last ?? deriver.of('A.mean')?.latest).toMatchObject({ value: 10 })
  })

  it('takes nothing twice that had been evaluated before the log took it', () => {
    const deriver = new Deriver({ facility: derivedPlant([MEAN]) })
    run(deriver, seconds([10, 10, 10, 10, 10]))
    expect(
      deriver.take({ ...batchOf('g1', { samples: [['A', 6_000, 99]], polled: { d1: 6_000 } }), again: true }),
    ).toBeUndefined()
  })

  it('keeps nothing of what is behind all of its grids', () => {
    const deriver = new Deriver({ facility: derivedPlant([MEAN]) })
    run(deriver, seconds(Array.from({ length: 500 }, (_, index) => index)))
    expect(deriver.snapshot().tracks.A?.held.length).toBeLessThan(10)
  })
})

const value = fc.option(fc.double({ min: 0, max: 100, noNaN: true }), { nil: undefined, freq: 6 })
const stream = fc.array(fc.record({ ms: fc.integer({ min: 1, max: 2_500 }), value }), {
  minLength: 1,
  maxLength: 40,
})

/** Samples with times, of one sensor. */
function samplesOf(steps: readonly { ms: number; value: number | undefined }[]): Sample[] {
  let time = 0
  return steps.map((step) => {
    time += step.ms
    return ['A', time, step.value] as const
  })
}

const allOf = (deriver: Deriver, records: readonly BatchRecord[]) => {
  const sent = run(deriver, records)
  return new Map(sent.map((reading) => [`${reading.sensor} ${reading.time}`, reading]))
}

describe('properties of the deriver', () => {
  const facility = derivedPlant([MEAN, MEAN_OF_MEAN])

  it('results do not depend on the batches that readings come in', () => {
    fc.assert(
      fc.property(stream, fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1 }), (steps, sizes) => {
        const samples = samplesOf(steps)
        const single = samples.map((sample) =>
          batchOf('g1', { samples: [sample], polled: { d1: sample[1] } }),
        )
        const cut: BatchRecord[] = []
        for (let at = 0, turn = 0; at < samples.length; turn++) {
          const part = samples.slice(at, at + (sizes[turn % sizes.length] ?? 1))
          cut.push(batchOf('g1', { samples: part, polled: { d1: part.at(-1)?.[1] ?? 0 } }))
          at += part.length
        }
        expect(allOf(new Deriver({ facility }), cut)).toEqual(allOf(new Deriver({ facility }), single))
      }),
    )
  })

  it('a shift of time by whole steps shifts the results', () => {
    fc.assert(
      fc.property(stream, fc.integer({ min: 1, max: 100_000 }), (steps, shift) => {
        const at = (shiftMs: number) =>
          samplesOf(steps).map(([id, time, given]) =>
            batchOf('g1', { samples: [[id, time + shiftMs, given]], polled: { d1: time + shiftMs } }),
          )
        const shifted = run(new Deriver({ facility }), at(shift * 1_000))
        const plain = run(new Deriver({ facility }), at(0))
        expect(shifted.map((reading) => ({ ...reading, time: reading.time - shift * 1_000 }))).toEqual(plain)
      }),
    )
  })

  it('a restart at any batch changes nothing', () => {
    fc.assert(
      fc.property(stream, fc.nat(), (steps, cut) => {
        const records = samplesOf(steps).map((sample) =>
          batchOf('g1', { samples: [sample], polled: { d1: sample[1] } }),
        )
        const at = cut % records.length
        const whole = run(new Deriver({ facility }), records)
        const first = new Deriver({ facility })
        const before = run(first, records.slice(0, at))
        const snapshot = JSON.parse(JSON.stringify(first.snapshot()))
        const after = run(new Deriver({ facility, snapshot }), records.slice(at))
        expect([...before, ...after]).toEqual(whole)
      }),
    )
  })
})
