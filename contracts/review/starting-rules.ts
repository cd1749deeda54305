import type { Problem } from '../config-problems.ts'
import { formatDuration, parseDuration } from '../duration.ts'
import type { SensorKind } from '../facility-words.ts'
import type { SensorRule } from './finding.ts'
import { isOxygen } from './gas.ts'
import { type LimitAlarm, limitsOf, type ReviewedSensor } from './reviewed-sensor.ts'

const CLAUSE = 'ISA-18.2 and EEMUA 191: starting values'
/** So many times more or less than where one starts is far from it. */
const FAR = 10
/** Of the on-delay of gas and overfill, ms. */
const LONGEST = { gas: 10_000, overfill: 2_000 } as const

interface Start {
  /** Of the range. */
  readonly deadband: number
  readonly delayMs: number
}

/** Where one starts with the alarms of a process. */
const STARTS: Readonly<Partial<Record<SensorKind, Start>>> = {
  flow: { deadband: 0.05, delayMs: 15_000 },
  level: { deadband: 0.05, delayMs: 60_000 },
  pressure: { deadband: 0.02, delayMs: 15_000 },
  temperature: { deadband: 0.01, delayMs: 60_000 },
}
/** Of the second high level of a tank, of the range. */
const OVERFILL_DEADBAND = 0.01
/** Of a gas alarm, of its limit. */
const GAS_DEADBAND = 0.05

/** Deadbands and delays that are far from where one starts. */
export const STARTING_RULES: readonly SensorRule[] = [
  {
    id: 'start-deadband',
    level: 'advice',
    clause: CLAUSE,
    demands: `A deadband starts at 5 % of the range for flow and level, 2 % for pressure, 1 % for temperature and overfill, 5 % of the limit for gas; ${FAR} times more or less is far from it.`,
    remedy: 'Make the deadband as wide as the noise of the signal, and no wider.',
    *find(sensor) {
      for (const alarm of limited(sensor)) {
        const start = deadbandStart(sensor, alarm)
        if (start !== undefined) yield* farDeadband(alarm, start, sensor.unit)
      }
    },
  },
  {
    id: 'start-delay',
    level: 'advice',
    clause: CLAUSE,
    demands: `The longer of the two delays starts at 15 s for flow and pressure, 60 s for level and temperature; ${FAR} times more or less is far from it. An on-delay of gas is at most ${LONGEST.gas / 1_000} s, of overfill ${LONGEST.overfill / 1_000} s.`,
    remedy: 'Delay as long as the process allows and no longer.',
    *find(sensor) {
      for (const alarm of limited(sensor)) yield* farDelay(sensor, alarm)
    },
  },
  {
    id: 'start-latching',
    level: 'advice',
    clause: CLAUSE,
    demands:
      'The second level of combustible and toxic gas and of earthquakes stays until it is reset by hand.',
    remedy: 'Give it latching: true.',
    *find(sensor) {
      if ((sensor.kind !== 'gas' && sensor.kind !== 'seismic') || isOxygen(sensor)) return
      const [, second] = limitsOf(sensor, 'high')
      if (second !== undefined && !second.file.latching)
        yield { path: [...second.path, 'latching'], message: 'the second level does not latch' }
    },
  },
]

function limited(sensor: ReviewedSensor): LimitAlarm[] {
  return [...limitsOf(sensor, 'high'), ...limitsOf(sensor, 'low')]
}

function isOverfill({ kind }: ReviewedSensor, { key }: LimitAlarm): boolean {
  return kind === 'level' && /^HH+$/.test(key)
}

/** In the unit of the sensor; undefined where nothing is known. */
function deadbandStart(sensor: ReviewedSensor, alarm: LimitAlarm): number | undefined {
  if (sensor.kind === 'gas') return isOxygen(sensor) ? undefined : alarm.limit * GAS_DEADBAND
  const [low, high] = sensor.range ?? []
  const share = isOverfill(sensor, alarm) ? OVERFILL_DEADBAND : STARTS[sensor.kind]?.deadband
  return share === undefined || low === undefined || high === undefined ? undefined : share * (high - low)
}

function* farDeadband(
  { file: { deadband }, path }: LimitAlarm,
  start: number,
  unit: string,
): Generator<Problem> {
  if (start <= 0 || (deadband >= start / FAR && deadband <= start * FAR)) return
  const about = Number(start.toPrecision(2))
  yield {
    path: [...path, 'deadband'],
    message: `a deadband of ${deadband} ${unit}, and one starts at about ${about} ${unit}`,
  }
}

function* farDelay(sensor: ReviewedSensor, alarm: LimitAlarm): Generator<Problem> {
  const { file, path } = alarm
  const on = parseDuration(file.onDelay) ?? 0
  const longest =
    sensor.kind === 'gas' ? LONGEST.gas : isOverfill(sensor, alarm) ? LONGEST.overfill : undefined
  if (longest !== undefined) {
    if (on > longest)
      yield {
        path: [...path, 'onDelay'],
        message: `${file.onDelay} is longer than ${formatDuration(longest)}`,
      }
    return
  }
  const start = STARTS[sensor.kind]?.delayMs
  const longer = Math.max(on, parseDuration(file.offDelay) ?? 0)
  if (start === undefined || (longer >= start / FAR && longer <= start * FAR)) return
  yield {
    path,
    message: `delays of ${file.onDelay} and ${file.offDelay}, and one starts at ${formatDuration(start)}`,
  }
}
