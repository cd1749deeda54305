import type { AlarmConfig } from './facility.ts'
import { alarmId } from './ids.ts'
import { ms, optional } from './resolve-parts.ts'
import type { AlarmFile } from './sensor-schema.ts'

/** The FAULT alarm that every sensor has, unless its file overrides it. */
const FAULT: AlarmFile = {
  when: 'fault',
  deadband: 0,
  onDelay: '0s',
  offDelay: '0s',
  priority: 'medium',
  latching: false,
  onBad: 'freeze',
}

export function resolveAlarms(sensor: string, file: Readonly<Record<string, AlarmFile>>): AlarmConfig[] {
  return Object.entries('FAULT' in file ? file : { ...file, FAULT }).map(([key, alarm]) => ({
    id: alarmId(sensor, key),
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
    ...optional('message', alarm.message),
  }))
}
