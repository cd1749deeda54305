import type { AlarmConfig, Sensor } from '../../contracts/facility.ts'
import type { Reading } from '../../contracts/reading.ts'

/**
 * What is left from a measurement to the limit of an alarm, as a share of the range of its sensor, so that sensors of all
 * kinds compare; 0 or less is beyond. Without a range the limit itself is the measure. Undefined where there is nothing
 * to compare: no measurement, or an alarm that is neither `high` nor `low`.
 */
export function marginOf(
  { when, limit }: Pick<AlarmConfig, 'when' | 'limit'>,
  { range }: Pick<Sensor, 'range'>,
  { value, quality }: Pick<Reading, 'value' | 'quality'>,
): number | undefined {
  if (value === undefined || quality === 'bad' || (when !== 'high' && when !== 'low')) return undefined
  const span = range === undefined ? Math.abs(limit) : range[1] - range[0]
  const left = when === 'high' ? limit - value : value - limit
  return span > 0 ? left / span : undefined
}

/** Keeps the smallest of many, by a number that comes with each: few enough that a sorted list is the simplest heap. */
export class Smallest<T> {
  readonly #most: number
  readonly #kept: { by: number; item: T }[] = []

  constructor(most: number) {
    this.#most = most
  }

  /** `make` is called only for one that is kept. */
  offer(by: number, make: () => T): void {
    const last = this.#kept.at(-1)
    const isFull = this.#kept.length === this.#most
    if (isFull && last !== undefined && by >= last.by) return
    const at = this.#kept.findIndex((kept) => kept.by > by)
    this.#kept.splice(at === -1 ? this.#kept.length : at, 0, { by, item: make() })
    if (isFull) this.#kept.pop()
  }

  /** The smallest first; of equals the one that came first. */
  get items(): T[] {
    return this.#kept.map(({ item }) => item)
  }
}
