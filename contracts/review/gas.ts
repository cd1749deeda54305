import type { Rationalization } from '../rationalization-schema.ts'
import { UNITS } from '../units.ts'
import type { ReviewedSensor } from './reviewed-sensor.ts'

/** The highest set points that level 1 and level 2 may have, in the unit of the sensor, and of what they are. */
export interface GasLimits {
  readonly kind: 'combustible' | 'open-path' | 'toxic'
  readonly levels: readonly [number, number]
  readonly words: readonly [string, string]
}

/** Air has 20.9 %vol. Below the first a person suffocates, above the second fires are fiercer. */
export const OXYGEN = { least: 19.5, most: 23.5 } as const

/** Quantities that mean oxygen, in lower case. */
const OXYGEN_NAMES = ['o2', 'oxygen']
/** Quantities of units that say how much of a toxic gas there is. */
const CONCENTRATIONS: readonly string[] = ['volume-fraction', 'mass-concentration']

export function isOxygen({ kind, unit, quantity }: ReviewedSensor): boolean {
  return kind === 'gas' && unit === '%vol' && OXYGEN_NAMES.includes((quantity ?? '').toLowerCase())
}

/** A gas of which the file has to say what 100 % is: neither combustible nor oxygen. */
export function isConcentration(sensor: ReviewedSensor): boolean {
  const isTrace = OXYGEN_NAMES.includes((sensor.quantity ?? '').toLowerCase())
  return sensor.kind === 'gas' && CONCENTRATIONS.includes(UNITS[sensor.unit].quantity) && !isTrace
}

/**
 * What GB/T 50493-2019 5.5.2 allows for a gas detector, by its kind and unit and by the OEL or IDLH that its
 * alarms give; undefined where it says nothing or nothing is given.
 */
export function gasLimits(sensor: ReviewedSensor, given: Rationalization | undefined): GasLimits | undefined {
  if (sensor.kind !== 'gas') return undefined
  const { unit } = sensor
  if (unit === '%LEL') return { kind: 'combustible', levels: [25, 50], words: ['25 %LEL', '50 %LEL'] }
  if (unit === 'LEL.m') return { kind: 'open-path', levels: [1, 2], words: ['1 LEL.m', '2 LEL.m'] }
  if (!isConcentration(sensor) || given === undefined) return undefined
  const { oel, idlh } = given
  if (oel !== undefined) {
    const of = (share: number) =>
      `${share} % of the ${oel.basis}, ${rounded((oel.value * share) / 100)} ${unit}`
    return { kind: 'toxic', levels: [oel.value, 2 * oel.value], words: [of(100), of(200)] }
  }
  if (idlh === undefined) return undefined
  const of = (share: number) => `${share} % of the IDLH, ${rounded((idlh * share) / 100)} ${unit}`
  return { kind: 'toxic', levels: [(idlh * 5) / 100, (idlh * 10) / 100], words: [of(5), of(10)] }
}

/** Without the digits that only come from how numbers are stored. */
export function rounded(value: number): number {
  return Number(value.toPrecision(12))
}

/** Beyond by more than how numbers are stored: 0.1 + 0.2 is no more than 0.3. */
export function isAbove(value: number, limit: number): boolean {
  return rounded(value) > rounded(limit)
}
