import type { AlarmEvent, AlarmState } from '../contracts/alarm.ts'
import type { ErrorCode } from '../contracts/errors.ts'
import type { NoticeEntry } from '../contracts/notify/entry.ts'
import { type AlarmRecord, liveState, shownState } from './alarm-record.ts'
import type { Sample } from './evidence.ts'
import type { TestWitness } from './field-tests/field-test.ts'

/** An occurrence that was found in readings that came late. Sensor time. */
export interface LateOccurrence {
  readonly start: number
  /** Null when it went on in an occurrence that was seen live. */
  readonly end: number | null
  /** The sample furthest beyond the limit. */
  readonly peak: Sample
}

/** One thing that happened, with the alarm as it stood after it. */
export interface AlarmChange {
  event: AlarmEvent
  time: number
  from: AlarmState
  /** The person; null for the system. */
  by: string | null
  record: AlarmRecord
  late?: LateOccurrence
  /** It ended the test of this alarm. */
  test?: TestWitness
  /** Who was told of it. */
  notice?: NoticeEntry
}

export type Outcome =
  | { record: AlarmRecord; changes: readonly AlarmChange[]; refused?: undefined }
  | { record: AlarmRecord; changes: readonly []; refused: ErrorCode }

const NOTHING: readonly [] = []

/** What two steps did, one after the other. */
export function followed(first: Outcome, second: Outcome): Outcome {
  return first.changes.length === 0
    ? second
    : { record: second.record, changes: [...first.changes, ...second.changes] }
}

export function change(
  record: AlarmRecord,
  patch: Partial<AlarmRecord>,
  event: AlarmEvent,
  time: number,
  by: string | null,
): Outcome {
  return changeTo(record, { ...record, ...patch }, event, time, by)
}

/** Events that begin an occurrence, and with it the state once more. */
const ANNUNCIATING: readonly AlarmEvent[] = ['raised', 're-alarmed', 'priority-raised']

export function changeTo(
  before: AlarmRecord,
  after: AlarmRecord,
  event: AlarmEvent,
  time: number,
  by: string | null,
): Outcome {
  const isNew = liveState(after) !== liveState(before) || ANNUNCIATING.includes(event)
  const record = { ...after, transitions: before.transitions + 1, ...(isNew ? { since: time } : {}) }
  return { record, changes: [{ event, time, from: shownState(before), by, record }] }
}

export function same(record: AlarmRecord): Outcome {
  return { record, changes: NOTHING }
}

export function refuse(record: AlarmRecord, refused: ErrorCode): Outcome {
  return { record, changes: NOTHING, refused }
}
