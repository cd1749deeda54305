import type { Clock, SteadyClock } from '../../contracts/clock.ts'
import type { HazardSumSource } from '../../contracts/register/hazard-sums.ts'
import { hazardMonthPoint, hazardPoint } from './hazard-point.ts'
import type { WriteNow } from './write-now.ts'

/** Everything is written this often, ms. */
const EVERY_MS = 60_000
/** Months that nobody has touched, so often, ms. */
const MONTHS_MS = 3_600_000
/** A facility whose hazards change is written no more often than this, ms. */
const REST_MS = 1_000
/** Facilities that are asked for at once. */
const BATCH = 100
/** So far back months are written, ms: a year and the month that it begins in. */
const YEAR_MS = 397 * 86_400_000

export interface HazardWriterSources {
  /** Ids of those that this server evaluates. */
  facilities: () => Iterable<string>
  sums: HazardSumSource
  write: WriteNow
  clock: Pick<Clock, 'monotonic'>
  steady: Pick<SteadyClock, 'now'>
  /** How long the store keeps points, ms: it refuses months from before. */
  keptMs: number
}

/** Writes the figures of the hazard register into the store, every minute and when hazards change. */
export class HazardWriter {
  readonly #sources: HazardWriterSources
  #changed = new Set<string>()
  /** By the monotonic clock, ms. */
  #all = Number.NEGATIVE_INFINITY
  #months = Number.NEGATIVE_INFINITY
  #any = Number.NEGATIVE_INFINITY
  #isRunning = false

  constructor(sources: HazardWriterSources) {
    this.#sources = sources
  }

  /** A hazard of the facility has changed. */
  note(facility: string): void {
    this.#changed.add(facility)
  }

  /** To be called several times a second. What the database does not answer is asked again a minute later. */
  async tick(): Promise<void> {
    const now = this.#sources.clock.monotonic()
    const isDue = now - this.#all >= EVERY_MS
    if (this.#isRunning || (!isDue && (this.#changed.size === 0 || now - this.#any < REST_MS))) return
    this.#isRunning = true
    this.#any = now
    try {
      const changed = this.#changed
      this.#changed = new Set()
      const own = [...this.#sources.facilities()]
      const isMonthly = now - this.#months >= MONTHS_MS
      if (isDue) this.#all = now
      if (isMonthly) this.#months = now
      await this.#write(isDue ? own : own.filter((id) => changed.has(id)), {
        months: isMonthly ? own : own.filter((id) => changed.has(id)),
      })
    } catch {
      // The register has said so itself.
      this.#months = Number.NEGATIVE_INFINITY
    } finally {
      this.#isRunning = false
    }
  }

  async #write(facilities: readonly string[], { months }: { months: readonly string[] }): Promise<void> {
    const { sums, write, steady, keptMs } = this.#sources
    for (const some of batches(facilities)) {
      const points = await sums.statuses(some)
      const time = steady.now()
      await write(points.map((sum) => hazardPoint(sum, time)))
    }
    for (const some of batches(months)) {
      const since = steady.now() - Math.min(YEAR_MS, keptMs)
      // A month of which a part is too old would come too small.
      const points = (await sums.months(some, since)).filter(({ from }) => from >= since)
      await write(points.map(hazardMonthPoint))
    }
  }
}

function* batches<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < all.length; at += BATCH) yield all.slice(at, at + BATCH)
}
