import { STANDARD_CLASSES } from './alarm-class.ts'
import type { AlarmFile } from './alarm-schema.ts'
import type { Path } from './config-document.ts'
import type { Problem } from './config-problems.ts'
import { parseDuration } from './duration.ts'
import { PRIORITIES } from './facility-words.ts'
import { alarmId } from './ids.ts'
import { rationalizationProblems } from './rationalization-rules.ts'
import type { Sound } from './sound-parts.ts'
import { didYouMean } from './suggestion.ts'

type Alarms = Sound<Readonly<Record<string, AlarmFile>>> | undefined

/** The alarms of one sensor, where they stand in the file. */
export interface PlacedAlarms {
  readonly sensor: string | undefined
  readonly alarms: Alarms
  readonly path: Path
}

/** What an alarm of the right shape can still get wrong by itself. Also for derived sensors. */
export function alarmsProblems(alarms: Alarms, path: Path): Problem[] {
  return Object.entries(alarms ?? {}).flatMap(([key, alarm]) =>
    alarm === undefined
      ? []
      : [
          ...alarmProblems(key, alarm, [...path, key]),
          ...riseProblems(alarm, [...path, key]),
          ...rationalizationProblems(alarm.rationalization, [...path, key, 'rationalization']),
        ],
  )
}

function alarmProblems(key: string, alarm: Sound<AlarmFile>, path: Path): Problem[] {
  const { when, limit } = alarm
  if (when === undefined) return []
  const problems: Problem[] = []
  const refuse = (at: string, message: string) => problems.push({ path: [...path, at], message })
  if (key === 'FAULT' && when !== 'fault')
    refuse('when', 'the alarm FAULT of a sensor is for when fault only')
  const hasLimit = when !== 'stale' && when !== 'fault'
  if (hasLimit && limit === undefined)
    refuse('limit', `required key "limit" is missing for an alarm when ${when}`)
  if (!hasLimit && limit !== undefined) refuse('limit', `an alarm when ${when} has no limit`)
  return problems
}

/** Each rise comes after the one before and is more urgent. */
function riseProblems({ priority, rise = [], reAlarm }: Sound<AlarmFile>, path: Path): Problem[] {
  const problems: Problem[] = []
  if (reAlarm !== undefined && parseDuration(reAlarm) === 0)
    problems.push({ path: [...path, 'reAlarm'], message: '0s: it would never stay acknowledged' })
  let last = { after: 0, priority: priority ?? 'medium' }
  for (const [index, step] of rise.entries()) {
    if (step?.after === undefined || step.priority === undefined) continue
    const after = parseDuration(step.after) ?? 0
    const at = [...path, 'rise', index]
    if (after <= last.after)
      problems.push({
        path: [...at, 'after'],
        message: `${step.after} does not come after what is before it`,
      })
    if (PRIORITIES.indexOf(step.priority) <= PRIORITIES.indexOf(last.priority))
      problems.push({
        path: [...at, 'priority'],
        message: `${step.priority} is no higher than ${last.priority}`,
      })
    last = { after, priority: step.priority }
  }
  return problems
}

/** What alarms refer to: classes, groups, other sensors and alarms. */
export function referenceProblems(
  places: readonly PlacedAlarms[],
  known: { classes: readonly string[]; groups: readonly string[]; sensors: readonly string[] },
): Problem[] {
  const classes = [...STANDARD_CLASSES, ...known.classes]
  const alarmIds = [
    ...known.sensors.map((sensor) => alarmId(sensor, 'FAULT')),
    ...places.flatMap(({ sensor, alarms }) =>
      sensor === undefined ? [] : Object.keys(alarms ?? {}).map((key) => alarmId(sensor, key)),
    ),
  ]
  const context = { ...known, classes, alarms: [...new Set(alarmIds)] }
  return places.flatMap(({ sensor, alarms, path }) =>
    Object.entries(alarms ?? {}).flatMap(([key, alarm]) =>
      alarm === undefined
        ? []
        : alarmReferences(alarm, {
            ...context,
            own: sensor === undefined ? undefined : alarmId(sensor, key),
            path: [...path, key],
          }),
    ),
  )
}

interface Context {
  readonly classes: readonly string[]
  readonly groups: readonly string[]
  readonly sensors: readonly string[]
  readonly alarms: readonly string[]
  /** Id of the alarm that is looked at. */
  readonly own: string | undefined
  readonly path: Path
}

function alarmReferences(alarm: Sound<AlarmFile>, context: Context): Problem[] {
  const { path } = context
  const rules = (alarm.suppressWhen ?? []).flatMap((rule, index) =>
    rule === undefined ? [] : suppressProblems(rule, { ...context, path: [...path, 'suppressWhen', index] }),
  )
  return [
    ...unknown('alarm class', alarm.class, context.classes, [...path, 'class']),
    ...unknown('alarm group', alarm.group, context.groups, [...path, 'group']),
    ...rules,
  ]
}

function suppressProblems(
  { sensor, alarm, when, limit, deadband }: Sound<AlarmFile['suppressWhen'][number]>,
  { sensors, alarms, own, path }: Context,
): Problem[] {
  if ((sensor === undefined) === (alarm === undefined))
    return [{ path, message: 'give a sensor with its limit, or an alarm' }]
  if (sensor === undefined) {
    const surplus = Object.entries({ when, limit, deadband }).filter(([, value]) => value !== undefined)
    return [
      ...surplus.map(([key]) => ({ path: [...path, key], message: `an alarm decides by itself: no ${key}` })),
      ...(alarm === own ? [{ path: [...path, 'alarm'], message: 'an alarm cannot suppress itself' }] : []),
      ...unknown('alarm', alarm, alarms, [...path, 'alarm']),
    ]
  }
  return [
    ...unknown('sensor', sensor, sensors, [...path, 'sensor']),
    ...(limit === undefined
      ? [{ path: [...path, 'limit'], message: 'required key "limit" is missing beside a sensor' }]
      : []),
  ]
}

function unknown(what: string, name: string | undefined, known: readonly string[], path: Path): Problem[] {
  return name === undefined || known.includes(name)
    ? []
    : [{ path, message: `no ${what} "${name}"${didYouMean(name, known)}` }]
}
