import { convertDifference, UNITS, type Unit } from '../../units.ts'

const SECOND_MS = 1_000
const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000

interface RateUnit {
  readonly of: Unit
  readonly perMs: number
}

/** How much of which unit in how long. The first of a quantity is the default of its units, but for those below. */
const RATES: Readonly<Partial<Record<Unit, RateUnit>>> = {
  '%LEL/min': { of: '%LEL', perMs: MINUTE_MS },
  'LEL.m/min': { of: 'LEL.m', perMs: MINUTE_MS },
  'ppm/min': { of: 'ppm', perMs: MINUTE_MS },
  '%vol/min': { of: '%vol', perMs: MINUTE_MS },
  'mg/m3/min': { of: 'mg/m3', perMs: MINUTE_MS },
  '%/min': { of: '%', perMs: MINUTE_MS },
  'mm/min': { of: 'mm', perMs: MINUTE_MS },
  'm/h': { of: 'm', perMs: HOUR_MS },
  'm/s': { of: 'm', perMs: SECOND_MS },
  'cm/s': { of: 'cm', perMs: SECOND_MS },
  'mm/s': { of: 'mm', perMs: SECOND_MS },
  'm/s2': { of: 'm/s', perMs: SECOND_MS },
  'K/min': { of: 'K', perMs: MINUTE_MS },
  'K/h': { of: 'K', perMs: HOUR_MS },
  'kPa/min': { of: 'kPa', perMs: MINUTE_MS },
  'bar/min': { of: 'bar', perMs: MINUTE_MS },
  'm3/h': { of: 'm3', perMs: HOUR_MS },
  'm3/s': { of: 'm3', perMs: SECOND_MS },
  'L/min': { of: 'L', perMs: MINUTE_MS },
  'kg/h': { of: 'kg', perMs: HOUR_MS },
  'kg/s': { of: 'kg', perMs: SECOND_MS },
  't/h': { of: 't', perMs: HOUR_MS },
  kW: { of: 'kWh', perMs: HOUR_MS },
}

/** Units of rates that a unit can be told in, in the order of the table. */
export function rateUnitsOf(unit: Unit): readonly Unit[] {
  return (Object.keys(RATES) as Unit[]).filter((rate) => factorOf(unit, rate) !== undefined)
}

/** What people expect: of the unit itself where there is one per minute, else of the quantity, else of the unit. */
export function defaultRateUnit(unit: Unit): Unit | undefined {
  const rates = rateUnitsOf(unit)
  const own = rates.filter((rate) => RATES[rate]?.of === unit)
  const perMinute = (rate: Unit) => RATES[rate]?.perMs === MINUTE_MS
  // A tank in cubic metres fills in m3/h, whatever a purge is told in.
  if (UNITS[unit].quantity === 'volume' || UNITS[unit].quantity === 'mass')
    return own.find(perMinute) ?? own[0] ?? rates.find(perMinute) ?? rates[0]
  return own.find(perMinute) ?? rates.find(perMinute) ?? rates[0]
}

/** From units per millisecond to a rate; undefined where the one is no rate of the other. */
export function factorOf(unit: Unit, rate: Unit): number | undefined {
  const found = RATES[rate]
  if (found === undefined) return undefined
  const factor = convertDifference(1, unit, found.of)
  return factor === undefined ? undefined : factor * found.perMs
}

/** What a rate adds up to over time: the unit that it is a rate of. From `rate` times ms to `total`. */
export function totalFactorOf(rate: Unit, total: Unit): number | undefined {
  for (const [name, { of, perMs }] of Object.entries(TOTALS)) {
    const inRate = convertDifference(1, rate, name as Unit)
    const inTotal = convertDifference(1, of, total)
    if (inRate !== undefined && inTotal !== undefined) return (inRate * inTotal) / perMs
  }
  return undefined
}

/** The unit that a total of a rate is in when the file does not say; undefined where it adds up to nothing of a name. */
export function defaultTotalUnit(rate: Unit): Unit | undefined {
  const own = TOTALS[rate]
  if (own !== undefined) return own.of
  return Object.entries(TOTALS).find(([name]) => convertDifference(1, rate, name as Unit) !== undefined)?.[1]
    .of
}

/** Rates, and what adds up without being one: a concentration to a dose, a running state to its time. */
const TOTALS: Readonly<Partial<Record<Unit, RateUnit>>> = {
  ...RATES,
  ppm: { of: 'ppm.h', perMs: HOUR_MS },
  'mg/m3': { of: 'mg/m3.h', perMs: HOUR_MS },
  g: { of: 'g.s', perMs: SECOND_MS },
  '1': { of: 'h', perMs: HOUR_MS },
}
