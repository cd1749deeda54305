import { isActive, isAnnunciated, isSetAside, isUnacknowledged } from '../../contracts/alarm.ts'
import type { AlarmView, JournalItem } from '../../contracts/api.ts'
import { parseIso } from '../../contracts/iso-time.ts'
import type { FieldValue, StatusPoint } from '../../contracts/store.ts'
import { rankOf } from './rank.ts'

/**
 * An alarm as it stood at a time (epoch ms), one row of a table of standing alarms. `rank` is 0 once it is normal.
 * Whether it is `unacknowledged` is said of the state shown, whether it is `active` of the one beneath the flags.
 */
export function standingPoint(alarm: AlarmView, time: number): StatusPoint {
  const { state } = alarm
  const numbers: Record<string, FieldValue> = {}
  if (alarm.value !== null) numbers.value = alarm.value
  if (alarm.limit !== null) numbers.limit = alarm.limit
  return {
    measurement: 'alarm_standing',
    tags: {
      facility: alarm.facility,
      area: alarm.area,
      sensor: alarm.sensor,
      alarm: alarm.id,
      kind: alarm.kind,
    },
    fields: {
      state,
      priority: alarm.priority,
      rank: state === 'NORM' ? 0n : BigInt(rankOf(alarm.priority)),
      unacknowledged: BigInt(isUnacknowledged(state)),
      active: BigInt(isActive(alarm.live)),
      annunciated: BigInt(isAnnunciated(state)),
      setAside: BigInt(isSetAside(state)),
      since: BigInt(parseIso(alarm.since) ?? 0),
      ...numbers,
      message: alarm.message,
      occurrence: alarm.occurrence ?? '',
      name: alarm.sensorName,
      unit: alarm.unit,
    },
    time,
  }
}

/**
 * The same of an entry of the journal, at the time at which that was recorded: whenever it gets into the store, it
 * stands before everything that is known since. Undefined when the alarm was normal and is: an occurrence that was
 * found in late readings, or other settings.
 */
export function standingOf({ recorded, from, alarm }: JournalItem): StatusPoint | undefined {
  if (from === 'NORM' && alarm.state === 'NORM') return undefined
  return standingPoint(alarm, parseIso(recorded) ?? 0)
}
