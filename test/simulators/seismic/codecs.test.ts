import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RegisterImage } from '../../../simulators/modbus/register-image.ts'
import type { Block } from '../../../simulators/seismic/digitiser.ts'
import { encodeFrame } from '../../../simulators/seismic/frame.ts'
import { encodeRecord } from '../../../simulators/seismic/miniseed-record.ts'
import { RegisterRing, reachOf, slotsOf } from '../../../simulators/seismic/register-ring.ts'
import { encodeSteim1 } from '../../../simulators/seismic/steim1.ts'
import { decodeSteim1 } from './steim1-reader.ts'

const block = (columns: readonly (readonly number[])[], more: Partial<Block> = {}): Block => ({
  sequence: 7,
  timeMs: Date.UTC(2026, 10, 29) + 500,
  isSynchronised: true,
  isClipped: false,
  isDamaged: false,
  channels: [
    Int32Array.from(columns[0] ?? []),
    Int32Array.from(columns[1] ?? []),
    Int32Array.from(columns[2] ?? []),
  ],
  ...more,
})
const example = block([
  [1, 100],
  [-1, -100],
  [2, 16_384],
])
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

describe('a frame', () => {
  it('is that of docs/seismic-protocols.md', () => {
    expect(hex(encodeFrame(example, { station: 1, rate: 100 }))).toBe(
      'a55a010101030000000' +
        '76b0b6b000007a12000640002' +
        '00000001ffffffff0000000200000064ffffff9c00004000' +
        '7747',
    )
  })

  it.each([
    [{ isSynchronised: false }, '00'],
    [{ isClipped: true }, '03'],
    [{ isSynchronised: false, isClipped: true }, '02'],
  ])('with %j has flags %s', (more, flags) => {
    expect(hex(encodeFrame({ ...example, ...more }, { station: 1, rate: 100 })).slice(6, 8)).toBe(flags)
  })

  it('says nought for a time that the instrument does not know, and counts on past 2^32', () => {
    const unset = encodeFrame({ ...example, timeMs: undefined, sequence: 2 ** 32 }, { station: 1, rate: 100 })
    expect(hex(unset).slice(12, 36)).toBe('00000000'.repeat(3))
  })

  it('that is damaged differs in one bit, so that its checksum does not fit', () => {
    const [good, bad] = [false, true].map((isDamaged) =>
      encodeFrame({ ...example, isDamaged }, { station: 1, rate: 100 }),
    )
    const differing = [...(good ?? [])].filter((byte, index) => byte !== bad?.[index])
    expect(differing).toHaveLength(1)
  })
})

describe('a ring of registers', () => {
  const plan = { table: 'input', head: 0, ring: 100, type: 'int16', order: 'ABCD', rate: 100 } as const
  const imageOf = (size: number) => new RegisterImage({ coil: 0, discrete: 0, holding: 0, input: size })

  it('has a power of two slots for at least three seconds, and reaches to its end', () => {
    expect([10, 100, 125, 200, 1_000].map(slotsOf)).toEqual([64, 512, 512, 1_024, 4_096])
    expect(reachOf(plan)).toBe(100 + 3 * 512)
    expect(reachOf({ ...plan, type: 'int32' })).toBe(100 + 6 * 512)
    expect(reachOf({ ...plan, head: 5_000 })).toBe(5_009)
  })

  it('begins empty, and tells of the newest sample and of its slots', () => {
    const image = imageOf(reachOf(plan))
    const ring = new RegisterRing(plan, image)
    expect([...(image.read('input', 0, 9) ?? [])]).toEqual([0, 0, 0, 0, 0, 0, 100, 512, 0])
    ring.take(example)
    // The second of two samples: 10 ms after the first.
    const [seconds, micros] = [Date.UTC(2026, 10, 29) / 1_000, 510_000]
    expect([...(image.read('input', 0, 9) ?? [])]).toEqual([
      0,
      2,
      seconds >>> 16,
      seconds & 0xffff,
      micros >>> 16,
      micros & 0xffff,
      100,
      512,
      1,
    ])
    expect([...(image.read('input', 100, 6) ?? [])]).toEqual([1, 0xffff, 2, 100, 0xff9c, 16_384])
  })

  it('goes round: sample k stands in slot k mod N, and what does not fit 16 bits is at its end', () => {
    const image = imageOf(reachOf(plan))
    const ring = new RegisterRing(plan, image)
    for (let first = 0; first < 600; first += 10) {
      const numbers = Array.from({ length: 10 }, (_, index) => first + index)
      ring.take(block([numbers, numbers.map((value) => -value), numbers.map(() => 1e6)]))
    }
    expect(image.read('input', 1, 1)?.[0]).toBe(600)
    expect([...(image.read('input', 100 + 3 * (599 % 512), 3) ?? [])]).toEqual([599, 65_536 - 599, 32_767])
    expect(image.read('input', 100 + 3 * (600 % 512), 1)?.[0]).toBe(600 - 512)
  })

  it('holds 32-bit counts in their order', () => {
    const wide = { ...plan, type: 'int32', order: 'CDAB' } as const
    const image = imageOf(reachOf(wide))
    new RegisterRing(wide, image).take(block([[0x12345678], [-2], [0]]))
    expect([...(image.read('input', 100, 4) ?? [])]).toEqual([0x5678, 0x1234, 0xfffe, 0xffff])
  })
})

describe('Steim-1', () => {
  it('packs four, two or one difference into a word', () => {
    const { bytes, count } = encodeSteim1(Int32Array.of(5, 6, 7, 8, 1_000, 3_000, 100_000), {
      frames: 1,
      before: 5,
    })
    expect(count).toBe(7)
    // Control: words 3, 4, 5 hold 4 x 8, 2 x 16 and 1 x 32 bits.
    expect(hex(bytes).slice(0, 8)).toBe(
      (((1 << 24) | (2 << 22) | (3 << 20)) >>> 0).toString(16).padStart(8, '0'),
    )
    expect(hex(bytes).slice(8, 48)).toBe(
      `00000005000186a000010101${hex(Uint8Array.of(0x03, 0xe0, 0x07, 0xd0))}00017ae8`,
    )
  })

  it('is read back whatever the samples are, record after record', () => {
    const counts = fc.array(
      fc.oneof(fc.integer({ min: -200, max: 200 }), fc.integer({ min: -(2 ** 23), max: 2 ** 23 })),
      {
        minLength: 1,
        maxLength: 900,
      },
    )
    fc.assert(
      fc.property(counts, fc.integer({ min: 1, max: 7 }), (list, frames) => {
        const samples = Int32Array.from(list)
        const read: number[] = []
        let before = 0
        while (read.length < samples.length) {
          const { bytes, count } = encodeSteim1(samples.subarray(read.length), { frames, before })
          expect(count).toBeGreaterThan(0)
          read.push(...decodeSteim1(bytes, count))
          before = read.at(-1) ?? 0
        }
        expect(read).toEqual(list)
      }),
    )
  })
})

describe('a miniSEED record', () => {
  const head = {
    number: 12,
    name: { network: 'XX', station: 'DMO1', location: '00', channel: 'HNN' },
    timeMs: Date.UTC(2026, 11, 31, 23, 59, 58, 999) + 0.9,
    rate: 100,
    isClipped: true,
    isSynchronised: false,
  }

  it('has the fixed header of the SEED manual and blockette 1000', () => {
    const { bytes, count } = encodeRecord(
      head,
      Int32Array.from({ length: 50 }, (_, index) => index),
      0,
    )
    const view = new DataView(bytes.buffer)
    expect(bytes.length).toBe(512)
    expect(Buffer.from(bytes.subarray(0, 20)).toString()).toBe('000012D DMO1 00HNNXX')
    expect([20, 22, 28].map((at) => view.getUint16(at))).toEqual([2026, 365, 9_999])
    expect([...bytes.subarray(24, 27)]).toEqual([23, 59, 58])
    expect([30, 32, 34].map((at) => view.getInt16(at))).toEqual([count, 100, 1])
    expect(bytes[38]).toBe(0b10000010)
    expect([view.getUint8(39), view.getUint16(44), view.getUint16(46)]).toEqual([1, 64, 48])
    expect([view.getUint16(48), view.getUint16(50), ...bytes.subarray(52, 55)]).toEqual([1_000, 0, 10, 1, 9])
    expect(decodeSteim1(bytes.subarray(64), count)).toEqual(Array.from({ length: 50 }, (_, index) => index))
  })

  it('rounds a time to the next second where it has to', () => {
    const { bytes } = encodeRecord({ ...head, timeMs: Date.UTC(2026, 0, 1) - 0.02 }, Int32Array.of(1), 0)
    const view = new DataView(bytes.buffer)
    expect([20, 22, 28].map((at) => view.getUint16(at))).toEqual([2026, 1, 0])
  })
})
