import type { AlarmConfig, PolledSensor } from '../../contracts/facility.ts'
import type { SensorKind } from '../../contracts/facility-schema.ts'
import { convert } from '../../contracts/units.ts'
import { bell, type NoiseSource, slowSwing } from './noise.ts'

/** What a sensor reads while nothing happens: within `centre` +- `sway`, always. */
export interface Rest {
  readonly centre: number
  readonly sway: number
}

/** Noise and drift together, as a share of the display span. */
const SWAY_SHARE = 0.001
/** And at most this share of the way to the nearest limit. */
const SWAY_OF_MARGIN = 0.2
/** What is wanted stays as it is when it is this share of the room between the limits away from either. */
const FAR_ENOUGH = 0.05
/** Otherwise the centre keeps this share of the room away from them. */
const KEEP_OFF = 0.2

/** Where in its span a kind rests when nothing else is known; gas, seismic, temperature have their own. */
const PLACE_IN_SPAN: Readonly<Record<Exclude<SensorKind, 'gas' | 'state'>, number>> = {
  seismic: 0.002,
  level: 0.5,
  temperature: 0.4,
  pressure: 0.35,
  flow: 0.5,
  electrical: 0.75,
  other: 0.5,
}
const ROOM_DEGC = 22
const AIR_OXYGEN_PERCENT = 20.9

/** A believable quiet value that raises none of the sensor's alarms, if there is such a value. */
export function restOf(sensor: PolledSensor): Rest {
  if (sensor.kind === 'state' || sensor.register.type === 'bit')
    return { centre: quietState(sensor), sway: 0 }
  const span = spanOf(sensor)
  const [low, high] = fenceOf(sensor)
  const wanted = wantedOf(sensor, span)
  const floor = Number.isFinite(low) ? low : Math.min(wanted, span[0])
  const ceiling = Number.isFinite(high) ? high : Math.max(wanted, span[1])
  // Limits that leave no room at all: whatever it reads raises one of them.
  if (floor >= ceiling) return { centre: (floor + ceiling) / 2, sway: 0 }
  const isFar = Math.min(wanted - low, high - wanted) >= FAR_ENOUGH * (ceiling - floor)
  const off = isFar ? 0 : KEEP_OFF * (ceiling - floor)
  const centre = Math.min(
    Math.max(wanted, Number.isFinite(low) ? floor + off : wanted),
    Number.isFinite(high) ? ceiling - off : Number.POSITIVE_INFINITY,
  )
  const margin = Math.min(centre - low, high - centre)
  return { centre, sway: Math.min(SWAY_SHARE * (span[1] - span[0]), SWAY_OF_MARGIN * margin) }
}

/** Drift makes up six tenths of the sway, noise the rest; both are bounded, so the sum is. */
export function restingValue(rest: Rest, noise: NoiseSource, at: { step: number; timeMs: number }): number {
  if (rest.sway === 0) return rest.centre
  return rest.centre + rest.sway * (0.6 * slowSwing(noise, at.timeMs) + (0.4 / 3) * bell(noise, at.step))
}

function wantedOf(sensor: PolledSensor, span: readonly [number, number]): number {
  if (sensor.kind === 'gas') {
    if (sensor.quantity !== 'O2') return 0
    return convert(AIR_OXYGEN_PERCENT, '%vol', sensor.unit) ?? 0
  }
  const room = sensor.kind === 'temperature' ? convert(ROOM_DEGC, 'degC', sensor.unit) : undefined
  if (room !== undefined && room > span[0] && room < span[1]) return room
  const place = sensor.kind === 'state' ? 0 : PLACE_IN_SPAN[sensor.kind]
  return span[0] + place * (span[1] - span[0])
}

/** Display span, else one around the limits, else 0 to 100. */
function spanOf(sensor: PolledSensor): readonly [number, number] {
  if (sensor.range !== undefined) return sensor.range
  const limits = sensor.alarms.map((alarm) => alarm.limit).filter(Number.isFinite)
  const [low, high] = [Math.min(0, ...limits), Math.max(0, ...limits)]
  return low === high ? [0, 100] : [low < 0 ? 1.5 * low : low, high > 0 ? 1.5 * high : high]
}

/** What it must not reach: alarm limits with their deadbands, and where its values stop being valid. */
function fenceOf(sensor: PolledSensor): readonly [number, number] {
  const { scale, offset, valid: validRaw } = sensor.register
  const ends = validRaw?.map((raw) => raw * scale + offset) ?? []
  let low = Math.max(sensor.valid?.[0] ?? -Infinity, ends.length === 0 ? -Infinity : Math.min(...ends))
  let high = Math.min(sensor.valid?.[1] ?? Infinity, ends.length === 0 ? Infinity : Math.max(...ends))
  for (const alarm of sensor.alarms) {
    if (alarm.when === 'high') high = Math.min(high, alarm.limit - alarm.deadband)
    if (alarm.when === 'low') low = Math.max(low, alarm.limit + alarm.deadband)
  }
  return [low, high]
}

function quietState(sensor: PolledSensor): number {
  const named = sensor.alarms.map((alarm) => alarm.limit).filter(Number.isFinite)
  const candidates = [0, 1, ...named, 2, 3]
  return candidates.find((value) => !sensor.alarms.some((alarm) => isRaised(alarm, value))) ?? 0
}

function isRaised(alarm: AlarmConfig, value: number): boolean {
  switch (alarm.when) {
    case 'high':
      return value >= alarm.limit - alarm.deadband
    case 'low':
      return value <= alarm.limit + alarm.deadband
    case 'equals':
      return value === alarm.limit
    case 'not-equals':
      return value !== alarm.limit
    case 'stale':
    case 'fault':
      return false
  }
}
