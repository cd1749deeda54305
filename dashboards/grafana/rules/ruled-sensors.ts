import type { AlarmConfig, Facility, PolledSensor, Sensor } from '../../../contracts/facility.ts'

/** What of a facility its rules come from. */
export type RuledFacility = Pick<Facility, 'id' | 'name' | 'sensors' | 'gateways' | 'server'>

/** Rules are evaluated this often, ms; `for` is a multiple of it. */
export const EVERY_MS = 10_000
/** What is no hurry is evaluated this often, ms. */
export const CALM_MS = 30_000
/** A sensor is looked back for at least this far, ms. */
const LEAST_LOOK_BACK_MS = 600_000
/** From the sample to the database, with a server that starts in between, ms. */
const UNDER_WAY_MS = 60_000

/** Sensors that one rule can watch together: those whose alarms say the same. */
export interface Watched<T extends Sensor = Sensor> {
  readonly sensor: T
  readonly alarm: AlarmConfig
}

/** Alarms of a facility that `isWanted`, put together by what `sameness` says of them; in order of the file. */
export function watchedTogether(
  { sensors }: Pick<Facility, 'sensors'>,
  isWanted: (alarm: AlarmConfig) => boolean,
  sameness: (watched: Watched) => readonly (string | number)[],
): Watched[][] {
  const watched = Array.from(sensors.values(), (sensor) =>
    sensor.alarms.filter(isWanted).map((alarm) => ({ sensor, alarm })),
  ).flat()
  return [...Map.groupBy(watched, (one) => JSON.stringify(sameness(one))).values()]
}

/** Longest time between two readings of a sensor that lives, ms. */
export function longestSilenceMs(sensor: Sensor): number {
  const report = (sensor as Partial<PolledSensor>).report?.maxIntervalMs ?? 0
  return Math.max(report, sensor.staleAfterMs) + UNDER_WAY_MS
}

/** A sensor that fell silent keeps what it said last for so long, ms: silence is told by a rule of its own. */
export function lookBackMs(sensors: readonly Sensor[]): number {
  const longest = sensors.reduce((most, sensor) => Math.max(most, longestSilenceMs(sensor)), 0)
  return Math.max(LEAST_LOOK_BACK_MS, 3 * longest)
}

/** A delay as a rule can have it, ms: rounded up, since Grafana counts in evaluations. */
export function evaluations(delayMs: number, everyMs = EVERY_MS): number {
  return Math.ceil(delayMs / everyMs) * everyMs
}

/** ` (2 of 3)`, or nothing where one rule holds all. */
export function portionText(index: number, of: number): string {
  return of === 1 ? '' : ` (${index + 1} of ${of})`
}
