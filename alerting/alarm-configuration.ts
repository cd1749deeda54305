import type { AlarmConfiguration, ConfiguredAlarm } from '../contracts/alarm-detail-api.ts'
import { formatDuration } from '../contracts/duration.ts'
import type { AlarmConfig, Facility, Sensor, SuppressRule } from '../contracts/facility.ts'
import { splitAlarmId } from '../contracts/ids.ts'
import { systemSensors } from './system-sensors.ts'

/** How an alarm is set, as the API shows it. */
export function configurationView(config: AlarmConfig): AlarmConfiguration {
  const { maxShelveMs, ...alarmClass } = config.class
  return {
    deadband: config.deadband,
    onDelay: spanText(config.onDelayMs),
    offDelay: spanText(config.offDelayMs),
    latching: config.latching,
    onBad: config.onBad,
    reAlarm: config.reAlarmMs === undefined ? null : spanText(config.reAlarmMs),
    rise: (config.rises ?? []).map(({ afterMs, priority }) => ({ after: spanText(afterMs), priority })),
    class: { ...alarmClass, maxShelve: spanText(maxShelveMs) },
    suppressWhen: (config.suppressWhen ?? []).map(suppressView),
  }
}

/** An alarm of the file as the master alarm database shows it. */
export function configuredAlarm(facility: string, sensor: Sensor, config: AlarmConfig): ConfiguredAlarm {
  return {
    facility,
    id: config.id,
    sensor: sensor.id,
    sensorName: sensor.name,
    key: config.key,
    area: sensor.area,
    kind: sensor.kind,
    quantity: sensor.quantity,
    unit: sensor.unit,
    when: config.when,
    limit: Number.isNaN(config.limit) ? null : config.limit,
    priority: config.priority,
    message: config.message ?? null,
    group: config.group?.id ?? null,
    rationalization: config.rationalization ?? null,
    configuration: configurationView(config),
  }
}

/** What the facility file says of an alarm, or the system of its own. Undefined for one that is in neither. */
export function alarmConfig(facility: Facility, id: string): AlarmConfig | undefined {
  const place = splitAlarmId(id)
  if (place === undefined) return undefined
  const sensor =
    facility.sensors.get(place.sensor) ?? systemSensors(facility).find((own) => own.id === place.sensor)
  return sensor?.alarms.find((alarm) => alarm.id === id)
}

function suppressView({
  condition,
  holdMs,
  reason,
}: SuppressRule): AlarmConfiguration['suppressWhen'][number] {
  const none = { alarm: null, sensor: null, when: null, limit: null, deadband: null }
  return { reason, hold: spanText(holdMs), ...none, ...condition }
}

/** No time at all is `0s`, as the facility file has it. */
function spanText(ms: number): string {
  return ms === 0 ? '0s' : formatDuration(ms)
}
