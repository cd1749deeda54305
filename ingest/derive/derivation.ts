import type { LiveSettings, Result, Running, Step } from '../../contracts/analytics/computation.ts'
import { computationOf, type DerivedSensor } from '../../contracts/analytics/derived.ts'
import type { Slice } from '../../contracts/analytics/slice.ts'
import type { Reading } from '../../contracts/reading.ts'
import { boundResult } from './bound-result.ts'
import { isWorthSending } from './reporting.ts'
import type { Track } from './track.ts'

/** Plain data. */
export interface DerivationSnapshot {
  readonly print: string
  readonly position: number
  readonly running: unknown
  readonly sent: Reading | null
  readonly latest: Result | null
}

/** Further behind than this many steps of the grid it does not take every one of them through a silence. */
const SHORT_STEPS = 120

/** One derived sensor at work: where it stands on its grid, and what it computes there. */
export class Derivation {
  readonly sensor: DerivedSensor
  readonly #inputs: readonly Track[]
  readonly #slices: Slice[]
  readonly #live: LiveSettings
  #running: Running
  /** The last point of the grid that is computed, epoch ms; undefined before the first. */
  #position: number | undefined
  #sent: Reading | undefined
  #latest: Result | undefined

  /** `inputs` are those of the sensor, in their order. */
  constructor(sensor: DerivedSensor, inputs: readonly Track[], live: LiveSettings) {
    this.sensor = sensor
    this.#inputs = inputs
    this.#live = live
    this.#slices = []
    this.#running = computationOf(sensor).start(undefined, live)
  }

  get position(): number | undefined {
    return this.#position
  }

  /** What it computed last. */
  get latest(): Result | undefined {
    return this.#latest
  }

  describe(): Readonly<Record<string, unknown>> | undefined {
    return this.#running.describe?.()
  }

  /** Up to when every input has passed, sensor time. */
  get passed(): number {
    return this.#inputs.reduce((least, { evidence }) => Math.min(least, evidence), Number.POSITIVE_INFINITY)
  }

  /** Something is known of every input. */
  get isHeard(): boolean {
    return this.#inputs.every((track) => track.isHeard)
  }

  /** The grid begins at the last point before this time. */
  begin(at: number): void {
    if (Number.isFinite(at)) this.#position ??= this.#floor(at)
  }

  /** Nobody listened up to this time: one step goes over it, of which nothing is known, and nothing is told of it. */
  pass(time: number): boolean {
    const from = this.#position
    const to = this.#floor(time)
    if (from === undefined || to <= from) return false
    for (const [index, track] of this.#inputs.entries()) this.#slices[index] = track.unheard()
    this.#latest = this.#running.step({ from, to, inputs: this.#slices })
    this.#position = to
    return true
  }

  /** Calls with what is to be sent of every point of the grid up to `time`. */
  stepTo(time: number, send: (reading: Reading, isNews: boolean) => void): void {
    const end = this.#floor(time)
    while (this.#position !== undefined && this.#position < end)
      this.#step(this.#position, this.#next(this.#position, end), send)
  }

  snapshot(): DerivationSnapshot | undefined {
    if (this.#position === undefined) return undefined
    const { print } = this.sensor
    return {
      print,
      position: this.#position,
      running: this.#running.snapshot(),
      sent: this.#sent ?? null,
      latest: this.#latest ?? null,
    }
  }

  /** What ran under another configuration begins anew. */
  restore(kept: DerivationSnapshot): void {
    if (kept.print !== this.sensor.print) return
    this.#position = kept.position
    this.#running = computationOf(this.sensor).start(kept.running, this.#live)
    this.#sent = kept.sent ?? undefined
    this.#latest = kept.latest ?? undefined
  }

  /** Where nothing usable is to be seen for long, one step goes over all of it. */
  #next(position: number, end: number): number {
    const { everyMs } = this.sensor
    const next = position + everyMs
    if (end - position <= SHORT_STEPS * everyMs) return next
    if (this.#inputs.some((track) => track.slice(position, next).usableMs > 0)) return next
    const first = this.#inputs.reduce((least, track) => Math.min(least, track.nextAfter(position)), end)
    return Math.max(next, this.#floor(first) - everyMs)
  }

  #step(from: number, to: number, send: (reading: Reading, isNews: boolean) => void): void {
    for (const [index, track] of this.#inputs.entries()) this.#slices[index] = track.slice(from, to)
    const step: Step = { from, to, inputs: this.#slices }
    const result = boundResult(this.#running.step(step), this.sensor.alarms, this.#live)
    this.#position = to
    this.#latest = result
    const ballot = this.#running.ballot?.()
    const reading = {
      ...readingOf(this.sensor.id, to, result),
      ...(ballot && { ballot }),
    }
    const isNews = isWorthSending(this.sensor, this.#sent, reading, this.#live)
    if (isNews) this.#sent = reading
    send(reading, isNews)
  }

  #floor(time: number): number {
    const { everyMs } = this.sensor
    return Math.floor(time / everyMs) * everyMs
  }
}

export function readingOf(sensor: string, time: number, { value, quality, reason }: Result): Reading {
  return {
    sensor,
    time,
    ...(value === undefined ? {} : { value }),
    quality,
    ...(reason === undefined ? {} : { reason }),
  }
}
