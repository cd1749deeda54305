import type { AlarmResolver } from './alarm-resolve.ts'
import { resolveCalibration } from './calibration-schema.ts'
import type { PolledSensor, Sensor } from './facility.ts'
import { type RegisterResolver, resolveStatus } from './register-resolve.ts'
import { type Changeable, ms, optional, pair } from './resolve-parts.ts'
import type { describingKeys, SensorFile, StatusFile } from './sensor-schema.ts'

/** A device without evidence for this long is stale, whatever its poll (DESIGN section 7). */
const LEAST_STALE_MS = 10_000

interface Surroundings {
  readonly place: Pick<PolledSensor, 'gateway' | 'bus' | 'device' | 'area' | 'pollMs'>
  /** What the device says about all of its sensors. */
  readonly status: readonly StatusFile[]
  readonly resolveRegister: RegisterResolver
  readonly resolveAlarms: AlarmResolver
}

type Described = Omit<Sensor, 'staleAfterMs' | 'alarms'>
type Place = Pick<Sensor, 'gateway' | 'bus' | 'device' | 'area'>

/** What a sensor says of itself, and where it stands. */
export function resolveDescription<P extends Place>(
  file: Pick<SensorFile, 'id' | keyof typeof describingKeys>,
  place: P,
): P & Described {
  return {
    ...place,
    id: file.id,
    name: file.name ?? file.id,
    kind: file.kind,
    unit: file.unit,
    quantity: file.quantity ?? file.kind,
    area: file.area ?? place.area,
    ...optional('range', pair(file.range)),
    ...optional('valid', pair(file.valid)),
  }
}

export function resolveSensor(
  file: SensorFile,
  { place, status, resolveRegister, resolveAlarms }: Surroundings,
): PolledSensor {
  const { range, valid, ...described } = resolveDescription(file, place)
  const rules = [...file.status, ...status]
  // Keys stand one by one, and what says nothing is shared: there may be hundreds of thousands of sensors.
  const sensor: Changeable<PolledSensor> = {
    id: described.id,
    name: described.name,
    kind: described.kind,
    unit: described.unit,
    quantity: described.quantity,
    area: described.area,
    gateway: place.gateway,
    bus: place.bus,
    device: place.device,
    pollMs: place.pollMs,
    staleAfterMs:
      file.staleAfter === undefined ? Math.max(3 * place.pollMs, LEAST_STALE_MS) : ms(file.staleAfter),
    register: resolveRegister(file.register),
    status: rules.length === 0 ? NO_RULES : rules.map((rule) => resolveStatus(rule, resolveRegister)),
    plausibility: resolvePlausibility(file),
    report: { deadband: deadbandOf(file), maxIntervalMs: ms(file.report.maxInterval) },
    alarms: resolveAlarms(file.id, file.alarms),
  }
  if (range !== undefined) sensor.range = range
  if (valid !== undefined) sensor.valid = valid
  if (file.calibration !== undefined) Object.assign(sensor, resolveCalibration(file.calibration))
  return sensor
}

const NO_RULES: PolledSensor['status'] = []
const PLAUSIBLE: PolledSensor['plausibility'] = {}

function resolvePlausibility({ plausibility }: SensorFile): PolledSensor['plausibility'] {
  const { maxRate, frozenAfter, overRangeAt } = plausibility
  if (maxRate === undefined && frozenAfter === undefined && overRangeAt === undefined) return PLAUSIBLE
  return {
    ...optional('maxRate', maxRate),
    ...optional('frozenAfterMs', frozenAfter === undefined ? undefined : ms(frozenAfter)),
    ...optional('overRangeAt', overRangeAt),
  }
}

/** In the unit of the sensor. A share is one of its range, which a checked sensor then has. */
/** In the unit of the sensor. */
export function deadbandOf({ report: { deadband }, range }: Pick<SensorFile, 'report' | 'range'>): number {
  if (typeof deadband === 'number') return deadband
  const [low = 0, high = 0] = range ?? []
  return ((high - low) * Number.parseFloat(deadband)) / 100
}
