import { QUALITY_NUMBER } from '../../../contracts/quality.ts'
import { newest, number, portions } from './influxql.ts'
import type { RuleSpec } from './rule.ts'
import {
  evaluations,
  lookBackMs,
  portionText,
  type RuledFacility,
  type Watched,
  watchedTogether,
} from './ruled-sensors.ts'
import { nameOfSensor } from './wording.ts'

/** Readings that are a measurement (DESIGN section 2). */
const MEASURED = `"quality" >= ${QUALITY_NUMBER.uncertain}`

/** High and low limits of all sensors: the newest measured value is compared as DESIGN section 7 says. */
export function limitRules(facility: RuledFacility): RuleSpec[] {
  const groups = watchedTogether(
    facility,
    ({ when }) => when === 'high' || when === 'low',
    ({ sensor, alarm: { key, when, limit, onDelayMs, priority } }) => [
      sensor.kind,
      sensor.unit,
      key,
      when,
      limit,
      evaluations(onDelayMs),
      priority,
    ],
  )
  return groups.flatMap((group) => limitRule(facility, group))
}

function limitRule(facility: RuledFacility, group: readonly Watched[]): RuleSpec[] {
  const [first] = group
  if (first === undefined) return []
  const { sensor, alarm } = first
  const { kind, unit } = sensor
  const { key, when, limit, priority } = alarm
  const forMs = evaluations(alarm.onDelayMs)
  const [sign, words] = when === 'high' ? ['>=', 'at or above'] : ['<=', 'at or below']
  const beyond = `${words} ${limit} ${unit}`
  const parts = portions(group.map((one) => one.sensor))
  return parts.map((sensors, index) => ({
    facility: facility.id,
    runbook: 'limit-exceeded',
    identity: [kind, unit, key, when, limit, forMs, priority, index],
    title: `${facility.id}: ${kind} ${key} ${beyond}, ${priority}, ${forMs / 1_000} s${portionText(index, parts.length)}`,
    topic: kind,
    severity: priority,
    query: newest({
      facility: facility.id,
      kind,
      sensors: sensors.map(({ id }) => id),
      lookBackMs: lookBackMs(sensors),
      where: MEASURED,
      field: 'value',
      having: `"value" ${sign} ${number(limit)}`,
    }),
    lookBackMs: lookBackMs(sensors),
    fires: 'rows',
    forMs,
    labels: { kind, key },
    summary: `{{ $labels.sensor }}${nameOfSensor(sensors)} is ${beyond}: {{ $values.B.Value }} ${unit}`,
    description: `Alarm {{ $labels.sensor }}.${key} of area {{ $labels.area }}, found by Grafana in the database. It compares with the facility file; set points of run time, shelving and suppression are known to the console alone.`,
    page: `#/alarm/${facility.id}/{{ $labels.sensor }}.${key}`,
  }))
}
