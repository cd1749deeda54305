import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PacketGuard } from '../../ingest/broker/packet-guard.ts'

const LIMIT = 300

/** A PUBLISH of QoS 0 on topic `a/b`, written out by hand. */
function publish(bytes: number): Buffer {
  return packet(0x30, Buffer.concat([Buffer.from([0, 3]), Buffer.from('a/b'), Buffer.alloc(bytes, 'x')]))
}

/** Fixed header and body; the length in groups of seven bits, the lowest first. */
function packet(type: number, body: Buffer): Buffer {
  const header = [type]
  let rest = body.length
  do {
    header.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0))
    rest >>= 7
  } while (rest > 0)
  return Buffer.concat([Buffer.from(header), body])
}

/** Feeds the bytes in pieces and says whether every piece was accepted. */
function verdict(bytes: Buffer, cuts: readonly number[]): boolean {
  const guard = new PacketGuard(LIMIT)
  let start = 0
  for (const cut of [...cuts, bytes.length].toSorted((a, b) => a - b)) {
    const end = Math.min(cut, bytes.length)
    if (!guard.accepts(bytes.subarray(start, end))) return false
    start = end
  }
  return true
}

describe('packet guard', () => {
  it('lets pass what real clients send', () => {
    const connect = packet(0x10, Buffer.from('\0\x04MQTT\x04\x02\0\x05\0\x01c'))
    const ping = packet(0xc0, Buffer.alloc(0))
    expect(verdict(Buffer.concat([connect, publish(10), ping, ping, publish(200), publish(0)]), [])).toBe(
      true,
    )
  })

  it('counts the body: topic, its length and the payload', () => {
    const overhead = publish(0).length - 2
    expect(verdict(publish(LIMIT - overhead), [])).toBe(true)
    expect(verdict(publish(LIMIT - overhead + 1), [])).toBe(false)
  })

  it('refuses at the header, before the body has come', () => {
    const guard = new PacketGuard(LIMIT)
    expect(guard.accepts(publish(100_000).subarray(0, 4))).toBe(false)
  })

  it.each([
    ['a length of five bytes', [0x30, 0x80, 0x80, 0x80, 0x80, 0x01]],
    ['a length that never ends', [0x30, 0xff, 0xff, 0xff, 0xff]],
    ['the largest length there is', [0x30, 0xff, 0xff, 0xff, 0x7f]],
  ])('refuses %s', (_story, bytes) => {
    expect(new PacketGuard(LIMIT).accepts(Buffer.from(bytes))).toBe(false)
  })

  it('says the same however the bytes are cut', () => {
    const stream = fc.oneof(
      fc
        .array(fc.integer({ min: 0, max: LIMIT + 40 }).map(publish), { maxLength: 6 })
        .map((list) => Buffer.concat(list)),
      fc.uint8Array({ maxLength: 600 }).map((bytes) => Buffer.from(bytes)),
    )
    fc.assert(
      fc.property(stream, fc.array(fc.nat(700)), (bytes, cuts) => {
        const whole = verdict(bytes, [])
        expect(verdict(bytes, cuts)).toBe(whole)
        expect(verdict(bytes, Array.from(bytes.keys()))).toBe(whole)
      }),
    )
  })

  it('accepts a stream of packets exactly when none is too large', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 2 * LIMIT }), { maxLength: 8 }), (sizes) => {
        const overhead = publish(0).length - 2
        const fits = sizes.every((size) => size + overhead <= LIMIT)
        expect(verdict(Buffer.concat(sizes.map(publish)), [])).toBe(fits)
      }),
    )
  })
})
