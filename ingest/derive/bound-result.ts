import type { LiveSettings, Result } from '../../contracts/analytics/computation.ts'
import type { AlarmConfig } from '../../contracts/facility.ts'

/**
 * Too little was seen for a value, but that alone is beyond a set point: then so much is told, as uncertain, which
 * raises the alarm and clears none. A hole never hides a limit that has been passed beside it.
 */
export function boundResult(
  result: Result,
  alarms: readonly Pick<AlarmConfig, 'id' | 'when' | 'limit'>[],
  live: LiveSettings,
): Result {
  const { value, coverage, atLeast = Number.NaN, atMost = Number.NaN } = result
  if (value !== undefined) return result
  const limitOf = ({ id, limit }: Pick<AlarmConfig, 'id' | 'limit'>) => live.limitOf(id)?.limit ?? limit
  for (const alarm of alarms) {
    const isAbove = alarm.when === 'high' && atLeast >= limitOf(alarm)
    const isBelow = alarm.when === 'low' && atMost <= limitOf(alarm)
    if (isAbove || isBelow)
      return { value: isAbove ? atLeast : atMost, quality: 'uncertain', reason: 'imprecise', coverage }
  }
  return result
}
