import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FrameInput } from '../../../gateway/seismic/frame-input.ts'
import { FrameOrder } from '../../../gateway/seismic/frame-order.ts'
import type { Frame } from '../../../gateway/seismic/frame-parser.ts'
import { parseFrames } from '../../../gateway/seismic/frame-parser.ts'
import { frameBytes, type GivenFrame } from './frames.ts'

const TIME = Date.UTC(2026, 10, 29) + 500

function heard(chunks: readonly Uint8Array[]): { frames: Frame[]; discards: string[] } {
  const discards: string[] = []
  const input = new FrameInput((kind) => discards.push(kind))
  const frames = chunks.flatMap((chunk) => input.hear(chunk))
  input.end()
  return { frames, discards }
}

/** The bytes in pieces that end at these shares of the whole. */
function cut(bytes: Uint8Array, at: readonly number[]): Uint8Array[] {
  const places = [
    0,
    ...at.map((share) => Math.floor(share * bytes.length)).sort((a, b) => a - b),
    bytes.length,
  ]
  return places.slice(1).map((end, n) => bytes.subarray(places[n] ?? 0, end))
}

const count = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })
const frame = fc.record({
  station: fc.integer({ min: 0, max: 255 }),
  sequence: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  time: fc.integer({ min: 1, max: 2_000_000_000 }).map((seconds) => seconds * 1000 + 250),
  rate: fc.integer({ min: 10, max: 1000 }),
  flags: fc.integer({ min: 0, max: 7 }),
  samples: fc.array(fc.tuple(count, count, count), { minLength: 1, maxLength: 20 }),
})
/** Bytes without a sync, and some that hold one. */
const garbage = fc.oneof(
  fc.uint8Array({ maxLength: 40 }),
  fc.uint8Array({ maxLength: 30 }).map((tail) => Uint8Array.from([0xa5, 0x5a, 1, 0, 1, 3, ...tail])),
)
const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 })

const plain = ({ station, sequence, block }: Frame) => ({
  station,
  sequence,
  time: block.time,
  rate: block.rate,
  samples: Array.from(block.channels[0], (_, n) => block.channels.map((channel) => channel[n])),
})
const asGiven = ({ station, sequence, time, rate, samples }: GivenFrame) => ({
  station,
  sequence,
  time,
  rate,
  samples: samples.map((axes) => [...axes]),
})

describe('frames of an accelerograph', () => {
  it('reads the frame that the protocol page shows', () => {
    const page = readFileSync('docs/seismic-protocols.md', 'utf8')
    const shown = /^ {4}(A5 5A .*)\n {4}(.*)$/m.exec(page)
    const bytes = Buffer.from(`${shown?.[1]}${shown?.[2]}`.replaceAll(' ', ''), 'hex')
    const { frames, discards } = heard([bytes])
    expect(frames.map(plain)).toEqual([
      {
        station: 1,
        sequence: 7,
        time: TIME,
        rate: 100,
        samples: [
          [1, -1, 2],
          [100, -100, 16384],
        ],
      },
    ])
    expect(frames[0]?.block.flags).toEqual({ isTimed: true, isClipped: false, isTest: false })
    expect(discards).toEqual([])
    expect(
      frameBytes({
        sequence: 7,
        time: TIME,
        samples: [
          [1, -1, 2],
          [100, -100, 16384],
        ],
      }),
    ).toEqual(bytes)
  })

  it('finds every frame however the bytes are cut, with the same counts', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(frame, garbage), { maxLength: 8 }), cuts, (parts, at) => {
        const bytes = Buffer.concat(
          parts.map((part) => (part instanceof Uint8Array ? part : frameBytes(part))),
        )
        const whole = heard([bytes])
        expect(heard(cut(bytes, at))).toEqual(whole)
        expect(heard(Array.from(bytes, (_, n) => bytes.subarray(n, n + 1)))).toEqual(whole)
      }),
    )
  })

  it('loses no frame to the garbage before it', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(garbage, frame), { minLength: 1, maxLength: 5 }), cuts, (parts, at) => {
        const bytes = Buffer.concat(parts.flatMap(([noise, given]) => [noise, frameBytes(given)]))
        // A false beginning may ask for more than has come: in the field more always comes.
        const tail = new Uint8Array(8_192)
        const { frames } = heard([...cut(bytes, at), tail])
        expect(frames.map(plain)).toEqual(parts.map(([, given]) => asGiven(given)))
      }),
    )
  })

  it('takes no frame with a single byte changed, and the one behind it', () => {
    const good = frameBytes({ sequence: 2, time: TIME, samples: [[7, 8, 9]] })
    const first = frameBytes({ sequence: 1, time: TIME, samples: [[1, 2, 3]] })
    for (let at = 0; at < first.length; at += 1) {
      const bad = Buffer.from(first)
      bad[at] = (bad[at] ?? 0) ^ 0x10
      const { frames, discards } = heard([bad, good, new Uint8Array(8_192)])
      expect(
        frames.map(({ sequence }) => sequence),
        `byte ${at}`,
      ).toEqual([2])
      expect(discards.length).toBeGreaterThan(0)
    }
  })

  it.each([
    ['a version of later', 2, 9, 'header'],
    ['two axes', 5, 2, 'header'],
    ['no samples', 21, 0, 'header'],
    ['a count that is another', 25, 0x55, 'crc'],
  ])('counts %s', (_, at, value, kind) => {
    const bytes = frameBytes({ time: TIME, samples: [[0, 0, 0]] })
    bytes[at] = value
    expect(heard([bytes])).toEqual({ frames: [], discards: [kind] })
  })

  it('says what it threw away, byte by byte', () => {
    const bytes = Buffer.concat([
      Buffer.from('noise'),
      frameBytes({ samples: [[0, 0, 0]] }),
      Buffer.from('more'),
    ])
    const { found, rest } = parseFrames(bytes)
    expect(found.map((each) => ('block' in each ? 'frame' : each))).toEqual([
      { kind: 'noise', bytes: 5 },
      'frame',
      { kind: 'noise', bytes: 4 },
    ])
    expect(rest).toBe(bytes.length)
  })
})

describe('the order of frames', () => {
  const take = (order: FrameOrder, sequence: number, time?: number) => {
    const bytes = frameBytes({ sequence, time: time ?? 0, samples: Array(100).fill([0, 0, 0]) })
    const [found] = parseFrames(bytes).found
    if (found === undefined || !('block' in found)) throw new Error('no frame')
    return order.take(found)
  }

  it.each([
    ['the next', [5, 6], [TIME, TIME + 1000], { kind: 'next' }],
    ['the next behind the largest number', [2 ** 32 - 1, 0], [TIME, TIME + 1000], { kind: 'next' }],
    ['two lost', [5, 8], [TIME, TIME + 3000], { kind: 'lost', frames: 2 }],
    ['the same', [5, 5], [TIME, TIME], { kind: 'repeated' }],
    ['an older one', [5, 3], [TIME, TIME - 2000], { kind: 'repeated' }],
    ['an instrument started anew', [5000, 0], [TIME, TIME + 60_000], { kind: 'restarted' }],
    [
      'one started anew with its clock an hour behind',
      [5000, 0],
      [TIME, TIME - 3_600_000],
      { kind: 'restarted' },
    ],
    [
      'one whose number leaps further than time has gone on',
      [5, 2 ** 30],
      [TIME, TIME + 3000],
      { kind: 'restarted' },
    ],
    ['a clock that was set back', [5, 6], [TIME, TIME - 3_600_000], { kind: 'next' }],
    ['an older one without a time', [5, 4], [undefined, undefined], { kind: 'repeated' }],
    ['one started anew without a time', [5000, 0], [undefined, undefined], { kind: 'restarted' }],
  ])('knows %s', (_, [first = 0, second = 0], [t1, t2], expected) => {
    const order = new FrameOrder()
    expect(take(order, first, t1)).toEqual({ kind: 'next' })
    expect(take(order, second, t2)).toEqual(expected)
  })
})
