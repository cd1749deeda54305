import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeMiniseed, decodeRecord } from '../../../../../contracts/analytics/seismic/miniseed/decode.ts'
import { encodeChannel, encodeMiniseed } from '../../../../../contracts/analytics/seismic/miniseed/encode.ts'
import { waveOfMiniseed } from '../../../../../contracts/analytics/seismic/miniseed/wave-of.ts'
import { CodedError } from '../../../../../contracts/errors.ts'
import vectors from '../../../../vectors/miniseed.json' with { type: 'json' }
import { START, waveOf } from '../waves.ts'
import { yonago } from '../yonago.ts'

const CODES = { network: 'XX', station: 'ACC1', location: '00' }

const codeOf = (work: () => unknown): string => {
  try {
    work()
  } catch (error) {
    if (error instanceof CodedError) return error.code
    throw error
  }
  return 'nothing thrown'
}

describe('files of another writer', () => {
  const expected: Record<string, number[]> = {
    STEIM1: vectors.steep,
    STEIM2: vectors.steep,
    INT16: vectors.counts,
    INT32: vectors.steep,
    FLOAT32: vectors.counts.map((count) => count / 4),
    FLOAT64: vectors.counts.map((count) => count / 8),
  }

  it.each(vectors.files)('$encoding, $order-endian, records of $recordLength bytes', (from) => {
    const records = decodeMiniseed(Buffer.from(from.file, 'base64'))
    expect(records.flatMap(({ samples }) => [...samples])).toEqual(expected[from.encoding])
    expect(records[0]?.time).toBeCloseTo(Date.UTC(2000, 9, 6, 4, 30, 18) + 123.456, 3)
    for (const record of records)
      expect(record).toMatchObject({
        network: 'XX',
        station: 'ACC1',
        location: '00',
        channel: 'HNZ',
        length: from.recordLength,
        rate: expect.closeTo(from.rate, 9),
      })
  })
})

describe('files of ours', () => {
  it('hold the record of Yonago to the last digit', () => {
    const wave = yonago()
    const file = encodeMiniseed(wave, CODES)
    expect(file.length % 512).toBe(0)
    expect(waveOfMiniseed(file)).toEqual(wave)
    expect([...new Set(decodeMiniseed(file).map(({ channel }) => channel))]).toEqual(['HNN', 'HNE', 'HNZ'])
  })

  it('hold any counts, steep ones as whole integers', () => {
    const count = fc.oneof(
      fc.integer({ min: -8, max: 7 }),
      fc.integer({ min: -600, max: 600 }),
      fc.integer({ min: -20_000, max: 20_000 }),
      fc.integer({ min: -(2 ** 29) + 1, max: 2 ** 29 - 1 }),
      fc.integer({ min: -(2 ** 31) + 1, max: 2 ** 31 - 1 }),
    )
    fc.assert(
      fc.property(
        fc.array(count, { minLength: 1, maxLength: 700 }),
        fc.integer({ min: 0, max: 4e15 }),
        fc.constantFrom(100, 200, 62.5, 0.1, 200 / 3),
        (counts, microseconds, rate) => {
          const time = microseconds / 1_000
          const head = { codes: { ...CODES, channel: 'HNZ' }, time, rate, sequence: 999_998 }
          const records = encodeChannel(Int32Array.from(counts), head).map((bytes) => decodeRecord(bytes))
          expect(records.flatMap(({ samples }) => [...samples])).toEqual(counts)
          let index = 0
          for (const [i, record] of records.entries()) {
            expect(record.sequence).toBe(((999_997 + i) % 999_999) + 1)
            expect(Math.abs(record.time - (time + (index * 1_000) / rate))).toBeLessThan(0.002)
            expect(record.rate).toBeCloseTo(rate, 6)
            index += record.samples.length
          }
        },
      ),
      { numRuns: 200 },
    )
  })

  it('use each packing of Steim 2: what is small takes little room', () => {
    const bytes = (size: number) =>
      encodeMiniseed(
        waveOf(60, (t) => [size * Math.sin(t * 1e5), 0, 0]),
        { ...CODES, countsPerGal: 1 },
      ).length
    expect(bytes(3)).toBeLessThan(bytes(10))
    expect(bytes(10)).toBeLessThan(bytes(400))
    expect(bytes(400)).toBeLessThan(bytes(10_000))
    expect(bytes(10_000)).toBeLessThan(bytes(1e7))
  })

  it('do not hide codes of a wrong form, nor samples that no count can hold', () => {
    const wave = waveOf(1, () => [1, 1, 1])
    expect(codeOf(() => encodeMiniseed(wave, { ...CODES, station: 'acc-1' }))).toBe('INTERNAL')
    expect(codeOf(() => encodeMiniseed(wave, { ...CODES, station: 'LONGER' }))).toBe('INTERNAL')
    expect(
      codeOf(() =>
        encodeMiniseed(
          waveOf(1, () => [1, Number.NaN, 1]),
          CODES,
        ),
      ),
    ).toBe('INTERNAL')
    expect(
      codeOf(() =>
        encodeMiniseed(
          waveOf(1, () => [1, 3e5, 1]),
          CODES,
        ),
      ),
    ).toBe('INTERNAL')
  })
})

describe('a header of another writer', () => {
  const NEW_YEAR = Date.UTC(2027, 0, 1)
  /** A record of one sample, a millisecond before the year ends, changed. */
  const changed = (change: (view: DataView) => void) => {
    const head = { codes: { ...CODES, channel: 'HNZ' }, time: NEW_YEAR - 1, rate: 100, sequence: 1 }
    const [bytes = new Uint8Array()] = encodeChannel(Int32Array.of(-7), head)
    change(new DataView(bytes.buffer))
    return decodeRecord(bytes)
  }

  it.each<[string, number, (view: DataView) => void]>([
    ['is as it is written', -1, () => {}],
    ['has a correction of its time, back', -1_251.5, (view) => view.setInt32(40, -12_505)],
    ['has a correction of its time, into the next year', 999, (view) => view.setInt32(40, 10_000)],
    [
      'has a correction that is in the time already',
      -1,
      (view) => {
        view.setInt32(40, -12_505)
        view.setUint8(36, 2)
      },
    ],
    ['has microseconds, back', -1.05, (view) => view.setInt8(61, -50)],
    ['has a leap second', 999, (view) => view.setUint8(26, 60)],
    ['has a 366th day of a year of 365', 86_400_000 - 1, (view) => view.setUint16(22, 366)],
  ])('%s', (_, after, change) => {
    const { time, samples } = changed(change)
    expect(time - NEW_YEAR).toBeCloseTo(after, 3)
    expect([...samples]).toEqual([-7])
  })

  it.each([
    // SEED 2.4: samples per second, or below zero seconds per sample; a multiplier below zero divides.
    [100, 1, 100],
    [33, 10, 330],
    [330, -10, 33],
    [-60, 1, 1 / 60],
    [-10, -5, 1 / 50],
    [100, 0, 100],
    [0, 1, 0],
  ])('says its rate as %i and %i: %d Hz', (factor, multiplier, rate) => {
    const record = changed((view) => {
      view.setInt16(32, factor)
      view.setInt16(34, multiplier)
    })
    expect(record.rate).toBeCloseTo(rate, 12)
  })
})

describe('bytes that are none', () => {
  const file = encodeMiniseed(
    waveOf(2, (t) => [Math.sin(t), 100 * Math.sin(30 * t), 0], { time: START }),
    CODES,
  )

  it('of any kind are refused, quickly', () => {
    const known = ['MINISEED_INVALID', 'nothing thrown']
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1_200 }), (bytes) => {
        expect(known).toContain(codeOf(() => decodeMiniseed(bytes)))
      }),
    )
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat({ max: 511 }), fc.nat({ max: 255 })), { minLength: 1, maxLength: 6 }),
        (changes) => {
          const bytes = file.slice(0, 512)
          for (const [at, value] of changes) bytes[at] = value
          expect(known).toContain(codeOf(() => decodeMiniseed(bytes)))
        },
      ),
      { numRuns: 2_000 },
    )
  })

  it.each<[string, number, readonly number[]]>([
    ['no sequence', 0, [0x78]],
    ['no data record', 6, [0x41]],
    ['a code that is no text', 8, [0]],
    ['a year that is none', 20, [0, 0]],
    ['a day that is none', 22, [1, 200]],
    ['an hour that is none', 24, [24]],
    ['blockettes within the header', 46, [0, 20]],
    ['blockettes behind the record', 46, [2, 0]],
    ['a chain of blockettes that goes back', 50, [0, 48]],
    ['no blockette at all', 46, [0, 0]],
    ['another encoding', 52, [19]],
    ['a record of 2^31 bytes', 54, [31]],
    ['a record that is longer than there is', 54, [20]],
    ['data within the header', 44, [0, 12]],
    ['data behind the record', 44, [2, 0]],
    ['more samples than fit', 30, [255, 255]],
    ['a last sample that is another', 75, [0x55]],
  ])('%s', (_, at, values) => {
    const bytes = file.slice(0, 512)
    bytes.set(values, at)
    expect(codeOf(() => decodeRecord(bytes))).toBe('MINISEED_INVALID')
    expect(codeOf(() => decodeRecord(file.slice(0, 512)))).toBe('nothing thrown')
  })

  it('are named by where they stand', () => {
    const bytes = file.slice()
    bytes[512] = 0x78
    expect(() => decodeMiniseed(bytes)).toThrow(/record at byte 512: no data record/)
  })

  it.each<[string, (file: Uint8Array) => Uint8Array]>([
    ['an axis is missing', (bytes) => bytes.slice(0, bytes.length - 512)],
    ['a record is missing', (bytes) => bytes.slice(512)],
    ['nothing is there', () => new Uint8Array()],
  ])('as an event: %s', (_, change) => {
    expect(codeOf(() => waveOfMiniseed(change(file)))).toBe('MINISEED_INVALID')
  })
})
