import type { Surroundings } from '../computation.ts'
import { periodAt, type ResetPeriod } from '../reset-period.ts'
import type { LocalLimit } from './gas-request.ts'
import type { ExposureBasis } from './substance.ts'

/** What may be short-term beyond a limit. */
export interface ShortTermRule {
  /** Of the limits that it is about, the one that counts first. */
  readonly bases: readonly ExposureBasis[]
  /** A shift has no more periods beyond the limit. */
  readonly mostPeriods: number
  /** And none begins sooner after another, ms. */
  readonly leastApartMs: number
}

interface Setting extends ShortTermRule {
  /** In the unit of the values. */
  readonly limit: LocalLimit
  readonly surroundings: Surroundings
}

export interface KeptPeriods {
  readonly shift: ResetPeriod | null
  readonly periods: number
  readonly isBeyond: boolean
  /** When the last one ended, epoch ms; null before. */
  readonly ended: number | null
  /** The shortest time between two of the shift, ms; null without. */
  readonly apart: number | null
}

/**
 * How often in the shift a short-term value was at or beyond its limit. One that goes on when the next shift begins is
 * the first of that. A gap ends none.
 */
export class ShortTermPeriods {
  readonly #setting: Setting
  #state: KeptPeriods

  constructor(setting: Setting, kept?: KeptPeriods) {
    this.#setting = setting
    this.#state = kept ?? { shift: null, periods: 0, isBeyond: false, ended: null, apart: null }
  }

  /** @param value undefined for a gap */
  update(value: number | undefined, time: number): void {
    const { shift, isBeyond, ended, apart } = this.#state
    // What is known at the end of a shift is still of that.
    if (shift === null || time > shift.to)
      this.#state = {
        ...this.#state,
        shift: periodAt(time, 'shift', this.#setting.surroundings),
        periods: isBeyond ? 1 : 0,
        apart: null,
      }
    if (value === undefined) return
    const isNow = value >= this.#setting.limit.local
    if (isNow && !isBeyond) {
      const rest = ended === null ? Number.POSITIVE_INFINITY : time - ended
      const least = Math.min(rest, this.#state.apart ?? Number.POSITIVE_INFINITY)
      this.#state = {
        ...this.#state,
        isBeyond: true,
        periods: this.#state.periods + 1,
        apart: Number.isFinite(least) ? least : apart,
      }
    }
    if (!isNow && isBeyond) this.#state = { ...this.#state, isBeyond: false, ended: time }
  }

  snapshot(): KeptPeriods {
    return this.#state
  }

  describe(): Readonly<Record<string, unknown>> {
    const { limit, mostPeriods, leastApartMs } = this.#setting
    const { basis, local, edition, isConfirmed } = limit
    const { shift, periods, isBeyond, apart } = this.#state
    return {
      limit: { basis, value: local, edition, isConfirmed },
      shift,
      periods,
      mostPeriods,
      isBeyond,
      apartMs: apart,
      leastApartMs,
      isKept: periods <= mostPeriods && (apart === null || apart >= leastApartMs),
    }
  }
}
