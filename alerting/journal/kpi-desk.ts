import { CodedError } from '../../contracts/errors.ts'
import type { AlarmKpi, KpiQuery } from '../../contracts/kpi.ts'

/** Each may take seconds of a processor: who asks without end is not to fill the memory with what waits. */
const MOST_WAITING = 8

/** Where questions about alarm performance wait: the same one is answered once for all who ask it meanwhile. */
export class KpiDesk {
  readonly #compute: (query: KpiQuery) => Promise<AlarmKpi>
  /** Key: the question as JSON. */
  readonly #waiting = new Map<string, Promise<AlarmKpi>>()

  constructor(compute: (query: KpiQuery) => Promise<AlarmKpi>) {
    this.#compute = compute
  }

  /** @throws CodedError KPI_BUSY, or what came of it */
  ask(query: KpiQuery): Promise<AlarmKpi> {
    const key = JSON.stringify(query)
    const same = this.#waiting.get(key)
    if (same !== undefined) return same
    if (this.#waiting.size >= MOST_WAITING)
      return Promise.reject(new CodedError('KPI_BUSY', `${MOST_WAITING} are being computed or wait`))
    const answer = this.#compute(query).finally(() => this.#waiting.delete(key))
    this.#waiting.set(key, answer)
    return answer
  }
}
