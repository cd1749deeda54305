import type { AlarmConfig, SuppressRule } from '../contracts/facility.ts'
import { type AlarmRecord, type Flag, isActive } from './alarm-record.ts'
import type { Timer } from './due-queue.ts'
import { type Judged, judge, type Sample } from './evidence.ts'
import type { AlarmSlot } from './sensor-entry.ts'

/** Suppression by design at work: one rule of one alarm. */
export interface RuleEntry extends Timer {
  readonly kind: 'rule'
  readonly rule: SuppressRule
  /** The alarm that is suppressed. */
  readonly target: AlarmSlot
  /** When the condition has ended for long enough, server clock. */
  at: number
}

/**
 * What is to be done now. `hold`: the condition has ended, and the suppression goes on for its time. Whoever
 * cannot be trusted suppresses nothing: an end that follows from bad data comes at once.
 */
export type Ruling = 'suppress' | 'hold' | 'lift' | 'leave'

/** A sample of the sensor that decides. Uncertain is no reason for a change. */
export function ruleOnSample(rule: SuppressRule, sample: Sample): Ruling {
  if ('alarm' in rule.condition || sample.quality === 'uncertain') return 'leave'
  if (sample.quality !== 'good' || sample.value === null) return 'lift'
  const { says } = judge(conditionOf(rule.condition), sample)
  return says === 'beyond' ? 'suppress' : says === 'returned' ? 'hold' : 'leave'
}

/** The alarm that decides, as it stands. One that people have set aside is heard by nobody: it hides no other. */
export function ruleOnAlarm(record: AlarmRecord): Ruling {
  if (record.unknown || isSetAside(record)) return 'lift'
  return isActive(record) ? 'suppress' : 'hold'
}

function isSetAside({ shelved, outOfService, suppressed }: AlarmRecord): boolean {
  return shelved !== null || outOfService !== null || suppressed.some(({ cause }) => cause === null)
}

export function flagOf({ id, reason }: SuppressRule): Flag {
  return { by: id, cause: id, reason, until: null }
}

/** Causes that rules of this alarm give have this beginning. */
export function isRuleCause({ id }: Pick<AlarmConfig, 'id'>, cause: string): boolean {
  return cause.startsWith(`${id}.suppressWhen.`)
}

type Comparison = Exclude<SuppressRule['condition'], { readonly alarm: string }>

function conditionOf({ when, limit, deadband }: Comparison): Judged {
  return { when, limit, deadband, onBad: 'freeze' }
}
