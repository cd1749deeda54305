import type { AlarmConfig } from './facility.ts'

/** Beyond the limit, back past the deadband, or between the two, where an alarm keeps its state. */
export type AlarmSide = 'beyond' | 'between' | 'returned'

/** What of an alarm decides on which side of it a value lies; the limit in the unit of the sensor. */
export type AlarmLimit = Pick<AlarmConfig, 'when' | 'limit' | 'deadband'>

/**
 * On which side of an alarm a value lies (DESIGN section 7): `high` is beyond at value >= limit and returns at value <
 * limit - deadband, `low` mirrored. The deadband works on the reset side only, but for `not-equals`, which is beyond
 * outside of it. `stale` and `fault` go by no value: whatever it is, it has returned.
 */
export function sideOf({ when, limit, deadband }: AlarmLimit, value: number): AlarmSide {
  switch (when) {
    case 'high':
      return value >= limit ? 'beyond' : value < limit - deadband ? 'returned' : 'between'
    case 'low':
      return value <= limit ? 'beyond' : value > limit + deadband ? 'returned' : 'between'
    case 'equals':
      if (value === limit) return 'beyond'
      return Math.abs(value - limit) > deadband ? 'returned' : 'between'
    case 'not-equals':
      return Math.abs(value - limit) > deadband ? 'beyond' : 'returned'
    case 'stale':
    case 'fault':
      return 'returned'
  }
}

/** The two values lie on different sides of the limit, or of the return point, of any alarm. */
export function crossesLimit(alarms: readonly AlarmLimit[], before: number, after: number): boolean {
  return before !== after && alarms.some((alarm) => sideOf(alarm, before) !== sideOf(alarm, after))
}
