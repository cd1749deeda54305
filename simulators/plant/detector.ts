import type { PolledSensor } from '../../contracts/facility.ts'
import type { Unit } from '../../contracts/units.ts'
import { concentrationsAt, type Puff } from './gas-cloud.ts'
import type { NoiseSource } from './noise.ts'
import { type Rest, restingValue } from './rest.ts'
import { concentrationIn } from './substances.ts'
import type { Position } from './wind.ts'

/** A gas detector at its place. */
export interface DetectorPlan {
  readonly sensor: string
  readonly unit: Unit
  /** Formula of what it is calibrated for. */
  readonly quantity: string
  readonly at: Position
  /** Above ground, m. */
  readonly height: number
  /** Time to 90 % of a step, ms. */
  readonly t90Ms: number
  /** Reading at which the instrument clips. */
  readonly fullScale: number
  readonly rest: Rest
  readonly noise: NoiseSource
}

export function fullScaleOf(sensor: PolledSensor): number {
  return sensor.range?.[1] ?? (sensor.unit === '%LEL' ? 100 : Number.POSITIVE_INFINITY)
}

/** What the gas around it amounts to in its unit: a %LEL head burns whatever burns, others see their own. */
export function exposureOf(plan: DetectorPlan, puffs: readonly Puff[]): number {
  let sum = 0
  for (const [gas, kgPerM3] of concentrationsAt(puffs, plan.at, plan.height)) {
    if (plan.unit !== '%LEL' && gas !== plan.quantity) continue
    sum += concentrationIn(plan.unit, gas, kgPerM3) ?? 0
  }
  return sum
}

/** First-order lag: 63 % of the way to `exposure` in t90 / ln 10. */
export function stepDetector(
  plan: DetectorPlan,
  response: number,
  step: { stepMs: number; exposure: number },
): number {
  if (response === 0 && step.exposure === 0) return 0
  const next =
    response +
    (step.exposure - response) * (1 - Math.exp((-step.stepMs * Math.LN10) / Math.max(plan.t90Ms, 1)))
  return next < 1e-9 ? 0 : next
}

/** Response with the noise and slow drift of the instrument, clipped at full scale. */
export function detectorReading(
  plan: DetectorPlan,
  response: number,
  at: { step: number; timeMs: number },
): number {
  return Math.min(plan.fullScale, response + restingValue(plan.rest, plan.noise, at))
}
