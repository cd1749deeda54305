import type { Clock } from '../../contracts/clock.ts'
import type { SeriesPoint } from '../../contracts/store.ts'
import type { DrainedBatch, DrainPart, DrainSource } from './drain-source.ts'

/** What goes to the store with one write. */
export interface DrainGroup {
  /** Number of the last record of the log in it. */
  readonly last: number
  readonly points: readonly SeriesPoint[]
  readonly batches: readonly DrainedBatch[]
}

export interface GroupLimits {
  /** About so many points, unless time runs out. */
  readonly points: number
  /** The first part waits no longer than this for others, ms. */
  readonly ageMs: number
}

/** Puts parts of the log together, so that a write carries many points and none waits long. */
export class DrainGroups {
  readonly #source: DrainSource
  readonly #limits: GroupLimits
  readonly #clock: Clock
  /** Asked for and not taken yet: it may come after the group before has gone. */
  #coming: Promise<DrainPart | undefined> | undefined

  constructor(options: { source: DrainSource; limits: GroupLimits; clock: Clock }) {
    this.#source = options.source
    this.#limits = options.limits
    this.#clock = options.clock
  }

  /** One caller, never two calls at once. Undefined once the source is closed. */
  async next(): Promise<DrainGroup | undefined> {
    const parts: DrainPart[] = []
    let points = 0
    let until: number | undefined
    while (points < this.#limits.points) {
      this.#coming ??= this.#source.next(this.#limits.points - points)
      const part = await within(
        this.#coming,
        until === undefined ? undefined : until - this.#clock.monotonic(),
      )
      if (part === TOO_LATE) break
      this.#coming = undefined
      if (part === undefined) break
      until ??= this.#clock.monotonic() + this.#limits.ageMs
      parts.push(part)
      points += part.points.length
    }
    const last = parts.at(-1)?.last
    if (last === undefined) return undefined
    return {
      last,
      points: parts.flatMap((part) => part.points),
      batches: parts.flatMap((part) => part.batches),
    }
  }
}

const TOO_LATE = Symbol('too late')

async function within<T>(coming: Promise<T>, ms: number | undefined): Promise<T | typeof TOO_LATE> {
  if (ms === undefined) return coming
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<typeof TOO_LATE>((resolve) => {
    timer = setTimeout(() => resolve(TOO_LATE), Math.max(0, ms))
  })
  try {
    return await Promise.race([coming, late])
  } finally {
    clearTimeout(timer)
  }
}
