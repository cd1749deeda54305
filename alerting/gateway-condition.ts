import { systemSensorId } from './system-sensors.ts'

/** What is known of a gateway by now; what is left out is as it was. */
export interface GatewayCondition {
  readonly skewS?: number
  readonly configDiffers?: boolean
  readonly isCloned?: boolean
}

/** The readings of the system's own sensors that say so: sensor and value. */
export function conditionReports(
  gateway: string,
  condition: GatewayCondition,
): [sensor: string, value: number][] {
  const { skewS, configDiffers, isCloned } = condition
  const reports: [string, number | boolean | undefined][] = [
    [systemSensorId.identity(gateway), isCloned],
    [systemSensorId.clock(gateway), skewS],
    [systemSensorId.config(gateway), configDiffers],
  ]
  return reports.flatMap(([sensor, value]) => (value === undefined ? [] : [[sensor, Number(value)]]))
}
