import { type AlarmClass, PROCESS_CLASS, resolveClasses } from './alarm-class.ts'
import type { AlarmFile } from './alarm-schema.ts'
import type { AlarmConfig, AlarmGroup, SuppressRule } from './facility.ts'
import type { FacilityFile } from './facility-schema.ts'
import { alarmId } from './ids.ts'
import { type Changeable, ms } from './resolve-parts.ts'

/** The FAULT alarm that every sensor has, unless its file overrides it. */
const FAULT: AlarmFile = {
  when: 'fault',
  deadband: 0,
  onDelay: '0s',
  offDelay: '0s',
  priority: 'medium',
  latching: false,
  onBad: 'freeze',
  class: PROCESS_CLASS.id,
  rise: [],
  suppressWhen: [],
}

/** What alarms refer to: resolved once, and shared by all that do. */
interface Shared {
  readonly classes: ReadonlyMap<string, AlarmClass>
  readonly groups: ReadonlyMap<string, AlarmGroup>
}

export type AlarmResolver = (
  sensor: string,
  file: Readonly<Record<string, AlarmFile>> | undefined,
) => AlarmConfig[]

export function alarmResolver(file: Pick<FacilityFile, 'classes' | 'groups'>): AlarmResolver {
  const groups = file.groups.map(({ id, name, consequences }) => ({ id, name: name ?? id, consequences }))
  const shared = {
    classes: resolveClasses(file.classes),
    groups: new Map(groups.map((group) => [group.id, group])),
  }
  return (sensor, alarms = {}) =>
    Object.entries('FAULT' in alarms ? alarms : { ...alarms, FAULT }).map(([key, alarm]) =>
      resolveAlarm({ sensor, key, alarm }, shared),
    )
}

function resolveAlarm(
  { sensor, key, alarm }: { sensor: string; key: string; alarm: AlarmFile },
  { classes, groups }: Shared,
): AlarmConfig {
  const id = alarmId(sensor, key)
  // Keys are added one by one: an object put together from parts takes a third more, and a plant may have a million.
  const config: Changeable<AlarmConfig> = {
    id,
    key,
    sensor,
    when: alarm.when,
    limit: alarm.limit ?? Number.NaN,
    deadband: alarm.deadband,
    onDelayMs: ms(alarm.onDelay),
    offDelayMs: ms(alarm.offDelay),
    priority: alarm.priority,
    latching: alarm.latching,
    onBad: alarm.onBad,
    class: classes.get(alarm.class) ?? PROCESS_CLASS,
  }
  const group = alarm.group === undefined ? undefined : groups.get(alarm.group)
  if (alarm.message !== undefined) config.message = alarm.message
  if (alarm.reAlarm !== undefined) config.reAlarmMs = ms(alarm.reAlarm)
  if (alarm.rise.length > 0)
    config.rises = alarm.rise.map(({ after, priority }) => ({ afterMs: ms(after), priority }))
  if (group !== undefined) config.group = group
  if (alarm.suppressWhen.length > 0)
    config.suppressWhen = alarm.suppressWhen.map((rule, at) => resolveRule(rule, `${id}.suppressWhen.${at}`))
  return config
}

function resolveRule(rule: AlarmFile['suppressWhen'][number], id: string): SuppressRule {
  const { sensor, when = 'equals', limit = 0, deadband = 0, alarm } = rule
  const condition = sensor === undefined ? { alarm: alarm ?? '' } : { sensor, when, limit, deadband }
  return { id, condition, holdMs: ms(rule.hold), reason: rule.reason ?? conditionText(condition) }
}

/** What the operator reads where the file says no reason. */
function conditionText(condition: SuppressRule['condition']): string {
  if ('alarm' in condition) return `while ${condition.alarm} is active`
  const words = { high: 'is at or above', low: 'is at or below', equals: 'is', 'not-equals': 'is not' }
  return `while ${condition.sensor} ${words[condition.when]} ${condition.limit}`
}
