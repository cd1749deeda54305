import { CodedError } from '../../contracts/errors.ts'
import type { Facility, PolledSensor } from '../../contracts/facility.ts'
import type { WatchdogPlan } from '../../contracts/notify/plan.ts'
import { registerStep, type WatchdogValues, watchdogValues } from '../../contracts/notify/watchdog-values.ts'
import { polledSensors } from '../../contracts/polled-sensors.ts'
import type { RoundTerms } from './rounds.ts'

export interface RoundPlan {
  readonly place: { readonly facility: string; readonly alarm: string }
  readonly values: WatchdogValues
  readonly terms: RoundTerms
}

/** For what is on its way besides polls and delays, ms. */
const MARGIN_MS = 500

/** A gateway pauses for up to 10 s between attempts to connect, and a device that was silent is asked less often, ms. */
const FIRST_READ_MS = 30_000

/** What rounds of a facility are made of. @throws CodedError CONFIG_INVALID, which the rules of the file prevent */
export function roundPlan(facility: Facility, { sensor: id, everyMs, withinMs }: WatchdogPlan): RoundPlan {
  const sensor = polledSensors(facility).get(id)
  const alarm = sensor?.alarms.find(({ when }) => when === 'high')
  const values = sensor === undefined || alarm === undefined ? undefined : valuesOf(sensor, alarm)
  if (sensor === undefined || alarm === undefined || values === undefined)
    throw new CodedError('CONFIG_INVALID', `${facility.file}: "${id}" is no sensor for a watchdog`)
  const restMs = Math.min(withinMs, 2 * sensor.pollMs + alarm.offDelayMs + MARGIN_MS)
  const patienceMs = Math.max(withinMs, FIRST_READ_MS)
  return {
    place: { facility: facility.id, alarm: alarm.id },
    values,
    terms: { everyMs, withinMs, restMs, patienceMs },
  }
}

function valuesOf(
  { range, register }: PolledSensor,
  { limit, deadband }: { limit: number; deadband: number },
): WatchdogValues | undefined {
  const step = registerStep(register.type, register.scale)
  return range && watchdogValues({ range, limit, deadband, step })
}
