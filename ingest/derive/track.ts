import type { Slice } from '../../contracts/analytics/slice.ts'
import type { Quality } from '../../contracts/quality.ts'
import type { Reading } from '../../contracts/reading.ts'

/** What a sensor holds from `at` on, until the next one. */
export interface Held {
  /** Epoch ms. */
  readonly at: number
  /** When it was sampled, epoch ms; before `at` for what holds again after a silence. */
  readonly time: number
  /** Only of a usable quality. */
  readonly value?: number
  readonly quality: Quality
  readonly reason?: string
}

/** When a device was last heard of, in sensor time. */
export interface DeviceClock {
  at: number
}

/** Plain data. */
export interface TrackSnapshot {
  readonly held: readonly Held[]
  readonly heard: number | null
}

/** What people do with a sensor, as it is when a step is cut. */
export interface SensorCare {
  /** Its calibration or its test is overdue. */
  isOverdue(): boolean
  /**
   * It is in a bump or proof test: what it reads is gas from a bottle, or a level that nobody has. Asked of each step,
   * sensor time; what is computed live knows only of now.
   */
  isTested(from: number, to: number): boolean
}

const UNATTENDED: SensorCare = { isOverdue: () => false, isTested: () => false }

type ChangingSlice = { -readonly [Key in keyof Slice]: Slice[Key] }

const NEVER: Held = { at: Number.NEGATIVE_INFINITY, time: Number.NaN, quality: 'bad', reason: 'stale' }

/**
 * What one sensor has held since the oldest point of the grid that is not computed yet, and cut into the slices that
 * computations see. A value holds until the next reading; where nothing was heard for longer than the sensor may be
 * silent it holds no more, whatever comes afterwards.
 */
export class Track {
  readonly #staleAfterMs: number
  readonly #device: DeviceClock
  readonly #care: SensorCare
  /** In order of `at`. */
  #held: Held[] = []
  /** When something of the sensor itself was heard last, sensor time. */
  #heard = Number.NEGATIVE_INFINITY
  /** The caller's while it lasts: made anew for every step. */
  readonly #slice: ChangingSlice = {
    value: undefined,
    quality: 'bad',
    reason: 'stale',
    time: Number.NaN,
    usableMs: 0,
    integral: 0,
    positiveIntegral: 0,
    min: Number.NaN,
    max: Number.NaN,
    isUncertain: false,
    isOverdue: false,
  }

  constructor(options: { staleAfterMs: number; device: DeviceClock; care?: SensorCare }) {
    this.#staleAfterMs = options.staleAfterMs
    this.#device = options.device
    this.#care = options.care ?? UNATTENDED
  }

  /** Up to when there is evidence of it, sensor time. */
  get evidence(): number {
    return Math.max(this.#heard, this.#device.at)
  }

  get size(): number {
    return this.#held.length
  }

  get isHeard(): boolean {
    return this.#held.length > 0
  }

  /** Nobody listened until now: a silence counts from here. */
  listen(at: number): void {
    if (this.#held.length > 0 && this.#held.at(-1)?.reason !== 'stale')
      this.#heard = Math.max(this.#heard, at)
  }

  /** What it holds at the end of a time in which nobody listened, and of which nothing is known. */
  unheard(): Slice {
    const slice = this.#slice
    const last = this.#held.at(-1) ?? NEVER
    slice.value = last.value
    slice.quality = last.quality
    slice.reason = last.reason
    slice.time = last.time
    slice.usableMs = 0
    slice.integral = 0
    slice.positiveIntegral = 0
    slice.min = Number.NaN
    slice.max = Number.NaN
    slice.isUncertain = false
    slice.isOverdue = this.#care.isOverdue()
    return slice
  }

  /** A reading. One that is dated before what is held counts from then on: clocks are set back. */
  take({ time, value, quality, reason }: Omit<Reading, 'sensor'>): void {
    this.#hear(time)
    const usable = quality !== 'bad' && value !== undefined
    this.#push({
      at: Math.max(time, this.#held.at(-1)?.at ?? time),
      time,
      ...(usable ? { value } : {}),
      quality,
      ...(reason === undefined ? {} : { reason }),
    })
    this.#heard = Math.max(this.#heard, time)
  }

  /** Its device is about to be heard at this time, sensor time: what is held holds still, or again. */
  polled(at: number): void {
    const last = this.#held.at(-1)
    if (this.#hear(at) && last !== undefined) this.#push({ ...last, at })
  }

  /** After `from` up to `to`; good until the next call. */
  slice(from: number, to: number): Slice {
    const slice = this.#slice
    slice.usableMs = 0
    slice.integral = 0
    slice.positiveIntegral = 0
    slice.min = Number.NaN
    slice.max = Number.NaN
    slice.isUncertain = false
    slice.isOverdue = this.#care.isOverdue()
    if (this.#care.isTested(from, to)) {
      slice.value = undefined
      slice.quality = 'bad'
      slice.reason = 'testing'
      slice.time = this.#held.at(-1)?.time ?? Number.NaN
      return slice
    }
    let end = to
    const silent = this.evidence + this.#staleAfterMs
    let index = this.#held.length - 1
    while (index >= 0 && this.#heldAt(index).at > to) index -= 1
    const last = index < 0 ? NEVER : this.#heldAt(index)
    const isLast = index === this.#held.length - 1
    // What stands last holds while there is evidence; what stands before another holds until that.
    if (isLast && silent < to) end = Math.max(from, silent)
    const isSilent = end < to
    slice.value = isSilent ? undefined : last.value
    slice.quality = isSilent ? 'bad' : last.quality
    slice.reason = isSilent ? 'stale' : last.reason
    slice.time = last.time
    for (let held = last; index >= 0; held = this.#heldAt(index)) {
      // What was sampled at the very end of the step belongs to it, however short it held.
      if (held.at === to || end > Math.max(held.at, from)) add(slice, held, end - Math.max(held.at, from))
      if (held.at <= from) break
      end = Math.min(end, held.at)
      index -= 1
      if (index < 0) break
    }
    return slice
  }

  /** When what it holds changes next; infinite when that is not known yet. */
  nextAfter(time: number): number {
    return this.#held.find(({ at }) => at > time)?.at ?? Number.POSITIVE_INFINITY
  }

  /** Nothing before this point of the grid is asked for any more. */
  forget(before: number): void {
    let first = 0
    while (first + 1 < this.#held.length && this.#heldAt(first + 1).at <= before) first += 1
    if (first > 0) this.#held.splice(0, first)
  }

  snapshot(): TrackSnapshot {
    return { held: [...this.#held], heard: Number.isFinite(this.#heard) ? this.#heard : null }
  }

  restore({ held, heard }: TrackSnapshot): void {
    this.#held = [...held]
    this.#heard = heard ?? Number.NEGATIVE_INFINITY
  }

  /** True when it had been silent for too long before. */
  #hear(at: number): boolean {
    const silent = this.evidence + this.#staleAfterMs
    if (this.#held.length === 0 || !(at > silent)) return false
    const last = this.#held.at(-1)
    if (last?.reason === 'stale') return false
    this.#push({
      at: Math.max(silent, last?.at ?? silent),
      time: last?.time ?? silent,
      quality: 'bad',
      reason: 'stale',
    })
    return true
  }

  #push(held: Held): void {
    this.#held.push(held)
  }

  #heldAt(index: number): Held {
    return this.#held[index] ?? NEVER
  }
}

function add(slice: ChangingSlice, { value, quality }: Held, ms: number): void {
  if (value === undefined) return
  slice.min = Number.isNaN(slice.min) ? value : Math.min(slice.min, value)
  slice.max = Number.isNaN(slice.max) ? value : Math.max(slice.max, value)
  slice.isUncertain ||= quality === 'uncertain'
  slice.usableMs += ms
  slice.integral += value * ms
  slice.positiveIntegral += Math.max(0, value) * ms
}
