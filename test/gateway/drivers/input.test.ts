import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { asciiFraming } from '../../../gateway/drivers/ascii-framing.ts'
import type { ReadRequest } from '../../../gateway/drivers/driver.ts'
import type { Framing } from '../../../gateway/drivers/framing.ts'
import { mbapFraming } from '../../../gateway/drivers/mbap-framing.ts'
import { RecordFraming } from '../../../gateway/drivers/record-framing.ts'
import { rtuFraming } from '../../../gateway/drivers/rtu-framing.ts'
import { ascii, mbap, nmea, rtu } from './foreign-frames.ts'
import { failed, fields, Hearing, hex, record, registers, words } from './hearing.ts'

const NMEA = record({ start: '$', checksum: { kind: 'xor', encoding: 'hex', marker: '*' } })

const KINDS: [string, Framing, ReadRequest, (...values: number[]) => Buffer][] = [
  ['RTU', rtuFraming, registers(), (...data) => rtu(1, 3, data.length, ...data)],
  ['MBAP', mbapFraming, registers(), (...data) => mbap(1, 1, 3, data.length, ...data)],
  ['ASCII', asciiFraming, registers(), (...data) => ascii(1, 3, data.length, ...data)],
  ['record', new RecordFraming(), NMEA, (...data) => nmea(data.join(','))],
]

/** Whole frames, damaged ones and noise, as they may follow each other. */
function traffic(frameOf: (...values: number[]) => Buffer): fc.Arbitrary<Buffer[]> {
  const whole = fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 1, maxLength: 6 })
  const part = fc.oneof(
    { weight: 3, arbitrary: whole.map((values) => frameOf(...values)) },
    { weight: 1, arbitrary: whole.map((values) => frameOf(...values).subarray(0, -2)) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 5 }).map((bytes) => Buffer.from(bytes)) },
    { weight: 1, arbitrary: fc.constant(rtu(2, 3, 2, 0, 1)) },
  )
  return fc.array(part, { maxLength: 5 })
}

/** Cut anywhere. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const ends = [...new Set(places.map((place) => Math.floor(place * bytes.length)))].sort((a, b) => a - b)
  return [0, ...ends].map((start, n) => bytes.subarray(start, ends[n] ?? bytes.length))
}

describe.each(KINDS)('the input over %s', (name, framing, request, frameOf) => {
  it('hears the same however the bytes are cut', () => {
    fc.assert(
      fc.property(
        traffic(frameOf),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), { maxLength: 12 }),
        (parts, places) => {
          const bytes = Buffer.concat(parts)
          const whole = new Hearing(framing)
          const pieces = new Hearing(framing)
          const outcome = whole.outcome(request, bytes)
          expect(pieces.outcome(request, ...cut(bytes, places))).toEqual(outcome)
          // What follows an answer is surplus in one piece with it, and else unsolicited.
          if (outcome === 'out-of-step' || !outcome.ok) expect(pieces.discards).toEqual(whole.discards)
        },
      ),
      { numRuns: 1_500 },
    )
  })

  it('reads back what a device wrote', () => {
    fc.assert(
      fc.property(fc.tuple(...Array.from({ length: 4 }, () => fc.integer({ min: 0, max: 255 }))), (data) => {
        const [a = 0, b = 0, c = 0, d = 0] = data
        const hearing = new Hearing(framing)
        expect(hearing.outcome(request, frameOf(...data))).toEqual(
          name === 'record'
            ? fields({ 1: `${a}`, 2: `${b}`, 3: `${c}`, 4: `${d}` })
            : words(a * 256 + b, c * 256 + d),
        )
        expect(hearing.discards).toEqual([])
      }),
    )
  })

  it('does not grow on a device that babbles', () => {
    const hearing = new Hearing(framing)
    hearing.ask(request)
    const babble = Buffer.from('1234567890:$'.repeat(100))
    const counts = Array.from({ length: 500 }, () => {
      hearing.hear(name === 'MBAP' ? mbap(7, 1, 3, 2, 0, 0) : babble)
      return hearing.input.held
    })
    expect(Math.max(...counts)).toBeLessThan(2_500)
  })
})

describe('text that keeps a connection', () => {
  it.each([
    ['before an answer', ['ping', rtu(1, 3, 4, 0, 1, 0, 2)]],
    ['in pieces', ['pi', 'ng', rtu(1, 3, 4, 0, 1, 0, 2)]],
    [
      'in one piece with the answer',
      [Buffer.concat([hex('70696e67'), rtu(1, 3, 4, 0, 1, 0, 2), hex('70696e67')])],
    ],
    ['twice', ['pingping', rtu(1, 3, 4, 0, 1, 0, 2)]],
    ['behind another frame', [rtu(1, 0x83, 5).subarray(0, 0), 'ping', rtu(1, 3, 4, 0, 1, 0, 2)]],
  ])('is skipped %s', (_, chunks) => {
    const hearing = new Hearing(rtuFraming, 'ping')
    expect(hearing.outcome(registers(), ...chunks)).toEqual(words(1, 2))
    expect(hearing.discards).toEqual([])
  })

  it('does not put Modbus TCP out of step', () => {
    const hearing = new Hearing(mbapFraming, 'ping')
    expect(hearing.outcome(registers(), 'ping', mbap(1, 1, 3, 4, 0, 1, 0, 2), 'ping')).toEqual(words(1, 2))
    expect(hearing.outcome(registers(), 'pin')).toEqual(failed('timeout'))
  })

  it('is no answer', () => {
    expect(new Hearing(rtuFraming, 'ping').outcome(registers(), 'ping')).toEqual(failed('timeout'))
  })

  it('does not hold back an answer that begins like it', () => {
    const hearing = new Hearing(rtuFraming, 'ping')
    const request = registers({ unitId: 0x70 })
    expect(hearing.outcome(request, rtu(0x70, 3, 4, 0, 1, 0, 2))).toEqual(words(1, 2))
  })
})
