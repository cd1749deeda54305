import type { EXPOSURE_BASES, LEL_SOURCES } from '../derived-schema.ts'

export type ExposureBasis = (typeof EXPOSURE_BASES)[number]

export type LelSource = (typeof LEL_SOURCES)[number]

/** Lower explosive limit in air. */
export interface ExplosiveLimit {
  /** %vol */
  readonly percent: number
  readonly source: LelSource
}

/** How much of a substance people may be exposed to, as one authority says. */
export interface ExposureLimit {
  readonly basis: ExposureBasis
  readonly value: number
  /** As the authority publishes it: others are computed with a reference temperature. */
  readonly unit: 'ppm' | 'mg/m3'
  /** Tables age: what the figure was taken from. */
  readonly edition: string
  /** Read in a published source; without it, look the figure up before a plant relies on it. */
  readonly isConfirmed: boolean
  /** Over how many minutes it is a mean, where that is not what its basis says. */
  readonly minutes?: number
}

/** A gas or vapour. */
export interface Substance {
  /** What it is known by: names are misprinted and translated, CAS numbers have a check digit. */
  readonly cas: string
  readonly formula: string
  readonly name: { readonly en: string; readonly zh: string }
  /** Other names in either language. */
  readonly aliases: readonly string[]
  /** g/mol */
  readonly molarMass: number
  /** Empty when it does not burn in air. */
  readonly lel: readonly ExplosiveLimit[]
  readonly limits: readonly ExposureLimit[]
}

/** The explosive limit that a table gives, or that of the other table where it has none. */
export function explosiveLimit({ lel }: Substance, source: LelSource): ExplosiveLimit | undefined {
  return lel.find((limit) => limit.source === source) ?? lel[0]
}

export function exposureLimit({ limits }: Substance, basis: ExposureBasis): ExposureLimit | undefined {
  return limits.find((limit) => limit.basis === basis)
}
