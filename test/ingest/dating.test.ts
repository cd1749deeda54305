import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Datings, dated, shiftFor } from '../../ingest/intake/dating.ts'

describe('the date of a reading', () => {
  it('is its own while the clocks are within a minute of each other', () => {
    expect([60_000, 60_001, -60_000, -60_001].map(shiftFor)).toEqual([0, 60_001, 0, -60_001])
    const reading = { sensor: 'T-1', time: 5, value: 1, quality: 'good' } as const
    expect(dated(reading, { shift: 0 })).toBe(reading)
    expect(dated(reading, { shift: 90_000 })).toEqual({
      ...reading,
      time: 90_005,
      quality: 'uncertain',
      reason: 'clock',
    })
    const bad = { sensor: 'T-1', time: 5, quality: 'bad', reason: 'timeout' } as const
    expect(dated(bad, { shift: 90_000 })).toEqual({ ...bad, time: 90_005 })
  })

  it('does not move while the offset only gets better known', () => {
    const datings = new Datings()
    datings.follow(1_000, 87_045)
    expect(datings.follow(2_000, 87_000)).toBe(false)
    expect([datings.shift, datings.at(500).shift, datings.at(9_000).shift]).toEqual([87_045, 87_045, 87_045])
    expect(datings.follow(3_000, 85_000)).toBe(true)
  })

  it('says how often there was that time before', () => {
    const datings = new Datings()
    datings.follow(1_000_000, 5)
    datings.follow(1_010_000, 5)
    // The server's clock is set back by 90 s, then right again.
    datings.follow(1_011_000, -89_995)
    datings.follow(1_020_000, 5)
    const fold = (time: number) =>
      datings.foldOf(dated({ sensor: 'T-1', time, quality: 'bad' }, datings.at(time)).time, datings.at(time))
    expect([1_010_000, 1_010_001, 1_011_000, 1_020_000].map(fold)).toEqual([0, 1, 1, 0])
  })

  it('follows from its time alone, and is never that of another one with the same fold', () => {
    const step = fc.record({
      after: fc.integer({ min: 1, max: 200 }),
      offset: fc.integer({ min: -400_000, max: 400_000 }),
    })
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 60 }), (steps) => {
        let datings = new Datings()
        let sent = 1_000_000
        const first = new Map<number, string>()
        const pointOf = (time: number) => {
          const span = datings.at(time)
          const date = time + span.shift
          return `${date} ${datings.foldOf(date, span)}`
        }
        for (const { after, offset } of steps) {
          datings.follow(sent + after, offset)
          for (let time = sent + 1; time <= sent + after; time += 7) first.set(time, pointOf(time))
          sent += after
          datings = new Datings(JSON.parse(JSON.stringify(datings)))
        }
        expect(new Set(first.values()).size).toBe(first.size)
        for (const [time, point] of first) expect(pointOf(time)).toBe(point)
      }),
    )
  })
})
