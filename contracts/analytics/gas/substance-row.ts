import type { ExplosiveLimit, ExposureBasis, ExposureLimit, Substance } from './substance.ts'

const GBZ = 'GBZ 2.1-2019'
const OSHA = '29 CFR 1910.1000, 2017'
const NIOSH = 'NIOSH Pocket Guide 2007'
const NIOSH_IDLH = 'NIOSH IDLH 1994'
const GB_IDLH = 'vendor table for GB/T 50493-2019'

/** How a table below says an exposure limit. */
export type LimitRow = [basis: ExposureBasis, value: number, about?: Partial<ExposureLimit>]

/** A figure of a basis in the unit and the edition that it usually has. */
export function limitOf([basis, value, about]: LimitRow): ExposureLimit {
  return { basis, value, unit: unitOf(basis), edition: editionOf(basis), isConfirmed: false, ...about }
}

function unitOf(basis: ExposureBasis): ExposureLimit['unit'] {
  return basis === 'MAC' || basis.startsWith('PC-') ? 'mg/m3' : 'ppm'
}

function editionOf(basis: ExposureBasis): string {
  if (basis === 'IDLH') return NIOSH_IDLH
  if (basis.startsWith('OSHA')) return OSHA
  if (basis.startsWith('NIOSH')) return NIOSH
  return basis.startsWith('ACGIH') ? 'ACGIH TLV 2023' : GBZ
}

/** Read in a published source. */
export const READ = { isConfirmed: true } as const
export const IDLH_MG = { unit: 'mg/m3', edition: GB_IDLH, isConfirmed: true } as const

/** Explosive limits, %vol. */
export function lel(nfpa: number, iec?: number): ExplosiveLimit[] {
  const first: ExplosiveLimit = { percent: nfpa, source: 'nfpa' }
  return iec === undefined ? [first] : [first, { percent: iec, source: 'iec' }]
}

/** A row of the tables of substances. */
export interface SubstanceRow extends Omit<Substance, 'limits' | 'lel' | 'aliases'> {
  readonly aliases?: readonly string[]
  readonly lel?: readonly ExplosiveLimit[]
  readonly limits?: readonly LimitRow[]
}
