import type { Reading } from '../../contracts/reading.ts'
import { TIMEOUT_MS } from './stand-plant.ts'

/** A reading as it was told, and when its sample was taken; monotonic ms. */
export interface Entry {
  readonly sensor: string
  readonly at: number
  readonly value: number | undefined
  /** `good`, or why it is not. */
  readonly state: string
}

/** Values are exact but for the four digits that a record has behind the point. */
const TOLERANCE = 0.001
/** A device puts its answer together when it is asked, and the gateway waits no longer, give or take a busy moment. */
const ANSWER_MS = TIMEOUT_MS + 40
/** Readings are dated in whole milliseconds. */
const ROUNDING_MS = 2
const KEPT_VALUES = 50

interface Held {
  readonly value: number
  readonly from: number
  until: number
}

/** What the devices really held, what the gateway told of them, and whether that is the same. */
export class Logbook {
  readonly entries: Entry[] = []
  /** Good readings of values that the device did not hold when it was asked. */
  readonly lies: string[] = []
  /** Key: sensor id. */
  readonly #held = new Map<string, Held[]>()

  /** The device has this value from now on. */
  hold(sensor: string, value: number, now: number): void {
    const held = this.#held.get(sensor) ?? []
    const last = held.at(-1)
    if (last !== undefined && Object.is(last.value, value)) return
    if (last !== undefined) last.until = now
    held.push({ value, from: now, until: Number.POSITIVE_INFINITY })
    if (held.length > KEPT_VALUES) held.shift()
    this.#held.set(sensor, held)
  }

  tell({ sensor, value, quality, reason }: Reading, at: number): void {
    const state = quality === 'good' ? 'good' : (reason ?? quality)
    this.entries.push({ sensor, at, value, state })
    if (state === 'good' && !this.#wasHeld(sensor, value, at))
      this.lies.push(`${sensor} ${value}, it held ${this.#held.get(sensor)?.at(-1)?.value}`)
  }

  since(from: number): Entry[] {
    return this.entries.filter(({ at }) => at >= from)
  }

  #wasHeld(sensor: string, value: number | undefined, at: number): boolean {
    if (value === undefined) return false
    const then = (this.#held.get(sensor) ?? []).filter(
      ({ from, until }) => from <= at + ROUNDING_MS && until >= at - ANSWER_MS,
    )
    return then.some((held) => Math.abs(held.value - value) <= TOLERANCE)
  }
}
