/** The nine states of ISA-18.2 / IEC 62682, derived from orthogonal regions (DESIGN section 7). */
export const ALARM_STATES = [
  'NORM',
  'UNACK',
  'ACKED',
  'RTNUN',
  'LATCH_UNACK',
  'LATCH_ACK',
  'SHLVD',
  'DSUPR',
  'OOSRV',
] as const
export type AlarmState = (typeof ALARM_STATES)[number]

/** Region of the process condition. `unknown` freezes what is annunciated. */
export const ALARM_CONDITIONS = ['inactive', 'pendingOn', 'active', 'pendingOff', 'unknown'] as const
export type AlarmCondition = (typeof ALARM_CONDITIONS)[number]

/** What can happen to an alarm; the `event` of a journal entry. */
export const ALARM_EVENTS = [
  'raised',
  'returned',
  'acknowledged',
  'reset',
  'shelved',
  'unshelved',
  'suppressed',
  'unsuppressed',
  'out-of-service',
  'returned-to-service',
  'closed',
  /** It would have occurred, had its readings come in time. */
  'late',
  /** Acknowledged and still active after its time: to be acknowledged once more. */
  're-alarmed',
  /** Active for so long that it is more urgent. */
  'priority-raised',
  'silenced',
  /** Its set point, deadband, delays or priority, at run time. */
  'changed',
  /** People were told of it, or could not be. */
  'notified',
] as const
export type AlarmEvent = (typeof ALARM_EVENTS)[number]

/** What a person can do to an alarm. */
export const ALARM_ACTIONS = [
  'acknowledge',
  'shelve',
  'unshelve',
  'suppress',
  'unsuppress',
  'out-of-service',
  'return-to-service',
  'reset',
  'silence',
] as const
export type AlarmAction = (typeof ALARM_ACTIONS)[number]

/** States in which somebody has yet to acknowledge. */
export function isUnacknowledged(state: AlarmState): boolean {
  return state === 'UNACK' || state === 'RTNUN' || state === 'LATCH_UNACK'
}

/** States in which the alarm stands on the operator's list as active. */
export function isActive(state: AlarmState): boolean {
  return state === 'UNACK' || state === 'ACKED'
}

/** States in which somebody, or a rule, has set the alarm aside: nobody hears it. */
export function isSetAside(state: AlarmState): boolean {
  return state === 'SHLVD' || state === 'DSUPR' || state === 'OOSRV'
}

/** States in which the alarm is told to operators: neither normal nor set aside. */
export function isAnnunciated(state: AlarmState): boolean {
  return state !== 'NORM' && !isSetAside(state)
}
