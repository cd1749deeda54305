import { ALARM_STATES, type AlarmState, isAnnunciated } from '../../contracts/alarm.ts'
import { WATCHDOG_CLASS } from '../../contracts/alarm-class.ts'
import type { AlarmView } from '../../contracts/api.ts'
import { PRIORITIES } from '../../contracts/facility-words.ts'
import { splitAlarmId } from '../../contracts/ids.ts'
import { isMatch } from '../../contracts/notify/match.ts'
import type { PolicyMatch } from '../../contracts/notify/plan.ts'
import type { ServerState } from '../../contracts/wire.ts'
import { parseObject } from '../delivery/confirm-payload.ts'

/** What an output has to know of an alarm. */
export type ShownAlarm = Pick<
  AlarmView,
  'id' | 'sensor' | 'area' | 'priority' | 'class' | 'lifeSafety' | 'state' | 'silenced' | 'late'
>

const LONGEST_TEXT = 200

/** An alarm as the broker gave it under this id; undefined when it is none of this facility. */
export function parseAlarm(
  payload: Buffer,
  { facility, id }: { facility: string; id: string },
): ShownAlarm | undefined {
  const { silenced = false, late = false, lifeSafety, sensor, area, ...told } = parseObject(payload) ?? {}
  const state = ALARM_STATES.find((known) => known === told.state)
  const priority = PRIORITIES.find((known) => known === told.priority)
  if (told.facility !== facility || told.id !== id || state === undefined || priority === undefined)
    return undefined
  if (!isText(sensor) || !isText(area) || !isText(told.class)) return undefined
  if (!isFlag(silenced) || !isFlag(late) || !isFlag(lifeSafety)) return undefined
  return { id, sensor, area, priority, class: told.class, lifeSafety, state, silenced, late }
}

/** What the server says of itself; undefined when it is no such message. */
export function parseServerState(payload: Buffer): Pick<ServerState, 'state' | 'session'> | undefined {
  const { state, session } = parseObject(payload) ?? {}
  if ((state !== 'online' && state !== 'offline') || !isText(session)) return undefined
  return { state, session }
}

/** False for what is normal or set aside, for what nobody was told live, and for the alarm that tests the path. */
export function isTold(alarm: { state: AlarmState; class: string; late: boolean }): boolean {
  return isAnnunciated(alarm.state) && alarm.class !== WATCHDOG_CLASS && !alarm.late
}

/** Whether an output is for this alarm. */
export function isShownBy(match: PolicyMatch, alarm: ShownAlarm): boolean {
  return isMatch(match, { ...alarm, key: splitAlarmId(alarm.id)?.key ?? '' })
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= LONGEST_TEXT
}

function isFlag(value: unknown): value is boolean {
  return typeof value === 'boolean'
}
