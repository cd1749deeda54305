import { type AlarmSide, sideOf } from '../contracts/alarm-side.ts'
import type { Ballot } from '../contracts/analytics/ballot.ts'
import type { AlarmConfig } from '../contracts/facility.ts'
import { type Quality, reasonRow } from '../contracts/quality.ts'
import type { Reading } from '../contracts/reading.ts'

/** A value as it was held when something was decided on it. */
export interface Sample {
  value: number | null
  quality: Quality | null
  reason: string | null
  /** Of a vote. */
  ballot?: Ballot
}

export const NO_SAMPLE: Sample = { value: null, quality: null, reason: null }
/** A sensor fell silent. */
export const STALE: Sample = { value: null, quality: 'bad', reason: 'stale' }

export function sampleOf({ value, quality, reason, ballot }: Reading): Sample {
  return { value: value ?? null, quality, reason: reason ?? null, ...(ballot && { ballot }) }
}

/** All that is judged of an alarm. */
export type Judged = Pick<AlarmConfig, 'when' | 'limit' | 'deadband' | 'onBad'>

/** What a sample says about one alarm. */
export interface Verdict {
  /**
   * `beyond` the limit, `returned` past the deadband, `between` the two, or `nothing` that could move the
   * alarm.
   */
  says: 'beyond' | 'returned' | 'between' | 'nothing'
  /** Good evidence ends an off-delay; nothing else does. */
  good: boolean
  /** True when the condition is not known any more: bad quality that says nothing about the value. */
  unknown: boolean
}

const MEASURED: Readonly<Record<AlarmSide, Verdict>> = {
  beyond: { says: 'beyond', good: true, unknown: false },
  between: { says: 'between', good: true, unknown: false },
  returned: { says: 'returned', good: true, unknown: false },
}
const RAISES_ONLY: Verdict = { says: 'beyond', good: false, unknown: false }
const DOUBTFUL: Verdict = { says: 'nothing', good: false, unknown: false }
const UNKNOWN: Verdict = { says: 'nothing', good: false, unknown: true }

/** Judges a sample by the quality table of DESIGN section 2 and the comparison of section 7. */
export function judge(alarm: Judged, sample: Sample): Verdict {
  if (sample.quality === null) return UNKNOWN
  const row = reasonRow(sample.quality, sample.reason ?? undefined)
  if (alarm.when === 'fault') return judgeFault(row.fault, sample.quality)
  // A sensor that reports is not stale, but only good evidence may clear.
  if (alarm.when === 'stale')
    return sample.reason === 'stale' ? RAISES_ONLY : sample.quality === 'good' ? MEASURED.returned : UNKNOWN
  switch (row.evidence) {
    case 'measured':
      return sample.value === null ? UNKNOWN : MEASURED[sideOf(alarm, sample.value)]
    case 'raise-only':
      return sample.value !== null && sideOf(alarm, sample.value) === 'beyond' ? RAISES_ONLY : DOUBTFUL
    case 'beyond-high':
      return alarm.when === 'high' || alarm.onBad === 'alarm' ? RAISES_ONLY : UNKNOWN
    case 'beyond-low':
      return alarm.when === 'low' || alarm.onBad === 'alarm' ? RAISES_ONLY : UNKNOWN
    case 'none':
      // Inhibited, calibrating, warming up, testing: they raise nothing, whatever onBad says.
      return row.blind && alarm.onBad === 'alarm' ? RAISES_ONLY : UNKNOWN
  }
}

/**
 * Judges a sample of a sensor that is silent all the same: history, or what was too long on its way. Of the
 * value it is evidence in its own time; it ends no alarm that the silence raises.
 */
export function judgeSilent(alarm: Judged, sample: Sample): Verdict {
  const silence = judge(alarm, STALE)
  return silence.says === 'beyond' ? silence : { ...judge(alarm, sample), unknown: true }
}

/** What a sensor holds says, silent or not. */
export function judgeHeld(alarm: Judged, sensor: { held: Sample; stale: boolean }): Verdict {
  return sensor.stale ? judgeSilent(alarm, sensor.held) : judge(alarm, sensor.held)
}

function judgeFault(fault: boolean, quality: Quality): Verdict {
  if (fault) return RAISES_ONLY
  return quality === 'good' ? MEASURED.returned : UNKNOWN
}
