import type { Quality } from '../../../contracts/quality.ts'
import type { SET_POINTS, SetPointKey } from '../field/wave.ts'

/** A reading in the order in which it was taken. */
export interface Taken {
  readonly number: number
  readonly time: number
  readonly value: number
  readonly quality: Quality
}

/** From the reading that is beyond the limit to the first good one that is back behind the deadband. */
export interface Occurrence {
  readonly start: Taken
  /** Undefined while it stands. */
  readonly end: Taken | undefined
}

type SetPoint = (typeof SET_POINTS)[SetPointKey]

/** What one reading says about an alarm without delays: doubtful ones may raise and never clear (DESIGN section 2). */
export function verdictOn({ value, quality }: Taken, setPoint: SetPoint): 'beyond' | 'returned' | 'nothing' {
  const { when, limit, deadband } = setPoint
  const over = when === 'high' ? value - limit : limit - value
  if (quality === 'bad') return 'nothing'
  if (over >= 0) return 'beyond'
  return quality === 'good' && over < -deadband ? 'returned' : 'nothing'
}

/** The occurrences that readings in their order imply. */
export function occurrencesIn(taken: readonly Taken[], setPoint: SetPoint): Occurrence[] {
  const occurrences: Occurrence[] = []
  let start: Taken | undefined
  for (const reading of taken) {
    const verdict = verdictOn(reading, setPoint)
    if (verdict === 'beyond') start ??= reading
    else if (verdict === 'returned' && start !== undefined) {
      occurrences.push({ start, end: reading })
      start = undefined
    }
  }
  if (start !== undefined) occurrences.push({ start, end: undefined })
  return occurrences
}
