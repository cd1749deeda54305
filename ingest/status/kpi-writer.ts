import type { Facility } from '../../contracts/facility.ts'
import type { AlarmKpi, KpiQuery } from '../../contracts/kpi.ts'
import type { StatusPoint } from '../../contracts/store.ts'
import { kpiPoint } from './kpi-point.ts'

/** A point stands at every multiple of this, ms. */
const GRID_MS = 600_000
/** What happened before such a time is in the journal by so much later, ms. */
const SETTLED_MS = 5_000
const DAY_MS = 86_400_000

export interface KpiSources {
  facilities: () => Iterable<Pick<Facility, 'id' | 'timezone' | 'shifts'>>
  states: { alarmKpi(query: KpiQuery): Promise<AlarmKpi> }
  write: (points: readonly StatusPoint[]) => Promise<unknown>
}

/**
 * Writes alarm performance into the store, a point every 10 minutes, of the 24 hours before it. Its time stands on a
 * grid, so that a server that starts again writes the same point once more and changes nothing.
 */
export class KpiWriter {
  readonly #sources: KpiSources
  /** Time of the last points, epoch ms. */
  #last = 0
  #isRunning = false

  constructor(sources: KpiSources) {
    this.#sources = sources
  }

  /** To be called more often than points are due. `now`: epoch ms. */
  async tick(now: number): Promise<void> {
    const due = Math.floor((now - SETTLED_MS) / GRID_MS) * GRID_MS
    if (this.#isRunning || due <= this.#last) return
    this.#isRunning = true
    try {
      const points: StatusPoint[] = []
      // One after the other: they are computed by one thread, and people ask it too.
      for (const { id, timezone, shifts } of this.#sources.facilities()) {
        const query = { facility: id, timezone, shifts, from: due - DAY_MS, to: due }
        points.push(kpiPoint(await this.#sources.states.alarmKpi(query), due))
      }
      // A store that is away has said so. It is a picture of the moment: nothing is kept for later.
      await this.#sources.write(points).catch(() => undefined)
      this.#last = due
    } finally {
      this.#isRunning = false
    }
  }
}
