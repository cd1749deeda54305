import type { AlarmEvent } from '../contracts/alarm.ts'
import type { AlarmConfig } from '../contracts/facility.ts'
import type { NoticeEntry } from '../contracts/notify/entry.ts'
import {
  type AlarmRecord,
  type Flag,
  isActive,
  liveState,
  nextRise,
  type StandingFlag,
  shownState,
  withUnknown,
} from './alarm-record.ts'
import type { Sample, Verdict } from './evidence.ts'
import {
  type AlarmChange,
  change,
  changeTo,
  followed,
  type LateOccurrence,
  type Outcome,
  refuse,
  same,
} from './outcome.ts'

export type AlarmInput =
  /** A sample in sensor time. `held` is what was known until then. */
  | { kind: 'evidence'; time: number; verdict: Verdict; sample: Sample; held: Sample; isFirst?: boolean }
  /** Sensor time reached `time` and nothing was heard: on-delays end, off-delays do not; priorities rise. */
  | { kind: 'clock'; time: number; held: Sample; isFirst?: boolean }
  /** The server's clock reached `time`: flags end, and what was acknowledged for long enough is not any more. */
  | { kind: 'expire'; time: number }
  | { kind: 'acknowledge'; time: number; occurrence: number | null; by: string; comment: string | null }
  | { kind: 'reset' | 'silence'; time: number; occurrence: number | null; by: string }
  | { kind: 'shelve' | 'out-of-service'; time: number; flag: Flag }
  /** By design, for a cause (`by` is null), or by a person. */
  | { kind: 'suppress'; time: number; flag: Flag; by: string | null }
  | { kind: 'unshelve' | 'return-to-service'; time: number; by: string | null }
  /** It would have occurred, had its readings come in time. Sensor time. */
  | { kind: 'late'; occurrence: LateOccurrence }
  /** People were told of it, or could not be: it stays as it is. */
  | { kind: 'notified'; time: number; notice: NoticeEntry }
  /** Lifts the suppression that `cause` put there; null is that of a person, whoever it was. */
  | { kind: 'unsuppress'; time: number; cause: string | null; by: string | null }

/** The whole life of an alarm: pure, and the only place that changes its record. */
export function transition(record: AlarmRecord, input: AlarmInput, config: AlarmConfig): Outcome {
  switch (input.kind) {
    case 'evidence':
      return weigh(record, input, config)
    case 'clock':
      return rise(tickOn(record, input, config), input, config)
    case 'expire':
      return expire(record, input.time, config)
    case 'acknowledge':
      return acknowledge(record, input, config)
    case 'silence':
      return silence(record, input)
    case 'reset':
      return reset(record, input)
    case 'shelve':
      return change(record, { shelved: standing(input) }, 'shelved', input.time, input.flag.by)
    case 'unshelve':
      return record.shelved === null
        ? refuse(record, 'NOT_SHELVED')
        : lift(record, { shelved: null }, 'unshelved', { ...input, config })
    case 'suppress':
      return suppress(record, input)
    case 'unsuppress':
      return unsuppress(record, input, config)
    case 'out-of-service':
      return change(record, { outOfService: standing(input) }, 'out-of-service', input.time, input.flag.by)
    case 'late':
      return late(record, input.occurrence, config)
    case 'notified':
      return notified(record, input)
    case 'return-to-service':
      return record.outOfService === null
        ? refuse(record, 'NOT_OUT_OF_SERVICE')
        : lift(record, { outOfService: null }, 'returned-to-service', { ...input, config })
  }
}

/** Most evidence by far says of a normal alarm that it is normal: then {@link transition} gives it back as it is. */
export function changesNothing(record: AlarmRecord, verdict: Verdict): boolean {
  return record.phase === 'inactive' && verdict.says !== 'beyond' && record.unknown === verdict.unknown
}

/**
 * Sample and hold in sensor time: a delay that ended at or before this evidence is settled first, on
 * what was held until then; only then does the new sample count.
 */
function weigh(record: AlarmRecord, input: AlarmInput & { kind: 'evidence' }, config: AlarmConfig): Outcome {
  const { verdict } = input
  const known = withUnknown(record, verdict.unknown)
  const settled = rise(settle(known, input, config), input, config)
  return followed(settled, move(settled.record, input, config))
}

/** An on-delay that ended in silence. */
function tickOn(record: AlarmRecord, input: AlarmInput & { kind: 'clock' }, config: AlarmConfig): Outcome {
  const isOver = record.phase === 'pendingOn' && record.due !== null && record.due <= input.time
  return isOver
    ? raise(record, { at: record.due, on: decidedOn(record, input.held), ...input }, config)
    : same(record)
}

/** Active for long enough it is more urgent, which nobody has acknowledged yet. */
function rise(before: Outcome, { time, held }: { time: number; held: Sample }, config: AlarmConfig): Outcome {
  const due = nextRise(config, before.record)
  if (due > time) return before
  const { record } = before
  const sample = held.quality === 'bad' || held.value === null ? record.sample : held
  const step = annunciate({ ...record, rises: record.rises + 1, sample }, due, config)
  return rise(followed(before, changeTo(record, step, 'priority-raised', due, null)), { time, held }, config)
}

function settle(record: AlarmRecord, input: AlarmInput & { kind: 'evidence' }, config: AlarmConfig): Outcome {
  if (record.due === null || record.due > input.time) return same(record)
  const sample = decidedOn(record, input.held)
  if (record.phase === 'pendingOn') return raise(record, { at: record.due, on: sample, ...input }, config)
  // An off-delay ends only on good evidence dated at or after its end.
  return record.phase === 'pendingOff' && input.verdict.good
    ? comeBack(record, record.due, sample, config)
    : same(record)
}

function move(record: AlarmRecord, input: AlarmInput & { kind: 'evidence' }, config: AlarmConfig): Outcome {
  const { verdict, time, sample } = input
  switch (verdict.says) {
    case 'beyond':
      if (record.phase === 'inactive') {
        return config.onDelayMs === 0
          ? raise(record, { at: time, on: sample, ...input }, config)
          : same({ ...record, phase: 'pendingOn', due: time + config.onDelayMs, pending: sample })
      }
      return record.phase === 'pendingOff'
        ? same({ ...record, phase: 'active', due: null, pending: null })
        : same(record)
    case 'between':
      // Not beyond, so an on-delay stops; not returned, so an off-delay stops too.
      if (record.phase === 'pendingOn')
        return same({ ...record, phase: 'inactive', due: null, pending: null })
      return record.phase === 'pendingOff'
        ? same({ ...record, phase: 'active', due: null, pending: null })
        : same(record)
    case 'returned':
      if (record.phase === 'pendingOn')
        return same({ ...record, phase: 'inactive', due: null, pending: null })
      if (record.phase !== 'active') return same(record)
      return config.offDelayMs === 0
        ? comeBack(record, time, sample, config)
        : same({ ...record, phase: 'pendingOff', due: time + config.offDelayMs, pending: sample })
    case 'nothing':
      return same(record)
  }
}

/** What was held when the delay ended; if that says nothing by then, what began it. */
function decidedOn(record: AlarmRecord, held: Sample): Sample {
  return held.quality === 'bad' || held.value === null ? (record.pending ?? held) : held
}

/** Every activation is a new occurrence, unacknowledged, whatever stood there before. */
function raise(
  record: AlarmRecord,
  { at, on, isFirst = false }: { at: number; on: Sample; isFirst?: boolean },
  config: AlarmConfig,
): Outcome {
  const active: AlarmRecord = {
    ...record,
    phase: 'active',
    due: null,
    pending: null,
    latched: config.latching || record.latched,
    activated: at,
    rises: 0,
    firstInGroup: isFirst,
    sample: on,
  }
  return changeTo(record, annunciate(active, at, config), 'raised', at, null)
}

/** A new occurrence, to be acknowledged, unless its class lets nobody do that. */
function annunciate(record: AlarmRecord, at: number, config: AlarmConfig): AlarmRecord {
  return {
    ...record,
    acked: config.class.acknowledge === 'auto',
    occurrence: record.occurrence + 1,
    raised: at,
    reAlarmAt: null,
    silenced: false,
    acknowledgedBy: null,
    comment: null,
    late: false,
  }
}

function comeBack(record: AlarmRecord, time: number, sample: Sample, config: AlarmConfig): Outcome {
  const returned: AlarmRecord = {
    ...record,
    phase: 'inactive',
    due: null,
    pending: null,
    activated: null,
    reAlarmAt: null,
    sample,
    acked: record.acked || config.class.acknowledge === 'return',
  }
  const back = changeTo(record, returned, 'returned', time, null)
  return back.record.shelved?.oneShot === true
    ? followed(back, lift(back.record, { shelved: null }, 'unshelved', { time, by: null, config }))
    : back
}

function acknowledge(
  record: AlarmRecord,
  { occurrence, time, by, comment }: AlarmInput & { kind: 'acknowledge' },
  { reAlarmMs }: AlarmConfig,
): Outcome {
  if (occurrence !== null && occurrence !== record.occurrence) return refuse(record, 'OCCURRENCE_PAST')
  if (record.acked)
    return refuse(record, liveState(record) === 'NORM' ? 'NOT_ACTIVE' : 'ALREADY_ACKNOWLEDGED')
  const reAlarmAt = reAlarmMs !== undefined && isActive(record) ? time + reAlarmMs : null
  return change(record, { acked: true, acknowledgedBy: by, comment, reAlarmAt }, 'acknowledged', time, by)
}

/** Apart from acknowledging: it only stops the sound. */
function silence(
  record: AlarmRecord,
  { occurrence, time, by }: AlarmInput & { kind: 'silence' | 'reset' },
): Outcome {
  if (occurrence !== null && occurrence !== record.occurrence) return refuse(record, 'OCCURRENCE_PAST')
  if (record.acked) return refuse(record, 'NOT_UNACKNOWLEDGED')
  if (record.silenced) return refuse(record, 'ALREADY_SILENCED')
  return change(record, { silenced: true }, 'silenced', time, by)
}

function reset(record: AlarmRecord, input: AlarmInput & { kind: 'reset' | 'silence' }): Outcome {
  if (!record.latched) return refuse(record, 'NOT_LATCHED')
  if (input.occurrence !== null && input.occurrence !== record.occurrence)
    return refuse(record, 'OCCURRENCE_PAST')
  if (record.phase !== 'inactive') return refuse(record, 'STILL_ACTIVE')
  if (!record.acked) return refuse(record, 'NOT_ACKNOWLEDGED')
  return change(record, { latched: false }, 'reset', input.time, input.by)
}

/**
 * History is entered and never annunciated. What nobody saw and somebody should is left to be acknowledged,
 * silently, unless something newer of this alarm stands there already.
 */
function late(record: AlarmRecord, occurrence: LateOccurrence, config: AlarmConfig): Outcome {
  const { start, peak } = occurrence
  const isImportant =
    (config.priority === 'critical' || config.priority === 'high') && config.class.acknowledge !== 'auto'
  const unseen =
    isImportant && shownState(record) === 'NORM' && record.phase === 'inactive'
      ? {
          acked: false,
          occurrence: record.occurrence + 1,
          raised: start,
          sample: peak,
          silenced: false,
          acknowledgedBy: null,
          comment: null,
          late: true,
        }
      : {}
  const { record: next, changes } = change(record, unseen, 'late', start, null)
  return { record: next, changes: changes.map((told) => ({ ...told, late: occurrence })) }
}

function notified(record: AlarmRecord, { time, notice }: AlarmInput & { kind: 'notified' }): Outcome {
  const { record: next, changes } = change(record, {}, 'notified', time, null)
  return { record: next, changes: changes.map((told) => ({ ...told, notice })) }
}

function suppress(record: AlarmRecord, input: AlarmInput & { kind: 'suppress' }): Outcome {
  const others = record.suppressed.filter((other) => other.cause !== input.flag.cause)
  const suppressed = [...others, standing(input)]
  return change(record, { suppressed }, 'suppressed', input.time, input.by)
}

function standing({ flag, time }: { flag: Flag; time: number }): StandingFlag {
  return { ...flag, since: time }
}

function unsuppress(
  record: AlarmRecord,
  input: AlarmInput & { kind: 'unsuppress' },
  config: AlarmConfig,
): Outcome {
  const left = record.suppressed.filter((flag) => flag.cause !== input.cause)
  if (left.length === record.suppressed.length) return refuse(record, 'NOT_SUPPRESSED')
  return lift(record, { suppressed: left }, 'unsuppressed', { ...input, config })
}

function expire(record: AlarmRecord, time: number, config: AlarmConfig): Outcome {
  let current = record
  const changes: AlarmChange[] = []
  const ended = (flag: Flag | null) => flag !== null && flag.until !== null && flag.until <= time
  const end = (outcome: Outcome) => {
    current = outcome.record
    changes.push(...outcome.changes)
  }
  if (ended(current.shelved))
    end(
      lift(current, { shelved: null }, 'unshelved', {
        time: current.shelved?.until ?? time,
        by: null,
        config,
      }),
    )
  for (const flag of record.suppressed.filter(ended)) {
    const left = current.suppressed.filter((other) => other !== flag)
    end(lift(current, { suppressed: left }, 'unsuppressed', { time: flag.until ?? time, by: null, config }))
  }
  if (ended(current.outOfService)) {
    const at = current.outOfService?.until ?? time
    end(lift(current, { outOfService: null }, 'returned-to-service', { time: at, by: null, config }))
  }
  const { reAlarmAt } = current
  if (reAlarmAt !== null && reAlarmAt <= time) end(reAlarm(current, reAlarmAt, config))
  return { record: current, changes }
}

/** Acknowledged for its time and still active: as if it had just occurred. */
function reAlarm(record: AlarmRecord, at: number, config: AlarmConfig): Outcome {
  const isWanted = config.reAlarmMs !== undefined && isActive(record) && record.acked
  return isWanted
    ? changeTo(record, annunciate(record, at, config), 're-alarmed', at, null)
    : same({ ...record, reAlarmAt: null })
}

/** Leaving the last flag keeps the latch: active is UNACK again, latched LATCH_UNACK, else NORM. */
function lift(
  record: AlarmRecord,
  patch: Partial<AlarmRecord>,
  event: AlarmEvent,
  at: { time: number; by: string | null; config: AlarmConfig },
): Outcome {
  const lifted = { ...record, ...patch }
  const isLast = lifted.shelved === null && lifted.suppressed.length === 0 && lifted.outOfService === null
  const stands = isActive(lifted) || lifted.latched
  const acked = isLast ? !stands || at.config.class.acknowledge === 'auto' : lifted.acked
  const who =
    acked === record.acked
      ? {}
      : { acked, silenced: false, reAlarmAt: null, acknowledgedBy: null, comment: null }
  return change(record, { ...patch, ...who }, event, at.time, at.by)
}
