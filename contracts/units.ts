/**
 * The closed list of units, each with its quantity and its exact conversion to that quantity's base:
 * `base = value * factor + offset`. `ppm` and `mg/m3` are kept apart: converting needs a molar mass.
 */
export const UNITS = {
  '%LEL': { quantity: 'explosibility', factor: 1 },
  'LEL.m': { quantity: 'explosibility-path', factor: 1 },
  ppm: { quantity: 'volume-fraction', factor: 1e-6 },
  ppb: { quantity: 'volume-fraction', factor: 1e-9 },
  '%vol': { quantity: 'volume-fraction', factor: 1e-2 },
  'mg/m3': { quantity: 'mass-concentration', factor: 1e-6 },
  'ug/m3': { quantity: 'mass-concentration', factor: 1e-9 },
  m: { quantity: 'length', factor: 1 },
  cm: { quantity: 'length', factor: 0.01 },
  mm: { quantity: 'length', factor: 0.001 },
  in: { quantity: 'length', factor: 0.0254 },
  ft: { quantity: 'length', factor: 0.3048 },
  'm/s2': { quantity: 'acceleration', factor: 1 },
  Gal: { quantity: 'acceleration', factor: 0.01 },
  g: { quantity: 'acceleration', factor: 9.80665 },
  'm/s': { quantity: 'velocity', factor: 1 },
  'cm/s': { quantity: 'velocity', factor: 0.01 },
  'mm/s': { quantity: 'velocity', factor: 0.001 },
  degC: { quantity: 'temperature', factor: 1, offset: 273.15 },
  degF: { quantity: 'temperature', factor: 5 / 9, offset: 459.67 * (5 / 9) },
  K: { quantity: 'temperature', factor: 1 },
  Pa: { quantity: 'pressure', factor: 1 },
  kPa: { quantity: 'pressure', factor: 1e3 },
  MPa: { quantity: 'pressure', factor: 1e6 },
  mbar: { quantity: 'pressure', factor: 100 },
  bar: { quantity: 'pressure', factor: 1e5 },
  psi: { quantity: 'pressure', factor: 6894.757293168 },
  'm3/h': { quantity: 'volume-flow', factor: 1 / 3600 },
  'm3/s': { quantity: 'volume-flow', factor: 1 },
  'L/min': { quantity: 'volume-flow', factor: 1e-3 / 60 },
  'kg/h': { quantity: 'mass-flow', factor: 1 / 3600 },
  'kg/s': { quantity: 'mass-flow', factor: 1 },
  't/h': { quantity: 'mass-flow', factor: 1000 / 3600 },
  m3: { quantity: 'volume', factor: 1 },
  L: { quantity: 'volume', factor: 1e-3 },
  gal_us: { quantity: 'volume', factor: 3.785411784e-3 },
  kg: { quantity: 'mass', factor: 1 },
  t: { quantity: 'mass', factor: 1000 },
  mA: { quantity: 'current', factor: 1e-3 },
  A: { quantity: 'current', factor: 1 },
  V: { quantity: 'voltage', factor: 1 },
  kW: { quantity: 'power', factor: 1e3 },
  Hz: { quantity: 'frequency', factor: 1 },
  '%': { quantity: 'fraction', factor: 1e-2 },
  s: { quantity: 'time', factor: 1 },
  min: { quantity: 'time', factor: 60 },
  h: { quantity: 'time', factor: 3600 },
  kWh: { quantity: 'energy', factor: 3.6e6 },
  '%LEL/min': { quantity: 'explosibility-rate', factor: 1 },
  'LEL.m/min': { quantity: 'explosibility-path-rate', factor: 1 },
  'ppm/min': { quantity: 'volume-fraction-rate', factor: 1 },
  '%vol/min': { quantity: 'volume-fraction-rate', factor: 1e4 },
  '%/min': { quantity: 'fraction-rate', factor: 1 },
  'mm/min': { quantity: 'level-rate', factor: 1 },
  'm/h': { quantity: 'level-rate', factor: 1000 / 60 },
  'mg/m3/min': { quantity: 'mass-concentration-rate', factor: 1 },
  'K/min': { quantity: 'temperature-rate', factor: 1 },
  'K/h': { quantity: 'temperature-rate', factor: 1 / 60 },
  'kPa/min': { quantity: 'pressure-rate', factor: 1 },
  'bar/min': { quantity: 'pressure-rate', factor: 100 },
  'kg/m3': { quantity: 'density', factor: 1 },
  'g.s': { quantity: 'cumulative-absolute-velocity', factor: 9.80665 },
  'ppm.h': { quantity: 'dose', factor: 1 },
  'mg/m3.h': { quantity: 'mass-dose', factor: 1 },
  '1': { quantity: 'dimensionless', factor: 1 },
} as const satisfies Record<string, { quantity: string; factor: number; offset?: number }>

export type Unit = keyof typeof UNITS
export const UNIT_NAMES = Object.keys(UNITS) as Unit[]

/** Exact conversion between units of one quantity; undefined between different quantities. */
export function convert(value: number, from: Unit, to: Unit): number | undefined {
  const source: { quantity: string; factor: number; offset?: number } = UNITS[from]
  const target: { quantity: string; factor: number; offset?: number } = UNITS[to]
  if (source.quantity !== target.quantity) return undefined
  return from === to
    ? value
    : (value * source.factor + (source.offset ?? 0) - (target.offset ?? 0)) / target.factor
}

/**
 * The same of a difference between two values, which has no zero point: 1 degC of difference is 1 K. Undefined between
 * different quantities.
 */
export function convertDifference(difference: number, from: Unit, to: Unit): number | undefined {
  if (UNITS[from].quantity !== UNITS[to].quantity) return undefined
  return from === to ? difference : (difference * UNITS[from].factor) / UNITS[to].factor
}

/** A difference of temperatures is no temperature: it is in kelvin. */
export function differenceUnit(unit: Unit): Unit {
  return 'offset' in UNITS[unit] ? 'K' : unit
}
