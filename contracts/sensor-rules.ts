import type { Path } from './config-document.ts'
import type { Problem } from './config-problems.ts'
import { type RegisterContext, registerProblems, spanProblems, statusProblems } from './register-rules.ts'
import type { AlarmFile, SensorFile } from './sensor-schema.ts'
import type { Sound } from './sound-parts.ts'

/** What a sensor of the right shape can still get wrong on this device. */
export function sensorProblems(sensor: Sound<SensorFile>, path: Path, context: RegisterContext): Problem[] {
  const { register, alarms, range, valid, status, report } = sensor
  return [
    ...(register === undefined ? [] : registerProblems(register, [...path, 'register'], context)),
    ...statusProblems(status, [...path, 'status'], context),
    ...spanProblems(range, [...path, 'range']),
    ...spanProblems(valid, [...path, 'valid']),
    ...(typeof report?.deadband === 'string' && range === undefined
      ? [{ path: [...path, 'report', 'deadband'], message: 'a share needs the range of the sensor' }]
      : []),
    ...alarmsProblems(alarms, [...path, 'alarms']),
  ]
}

/** Also for derived sensors. */
export function alarmsProblems(alarms: Sound<SensorFile['alarms']>, path: Path): Problem[] {
  return Object.entries(alarms ?? {}).flatMap(([key, alarm]) =>
    alarm === undefined ? [] : alarmProblems(key, alarm, [...path, key]),
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
