import type { AlarmView, JournalItem } from '../contracts/api.ts'
import type { AlarmConfig, Facility } from '../contracts/facility.ts'
import { formatIso } from '../contracts/iso-time.ts'
import { type AlarmRecord, liveState, priorityOf, type StandingFlag, shownState } from './alarm-record.ts'
import { type AlarmEntry, occurrenceId, type Transition } from './evaluation.ts'
import { testOutcome } from './field-tests/test-view.ts'

type Place = Pick<Facility, 'id' | 'timezone'>
type Shown = Pick<AlarmEntry, 'config' | 'sensor' | 'record'>

/** An alarm as the API, the stream and the retained topic show it. */
export function alarmView(place: Place, entry: Shown, journalled: boolean): AlarmView {
  const { config, sensor, record } = entry
  const time = (ms: number) => formatIso(ms, place.timezone)
  const flag = ({ by, reason, since, until, cause, ...given }: StandingFlag) => ({
    by,
    reason,
    since: time(since),
    until: until === null ? null : time(until),
    cause,
    approvedBy: given.approvedBy ?? null,
    oneShot: given.oneShot ?? false,
  })
  return {
    facility: place.id,
    id: config.id,
    sensor: sensor.id,
    sensorName: sensor.name,
    area: sensor.area,
    kind: sensor.kind,
    unit: sensor.unit,
    when: config.when,
    priority: priorityOf(config, record),
    class: config.class.id,
    lifeSafety: config.class.lifeSafety,
    group: config.group?.id ?? null,
    firstInGroup: record.firstInGroup,
    silenced: record.silenced,
    state: shownState(record),
    live: liveState(record),
    condition: record.unknown ? 'unknown' : record.phase,
    ack: record.acked ? 'acked' : 'unacked',
    latched: record.latched,
    shelved: record.shelved === null ? null : flag(record.shelved),
    suppressed: record.suppressed.map(flag),
    outOfService: record.outOfService === null ? null : flag(record.outOfService),
    occurrence: occurrenceId(config.id, record),
    since: time(record.since),
    raised: record.raised === null ? null : time(record.raised),
    value: record.sample.value,
    ...limitView(config),
    quality: record.sample.quality,
    reason: record.sample.reason,
    ...(record.sample.ballot && { ballot: record.sample.ballot }),
    message: config.message ?? defaultMessage(entry, record),
    acknowledgedBy: record.acknowledgedBy,
    comment: record.comment,
    late: record.late,
    journalled,
  }
}

/** The limit in force, and whether it is that of the facility file. */
export function limitView({ limit, runTime }: Pick<AlarmConfig, 'limit' | 'runTime'>) {
  return {
    limit: Number.isNaN(limit) ? null : limit,
    revision: runTime?.revision ?? 0,
    fileLimit: runTime?.fileLimit ?? null,
  }
}

/** What an operator reads when the facility file says nothing better. */
function defaultMessage({ config, sensor }: Shown, record: AlarmRecord): string {
  const limit = `${config.limit}${sensor.unit === '1' ? '' : ` ${sensor.unit}`}`
  switch (config.when) {
    case 'high':
      return `${sensor.name}: at or above ${limit}`
    case 'low':
      return `${sensor.name}: at or below ${limit}`
    case 'equals':
      return `${sensor.name}: is ${limit}`
    case 'not-equals':
      return `${sensor.name}: is not ${limit}`
    case 'stale':
      return `${sensor.name}: has not reported`
    case 'fault':
      return `${sensor.name}: reading cannot be trusted${record.sample.reason === null ? '' : ` (${record.sample.reason})`}`
  }
}

/** An entry before the journal gave it a sequence number. */
export type UnnumberedItem = Omit<JournalItem, 'seq' | 'recorded'>

export function journalItem(place: Place, transition: Transition): UnnumberedItem {
  const time = (ms: number) => formatIso(ms, place.timezone)
  const { late, test, notice } = transition
  return {
    time: time(transition.time),
    facility: place.id,
    event: transition.event,
    from: transition.from,
    by: transition.by,
    ...(transition.address === undefined ? {} : { address: transition.address }),
    ...(late === undefined
      ? {}
      : {
          late: {
            start: time(late.start),
            end: late.end === null ? null : time(late.end),
            peak: late.peak.value,
          },
        }),
    ...(test === undefined ? {} : { test: testOutcome(place, test) }),
    ...(notice === undefined ? {} : { notice }),
    alarm: alarmView(place, transition, true),
  }
}

/** The end of an alarm that the facility file no longer has, after its last entry. */
export function closingItem(last: Pick<JournalItem, 'facility' | 'alarm'>, time: string): UnnumberedItem {
  const normal = { state: 'NORM', live: 'NORM', condition: 'unknown', ack: 'acked' } as const
  const unflagged = { latched: false, shelved: null, suppressed: [], outOfService: null }
  const { facility, alarm } = last
  const closed = { ...alarm, ...normal, ...unflagged, since: time }
  return { time, facility, event: 'closed', from: alarm.state, by: null, alarm: closed }
}
