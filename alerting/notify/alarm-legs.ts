import { LAG_BOUNDS_MS, LagHistogram } from '../../contracts/lag-histogram.ts'
import type { LegView } from '../../contracts/notify/api.ts'
import { ALARM_LEGS, type AlarmLeg } from '../../contracts/notify/words.ts'

/** So many occurrences are followed at once; the oldest are let go. */
const MAX_FOLLOWED = 20_000

/** When an occurrence passed its last station, epoch ms of the server. */
interface Followed {
  at: number
  leg: AlarmLeg
}

/** How long each leg of the way from a reading to a person takes: reading, evaluated, journalled, sent, acknowledged. */
export class AlarmLegs {
  /** Key: the leg that ends there. */
  readonly histograms: Readonly<Record<AlarmLeg, LagHistogram>> = {
    evaluated: new LagHistogram(),
    journalled: new LagHistogram(),
    sent: new LagHistogram(),
    acknowledged: new LagHistogram(),
  }
  /** Key: facility and occurrence. */
  readonly #followed = new Map<string, Followed>()

  /** It was raised: `time` is that of the reading, or when its delay ended. */
  evaluated(occurrence: string, time: number, now: number): void {
    this.histograms.evaluated.add(Math.max(0, now - time))
    this.#followed.set(occurrence, { at: now, leg: 'evaluated' })
    if (this.#followed.size <= MAX_FOLLOWED) return
    const [oldest] = this.#followed.keys()
    if (oldest !== undefined) this.#followed.delete(oldest)
  }

  /** It has come to the next station; a second time says nothing, nor does one that was never followed. */
  passed(leg: Exclude<AlarmLeg, 'evaluated'>, occurrence: string, now: number): void {
    const followed = this.#followed.get(occurrence)
    if (followed === undefined || ALARM_LEGS.indexOf(leg) <= ALARM_LEGS.indexOf(followed.leg)) return
    this.histograms[leg].add(Math.max(0, now - followed.at))
    if (leg === 'acknowledged') this.#followed.delete(occurrence)
    else this.#followed.set(occurrence, { at: now, leg })
  }

  views(): LegView[] {
    return ALARM_LEGS.map((leg) => {
      const histogram = this.histograms[leg]
      const { counts, maxMs } = histogram
      const count = counts.reduce((sum, n) => sum + n, 0)
      const isEmpty = count === 0
      return {
        leg,
        count,
        p50: isEmpty ? null : bound(counts, count * 0.5, maxMs),
        p95: isEmpty ? null : bound(counts, count * 0.95, maxMs),
        max: isEmpty ? null : maxMs,
      }
    })
  }
}

/** The bound of the bucket in which the nth smallest lies, and never more than the greatest. */
function bound(counts: readonly number[], nth: number, maxMs: number): number {
  let seen = 0
  const index = counts.findIndex((count) => {
    seen += count
    return seen >= nth
  })
  return Math.min(LAG_BOUNDS_MS[index] ?? maxMs, maxMs)
}
