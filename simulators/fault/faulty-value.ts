import type { PolledSensor } from '../../contracts/facility.ts'
import { statusKey } from '../device/status-key.ts'
import { bell, type NoiseSource } from '../plant/noise.ts'
import { type ActiveFault, DEFAULT_SILENCE_MS } from './fault.ts'
import { isNumber } from './suitability.ts'

export interface ValueContext {
  /** Those of the device that concern the sensor, in the order in which they began. */
  readonly faults: readonly ActiveFault[]
  /** What was reported last; undefined before the first time. */
  readonly last: number | undefined
  /** Simulated time. */
  readonly timeMs: number
  readonly step: number
  readonly noise: NoiseSource
}

/** Over-range: up within this, then down within that. */
const RISE_MS = 4_000
const FALL_MS = 6_000
const PEAK_OF_SCALE = 1.1
const END_OF_SCALE = 0.4
/** A detector that warms up begins this high and comes down with this time constant. */
const WARM_UP_OF_SCALE = 0.9
const WARM_UP_MS = 20_000
/** Test gas, of the full scale. */
const TEST_GAS_OF_SCALE = 0.5
const DRIFT_OF_SCALE = 0.0005

/**
 * What a device reports for a sensor that measures `measured`, in its unit: the one place where faults of
 * values are made. NaN stands for no measurement.
 */
export function faultyValue(sensor: PolledSensor, measured: number, context: ValueContext): number {
  let value = measured
  for (const active of context.faults) {
    const { kind } = active.fault
    if (kind === 'frozen-value' || kind === 'inhibit') return context.last ?? value
    if (isNumber(sensor)) value = faultyNumber(sensor, value, { ...context, active })
  }
  return value
}

function faultyNumber(
  sensor: PolledSensor,
  value: number,
  { active, timeMs, step, noise }: ValueContext & { active: ActiveFault },
): number {
  const { fault, startedMs } = active
  const sinceMs = timeMs - startedMs
  const scale = fullScale(sensor)
  switch (fault.kind) {
    case 'nan':
      return Number.NaN
    case 'inf':
      return Number.POSITIVE_INFINITY
    case 'warm-up':
      return settling(value, sinceMs, scale)
    case 'reboot':
      if (!sensor.status.some((rule) => statusKey(rule, 'warm-up') !== undefined)) return value
      return settling(value, sinceMs - (fault.silenceMs ?? DEFAULT_SILENCE_MS), scale)
    case 'calibration':
      return TEST_GAS_OF_SCALE * scale
    case 'over-range':
      return overRange(value, sinceMs, scale)
    case 'noise': {
      const limit = lowestHighLimit(sensor)
      return limit === undefined
        ? value
        : limit.at + ((fault.amplitude ?? limit.amplitude) * bell(noise, step)) / 3
    }
    case 'drift':
      return value - ((fault.rate ?? DRIFT_OF_SCALE * scale) * sinceMs) / 1_000
    default:
      return value
  }
}

/** High at first, and down to what is there. */
function settling(value: number, sinceMs: number, scale: number): number {
  return value + WARM_UP_OF_SCALE * scale * Math.exp(-Math.max(0, sinceMs) / WARM_UP_MS)
}

function overRange(value: number, sinceMs: number, scale: number): number {
  const [peak, end] = [PEAK_OF_SCALE * scale, END_OF_SCALE * scale]
  if (sinceMs < RISE_MS) return value + ((peak - value) * sinceMs) / RISE_MS
  const fallen = Math.min(1, (sinceMs - RISE_MS) / FALL_MS)
  return peak + (end - peak) * fallen
}

/** Where the sensor ends, in its unit. */
function fullScale({ plausibility, range, valid }: PolledSensor): number {
  return plausibility.overRangeAt ?? range?.[1] ?? valid?.[1] ?? 100
}

function lowestHighLimit({ alarms }: PolledSensor): { at: number; amplitude: number } | undefined {
  const [lowest] = alarms.filter(({ when }) => when === 'high').toSorted((a, b) => a.limit - b.limit)
  if (lowest === undefined) return undefined
  return { at: lowest.limit, amplitude: Math.max(2 * lowest.deadband, Math.abs(0.01 * lowest.limit)) }
}
