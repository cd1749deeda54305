import { type AlarmState, isUnacknowledged } from '../../contracts/alarm.ts'
import { PRIORITIES, type Priority } from '../../contracts/facility-words.ts'
import { priorityOf, shownState } from '../alarm-record.ts'
import type { AlarmEntry } from '../evaluation.ts'

/** Which alarms somebody asks for. */
export interface AlarmQuery {
  readonly area?: string | undefined
  /** Undefined: all but NORM. */
  readonly state?: AlarmState | undefined
  readonly priority?: Priority | undefined
}

/** An alarm on a list, by what decides its place. */
export interface ListedAlarm<P> {
  readonly place: P
  readonly id: string
  readonly isUnacknowledged: boolean
  /** Least urgent first. */
  readonly priority: number
  /** Epoch ms. */
  readonly since: number
}

/**
 * Those that are asked for, on the records: in a flood thousands stand, and of a page alone is made what people see.
 * Unacknowledged first, then by priority, then the newest.
 */
export function listAlarms<P extends { readonly alarms: { entries(): Iterable<AlarmEntry> } }>(
  places: Iterable<P>,
  query: AlarmQuery,
): ListedAlarm<P>[] {
  const listed: ListedAlarm<P>[] = []
  for (const place of places) {
    for (const { config, sensor, record } of place.alarms.entries()) {
      const state = shownState(record)
      if (query.state === undefined ? state === 'NORM' : state !== query.state) continue
      if (query.area !== undefined && sensor.area !== query.area) continue
      const priority = priorityOf(config, record)
      if (query.priority !== undefined && priority !== query.priority) continue
      listed.push({
        place,
        id: config.id,
        isUnacknowledged: isUnacknowledged(state),
        priority: PRIORITIES.indexOf(priority),
        since: record.since,
      })
    }
  }
  return listed.sort(byUrgency)
}

function byUrgency(a: ListedAlarm<unknown>, b: ListedAlarm<unknown>): number {
  const unacknowledged = Number(b.isUnacknowledged) - Number(a.isUnacknowledged)
  return unacknowledged || b.priority - a.priority || b.since - a.since || a.id.localeCompare(b.id)
}

/** Shelved, suppressed or out of service: not annunciated. */
export function isHidden(state: AlarmState): boolean {
  return state === 'SHLVD' || state === 'DSUPR' || state === 'OOSRV'
}
