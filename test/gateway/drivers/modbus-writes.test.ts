import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { asciiFraming } from '../../../gateway/drivers/ascii-framing.ts'
import type { WriteRequest } from '../../../gateway/drivers/driver.ts'
import type { Framing } from '../../../gateway/drivers/framing.ts'
import { mbapFraming } from '../../../gateway/drivers/mbap-framing.ts'
import { rtuFraming } from '../../../gateway/drivers/rtu-framing.ts'
import { StreamLink } from '../../../gateway/drivers/stream-link.ts'
import { ascii, mbap, rtu } from './foreign-frames.ts'
import { failed, Hearing, hex, registers, words } from './hearing.ts'
import { MemoryStream } from './memory-stream.ts'

const UNIT = 17
const DONE = words()

function write(parts: Partial<WriteRequest>): WriteRequest {
  return { kind: 'write', unitId: UNIT, table: 'coil', address: 0, values: [1], isMultiple: false, ...parts }
}

const COIL = write({ address: 0xac })
const COIL_OFF = write({ address: 0xac, values: [0] })
const REGISTER = write({ table: 'holding', address: 1, values: [3] })
const COILS = write({ address: 19, values: [1, 0, 1, 1, 0, 0, 1, 1, 1, 0], isMultiple: true })
const REGISTERS = write({ table: 'holding', address: 1, values: [10, 258], isMultiple: true })

/** The examples of Modbus application protocol 1.1b3, 6.5, 6.6, 6.11 and 6.12, sent to unit 17 in RTU. */
const GOLDEN: [string, WriteRequest, request: string, answer: string][] = [
  ['05, on', COIL, '11 05 00 AC FF 00 4E 8B', '11 05 00 AC FF 00 4E 8B'],
  ['05, off', COIL_OFF, '11 05 00 AC 00 00 0F 7B', '11 05 00 AC 00 00 0F 7B'],
  ['06', REGISTER, '11 06 00 01 00 03 9A 9B', '11 06 00 01 00 03 9A 9B'],
  ['15', COILS, '11 0F 00 13 00 0A 02 CD 01 BF 0B', '11 0F 00 13 00 0A 26 99'],
  ['16', REGISTERS, '11 10 00 01 00 02 04 00 0A 01 02 C6 F0', '11 10 00 01 00 02 12 98'],
]

/** Unit and PDU, and the frame that a stranger's code makes of it. Key: the framing. */
const FRAMINGS: [string, Framing, (pdu: readonly number[]) => Buffer][] = [
  ['RTU', rtuFraming, ([unit = 0, ...pdu]) => rtu(unit, ...pdu)],
  ['ASCII', asciiFraming, ([unit = 0, ...pdu]) => ascii(unit, ...pdu)],
  ['TCP', mbapFraming, ([unit = 0, ...pdu]) => mbap(1, unit, ...pdu)],
]

describe('writes', () => {
  it.each(GOLDEN)(
    'function %s stands on the wire as in the specification',
    (_name, request, bytes, answer) => {
      const hearing = new Hearing(rtuFraming)
      expect(Buffer.from(hearing.ask(request))).toEqual(hex(bytes))
      expect(hearing.hear(hex(answer))).toEqual(DONE)
      expect(hearing.discards).toEqual([])
    },
  )

  it('stand in ASCII and behind a TCP header as well', () => {
    expect(Buffer.from(asciiFraming.encode(COIL, 1)).toString()).toBe(':110500ACFF003F\r\n')
    expect(Buffer.from(mbapFraming.encode(COILS, 0x1501))).toEqual(
      hex('15 01 00 00 00 09 11 0F 00 13 00 0A 02 CD 01'),
    )
  })

  describe.each(FRAMINGS)('over %s', (_name, framing, frame) => {
    const outcome = (request: WriteRequest, ...pdus: number[][]) => {
      const hearing = new Hearing(framing)
      return { outcome: hearing.outcome(request, ...pdus.map(frame)), discards: hearing.discards }
    }
    const told = [UNIT, 15, 0, 19, 0, 10]

    it.each([
      ['the answer', [told], DONE, []],
      ['an exception', [[UNIT, 0x8f, 4]], failed('exception', 4), []],
      ['fewer coils than were told', [[UNIT, 15, 0, 19, 0, 9]], failed('bad-reply'), ['mismatch']],
      ['another address', [[UNIT, 15, 0, 20, 0, 10]], failed('bad-reply'), ['mismatch']],
      [
        'the answer to another write, then this one',
        [[UNIT, 5, 0, 1, 0xff, 0], told],
        DONE,
        ['foreign-function'],
      ],
      ['nothing', [], failed('timeout'), []],
      ['the own request, heard again', [[UNIT, 15, 0, 19, 0, 10, 2, 0xcd, 1]], failed('timeout'), ['echo']],
      ['the own request, and the answer', [[UNIT, 15, 0, 19, 0, 10, 2, 0xcd, 1], told], DONE, ['echo']],
    ])('%s', (_what, pdus, expected, discards) => {
      expect(outcome(COILS, ...pdus)).toEqual({ outcome: expected, discards })
    })

    it.each([
      ['on where off was told', [UNIT, 5, 0, 0xac, 0xff, 0], failed('bad-reply'), ['mismatch']],
      ['off, as told', [UNIT, 5, 0, 0xac, 0, 0], DONE, []],
    ])('a single coil: %s', (_what, pdu, expected, discards) => {
      expect(outcome(COIL_OFF, pdu)).toEqual({ outcome: expected, discards })
    })

    it('takes no answer of another unit', () => {
      expect(outcome(COIL, [18, 5, 0, 0xac, 0xff, 0]).outcome).not.toEqual(DONE)
    })

    it('is done only by the answer to what was told, whatever it was', () => {
      const bits = fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 1, maxLength: 100 })
      const numbers = fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 1, maxLength: 60 })
      const requests = fc
        .record({ address: fc.integer({ min: 0, max: 0xff00 }), isMultiple: fc.boolean() })
        .chain((base) =>
          fc.oneof(
            bits.map((values) => write({ ...base, values: base.isMultiple ? values : values.slice(0, 1) })),
            numbers.map((values) =>
              write({ ...base, table: 'holding', values: base.isMultiple ? values : values.slice(0, 1) }),
            ),
          ),
        )
      const word = (value: number) => [value >> 8, value & 0xff]
      fc.assert(
        fc.property(
          requests,
          fc.integer({ min: 2, max: 5 }),
          fc.integer({ min: 1, max: 255 }),
          (request, at, by) => {
            const { table, isMultiple, address, values } = request
            const code = { coil: [5, 15], holding: [6, 16] }[table][Number(isMultiple)] ?? 0
            const single = table === 'coil' ? (values[0] ?? 0) * 0xff00 : (values[0] ?? 0)
            const answer = [UNIT, code, ...word(address), ...word(isMultiple ? values.length : single)]
            expect(outcome(request, answer).outcome).toEqual(DONE)
            const other = answer.with(at, (answer[at] ?? 0) ^ by)
            expect(outcome(request, other).outcome).not.toEqual(DONE)
          },
        ),
      )
    })
  })

  it('does not take the late answer to a write for the answer to a read', () => {
    const hearing = new Hearing(rtuFraming)
    expect(hearing.outcome(COILS)).toEqual(failed('timeout'))
    const read = registers({ unitId: UNIT, count: 1 })
    expect(hearing.outcome(read, rtu(UNIT, 15, 0, 19, 0, 10), rtu(UNIT, 3, 2, 0, 7))).toEqual(words(7))
    expect(hearing.discards).toEqual(['late'])
  })

  it('go over a link like any request', async () => {
    const stream = new MemoryStream()
    const link = new StreamLink({
      stream,
      framing: rtuFraming,
      timing: { timeoutMs: 20, gapMs: 0, characterMs: 0 },
      counter: { discard: () => undefined },
      clock: { monotonic: () => performance.now() },
    })
    link.start()
    stream.device = (bytes) => stream.say(bytes)
    expect(await link.write(COIL)).toEqual({ ok: true })
    stream.device = () => stream.say(rtu(UNIT, 0x85, 2))
    expect(await link.write(COIL)).toEqual(failed('exception', 2))
    link.close()
    expect(await link.write(COIL)).toEqual(failed('not-connected'))
  })
})
