/** Facility, area, gateway, bus, device and sensor ids (DESIGN section 4). */
export const ID_PATTERN = '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$'
/** The key of an alarm within its sensor: `H`, `HH`, `FAULT`. */
export const ALARM_KEY_PATTERN = '^[A-Za-z0-9_-]{1,16}$'
/** Sensors that the system keeps about itself. */
export const SYSTEM_PREFIX = 'sys.'

export function alarmId(sensor: string, key: string): string {
  return `${sensor}.${key}`
}

/** Splits `GT-101.H` at its last dot; undefined when it has none. */
export function splitAlarmId(id: string): { sensor: string; key: string } | undefined {
  const dot = id.lastIndexOf('.')
  return dot <= 0 || dot === id.length - 1 ? undefined : { sensor: id.slice(0, dot), key: id.slice(dot + 1) }
}
