import type { AlarmConfig } from '../../contracts/facility.ts'
import { reordered } from '../alarm-order.ts'
import type { AlarmRecord } from '../alarm-record.ts'
import { calmRange } from '../calm.ts'
import { judge, type Verdict } from '../evidence.ts'
import type { AlarmSlot } from '../sensor-entry.ts'
import type { PastConfig } from './alarm-settings.ts'

/** An alarm as it is evaluated from now on. */
export interface Reconfiguration {
  config: AlarmConfig
  past: readonly PastConfig[]
}

/** The moment of a change: sensor time, and what the sensor holds as the new settings judge it. */
export interface ChangeMoment {
  time: number
  verdict: Verdict
}

/**
 * The alarm as the change itself leaves it; what its sensor holds is weighed next, as a sample of that moment. A
 * running on-delay keeps its beginning. So does a running off-delay whose comparison is the same; after another limit
 * or deadband it begins anew, since nobody has seen the return last by that. No delay ends before the change.
 */
export function adjusted(
  record: AlarmRecord,
  { time, verdict }: ChangeMoment,
  { before, config }: { before: AlarmConfig; config: AlarmConfig },
): AlarmRecord {
  const { phase, due, pending } = record
  if (due === null) return record
  // Nothing that is held speaks of the value: what began the delay does.
  const { says } = verdict.says === 'nothing' && pending !== null ? judge(config, pending) : verdict
  const isOther = !Object.is(before.limit, config.limit) || before.deadband !== config.deadband
  const isFrozen = says === 'nothing' && !isOther
  if (phase === 'pendingOn') {
    return says === 'beyond' || isFrozen
      ? { ...record, due: movedTo(due, config.onDelayMs - before.onDelayMs, time) }
      : { ...record, phase: 'inactive', due: null, pending: null }
  }
  const endsAtOnce = config.offDelayMs === 0 && verdict.says === 'returned'
  if (endsAtOnce || !(says === 'returned' || isFrozen))
    return { ...record, phase: 'active', due: null, pending: null }
  return isOther
    ? { ...record, due: time + config.offDelayMs }
    : { ...record, due: movedTo(due, config.offDelayMs - before.offDelayMs, time) }
}

/** What the change left as it was runs on as it was. */
function movedTo(due: number, by: number, time: number): number {
  return by === 0 ? due : Math.max(due + by, time)
}

/** Gives an alarm its new settings; it must not wait in the queue of what falls due. */
export function refit(slot: AlarmSlot, { config, past }: Reconfiguration): void {
  const { alarm, sensor } = slot
  alarm.config = config
  alarm.past = past
  alarm.order = reordered(alarm.order, config.priority)
  slot.rank = alarm.order
  sensor.alarms.sort((a, b) => a.alarm.order - b.alarm.order)
  sensor.calm = calmRange(sensor.alarms.map((other) => other.alarm.config))
  sensor.calmSince = calmSince(sensor.alarms)
  sensor.isCalm = false
}

/** From when on a calm sample is one, sensor time: nothing was changed since. */
export function calmSince(alarms: readonly AlarmSlot[]): number {
  return Math.max(...alarms.map(({ alarm }) => alarm.past?.at(-1)?.until ?? Number.NEGATIVE_INFINITY))
}
