import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { QUALITIES, QUALITY_NUMBER } from '../../contracts/quality.ts'
import type { SeriesPoint } from '../../contracts/store.ts'
import { ReadingLines, statusLine, tagText } from '../../ingest/store/influx/line-protocol.ts'
import { parseLines } from './line-protocol-parser.ts'
import { good, pointsOf, seriesWith } from './store-points.ts'

const lines = new ReadingLines({ hasReason: true })

/** Texts that are full of what line protocol gives a meaning to. */
const hostile = fc.string({
  unit: fc.oneof(
    fc.constantFrom(',', ' ', '=', '"', '\\', '\n', '\r', '\t', '#', 'i', '1', 'ü', '气'),
    fc.string({ unit: 'grapheme', maxLength: 1 }),
  ),
  maxLength: 12,
})

describe('lines of readings', () => {
  it('have every field, each of one type', () => {
    const points = pointsOf([
      good(1_795_219_200_123, 12.5),
      { sensor: 'GT-101', time: 2, quality: 'bad', reason: 'timeout' },
      { sensor: 'GT-101', time: 3, value: 40, quality: 'uncertain', reason: 'clock' },
    ])
    const prefix =
      'gas,area=tank-farm,device=panel,facility=plant,gateway=gw-1,quantity=CH4,sensor=GT-101,unit=%LEL'
    expect(lines.textOf(points, lines.precisionOf(points))).toBe(
      `${prefix} value=12.5,quality=192i,reason="" 1795219200123\n` +
        `${prefix} quality=0i,reason="timeout" 2\n` +
        `${prefix} value=40,quality=64i,reason="clock" 3\n`,
    )
  })

  it('count in nanoseconds only when a fold asks for it, and then exactly', () => {
    const [plain, folded] = [0, 3].map((fold) => ({
      series: seriesWith({}),
      reading: good(1_795_219_200_123, 1),
      fold,
    }))
    const points = [plain, folded] as SeriesPoint[]
    expect(lines.precisionOf(points.slice(0, 1))).toBe('ms')
    expect(lines.precisionOf(points)).toBe('ns')
    expect(parseLines(lines.textOf(points, 'ns')).map(({ time }) => time)).toEqual([
      '1795219200123000000',
      '1795219200123000003',
    ])
  })

  it('mean the same to whoever reads them, whatever texts and numbers are made of', () => {
    const point = fc.record({
      series: fc
        .record({
          facility: hostile,
          area: hostile,
          gateway: hostile,
          device: hostile,
          sensor: hostile,
          quantity: hostile,
          unit: hostile,
        })
        .map(seriesWith),
      reading: fc.record(
        {
          sensor: fc.constant('S'),
          time: fc.maxSafeNat(),
          quality: fc.constantFrom(...QUALITIES),
          reason: fc.option(hostile, { nil: undefined }),
          value: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }), { nil: undefined }),
        },
        { requiredKeys: ['sensor', 'time', 'quality'] },
      ),
      fold: fc.constantFrom(0, 0, 0, 1, 999_999),
    })
    fc.assert(
      fc.property(fc.array(point, { maxLength: 5 }), (given) => {
        const points = given as SeriesPoint[]
        const precision = lines.precisionOf(points)
        const parsed = parseLines(lines.textOf(points, precision))
        expect(parsed).toEqual(
          points.map(
            ({ series: { kind, ...tags }, reading: { time, value, quality, reason = '' }, fold }) => ({
              measurement: kind,
              tags: Object.fromEntries(
                Object.entries(tags).flatMap(([name, text]) => (text === '' ? [] : [[name, tagText(text)]])),
              ),
              fields: {
                ...(value === undefined ? {} : { value: value === 0 ? 0 : value }),
                quality: BigInt(QUALITY_NUMBER[quality]),
                reason,
              },
              time: precision === 'ms' ? `${time}` : `${BigInt(time) * 1_000_000n + BigInt(fold)}`,
            }),
          ),
        )
      }),
      { numRuns: 500 },
    )
  })

  it('change a tag only where a tag cannot hold the text', () => {
    expect(tagText('CH4, wet = "50 %"')).toBe('CH4, wet = "50 %"')
    expect(tagText('a\\b\\')).toBe('a/b/')
    expect(tagText('two\nlines\u0000')).toBe('two lines ')
    fc.assert(fc.property(hostile, (text) => tagText(tagText(text)) === tagText(text)))
  })

  it('of the mirror are numbers alone', () => {
    const points = pointsOf([{ sensor: 'GT-101', time: 1, value: 2, quality: 'bad', reason: 'above-range' }])
    const [line] = parseLines(new ReadingLines({ hasReason: false }).textOf(points, 'ms'))
    expect(line?.fields).toEqual({ value: 2, quality: 0n })
  })
})

describe('lines of status', () => {
  it('say the type of every field', () => {
    const fields = { state: 'UN "ACK"', active: 1n, value: 5, isOn: true }
    expect(statusLine({ measurement: 'a b', tags: { 'x y': 'z=', none: '' }, fields, time: 7 })).toBe(
      String.raw`a\ b,x\ y=z\= state="UN \"ACK\"",active=1i,value=5,isOn=true 7`,
    )
  })

  it('leave out numbers that no database holds, and are none when nothing is left', () => {
    const point = { measurement: 'pipeline', tags: {}, time: 7 }
    expect(statusLine({ ...point, fields: { a: Number.NaN, b: 1 } })).toBe('pipeline b=1 7')
    expect(statusLine({ ...point, fields: { a: Number.POSITIVE_INFINITY } })).toBeUndefined()
  })
})
