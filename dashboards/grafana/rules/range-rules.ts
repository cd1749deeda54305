import { QUALITY_NUMBER, REASONS } from '../../../contracts/quality.ts'
import { isAnyOf, isNot, newest, portions } from './influxql.ts'
import type { RuleSpec } from './rule.ts'
import {
  CALM_MS,
  evaluations,
  lookBackMs,
  portionText,
  type RuledFacility,
  type Watched,
  watchedTogether,
} from './ruled-sensors.ts'
import { nameOfSensor } from './wording.ts'

type Row = (typeof REASONS)[keyof typeof REASONS]

const reasonsWhere = (holds: (row: Row) => boolean) =>
  Object.entries(REASONS).flatMap(([reason, row]) => (holds(row) ? [reason] : []))

const MEASURED = `"quality" >= ${QUALITY_NUMBER.uncertain}`
const BAD = `"quality" = ${QUALITY_NUMBER.bad}`
/** Bad readings that say that the value is beyond every limit of that side. */
const BEYOND = {
  high: isAnyOf(
    'reason',
    reasonsWhere(({ evidence }) => evidence === 'beyond-high'),
  ),
  low: isAnyOf(
    'reason',
    reasonsWhere(({ evidence }) => evidence === 'beyond-low'),
  ),
} as const
/** Somebody works at the sensor: such readings raise nothing, whatever an alarm does with bad ones. */
const NO_MODE = reasonsWhere(({ quality, fault }) => quality === 'bad' && !fault)
  .map((mode) => isNot('reason', mode))
  .join(' AND ')

/** Bad readings that count as beyond the limit, for alarms with one. */
export function rangeRules(facility: RuledFacility): RuleSpec[] {
  const groups = watchedTogether(
    facility,
    ({ when }) => when === 'high' || when === 'low',
    ({ sensor, alarm: { key, when, onDelayMs, priority, onBad } }) => [
      sensor.kind,
      key,
      when,
      evaluations(onDelayMs),
      priority,
      onBad,
    ],
  )
  return groups.flatMap((group) => rangeRule(facility, group))
}

function rangeRule(facility: RuledFacility, group: readonly Watched[]): RuleSpec[] {
  const [first] = group
  if (first === undefined) return []
  const { kind } = first.sensor
  const { key, when, priority, onBad } = first.alarm
  if (when !== 'high' && when !== 'low') return []
  const forMs = evaluations(first.alarm.onDelayMs)
  const [side, limits] = when === 'high' ? ['above', 'high'] : ['below', 'low']
  // Other bad readings say nothing: what was evidence before them still is.
  const evidence =
    onBad === 'alarm' ? `(${MEASURED} OR (${BAD} AND ${NO_MODE}))` : `(${MEASURED} OR ${BEYOND[when]})`
  const what = `${onBad === 'alarm' ? 'bad, as if ' : ''}${side} its range`
  const parts = portions(group.map((one) => one.sensor))
  return parts.map((sensors, index) => ({
    facility: facility.id,
    runbook: 'range-exceeded',
    identity: [kind, key, when, forMs, priority, onBad, index],
    title: `${facility.id}: ${kind} ${key} ${what}, ${priority}, ${forMs / 1_000} s${portionText(index, parts.length)}`,
    topic: kind,
    severity: priority,
    query: newest({
      facility: facility.id,
      kind,
      sensors: sensors.map(({ id }) => id),
      lookBackMs: lookBackMs(sensors),
      where: evidence,
      field: 'quality',
      having: BAD,
    }),
    lookBackMs: lookBackMs(sensors),
    fires: 'rows',
    forMs,
    labels: { kind, key },
    summary: `{{ $labels.sensor }}${nameOfSensor(sensors)} is ${what}: its ${limits} alarms count as beyond their limits`,
    description: `Alarm {{ $labels.sensor }}.${key} of area {{ $labels.area }}. There is no number to show; what the device says of itself stands in the field "reason" of its readings.`,
    page: `#/alarm/${facility.id}/{{ $labels.sensor }}.${key}`,
  }))
}

/** Sensors whose newest reading is bad: their limits are not watched. */
export function faultRules(facility: RuledFacility): RuleSpec[] {
  const groups = watchedTogether(
    facility,
    ({ when }) => when === 'fault',
    ({ sensor, alarm: { key, onDelayMs, priority } }) => [
      sensor.kind,
      key,
      evaluations(onDelayMs, CALM_MS),
      priority,
    ],
  )
  return groups.flatMap((group) => faultRule(facility, group))
}

function faultRule(facility: RuledFacility, group: readonly Watched[]): RuleSpec[] {
  const [first] = group
  if (first === undefined) return []
  const { kind } = first.sensor
  const { key, priority } = first.alarm
  const forMs = Math.max(CALM_MS, evaluations(first.alarm.onDelayMs, CALM_MS))
  const parts = portions(group.map((one) => one.sensor))
  return parts.map((sensors, index) => ({
    facility: facility.id,
    runbook: 'sensor-bad',
    identity: [kind, key, forMs, priority, index],
    title: `${facility.id}: ${kind} ${key} readings are bad, ${priority}, ${forMs / 1_000} s${portionText(index, parts.length)}`,
    topic: kind,
    severity: priority,
    query: newest({
      facility: facility.id,
      kind,
      sensors: sensors.map(({ id }) => id),
      lookBackMs: lookBackMs(sensors),
      field: 'quality',
      having: `${BAD} AND ${NO_MODE}`,
    }),
    lookBackMs: lookBackMs(sensors),
    fires: 'rows',
    forMs,
    labels: { kind, key },
    summary: `{{ $labels.sensor }}${nameOfSensor(sensors)} gives bad readings: its limits are not watched`,
    description: `Area {{ $labels.area }}. The reason stands beside its readings, in the database and in the console.`,
    page: `#/alarm/${facility.id}/{{ $labels.sensor }}.${key}`,
  }))
}
