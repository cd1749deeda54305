import type { TankSubstance } from './tank.ts'

/**
 * What a volume at so many degC is multiplied by to have it at the reference temperature (API MPMS 11.1-2004, without
 * its pressure term): exp(-beta dT (1 + 0.8 beta dT)).
 */
export function volumeCorrection(
  { beta, referenceTemperature }: Pick<TankSubstance, 'beta' | 'referenceTemperature'>,
  temperature: number,
): number {
  const growth = beta * (temperature - referenceTemperature)
  return Math.exp(-growth * (1 + 0.8 * growth))
}
