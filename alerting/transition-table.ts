import type { AlarmEvent, AlarmState } from '../contracts/alarm.ts'
import type { ErrorCode } from '../contracts/errors.ts'

/** The states beneath the flags. */
export const LIVE_STATES = [
  'NORM',
  'UNACK',
  'ACKED',
  'RTNUN',
  'LATCH_UNACK',
  'LATCH_ACK',
] as const satisfies readonly AlarmState[]
export type LiveState = (typeof LIVE_STATES)[number]

/** What an input does: it happens and leads to a state, is refused with a code, or does nothing. */
export type Cell = readonly [AlarmEvent, LiveState] | ErrorCode | null

/** What can happen to an alarm, in words for people. */
export const LIVE_INPUTS = {
  beyond: 'beyond the limit for the on-delay',
  returned: 'back past the deadband for the off-delay',
  unknown: 'bad or stale: the condition is unknown',
  acknowledge: 'acknowledged, this occurrence',
  acknowledgePast: 'acknowledged, an occurrence before',
  silence: 'silenced, this occurrence',
  reset: 'reset, this occurrence',
  resetPast: 'reset, an occurrence before',
  reAlarm: 'acknowledged for as long as `reAlarm`',
  rise: 'active for as long as the next `rise`',
} as const
export type LiveInput = keyof typeof LIVE_INPUTS

/**
 * The life of an alarm as ISA-18.2 and IEC 62682 have it, in the states derived from its regions. It says what
 * `lifecycle.ts` does: tests run every cell, and docs/reference/lifecycle.md is made from it.
 */
export const TRANSITIONS: Readonly<Record<LiveState, Readonly<Record<LiveInput, Cell>>>> = {
  NORM: {
    beyond: ['raised', 'UNACK'],
    returned: null,
    unknown: null,
    acknowledge: 'NOT_ACTIVE',
    acknowledgePast: 'OCCURRENCE_PAST',
    silence: 'NOT_UNACKNOWLEDGED',
    reset: 'NOT_LATCHED',
    resetPast: 'NOT_LATCHED',
    reAlarm: null,
    rise: null,
  },
  UNACK: {
    beyond: null,
    returned: ['returned', 'RTNUN'],
    unknown: null,
    acknowledge: ['acknowledged', 'ACKED'],
    acknowledgePast: 'OCCURRENCE_PAST',
    silence: ['silenced', 'UNACK'],
    reset: 'NOT_LATCHED',
    resetPast: 'NOT_LATCHED',
    reAlarm: null,
    rise: ['priority-raised', 'UNACK'],
  },
  ACKED: {
    beyond: null,
    returned: ['returned', 'NORM'],
    unknown: null,
    acknowledge: 'ALREADY_ACKNOWLEDGED',
    acknowledgePast: 'OCCURRENCE_PAST',
    silence: 'NOT_UNACKNOWLEDGED',
    reset: 'NOT_LATCHED',
    resetPast: 'NOT_LATCHED',
    reAlarm: ['re-alarmed', 'UNACK'],
    rise: ['priority-raised', 'UNACK'],
  },
  RTNUN: {
    beyond: ['raised', 'UNACK'],
    returned: null,
    unknown: null,
    acknowledge: ['acknowledged', 'NORM'],
    acknowledgePast: 'OCCURRENCE_PAST',
    silence: ['silenced', 'RTNUN'],
    reset: 'NOT_LATCHED',
    resetPast: 'NOT_LATCHED',
    reAlarm: null,
    rise: null,
  },
  LATCH_UNACK: {
    beyond: ['raised', 'UNACK'],
    returned: null,
    unknown: null,
    acknowledge: ['acknowledged', 'LATCH_ACK'],
    acknowledgePast: 'OCCURRENCE_PAST',
    silence: ['silenced', 'LATCH_UNACK'],
    reset: 'NOT_ACKNOWLEDGED',
    resetPast: 'OCCURRENCE_PAST',
    reAlarm: null,
    rise: null,
  },
  LATCH_ACK: {
    beyond: ['raised', 'UNACK'],
    returned: null,
    unknown: null,
    acknowledge: 'ALREADY_ACKNOWLEDGED',
    acknowledgePast: 'OCCURRENCE_PAST',
    silence: 'NOT_UNACKNOWLEDGED',
    reset: ['reset', 'NORM'],
    resetPast: 'OCCURRENCE_PAST',
    reAlarm: null,
    rise: null,
  },
}

/** Where a latching alarm differs while it is active: how it returns, and that it cannot be reset. */
export const LATCHING: Readonly<Partial<Record<LiveState, Partial<Record<LiveInput, Cell>>>>> = {
  UNACK: { returned: ['returned', 'LATCH_UNACK'], reset: 'STILL_ACTIVE', resetPast: 'OCCURRENCE_PAST' },
  ACKED: { returned: ['returned', 'LATCH_ACK'], reset: 'STILL_ACTIVE', resetPast: 'OCCURRENCE_PAST' },
}

/** Where alarms differ whose class lets nobody acknowledge: the return does it, or it is never asked for. */
export const BY_RETURN: Readonly<Partial<Record<LiveState, Partial<Record<LiveInput, Cell>>>>> = {
  UNACK: { returned: ['returned', 'NORM'] },
}
export const AUTOMATIC: Readonly<Partial<Record<LiveState, Partial<Record<LiveInput, Cell>>>>> = {
  NORM: { beyond: ['raised', 'ACKED'] },
  ACKED: { rise: ['priority-raised', 'ACKED'] },
}

/** The flags, as they are shown: the first of them that is set hides the others and the state beneath. */
export const FLAGS = {
  OOSRV: { set: 'out-of-service', lift: 'return-to-service', refused: 'NOT_OUT_OF_SERVICE' },
  DSUPR: { set: 'suppress', lift: 'unsuppress', refused: 'NOT_SUPPRESSED' },
  SHLVD: { set: 'shelve', lift: 'unshelve', refused: 'NOT_SHELVED' },
} as const

/** What stands once the last flag is lifted, or has ended. Key: the live state beneath it. */
export const AFTER_LAST_FLAG: Readonly<Record<LiveState, LiveState>> = {
  NORM: 'NORM',
  UNACK: 'UNACK',
  // What stood acknowledged before it was hidden is annunciated again.
  ACKED: 'UNACK',
  RTNUN: 'NORM',
  LATCH_UNACK: 'LATCH_UNACK',
  LATCH_ACK: 'LATCH_UNACK',
}
