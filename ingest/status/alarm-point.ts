import { ALARM_STATES, isActive } from '../../contracts/alarm.ts'
import type { JournalItem } from '../../contracts/api.ts'
import { parseIso } from '../../contracts/iso-time.ts'
import type { FieldValue, StatusPoint } from '../../contracts/store.ts'

/**
 * One transition as a point (DESIGN section 6). It stands at the time at which the journal recorded it, which
 * increases strictly per alarm: two transitions of one event time would else be merged into one.
 */
export function alarmPoint({ recorded, time, facility, event, alarm }: JournalItem): StatusPoint {
  const numbers: Record<string, FieldValue> = {}
  if (alarm.value !== null) numbers.value = alarm.value
  if (alarm.limit !== null) numbers.limit = alarm.limit
  return {
    measurement: 'alarm',
    tags: { facility, area: alarm.area, sensor: alarm.sensor, alarm: alarm.id, kind: alarm.kind },
    fields: {
      state: alarm.state,
      // Panels that draw states over time take numbers.
      stateCode: BigInt(ALARM_STATES.indexOf(alarm.state)),
      event,
      priority: alarm.priority,
      // The live state: one that is shelved and active is active, and `state` says that it is shelved.
      active: isActive(alarm.live) ? 1n : 0n,
      ...numbers,
      message: alarm.message,
      occurrence: alarm.occurrence ?? '',
      eventTime: BigInt(parseIso(time) ?? 0),
    },
    time: parseIso(recorded) ?? 0,
  }
}
