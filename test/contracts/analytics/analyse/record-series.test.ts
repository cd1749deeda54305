import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type RecordRow, RecordSeries } from '../../../../contracts/analytics/analyse/record-series.ts'

const good = (time: number, value: number): RecordRow => ({ time, value, quality: 'good' })
const bad = (time: number): RecordRow => ({ time, value: undefined, quality: 'bad' })

describe('a record between its rows', () => {
  it('holds each until the next', () => {
    const series = new RecordSeries([good(0, 2), good(400, -4), bad(900)], 10_000)
    expect(series.step(0, 1_000).inputs[0]).toMatchObject({
      value: undefined,
      quality: 'bad',
      usableMs: 900,
      integral: 2 * 400 - 4 * 500,
      positiveIntegral: 800,
      min: -4,
      max: 2,
    })
    expect(series.step(1_000, 2_000).inputs[0]).toMatchObject({ usableMs: 0, min: Number.NaN })
  })

  it('holds none for too long', () => {
    const series = new RecordSeries([good(0, 2)], 300)
    expect(series.step(0, 200).inputs[0]).toMatchObject({ value: 2, usableMs: 200 })
    expect(series.step(200, 1_000).inputs[0]).toMatchObject({
      quality: 'bad',
      reason: 'stale',
      usableMs: 100,
    })
  })

  it('a row at the end of a step is held then', () => {
    const series = new RecordSeries([good(0, 2), good(1_000, 9)], 10_000)
    expect(series.step(0, 1_000).inputs[0]).toMatchObject({ value: 9, max: 9, integral: 2_000 })
    expect(series.step(1_000, 2_000).inputs[0]).toMatchObject({ value: 9, integral: 9_000 })
  })

  it('comes to the same however it is cut', () => {
    const row = fc.record({
      after: fc.integer({ min: 1, max: 500 }),
      value: fc.integer({ min: -50, max: 50 }),
    })
    fc.assert(
      fc.property(
        fc.array(row, { minLength: 1 }),
        fc.array(fc.integer({ min: 1, max: 300 })),
        (list, cuts) => {
          let time = 0
          const rows = list.map(({ after, value }) => {
            time += after
            return value < -40 ? bad(time) : good(time, value)
          })
          const end = cuts.reduce((sum, cut) => sum + cut, 0)
          if (end === 0) return
          const whole = new RecordSeries(rows, 200).step(0, end).inputs[0]
          const series = new RecordSeries(rows, 200)
          let at = 0
          const sums = { usableMs: 0, integral: 0, positiveIntegral: 0 }
          for (const cut of cuts) {
            const [slice] = series.step(at, at + cut).inputs
            at += cut
            for (const key of ['usableMs', 'integral', 'positiveIntegral'] as const)
              sums[key] += slice?.[key] ?? 0
            if (at === end) expect(slice?.value).toBe(whole?.value)
          }
          expect(sums).toEqual({
            usableMs: whole?.usableMs,
            integral: whole?.integral,
            positiveIntegral: whole?.positiveIntegral,
          })
        },
      ),
    )
  })
})
