/**
 * Instrumental intensity after GB/T 17742-2020, annex A, rounded to 0.1 and within 1.0 to 12.0.
 * @param pga greatest acceleration of the three-axis vector between 0.1 and 10 Hz, m/s²
 * @param pgv greatest velocity of it, m/s
 */
export function gbt17742Intensity(pga: number, pgv: number): number {
  const byAcceleration = 3.17 * Math.log10(pga) + 6.59
  const byVelocity = 3 * Math.log10(pgv) + 9.77
  const intensity = byAcceleration >= 6 && byVelocity >= 6 ? byVelocity : (byAcceleration + byVelocity) / 2
  return Math.min(12, Math.max(1, Math.round(intensity * 10) / 10))
}

/** The band that it asks for, Hz; here of second order at either end. */
export const GBT17742_BAND = [0.1, 10] as const
