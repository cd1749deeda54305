import { CLOCK_STEP_MS } from '../../contracts/clock.ts'
import type { Reading } from '../../contracts/reading.ts'

/** Clocks further apart than this: readings are dated at arrival and uncertain (DESIGN section 5), ms. */
export const MAX_SKEW_MS = 60_000
/** Spans remembered of one epoch; each but the first takes a step of the server's clock of more than a minute. */
const MAX_SPANS = 64
/** A fold has a byte in the log. */
const MOST_FOLDS = 255
/** First fold of epochs that stand apart, and how many there can be. */
const APART = 96

/** How the times of a live batch stand to the server's clock. */
export interface Dating {
  /** Added to every time that is new, ms; 0 unless the gateway's clock cannot be believed. */
  shift: number
  /** Server clock minus the clock of the times that come out, ms. */
  offset: number
  /** The shift is another one than for what came before. */
  isChanged: boolean
}

/** How the times of an epoch are dated, from one time of its clock until the next span begins. */
export interface DatingSpan {
  /** Times behind this, ms of the gateway's clock. Null for the first span. */
  readonly after: number | null
  /** Added to a time, ms; 0 unless the clock cannot be believed. */
  readonly shift: number
  /** Ends of what was dated before and by a clock that was set back then: up to them times were given already. */
  readonly covers: readonly number[]
}

/**
 * How the times of one epoch are to be read. The same reading may come in two batches, in the one it was sampled
 * for and in a snapshot, and must not stand in the database under two times. So its date follows from its own
 * time alone, however late it comes and whatever has become of the clocks since.
 */
export class Datings {
  #spans: DatingSpan[]
  /** The newest `sent` that was met, ms of the gateway's clock. */
  #newest: number | null
  /** The least fold of its times; over 0 for an epoch of which nobody knows what its clock overlaps with. */
  #apart: number

  constructor({ spans, newest, apart }: KeptDatings = { spans: [], newest: null, apart: 0 }) {
    this.#spans = [...spans]
    this.#newest = newest
    this.#apart = apart
  }

  toJSON(): KeptDatings {
    return { spans: [...this.#spans], newest: this.#newest, apart: this.#apart }
  }

  /** It was met as history before it was ever heard live: the n-th of its gateway. */
  setApart(n: number): void {
    this.#apart = APART + (n % APART)
  }

  /** How often there may have been this time before, as dated by the span. See SeriesPoint. */
  foldOf(time: number, { covers }: Pick<DatingSpan, 'covers'>): number {
    if (covers.length === 0) return this.#apart
    return Math.min(MOST_FOLDS, this.#apart + covers.filter((end) => time <= end).length)
  }

  /** Of what is new, ms. */
  get shift(): number {
    return this.#spans.at(-1)?.shift ?? 0
  }

  get isEmpty(): boolean {
    return this.#spans.length === 0
  }

  /** Of a time of the gateway's clock. */
  at(time: number): DatingSpan {
    const { length } = this.#spans
    for (let index = length - 1; index > 0; index--) {
      const span = this.#spans[index]
      if (span !== undefined && time > (span.after ?? time)) return span
    }
    return this.#spans[0] ?? AS_IT_IS
  }

  /** A batch made at `sent` was met whose clock is off by so many ms. True when what is new is dated anew. */
  follow(sent: number, offset: number): boolean {
    const wanted = shiftFor(offset)
    const last = this.#spans.at(-1)
    const after = this.#newest
    this.#newest = Math.max(sent, after ?? sent)
    if (last === undefined) {
      this.#spans.push({ after: null, shift: wanted, covers: [] })
      return false
    }
    const isSame = (wanted === 0) === (last.shift === 0) && Math.abs(wanted - last.shift) <= CLOCK_STEP_MS
    if (isSame || after === null) return false
    const covers = wanted < last.shift ? [...last.covers, after + last.shift] : last.covers
    this.#spans.push({ after, shift: wanted, covers })
    if (this.#spans.length > MAX_SPANS) {
      this.#spans.shift()
      this.#spans[0] = { ...AS_IT_IS, ...this.#spans[0], after: null }
    }
    return true
  }

  /** Up to these times, as dated, others of the gateway's epochs have given times already. */
  cover(ends: readonly number[]): void {
    if (ends.length > 0)
      this.#spans = this.#spans.map((span) => ({ ...span, covers: [...span.covers, ...ends] }))
  }
}

/** As it is kept between starts. */
export interface KeptDatings {
  spans: readonly DatingSpan[]
  newest: number | null
  apart: number
}

const AS_IT_IS: DatingSpan = { after: null, shift: 0, covers: [] }

/** `offset` is the server clock minus the gateway's, ms. */
export function shiftFor(offset: number): number {
  return Math.abs(offset) > MAX_SKEW_MS ? offset : 0
}

/** With a clock more than a minute off, arrival is the better date; the doubt stays with the reading. */
export function dated(reading: Reading, { shift }: Pick<DatingSpan, 'shift'>): Reading {
  if (shift === 0) return reading
  const time = reading.time + shift
  return reading.quality === 'good'
    ? { ...reading, time, quality: 'uncertain', reason: 'clock' }
    : { ...reading, time }
}
