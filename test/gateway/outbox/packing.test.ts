import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Batch, WireReading } from '../../../contracts/wire.ts'
import { packBatches, toWire } from '../../../gateway/delivery/batch-packing.ts'
import { Epoch } from '../../../gateway/delivery/epoch.ts'
import { sealBatch } from '../../../gateway/delivery/sealed-batch.ts'
import { BatchPacker, isSound } from '../../../gateway/outbox/packing/batch-packer.ts'
import { ByteReader, ByteWriter } from '../../../gateway/outbox/packing/byte-writer.ts'
import { WordBook } from '../../../gateway/outbox/packing/word-book.ts'
import { SettableClock } from '../settable-clock.ts'

const KEY = { epoch: 'e', seq: 7 }
/** First byte after the CRC: how a batch is kept. */
const kindOf = (packed: Buffer) => ['text', 'columns', 'columns'][packed[4] ?? -1]

function roundTrip(payload: Buffer, packer = new BatchPacker()): Buffer {
  const packed = packer.pack(payload, KEY)
  expect(isSound(packed)).toBe(true)
  const back = packer.unpack(packed, KEY)
  expect(back?.equals(payload)).toBe(true)
  return packed
}

const hostileValue = fc.oneof(
  fc.constantFrom(
    -0,
    0,
    1e308,
    -1e308,
    5e-324,
    1e-7,
    123456789.12345679,
    2 ** 53,
    0.1 + 0.2,
    1e21,
    1e-9,
    4.35,
  ),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.float({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc.integer({ min: -99_999, max: 99_999 }).map((n) => n / 100),
)
/** Unpaired surrogates and all. */
const oddText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom('', '\ud800', 'é"\\\n\u0000', '__proto__'),
)
const anyReading: fc.Arbitrary<WireReading> = fc
  .record(
    {
      sensor: fc.oneof(fc.constantFrom('GT-1', 'GT-2', 'LT-201'), oddText),
      time: fc.oneof(fc.integer({ min: 1.7e12, max: 1.8e12 }), fc.maxSafeInteger(), fc.double()),
      value: hostileValue,
      quality: fc.constantFrom('good', 'uncertain', 'bad'),
      reason: fc.oneof(fc.constantFrom('timeout', 'comm-lost'), oddText),
    },
    { requiredKeys: ['sensor', 'time'] },
  )
  .map(({ sensor, time, value, quality, reason }) => ({
    sensor,
    time,
    ...(value === undefined ? {} : { value }),
    ...(quality === undefined ? {} : { quality }),
    ...(reason === undefined ? {} : { reason }),
  }))
const anyClock = fc.record(
  {
    drift: fc.integer(),
    steps: fc.nat(),
    skew: fc.oneof(fc.integer(), fc.constant(0.5)),
    ntp: fc.constantFrom('synchronized', 'unsynchronized'),
  },
  { requiredKeys: ['drift', 'steps'] },
)
const anyBatch = fc.record({
  epoch: fc.constantFrom('e', 'other'),
  seq: fc.constantFrom(7, 8),
  sent: fc.oneof(fc.integer({ min: 1.7e12, max: 1.8e12 }), fc.double()),
  total: fc.oneof(fc.nat(), fc.double()),
  snapshot: fc.boolean(),
  polled: fc.dictionary(oddText, fc.integer({ min: 1.7e12, max: 1.8e12 }), { maxKeys: 5 }),
  readings: fc.array(anyReading, { maxLength: 30 }),
  gaps: fc.array(fc.anything(), { maxLength: 2 }),
  clock: anyClock,
})

describe('packing', () => {
  it('gives back the same bytes, whatever is in a batch', () => {
    // One packer for all: what one batch teaches it must not harm the next.
    const packer = new BatchPacker()
    fc.assert(
      fc.property(anyBatch, (batch) => void roundTrip(Buffer.from(JSON.stringify(batch)), packer)),
      { numRuns: 300 },
    )
  })

  it('gives back any bytes at all', () => {
    const packer = new BatchPacker()
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 300 }),
          fc.json().map((text) => Buffer.from(text)),
        ),
        (bytes) => void roundTrip(Buffer.from(bytes), packer),
      ),
    )
    for (const text of [
      '',
      '{',
      'null',
      '[]',
      '{"sent":1e999}',
      '\ufeff{}',
      '{"readings":[null],"polled":{}}',
    ])
      roundTrip(Buffer.from(text), packer)
    roundTrip(Buffer.from([0xff, 0xfe, 0x22, 0xc3]), packer)
  })

  it('keeps in columns whatever the gateway seals, or it would cost several times the room', () => {
    const clock = new SettableClock(1_795_226_400_000)
    const epoch = new Epoch({ clock, randomId: () => 'e' })
    const packer = new BatchPacker()
    const gap = {
      epoch: 'd',
      seqs: [[4, 9]] as [number, number][],
      count: 60,
      from: 1,
      to: 2,
      reason: 'full',
    }
    const values = [12.3, 0, -0, Math.fround(12.34), Math.PI, 5e-324, 1e308, undefined, -4.05]
    const readings = values.map((value, n) =>
      toWire({
        sensor: `S-${n}`,
        time: clock.wall() - n,
        quality: value === undefined ? 'bad' : 'good',
        ...(value === undefined ? { reason: 'exception-2' } : { value }),
      }),
    )
    const clocks = [
      { drift: -3, steps: 0 },
      { drift: 3, steps: 1, skew: -12 },
      { drift: 0, steps: 0, skew: 0, ntp: 'unsynchronized' as const },
      { drift: 0, steps: 0, ntp: 'synchronized' as const },
    ]
    for (const [n, state] of clocks.entries()) {
      const contents = packBatches({
        readings,
        polled: new Map([['panel', clock.wall()]]),
        gaps: n > 1 ? [gap] : [],
      })
      for (const content of contents) {
        const { payload, seq } = sealBatch(epoch, content, { snapshot: n === 0, clock: state })
        const packed = packer.pack(payload, { epoch: 'e', seq })
        expect(kindOf(packed)).toBe('columns')
        expect(packer.unpack(packed, { epoch: 'e', seq })?.equals(payload)).toBe(true)
      }
    }
  })

  it('keeps as text what it does not know, such as a field of a later release', () => {
    const batch: Batch & { mood: string } = { ...KEY, sent: 1, readings: [], mood: 'good' }
    expect(kindOf(roundTrip(Buffer.from(JSON.stringify(batch))))).toBe('text')
  })

  it('needs 7 bytes a reading or less for 1,000 noisy values', () => {
    // A half of tenths and hundredths as registers bring them, a half of float32 with noise in every bit.
    let state = 1
    const random = () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
      return state / 2 ** 32
    }
    const time = 1_795_226_400_000
    const readings = Array.from({ length: 1_000 }, (_, n) => {
      const value = 20 + (n % 50) + random() * 3
      const digits = n % 4 === 0 ? 100 : 10
      return {
        sensor: `GT-${100 + n}`,
        time: time + Math.floor(n / 20) * 17 + Math.floor(random() * 5),
        value: n % 2 === 0 ? Math.round(value * digits) / digits : Math.fround(value),
      }
    })
    const batch = {
      ...KEY,
      sent: time + 1_000,
      total: 7_000,
      snapshot: false,
      polled: { panel: time },
      readings,
      gaps: [],
    }
    const payload = Buffer.from(JSON.stringify({ ...batch, clock: { drift: 1, steps: 0, skew: 3 } }))
    const bytes = roundTrip(payload).length / 1_000
    expect(bytes).toBeLessThan(4)
    expect(bytes).toBeGreaterThan(2)
  })

  it('notices every flipped byte', () => {
    const packer = new BatchPacker()
    const payload = Buffer.from(
      '{"epoch":"e","seq":7,"sent":1,"total":1,"snapshot":false,"polled":{},"readings":[{"sensor":"S","time":1,"value":2.5}],"gaps":[],"clock":{"drift":0,"steps":0}}',
    )
    const packed = packer.pack(payload, KEY)
    expect(kindOf(packed)).toBe('columns')
    for (let at = 0; at < packed.length; at++) {
      const damaged = Buffer.from(packed)
      damaged[at] = (damaged[at] ?? 0) ^ 0x10
      expect(packer.unpack(damaged, KEY)).toBeUndefined()
    }
    for (let length = 0; length < packed.length; length++)
      expect(packer.unpack(packed.subarray(0, length), KEY)).toBeUndefined()
  })
})

describe('the word book', () => {
  it('numbers words once, and says which are new', () => {
    const words = new WordBook()
    expect([words.numberOf('a'), words.numberOf('b'), words.numberOf('a')]).toEqual([0, 1, 0])
    expect(words.unsaved()).toEqual([
      [0, 'a'],
      [1, 'b'],
    ])
    words.saved()
    words.numberOf('c')
    expect(words.unsaved()).toEqual([[2, 'c']])
  })

  it('goes on where a file left off, with holes where it was damaged', () => {
    const words = new WordBook()
    words.load([
      [0, 'a'],
      [5, 'f'],
    ])
    expect(words.unsaved()).toEqual([])
    expect([words.numberOf('f'), words.numberOf('g')]).toEqual([5, 6])
    expect(words.unsaved()).toEqual([[6, 'g']])
    expect(() => words.quoted(2)).toThrow(RangeError)
    expect(words.quoted(5)).toBe('"f"')
  })

  it('does not number what cannot be written as UTF-8', () => {
    expect(new WordBook().numberOf('\ud800')).toBeUndefined()
  })
})

describe('bytes', () => {
  it('hold numbers and texts of any size', () => {
    const numbers = [0, 1, 127, 128, 16_383, 16_384, 2 ** 31, 2 ** 32, 2 ** 53 - 1]
    const writer = new ByteWriter()
    for (const number of numbers) writer.count(number)
    for (const number of numbers) writer.signed(-Math.floor(number / 2))
    writer.text('')
    writer.text('é'.repeat(100_000))
    const reader = new ByteReader(Buffer.from(writer.written))
    expect(numbers.map(() => reader.count())).toEqual(numbers)
    expect(numbers.map(() => Math.abs(reader.signed()))).toEqual(
      numbers.map((number) => Math.floor(number / 2)),
    )
    expect([reader.text(), reader.text()]).toEqual(['', 'é'.repeat(100_000)])
    expect(() => reader.byte()).toThrow(RangeError)
  })

  it.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])('hold no count of %d', (number) => {
    expect(() => new ByteWriter().count(number)).toThrow(RangeError)
  })

  it('that never end are no number', () => {
    expect(() => new ByteReader(Buffer.alloc(20, 0xff)).count()).toThrow(RangeError)
  })
})
