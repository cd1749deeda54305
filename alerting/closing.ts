import type { JournalItem } from '../contracts/api.ts'
import { formatIso } from '../contracts/iso-time.ts'
import { type AlarmRecord, newAlarm } from './alarm-record.ts'
import { closingItem } from './alarm-view.ts'
import type { NewEntry } from './journal/state-store.ts'

/** The entry that closes an alarm as it was shown last, and what is kept of it. */
export function closing(
  last: Pick<JournalItem, 'facility' | 'alarm'>,
  { occurrence, transitions }: AlarmRecord,
  { now, timezone }: { now: number; timezone: string },
): { entry: NewEntry; record: AlarmRecord } {
  const record = { ...newAlarm(now), occurrence, transitions: transitions + 1 }
  const { id: alarm, sensor } = last.alarm
  const item = closingItem(last, formatIso(now, timezone))
  return { entry: { key: `${alarm}#${record.transitions}`, time: now, alarm, sensor, item }, record }
}
