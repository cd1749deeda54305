import { convert, UNITS, type Unit } from '../../units.ts'
import { type ExposureLimit, explosiveLimit, type LelSource, type Substance } from './substance.ts'

/** What ppm, mg/m3 and %LEL are converted with. */
export interface ConversionBasis {
  /** Not needed between units of one quantity. */
  readonly substance: Substance | undefined
  /** Reference temperature of mg/m3, degC, at 101.325 kPa. */
  readonly at: number
  readonly lelSource: LelSource
}

export const REFERENCE_TEMPERATURE = 20

/** Of units that say how much of a gas there is. */
const GAS_QUANTITIES: readonly string[] = ['volume-fraction', 'mass-concentration', 'explosibility']

const ZERO_CELSIUS = 273.15
/**
 * L/mol at 0 degC and 101.325 kPa, as the standards of occupational hygiene round it: so come the 24.04 and 24.45 L/mol
 * of their tables at 20 and 25 degC. 22.414 would differ by 0.06 %.
 */
const MOLAR_VOLUME_0 = 22.4

/** Of an ideal gas at 101.325 kPa, L/mol. */
export function molarVolume(celsius: number): number {
  return (MOLAR_VOLUME_0 * (ZERO_CELSIUS + celsius)) / ZERO_CELSIUS
}

/** What a concentration is multiplied by to be in another unit, or why it cannot be. */
export function concentrationFactor(from: Unit, to: Unit, basis: ConversionBasis): number | string {
  const same = convert(1, from, to)
  if (same !== undefined && isGasUnit(from)) return same
  const [source, target] = [ppmPer(from, basis), ppmPer(to, basis)]
  if (typeof source === 'string') return source
  return typeof target === 'string' ? target : source / target
}

/** What a limit is in a unit of the plant, or why nobody can say. */
export function limitIn(
  limit: Pick<ExposureLimit, 'value' | 'unit'>,
  unit: Unit,
  basis: ConversionBasis,
): number | string {
  const factor = concentrationFactor(limit.unit, unit, basis)
  return typeof factor === 'string' ? factor : limit.value * factor
}

export function isGasUnit(unit: Unit): boolean {
  return GAS_QUANTITIES.includes(UNITS[unit].quantity)
}

/** How many ppm one of the unit is. */
function ppmPer(unit: Unit, { substance, at, lelSource }: ConversionBasis): number | string {
  switch (UNITS[unit].quantity) {
    case 'volume-fraction':
      return convert(1, unit, 'ppm') ?? Number.NaN
    case 'mass-concentration': {
      if (substance === undefined) return `${unit} is converted by the molar mass: give substance`
      return ((convert(1, unit, 'mg/m3') ?? Number.NaN) * molarVolume(at)) / substance.molarMass
    }
    case 'explosibility': {
      if (substance === undefined) return `${unit} is converted by the explosive limit: give substance`
      const limit = explosiveLimit(substance, lelSource)
      return limit === undefined ? `${substance.name.en} has no lower explosive limit` : limit.percent * 100
    }
    default:
      return `${unit} is no concentration of a gas: these are ppm, ppb, %vol, mg/m3, ug/m3 and %LEL`
  }
}
