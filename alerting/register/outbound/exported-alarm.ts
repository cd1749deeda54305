import type { JournalItem } from '../../../contracts/api.ts'
import { splitAlarmId } from '../../../contracts/ids.ts'
import { parseIso } from '../../../contracts/iso-time.ts'
import { isMatch } from '../../../contracts/notify/match.ts'
import type { PolicyMatch } from '../../../contracts/notify/plan.ts'
import type { ExportedAlarm } from '../../../contracts/register/export-document.ts'
import { EXPORTED_EVENTS, type ExportedEvent } from '../../../contracts/register/export-words.ts'
import type { QueueItem } from './queue-item.ts'

/** Undefined: who was told of it, or how it is set. Those stay here. */
export function exportedAlarm({ event, alarm, ...entry }: JournalItem): ExportedAlarm | undefined {
  const exported = EXPORTED_EVENTS.find((known) => known === event)
  if (exported === undefined) return undefined
  return {
    alarm: alarm.id,
    sensor: alarm.sensor,
    sensorName: alarm.sensorName,
    area: alarm.area,
    event: exported satisfies ExportedEvent,
    from: entry.from,
    state: alarm.state,
    occurrence: alarm.occurrence,
    priority: alarm.priority,
    class: alarm.class,
    lifeSafety: alarm.lifeSafety,
    time: entry.time,
    by: entry.by,
    value: alarm.value,
    unit: alarm.unit,
    limit: alarm.limit,
    quality: alarm.quality,
    message: alarm.message,
  }
}

/** On its way to the queue; undefined as above. */
export function alarmItem(entry: JournalItem): QueueItem | undefined {
  const alarm = exportedAlarm(entry)
  if (alarm === undefined) return undefined
  // Journals of two servers that had the facility in turn may number alike, but not at the same time.
  const item = `alarm-${parseIso(entry.time) ?? 0}-${entry.seq}`
  const body = { id: item, version: 1, changed: entry.time, kind: 'alarm', alarm }
  return {
    kind: 'alarm',
    item,
    subject: alarm.alarm,
    version: 1,
    title: `${alarm.alarm}: ${alarm.event}`,
    body: JSON.stringify(body),
  }
}

export function isSentAlarm(match: PolicyMatch | undefined, { alarm }: Pick<JournalItem, 'alarm'>): boolean {
  return match !== undefined && isMatch(match, { ...alarm, key: splitAlarmId(alarm.id)?.key ?? '' })
}
