import { isUnacknowledged } from '../../../contracts/alarm.ts'
import type { AlarmView } from '../../../contracts/api.ts'
import { compareAlarms } from './annunciation.ts'

/** The alarms of one sensor, the most urgent first. */
export interface SensorGroup {
  sensor: string
  sensorName: string
  alarms: AlarmView[]
}

/** The alarms of one area, sensor by sensor, the most urgent first. */
export interface AreaGroup {
  facility: string
  area: string
  count: number
  unacknowledged: number
  /** Those that came first of a group: what set the others off. */
  firsts: AlarmView[]
  sensors: SensorGroup[]
}

/** A flood in an order that a person can follow. Nothing is dropped: every alarm stands in it once. */
export interface FloodGroups {
  /** Each of them, never grouped. */
  lifeSafety: AlarmView[]
  areas: AreaGroup[]
}

/** @param alarms as they stand on the list: without what flags hide */
export function floodGroups(alarms: Iterable<AlarmView>): FloodGroups {
  const sorted = [...alarms].sort(compareAlarms)
  const areas = new Map<string, AreaGroup>()
  for (const alarm of sorted.filter((one) => !one.lifeSafety)) {
    const key = `${alarm.facility}/${alarm.area}`
    const area = areas.get(key) ?? {
      facility: alarm.facility,
      area: alarm.area,
      count: 0,
      unacknowledged: 0,
      firsts: [],
      sensors: [],
    }
    areas.set(key, area)
    area.count += 1
    if (isUnacknowledged(alarm.state)) area.unacknowledged += 1
    if (alarm.firstInGroup) area.firsts.push(alarm)
    const sensor = area.sensors.find((known) => known.sensor === alarm.sensor)
    if (sensor === undefined)
      area.sensors.push({ sensor: alarm.sensor, sensorName: alarm.sensorName, alarms: [alarm] })
    else sensor.alarms.push(alarm)
  }
  return { lifeSafety: sorted.filter((alarm) => alarm.lifeSafety), areas: [...areas.values()] }
}
