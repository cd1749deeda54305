import type { LocatedProblem } from '../config-error.ts'
import type { Problem } from '../config-problems.ts'
import type { FacilityFile } from '../facility-schema.ts'
import type { Priority } from '../facility-words.ts'
import type { FacilityRule, Finding, Level, Rule, SensorRule } from './finding.ts'
import { GAS_RULES } from './gas-rules.ts'
import { INSPECTION_RULES } from './inspection-rules.ts'
import { LIMIT_RULES } from './limit-rules.ts'
import { NOTIFY_RULES } from './notify-rules.ts'
import { LEAST_ALARMS, PRIORITY_SHARES, RECORD_RULES, SHARE_RULE } from './record-rules.ts'
import { RESPONSE_RULES } from './response-rules.ts'
import { sensorsOf } from './reviewed-sensor.ts'
import { STARTING_RULES } from './starting-rules.ts'
import { TANK_RULES } from './tank-rules.ts'

const SENSOR_RULES: readonly SensorRule[] = [
  ...GAS_RULES,
  ...LIMIT_RULES,
  ...RESPONSE_RULES,
  ...RECORD_RULES,
  ...STARTING_RULES,
]

/** They are about instruments, and say nothing of what is computed from those. */
const MEASURED_RULES: readonly SensorRule[] = [...GAS_RULES, ...STARTING_RULES]

const FACILITY_RULES: readonly FacilityRule[] = [
  { ...SHARE_RULE, find: shareProblems },
  ...NOTIFY_RULES,
  ...INSPECTION_RULES,
  ...TANK_RULES,
]

/** All there are, as docs/reference/checks.md lists them. */
export const RULES: readonly Rule[] = [...SENSOR_RULES, ...FACILITY_RULES]

/** Where a problem of the filled-in content stands in the file as it was written. */
export type Locate = (problem: Problem) => LocatedProblem

/**
 * What the rules of these levels find in a checked file, whose path is `origin`, in order of lines. What many sensors have from one
 * template is one finding.
 */
export function review(
  { file, origin }: { readonly file: FacilityFile; readonly origin: string },
  levels: readonly Level[],
  locate: Locate,
): Finding[] {
  /** Key: rule, place and words. */
  const findings = new Map<string, Finding>()
  const add = ({ id: rule, level, clause, remedy }: Rule, problem: Problem) => {
    const place = locate(problem)
    const key = JSON.stringify([rule, place.line, place.column, place.path, place.message])
    const sensors = (findings.get(key)?.sensors ?? 0) + 1
    findings.set(key, { ...place, rule, level, clause, remedy, sensors })
  }
  const asked = SENSOR_RULES.filter(({ level }) => levels.includes(level))
  const held = file.facility.gasRule === 'none' ? asked.filter((rule) => !GAS_RULES.includes(rule)) : asked
  for (const sensor of sensorsOf(file))
    for (const rule of held)
      if (sensor.isDerived !== true || !MEASURED_RULES.includes(rule))
        for (const problem of rule.find(sensor)) add(rule, problem)
  for (const rule of FACILITY_RULES)
    if (levels.includes(rule.level)) for (const problem of rule.find(file, origin)) add(rule, problem)
  return [...findings.values()].sort((a, b) => a.line - b.line || a.column - b.column)
}

function* shareProblems(file: FacilityFile): Generator<Problem> {
  const counts: Record<Priority, number> = { low: 0, medium: 0, high: 0, critical: 0 }
  for (const { alarms } of sensorsOf(file)) for (const alarm of alarms) counts[alarm.file.priority] += 1
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0)
  if (all < LEAST_ALARMS) return
  const percent = (count: number) => Math.round((1_000 * count) / all) / 10
  if (counts.critical > all * PRIORITY_SHARES.critical)
    yield { path: [], message: `${percent(counts.critical)} % of ${all} alarms are critical` }
  const urgent = counts.high + counts.critical
  if (urgent > all * PRIORITY_SHARES.urgent)
    yield { path: [], message: `${percent(urgent)} % of ${all} alarms are high or critical` }
}
