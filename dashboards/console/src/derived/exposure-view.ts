import { isObject, listOf, numberOf, textOf, type Untyped } from './untyped.ts'

/** A limit that an exposure is held against, in the unit of the sensor. */
export interface ExposureLimit {
  readonly basis: string
  readonly value: number
  readonly edition: string
  /** The source was looked at by us. */
  readonly isConfirmed: boolean
  /** Undefined where nobody tells. */
  readonly isBeyond: boolean | undefined
}

/** Periods beyond a short-term limit within a shift. */
export interface ExposurePeriods {
  readonly count: number
  readonly most: number
  readonly apartMs: number | undefined
  readonly leastApartMs: number
  readonly isBeyond: boolean
  readonly isKept: boolean
}

/**
 * How near a value comes to a limit, in percent, never 100 below it; undefined for a value or a limit that says nothing.
 * @param value in the unit of the limit
 */
export function shareOf(limit: number, value: number | undefined): number | undefined {
  return value === undefined || limit <= 0 ? undefined : Math.floor((100 * Math.max(0, value)) / limit)
}

export function exposureLimits(detail: Untyped): ExposureLimit[] {
  const limits = isObject(detail.limit)
    ? [{ ...detail.limit, isBeyond: detail.isBeyond }]
    : listOf(detail.limits)
  return limits.flatMap((limit: Untyped): ExposureLimit[] => {
    const [basis, value] = [textOf(limit.basis), numberOf(limit.value)]
    if (basis === undefined || value === undefined) return []
    return [
      {
        basis,
        value,
        edition: textOf(limit.edition) ?? '',
        isConfirmed: limit.isConfirmed === true,
        isBeyond: typeof limit.isBeyond === 'boolean' ? limit.isBeyond : undefined,
      },
    ]
  })
}

export function exposurePeriods(detail: Untyped): ExposurePeriods | undefined {
  const [count, most] = [numberOf(detail.periods), numberOf(detail.mostPeriods)]
  if (count === undefined || most === undefined) return undefined
  return {
    count,
    most,
    apartMs: numberOf(detail.apartMs),
    leastApartMs: numberOf(detail.leastApartMs) ?? 0,
    isBeyond: detail.isBeyond === true,
    isKept: detail.isKept === true,
  }
}
