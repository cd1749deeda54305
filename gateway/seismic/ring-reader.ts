import type { RingRegisters } from '../../contracts/seismic-instrument.ts'
import { type BlockFlags, flagsOf, type SampleBlock, timeOf } from './sample-block.ts'

/** What the 9 registers at the head of a ring say: docs/seismic-protocols.md. */
export interface RingHead {
  /** How many samples were written, modulo 2^32. */
  readonly written: number
  /** Of the newest sample, epoch ms; undefined: the instrument does not know the time. */
  readonly time: number | undefined
  readonly rate: number
  /** Samples of each axis that the ring holds. */
  readonly capacity: number
  readonly flags: BlockFlags
}

export const HEAD_REGISTERS = 9
/** The most registers that Modbus gives in one answer. */
const MOST_REGISTERS = 125
const NUMBERS = 2 ** 32
const AXES = 3
/** This share of the ring is not relied upon: it may be written over while the rest is read. */
const GUARD = 1 / 8
/** How much faster than its rate an instrument may seem to write: its clock, and ours. */
const HURRY = 1.1
const SLACK_MS = 2_000

export function parseHead(words: readonly number[]): RingHead | undefined {
  const [high = 0, low = 0, s1 = 0, s0 = 0, u1 = 0, u0 = 0, rate = 0, capacity = 0, bits = 0] = words
  if (rate < 1 || capacity < 2) return undefined
  const written = high * 65_536 + low
  return { written, time: timeOf(s1 * 65_536 + s0, u1 * 65_536 + u0), rate, capacity, flags: flagsOf(bits) }
}

/** One request of a round: slots one after the other. */
export interface RingPart {
  /** Zero-based protocol address, and how many registers. */
  readonly address: number
  readonly count: number
}

export interface RingRound {
  readonly head: RingHead
  /** Number of the first sample that is read, and how many are. */
  readonly first: number
  readonly samples: number
  readonly parts: readonly RingPart[]
  /** Samples that were written over before anybody read them. */
  readonly overrun: number
  /** The instrument was started anew: nothing is known of what was between. */
  readonly isRestarted: boolean
  /** When its head was read, monotonic ms. */
  readonly at: number
}

/**
 * What is new in the ring of an instrument. A round is planned from its head; its words, together with the head
 * that was read after them, become samples. A round that fails is planned again, and nothing of it is lost.
 */
export class RingReader {
  readonly #registers: RingRegisters
  readonly #perPart: number
  readonly #wordsPerCount: 1 | 2
  /** Number of the next sample to be read, and when that was last known. */
  #next: number | undefined
  #seenAt = 0

  constructor(registers: RingRegisters, maxRegisters: number) {
    this.#registers = registers
    this.#wordsPerCount = registers.type === 'int16' ? 1 : 2
    const slot = AXES * this.#wordsPerCount
    this.#perPart = Math.max(1, Math.floor(Math.min(maxRegisters, MOST_REGISTERS) / slot))
  }

  /** `now` in monotonic ms. The first round after a start reads nothing: what is new begins there. */
  plan(head: RingHead, now: number): RingRound {
    const elapsed = now - this.#seenAt
    const isFirst = this.#next === undefined
    const next = this.#next ?? head.written
    const waiting = (head.written - next + NUMBERS) % NUMBERS
    const possible = ((elapsed + SLACK_MS) / 1_000) * head.rate * HURRY
    const isRestarted = !isFirst && waiting > possible
    if (isFirst || isRestarted) {
      this.#next = head.written
      this.#seenAt = now
      return { head, first: head.written, samples: 0, parts: [], overrun: 0, isRestarted, at: now }
    }
    const samples = Math.min(waiting, head.capacity - Math.ceil(head.capacity * GUARD))
    const overrun = waiting - samples
    const first = (next + overrun) % NUMBERS
    const parts = this.#partsOf(first, samples, head.capacity)
    return { head, first, samples, parts, overrun, isRestarted, at: now }
  }

  /** `words` are those of all parts, one after the other; `after` is the head that was read behind them. */
  finish(
    round: RingRound,
    words: readonly number[],
    after: RingHead,
  ): { block: SampleBlock | undefined; overrun: number } {
    const { head, first, samples } = round
    // The slot of number k is being written over once k + capacity is next.
    const written = (after.written - first + NUMBERS) % NUMBERS
    const gone = Math.min(samples, Math.max(0, written - head.capacity + 1))
    this.#next = (first + samples) % NUMBERS
    this.#seenAt = round.at
    const left = samples - gone
    const overrun = round.overrun + gone
    if (left === 0) return { block: undefined, overrun }
    const behind = samples - 1
    const time = head.time === undefined ? undefined : head.time - ((behind - gone) * 1_000) / head.rate
    const channels = [0, 1, 2].map((axis) =>
      Int32Array.from({ length: left }, (_, n) =>
        this.#countAt(words, ((gone + n) * AXES + axis) * this.#wordsPerCount),
      ),
    )
    const [a = new Int32Array(), b = a, c = a] = channels
    return { block: { time, rate: head.rate, channels: [a, b, c], flags: head.flags }, overrun }
  }

  #partsOf(first: number, samples: number, capacity: number): RingPart[] {
    const slotWords = AXES * this.#wordsPerCount
    const parts: RingPart[] = []
    for (let done = 0; done < samples; ) {
      const slot = ((first + done) % NUMBERS) % capacity
      const count = Math.min(samples - done, this.#perPart, capacity - slot)
      parts.push({ address: this.#registers.ring + slot * slotWords, count: count * slotWords })
      done += count
    }
    return parts
  }

  #countAt(words: readonly number[], at: number): number {
    const first = words[at] ?? 0
    if (this.#wordsPerCount === 1) return (first << 16) >> 16
    const second = words[at + 1] ?? 0
    const { order } = this.#registers
    const [high, low] = order === 'CDAB' || order === 'DCBA' ? [second, first] : [first, second]
    const isSwapped = order === 'BADC' || order === 'DCBA'
    return isSwapped ? (swapped(high) << 16) | swapped(low) : (high << 16) | low
  }
}

function swapped(word: number): number {
  return ((word & 0xff) << 8) | (word >> 8)
}
