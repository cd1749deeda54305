import type { Unit } from '../../contracts/units.ts'

/** Molar mass in g/mol; lower explosive limit in %vol (NFPA), absent when it does not burn in air. */
interface Substance {
  readonly molarMass: number
  readonly lelPercent?: number
}

/** Gases that can leak. Key: the formula, as `quantity` of a sensor gives it. */
export const SUBSTANCES = {
  CH4: { molarMass: 16.04, lelPercent: 5.0 },
  C3H8: { molarMass: 44.1, lelPercent: 2.1 },
  C2H4: { molarMass: 28.05, lelPercent: 2.7 },
  C6H6: { molarMass: 78.11, lelPercent: 1.2 },
  H2: { molarMass: 2.016, lelPercent: 4.0 },
  H2S: { molarMass: 34.08, lelPercent: 4.0 },
  NH3: { molarMass: 17.03, lelPercent: 15 },
  CO: { molarMass: 28.01, lelPercent: 12.5 },
  SO2: { molarMass: 64.06 },
  Cl2: { molarMass: 70.9 },
} as const satisfies Record<string, Substance>

export type Gas = keyof typeof SUBSTANCES
export const GASES = Object.keys(SUBSTANCES) as Gas[]

/** L/mol at 20 degC and 1013 hPa. */
const MOLAR_VOLUME = 24.04

/** Units that a gas detector may have here. */
export const GAS_UNITS = ['%LEL', '%vol', 'ppm', 'ppb', 'mg/m3', 'ug/m3'] as const satisfies Unit[]

/** Share of the volume that so much of a gas takes, at 20 degC and 1013 hPa. */
export function volumeShare(gas: Gas, kgPerM3: number): number {
  // (g/m3) / (g/mol) * (m3/mol)
  return ((kgPerM3 * 1000) / SUBSTANCES[gas].molarMass) * (MOLAR_VOLUME / 1000)
}

/** A concentration in kg/m3 in a detector's unit; undefined when the unit is none of {@link GAS_UNITS}. */
export function concentrationIn(unit: Unit, gas: Gas, kgPerM3: number): number | undefined {
  const { lelPercent }: Substance = SUBSTANCES[gas]
  const volumePercent = volumeShare(gas, kgPerM3) * 100
  switch (unit) {
    case '%LEL':
      return lelPercent === undefined ? 0 : (volumePercent / lelPercent) * 100
    case '%vol':
      return volumePercent
    case 'ppm':
      return volumePercent * 1e4
    case 'ppb':
      return volumePercent * 1e7
    case 'mg/m3':
      return kgPerM3 * 1e6
    case 'ug/m3':
      return kgPerM3 * 1e9
    default:
      return undefined
  }
}
