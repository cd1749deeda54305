import type { AlarmCondition, AlarmState } from '../contracts/alarm.ts'
import type { AlarmConfig } from '../contracts/facility.ts'
import { PRIORITIES, type Priority } from '../contracts/facility-words.ts'
import { NO_SAMPLE, type Sample } from './evidence.ts'

/** Why an alarm is not annunciated: shelved, suppressed by design, or out of service. */
export interface Flag {
  /** The person, or the id of the rule or alarm that causes it. */
  readonly by: string
  /** The rule or alarm that put it there and alone lifts it; null when a person did, and any person may. */
  readonly cause: string | null
  readonly reason: string
  /** When it ends by itself, epoch ms of the server's clock; null when something else ends it. */
  readonly until: number | null
  /** The second person, where it takes two. */
  readonly approvedBy?: string
  /** Of shelving: it ends with the return of the alarm, if that comes before. */
  readonly oneShot?: true
}

/** A flag that is set. */
export interface StandingFlag extends Flag {
  /** Since when: epoch ms, as the entry says that tells of it. */
  readonly since: number
}

/**
 * One alarm: orthogonal regions, from which the state of ISA-18.2 is derived (DESIGN section 7). Times
 * are epoch ms; those of the condition are sensor time.
 */
export interface AlarmRecord {
  readonly phase: Exclude<AlarmCondition, 'unknown'>
  /** End of the running on- or off-delay. */
  readonly due: number | null
  /** The last evidence was bad or stale: what is annunciated is frozen. */
  readonly unknown: boolean
  readonly acked: boolean
  readonly latched: boolean
  readonly shelved: StandingFlag | null
  readonly suppressed: readonly StandingFlag[]
  readonly outOfService: StandingFlag | null
  /** Activations so far; the number of the current one. */
  readonly occurrence: number
  readonly raised: number | null
  /** When its condition became active, sensor time: what {@link rises} is counted from. */
  readonly activated: number | null
  /** How often its priority has risen since then. */
  readonly rises: number
  /** When it is unacknowledged once more, epoch ms of the server's clock. */
  readonly reAlarmAt: number | null
  /** Nobody has to hear it: until it is annunciated once more. */
  readonly silenced: boolean
  /** It came first of its group. */
  readonly firstInGroup: boolean
  /** When the live state was entered. */
  readonly since: number
  /** Journal entries so far: with the alarm's id the deterministic key of a transition. */
  readonly transitions: number
  /** What the last transition was decided on. */
  readonly sample: Sample
  /** What began the running delay; null when none runs. */
  readonly pending: Sample | null
  readonly acknowledgedBy: string | null
  readonly comment: string | null
  /** The occurrence was found in readings that came late: it is shown and never annunciated. */
  readonly late: boolean
  /**
   * The occurrences that were told last, live or late, by their beginning in sensor time: readings that come once
   * more are no news. `hole` names the hole in what was seen live that ended with it. Absent before the first.
   */
  readonly told?: readonly { readonly time: number; readonly hole?: string }[]
  /** The revision of its settings that it was judged by; absent before the first. */
  readonly revision?: number
}

/** An alarm that nothing is known of yet. */
export function newAlarm(time: number): AlarmRecord {
  return {
    phase: 'inactive',
    due: null,
    unknown: true,
    acked: true,
    latched: false,
    shelved: null,
    suppressed: [],
    outOfService: null,
    occurrence: 0,
    raised: null,
    activated: null,
    rises: 0,
    reAlarmAt: null,
    silenced: false,
    firstInGroup: false,
    since: time,
    transitions: 0,
    sample: NO_SAMPLE,
    pending: null,
    acknowledgedBy: null,
    comment: null,
    late: false,
  }
}

/** As another run kept it: what an older release did not keep is as in a new alarm. */
export function restored(blank: AlarmRecord, kept: AlarmRecord): AlarmRecord {
  const record = { ...blank, ...kept }
  const flag = (standing: StandingFlag): StandingFlag => ({
    ...standing,
    since: standing.since ?? record.since,
  })
  return {
    ...record,
    shelved: record.shelved && flag(record.shelved),
    suppressed: record.suppressed.map(flag),
    outOfService: record.outOfService && flag(record.outOfService),
  }
}

/** Of alarms that nothing has happened to yet, which are most and all alike. */
const twins = new WeakMap<AlarmRecord, AlarmRecord>()

/** The same with this in it; alarms that share a record share the other one too. */
export function withUnknown(record: AlarmRecord, unknown: boolean): AlarmRecord {
  if (record.unknown === unknown) return record
  if (record.transitions > 0 || record.phase !== 'inactive') return { ...record, unknown }
  let twin = twins.get(record)
  if (twin === undefined) {
    twin = { ...record, unknown }
    twins.set(record, twin).set(twin, record)
  }
  return twin
}

/** As it has risen by now, and never less than its own. A file that no longer lets it rise gives it its own again. */
export function priorityOf(
  { priority, rises }: Pick<AlarmConfig, 'priority' | 'rises'>,
  record: AlarmRecord,
): Priority {
  const risen = rises?.[record.rises - 1]?.priority ?? priority
  return PRIORITIES.indexOf(risen) > PRIORITIES.indexOf(priority) ? risen : priority
}

/** When its priority rises next, sensor time; Infinity when it does not. */
export function nextRise({ rises }: Pick<AlarmConfig, 'rises'>, record: AlarmRecord): number {
  const next = isActive(record) ? rises?.[record.rises] : undefined
  return next === undefined || record.activated === null
    ? Number.POSITIVE_INFINITY
    : record.activated + next.afterMs
}

/** The state beneath the flags. */
export function liveState(record: AlarmRecord): AlarmState {
  if (isActive(record)) return record.acked ? 'ACKED' : 'UNACK'
  if (record.latched) return record.acked ? 'LATCH_ACK' : 'LATCH_UNACK'
  return record.acked ? 'NORM' : 'RTNUN'
}

/** The state shown: OOSRV > DSUPR > SHLVD > the live state. */
export function shownState(record: AlarmRecord): AlarmState {
  if (record.outOfService !== null) return 'OOSRV'
  if (record.suppressed.length > 0) return 'DSUPR'
  if (record.shelved !== null) return 'SHLVD'
  return liveState(record)
}

/** How many alarms are in each state but NORM. */
export function countStates(alarms: Iterable<{ readonly record: AlarmRecord }>): Map<AlarmState, number> {
  const counts = new Map<AlarmState, number>()
  for (const { record } of alarms) {
    const state = shownState(record)
    if (state !== 'NORM') counts.set(state, (counts.get(state) ?? 0) + 1)
  }
  return counts
}

export function isActive(record: AlarmRecord): boolean {
  return record.phase === 'active' || record.phase === 'pendingOff'
}
