import type { AlarmConfig } from '../../contracts/facility.ts'
import type { SensorKind } from '../../contracts/facility-words.ts'
import type { StatusPoint } from '../../contracts/store.ts'
import { rankOf } from './rank.ts'

/** Where an alarm stands in the plant. */
export interface AlarmPlace {
  readonly facility: string
  readonly area: string
  readonly sensor: string
  readonly kind: SensorKind
  readonly unit: string
}

/** What trends draw of an alarm, at a time (epoch ms). Undefined when it has no limit, as stale and fault have none. */
export function limitPoint(
  {
    id,
    limit,
    deadband,
    priority,
    when,
  }: Pick<AlarmConfig, 'id' | 'limit' | 'deadband' | 'priority' | 'when'>,
  { facility, area, sensor, kind, unit }: AlarmPlace,
  time: number,
): StatusPoint | undefined {
  if (!Number.isFinite(limit)) return undefined
  return {
    measurement: 'alarm_limit',
    tags: { facility, area, sensor, alarm: id, kind, unit },
    fields: { limit, deadband, rank: BigInt(rankOf(priority)), when },
    time,
  }
}
