import { SETTING_FIELDS, type SettingField, type SettingValues } from '../../contracts/alarm-settings.ts'
import { formatDuration, parseDuration } from '../../contracts/duration.ts'
import type { AlarmConfig } from '../../contracts/facility.ts'

/** The settings of an alarm as people see them: durations as texts, each in one way only. */
export function valuesOf(config: AlarmConfig): SettingValues {
  return {
    limit: Number.isNaN(config.limit) ? null : config.limit,
    deadband: config.deadband,
    onDelay: formatDuration(config.onDelayMs),
    offDelay: formatDuration(config.offDelayMs),
    priority: config.priority,
  }
}

/** The alarm with other settings. */
export function withValues(config: AlarmConfig, values: Partial<SettingValues>): AlarmConfig {
  const { limit, deadband, onDelay, offDelay, priority } = { ...valuesOf(config), ...values }
  return {
    ...config,
    limit: limit ?? Number.NaN,
    deadband,
    onDelayMs: parseDuration(onDelay) ?? config.onDelayMs,
    offDelayMs: parseDuration(offDelay) ?? config.offDelayMs,
    priority,
  }
}

/** The values of those fields that pass. */
export function pick<V extends Partial<SettingValues>>(
  values: V,
  isWanted: (field: SettingField) => boolean,
): Partial<V> {
  const fields = SETTING_FIELDS.filter((field) => Object.hasOwn(values, field) && isWanted(field))
  return Object.fromEntries(fields.map((field) => [field, values[field]])) as Partial<V>
}
