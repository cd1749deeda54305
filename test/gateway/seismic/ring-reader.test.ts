import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RingRegisters } from '../../../contracts/seismic-instrument.ts'
import { parseHead, type RingHead, RingReader } from '../../../gateway/seismic/ring-reader.ts'

const REGISTERS: RingRegisters = { table: 'holding', head: 0, ring: 100, type: 'int16', order: 'ABCD' }
const TIME = Date.UTC(2026, 10, 29)
const RATE = 100

/** An instrument: sample number k has the counts k, -k and 2k, as far as they fit. */
class Instrument {
  readonly memory: number[]
  readonly capacity: number
  readonly #words: 1 | 2
  written: number

  constructor(capacity: number, { written = 0, words = 1 }: { written?: number; words?: 1 | 2 } = {}) {
    this.capacity = capacity
    this.#words = words
    this.memory = Array(100 + capacity * 3 * words).fill(0)
    this.written = written
  }

  write(samples: number): void {
    for (let n = 0; n < samples; n += 1) {
      const slot = 100 + (this.written % this.capacity) * 3 * this.#words
      for (const [axis, factor] of [1, -1, 2].entries()) {
        const count = (this.written % 1_000) * factor
        if (this.#words === 1) this.memory[slot + axis] = count & 0xffff
        else {
          this.memory[slot + 2 * axis] = (count >> 16) & 0xffff
          this.memory[slot + 2 * axis + 1] = count & 0xffff
        }
      }
      this.written = (this.written + 1) % 2 ** 32
    }
  }

  get head(): RingHead {
    const time = TIME + (this.written - 1) * (1_000 / RATE)
    const micros = Math.round((time % 1_000) * 1_000)
    const seconds = Math.floor(time / 1_000)
    const pair = (value: number) => [Math.floor(value / 65_536), value % 65_536]
    const words = [...pair(this.written), ...pair(seconds), ...pair(micros), RATE, this.capacity, 1]
    return parseHead(words) as RingHead
  }

  words(parts: readonly { address: number; count: number }[]): number[] {
    return parts.flatMap(({ address, count }) => this.memory.slice(address, address + count))
  }
}

const expected = (first: number, samples: number) =>
  [1, -1, 2].map((factor) => Array.from({ length: samples }, (_, n) => ((first + n) % 1_000) * factor || 0))
const counts = (channels: readonly ArrayLike<number>[]) =>
  channels.map((channel) => Array.from(channel, (count) => count || 0))

describe('a ring of registers', () => {
  it('reads every sample once and in order, whatever the pace and the size of the ring', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 64, max: 900 }),
        fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 40 }),
        fc.constantFrom<1 | 2>(1, 2),
        fc.integer({ min: 6, max: 125 }),
        (capacity, paces, words, maxRegisters) => {
          const instrument = new Instrument(capacity, { words, written: 7 })
          const reader = new RingReader({ ...REGISTERS, type: words === 1 ? 'int16' : 'int32' }, maxRegisters)
          let now = 0
          expect(reader.plan(instrument.head, now).parts).toEqual([])
          let next = instrument.written
          for (const pace of paces) {
            instrument.write(pace)
            now += pace * 10
            const round = reader.plan(instrument.head, now)
            expect(round.overrun).toBe(0)
            for (const { count } of round.parts) expect(count).toBeLessThanOrEqual(maxRegisters)
            if (round.parts.length === 0) continue
            const { block, overrun } = reader.finish(round, instrument.words(round.parts), instrument.head)
            expect(overrun).toBe(0)
            expect(counts(block?.channels ?? [])).toEqual(expected(next, pace))
            expect(block?.time).toBeCloseTo(TIME + next * 10, 3)
            next += pace
          }
          expect(next).toBe(instrument.written)
        },
      ),
    )
  })

  it('goes on where the number of samples begins anew', () => {
    const instrument = new Instrument(512, { written: 2 ** 32 - 20 })
    const reader = new RingReader(REGISTERS, 125)
    reader.plan(instrument.head, 0)
    instrument.write(50)
    const round = reader.plan(instrument.head, 500)
    expect(round).toMatchObject({ samples: 50, overrun: 0, isRestarted: false })
    const { block } = reader.finish(round, instrument.words(round.parts), instrument.head)
    expect(block?.channels[0]).toHaveLength(50)
  })

  it('counts what was written over while nobody read, and goes on behind it', () => {
    const instrument = new Instrument(400)
    const reader = new RingReader(REGISTERS, 125)
    reader.plan(instrument.head, 0)
    instrument.write(1_000)
    const round = reader.plan(instrument.head, 10_000)
    expect(round).toMatchObject({ first: 650, samples: 350, overrun: 650, isRestarted: false })
    const { block, overrun } = reader.finish(round, instrument.words(round.parts), instrument.head)
    expect(overrun).toBe(650)
    expect(counts(block?.channels ?? [])).toEqual(expected(650, 350))
    expect(block?.time).toBeCloseTo(TIME + 6_500, 3)
  })

  it('uses no slot that may have been written over while it was read', () => {
    const instrument = new Instrument(400)
    const reader = new RingReader(REGISTERS, 125)
    reader.plan(instrument.head, 0)
    instrument.write(300)
    const round = reader.plan(instrument.head, 3_000)
    // A slow line: the instrument has gone on meanwhile, by so much that it is in the slots that were read.
    instrument.write(150)
    const { block, overrun } = reader.finish(round, instrument.words(round.parts), instrument.head)
    expect(overrun).toBe(51)
    expect(counts(block?.channels ?? [])).toEqual(expected(51, 249))
    expect(block?.time).toBeCloseTo(TIME + 510, 3)
  })

  it('reads a round again that has failed', () => {
    const instrument = new Instrument(400)
    const reader = new RingReader(REGISTERS, 125)
    reader.plan(instrument.head, 0)
    instrument.write(20)
    expect(reader.plan(instrument.head, 200).first).toBe(0)
    instrument.write(20)
    expect(reader.plan(instrument.head, 400)).toMatchObject({ first: 0, samples: 40 })
  })

  it('begins with the newest sample of an instrument that was started anew', () => {
    const instrument = new Instrument(400, { written: 90_000 })
    const reader = new RingReader(REGISTERS, 125)
    reader.plan(instrument.head, 0)
    instrument.written = 30
    expect(reader.plan(instrument.head, 1_000)).toMatchObject({ parts: [], isRestarted: true })
    instrument.write(10)
    expect(reader.plan(instrument.head, 1_100)).toMatchObject({ first: 30, samples: 10, isRestarted: false })
  })

  it.each([
    ['ABCD', [0x0102, 0x0304]],
    ['CDAB', [0x0304, 0x0102]],
    ['BADC', [0x0201, 0x0403]],
    ['DCBA', [0x0403, 0x0201]],
  ] as const)('reads 32 bits in the order %s', (order, pair) => {
    const reader = new RingReader({ ...REGISTERS, type: 'int32', order }, 125)
    const head: RingHead = { ...new Instrument(400).head, written: 1 }
    reader.plan({ ...head, written: 0 }, 0)
    const { block } = reader.finish(reader.plan(head, 10), [...pair, ...pair, 0xffff, 0xffff], head)
    expect(counts(block?.channels ?? [])).toEqual([[0x01020304], [0x01020304], [-1]])
  })

  it('takes no head without a rate or a ring', () => {
    expect(parseHead([0, 1, 0, 0, 0, 0, 0, 400, 1])).toBeUndefined()
    expect(parseHead([0, 1, 0, 0, 0, 0, 100, 0, 1])).toBeUndefined()
    expect(parseHead([0, 1, 0, 0, 0, 0, 100, 400, 0])).toMatchObject({
      time: undefined,
      flags: { isTimed: false },
    })
  })
})
