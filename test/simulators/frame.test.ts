import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mbapFraming } from '../../simulators/modbus/mbap.ts'
import { bytes } from './wire.ts'

const frame = fc.record({
  transaction: fc.integer({ min: 0, max: 65_535 }),
  unit: fc.integer({ min: 0, max: 255 }),
  pdu: fc.uint8Array({ minLength: 1, maxLength: 253 }),
})

describe('Modbus TCP frames', () => {
  it('encodes the header the specification draws', () => {
    const encoded = mbapFraming.encode({ transaction: 0x1234, unit: 0x11, pdu: bytes('03 02 00 05') })
    expect(Buffer.from(encoded).toString('hex')).toBe('1234000000051103020005')
  })

  it('comes out as it went in, however the stream is cut', () => {
    fc.assert(
      fc.property(
        fc.array(frame, { maxLength: 6 }),
        fc.array(fc.integer({ min: 1, max: 300 })),
        (frames, cuts) => {
          const stream = Buffer.concat(frames.map(mbapFraming.encode))
          const seen = []
          let rest: Uint8Array = new Uint8Array(0)
          let start = 0
          for (const size of [...cuts, stream.length]) {
            const split = mbapFraming.split(Buffer.concat([rest, stream.subarray(start, start + size)]))
            expect(split.isBroken).toBe(false)
            seen.push(...split.frames)
            rest = split.rest
            start += size
          }
          expect(rest.length).toBe(0)
          expect(seen).toEqual(frames)
        },
      ),
    )
  })

  it.each([
    ['nothing', ''],
    ['a transaction alone', '0001'],
    ['all but the last byte', '0001 0000 0006 01 03 0000 00'],
  ])('waits for the end of a frame: %s', (_name, hex) => {
    const split = mbapFraming.split(bytes(hex))
    expect(split).toEqual({ frames: [], rest: new Uint8Array(bytes(hex)), foreign: 0, isBroken: false })
  })

  it.each([
    ['0', '0001 0000 0000'],
    ['1', '0001 0000 0001 01'],
    ['255', '0001 0000 00ff 01 03'],
    ['a web browser', Buffer.from('GET / HTTP/1.1').toString('hex')],
  ])('gives the stream up at the length of %s', (_name, hex) => {
    expect(mbapFraming.split(bytes(hex)).isBroken).toBe(true)
  })

  it('keeps the frames before a broken one', () => {
    const split = mbapFraming.split(bytes('0001 0000 0002 01 03 0002 0000 0000'))
    expect(split.frames).toEqual([{ transaction: 1, unit: 1, pdu: Uint8Array.of(3) }])
    expect(split.isBroken).toBe(true)
  })

  it('skips a whole frame of another protocol', () => {
    const split = mbapFraming.split(bytes('0001 0007 0002 01 03 0002 0000 0002 01 04'))
    expect(split.foreign).toBe(1)
    expect(split.frames).toEqual([{ transaction: 2, unit: 1, pdu: Uint8Array.of(4) }])
  })

  it('never throws, whatever comes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (noise) => {
        const split = mbapFraming.split(noise)
        expect(split.rest.length).toBeLessThan(260)
      }),
    )
  })
})
