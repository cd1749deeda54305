import type { Clock, SteadyClock } from '../../contracts/clock.ts'
import type { RiskSource } from '../../contracts/register/hazard-sums.ts'
import { majorHazardPoints } from './major-hazard-point.ts'
import { riskPoint } from './risk-point.ts'
import type { WriteNow } from './write-now.ts'

/** Every place is written this often, ms: a query of the last two minutes has all of them. */
const EVERY_MS = 30_000
/** Facilities that are asked for at once. */
const BATCH = 20

export interface RiskWriterSources {
  /** Ids of those that this server evaluates. */
  facilities: () => Iterable<string>
  map: RiskSource
  write: WriteNow
  clock: Pick<Clock, 'monotonic'>
  steady: Pick<SteadyClock, 'now'>
}

/** Writes the risk map into the store, and R of the major-hazard sources that it shows. */
export class RiskWriter {
  readonly #sources: RiskWriterSources
  #last = Number.NEGATIVE_INFINITY
  #isRunning = false

  constructor(sources: RiskWriterSources) {
    this.#sources = sources
  }

  /** To be called more often than points are due. */
  async tick(): Promise<void> {
    const { facilities, map, write, clock, steady } = this.#sources
    const now = clock.monotonic()
    if (this.#isRunning || now - this.#last < EVERY_MS) return
    this.#isRunning = true
    this.#last = now
    try {
      const own = [...facilities()]
      for (let at = 0; at < own.length; at += BATCH) {
        const features = await map.risk(own.slice(at, at + BATCH))
        const time = steady.now()
        await write([
          ...features.map((feature) => riskPoint(feature, time)),
          ...majorHazardPoints(features, time),
        ])
      }
    } catch {
      // The register has said so itself.
    } finally {
      this.#isRunning = false
    }
  }
}
