import { alarmsProblems } from './alarm-rules.ts'
import { calibrationProblems } from './calibration-schema.ts'
import type { Path } from './config-document.ts'
import type { Problem } from './config-problems.ts'
import { type RegisterContext, registerProblems, spanProblems, statusProblems } from './register-rules.ts'
import type { SensorFile } from './sensor-schema.ts'
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
    ...calibrationProblems(sensor, path),
  ]
}
