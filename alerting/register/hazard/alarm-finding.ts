import type { AlarmView } from '../../../contracts/api.ts'
import { splitAlarmId } from '../../../contracts/ids.ts'
import { isMatch } from '../../../contracts/notify/match.ts'
import type { HazardRule } from '../../../contracts/register/plan.ts'
import type { HazardSource, RuleTrigger } from '../../../contracts/register/words.ts'
import { SYSTEM_AREA } from '../../system-sensors.ts'
import type { HazardFinding } from '../context.ts'
import { causeOf } from './cause.ts'

/** The first rule with one of these triggers that an alarm comes under. */
export function ruleFor(
  rules: readonly HazardRule[],
  view: AlarmView,
  triggers: readonly RuleTrigger[],
): HazardRule | undefined {
  return rulesFor(rules, view, triggers)[0]
}

export function rulesFor(
  rules: readonly HazardRule[],
  view: AlarmView,
  triggers: readonly RuleTrigger[],
): HazardRule[] {
  const key = splitAlarmId(view.id)?.key ?? ''
  return rules.filter(
    ({ when, match }) =>
      triggers.includes(when) && isMatch(match, { ...view, key }) && (!isOfSystem(view) || isNamed(match)),
  )
}

/** What the system says of itself is no hazard of the plant unless a rule names it. */
function isOfSystem({ area }: AlarmView): boolean {
  return area === SYSTEM_AREA
}

function isNamed({ areas, sensors }: HazardRule['match']): boolean {
  return areas !== undefined || sensors !== undefined
}

/** A test, a design or another alarm keeps it from being annunciated: what occurs meanwhile is no danger of its own. */
export function isByDesign({ suppressed }: AlarmView): boolean {
  return suppressed.some(({ cause }) => cause !== null)
}

/** Since when an alarm is as a rule that waits wants it, with the name of that; undefined while it is not. */
export function stretchOf(
  when: RuleTrigger,
  view: AlarmView,
): { since: string; occurrence: string } | undefined {
  switch (when) {
    case 'lasting': {
      const { live, raised, occurrence } = view
      const isActive = (live === 'UNACK' || live === 'ACKED') && !isByDesign(view)
      return isActive && raised !== null && occurrence !== null ? { since: raised, occurrence } : undefined
    }
    case 'bypassed': {
      const flag = view.shelved ?? view.suppressed.find(({ cause }) => cause === null)
      return flag && { since: flag.since, occurrence: `${view.id}!bypass@${Date.parse(flag.since)}` }
    }
    case 'out-of-service': {
      const flag = view.outOfService
      return flag === null
        ? undefined
        : { since: flag.since, occurrence: `${view.id}!out@${Date.parse(flag.since)}` }
    }
    default:
      return undefined
  }
}

/** What a rule makes of an alarm. `time`: epoch ms. */
export function alarmFinding(
  rule: HazardRule,
  view: AlarmView,
  { occurrence, time }: { occurrence: string; time: number },
): HazardFinding {
  const source = sourceOf(rule.when, view)
  return {
    facility: view.facility,
    source,
    rule: rule.id,
    cause: causeFor(source, view.id),
    ...(view.area === '' ? {} : { area: view.area }),
    sensor: view.sensor,
    alarm: view.id,
    occurrence: { id: occurrence, alarm: view.id, time },
    title: (rule.title ?? view.message).slice(0, 200),
    description: describe(view),
    kind: rule.kind,
    grade: rule.grade,
    found: time,
    by: rule.id,
  }
}

/** Under which cause the hazards of an alarm's occurrences stand. */
export function causeFor(source: HazardSource, alarm: string): string {
  switch (source) {
    case 'bypass':
      return causeOf.bypass(alarm)
    case 'out-of-service':
      return causeOf.outOfService(alarm)
    default:
      return causeOf.alarm(alarm)
  }
}

function sourceOf(when: RuleTrigger, { when: condition }: AlarmView): HazardSource {
  switch (when) {
    case 'repeated':
      return 'repeated-alarm'
    case 'bypassed':
      return 'bypass'
    case 'out-of-service':
      return 'out-of-service'
    case 'test-overdue':
      return 'overdue-test'
    default:
      return condition === 'stale' || condition === 'fault' ? 'sensor-fault' : 'alarm'
  }
}

/** What stood on the operator's list, as far as it is known. */
function describe({ message, id, sensorName, value, unit, limit, reason }: AlarmView): string {
  const measured = value === null ? [] : [`${value}${unit === '1' ? '' : ` ${unit}`}`]
  const limited = limit === null ? [] : [`limit ${limit}`]
  const doubted = reason === null ? [] : [reason]
  return [`${message} (${id}, ${sensorName})`, ...measured, ...limited, ...doubted].join('; ')
}
