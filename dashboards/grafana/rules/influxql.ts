import type { SensorKind } from '../../../contracts/facility-words.ts'

/** Conditions are wrapped into a statement no longer than this, characters: a rule has as many parts as it takes. */
const LIST_LENGTH = 12_000
/** And no more of them: Grafana takes at most 1,000 series from a query. */
const LIST_COUNT = 500

/** A text for a statement that cannot end before it does. */
export function quoteText(text: string): string {
  return `'${text.replaceAll(/[\\']/g, '\\$&').replaceAll('\n', '\\n')}'`
}

export function quoteName(name: string): string {
  return `"${name.replaceAll(/[\\"]/g, '\\$&').replaceAll('\n', '\\n')}"`
}

export function is(tag: string, text: string): string {
  return `${quoteName(tag)} = ${quoteText(text)}`
}

export function isNot(tag: string, text: string): string {
  return `${quoteName(tag)} <> ${quoteText(text)}`
}

/** One of these texts; none without any. */
export function isAnyOf(tag: string, texts: readonly string[]): string {
  return `(${texts.map((text) => is(tag, text)).join(' OR ')})`
}

/** The last so many ms. */
export function since(ms: number): string {
  return `time > now() - ${Math.ceil(ms / 1_000)}s`
}

/**
 * The last so many ms by the clock of the database; what is dated ahead of it by more than a minute does not count, else
 * somebody whose clock was ahead would seem alive long after their end.
 */
export function lately(ms: number): string {
  return `${since(ms)} AND time < now() + 60s`
}

/** A number as a statement can hold it, exactly: InfluxQL knows no exponents. @throws RangeError unless finite */
export function number(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError(`${value} is no number for a statement`)
  const [mantissa = '', exponent = '0'] = Math.abs(value).toExponential().split('e')
  const digits = mantissa.replace('.', '')
  const point = Number(exponent) + 1
  const whole = point <= 0 ? '0' : digits.slice(0, point).padEnd(point, '0')
  const rest = point <= 0 ? digits.padStart(digits.length - point, '0') : digits.slice(point)
  const sign = value < 0 ? '-' : ''
  // Whole numbers beyond 64 bits have to be fractions.
  return rest === '' ? `${sign}${whole}${whole.length > 15 ? '.0' : ''}` : `${sign}${whole}.${rest}`
}

/** The sensors of one statement. */
export function portions<T extends { readonly id: string }>(sensors: readonly T[]): T[][] {
  const all: T[][] = []
  let length = LIST_LENGTH
  for (const sensor of sensors) {
    const more = is('sensor', sensor.id).length + ' OR '.length
    const last = all.at(-1)
    if (last === undefined || length + more > LIST_LENGTH || last.length >= LIST_COUNT) {
      all.push([sensor])
      length = more
    } else {
      last.push(sensor)
      length += more
    }
  }
  return all
}

/** Series of these sensors: what of them is looked at, when, and how the newest of it has to be. */
export interface Newest {
  readonly facility: string
  readonly kind: SensorKind
  readonly sensors: readonly string[]
  readonly lookBackMs: number
  /** Readings that count. */
  readonly where?: string
  /** Field that is answered. */
  readonly field: 'value' | 'quality'
  /** Condition on the newest reading: a comparison of `field`, or of "reason". */
  readonly having: string
}

/** The newest reading of each sensor, where it is as `having` says: a series each, and none when all is well. */
export function newest({ facility, kind, sensors, lookBackMs, where, field, having }: Newest): string {
  const name = quoteName(field)
  const conditions = [
    is('facility', facility),
    isAnyOf('sensor', sensors),
    ...(where === undefined ? [] : [where]),
    since(lookBackMs),
  ]
  const reason = having.includes('"reason"') ? ', "reason"' : ''
  const inner = `SELECT last(${name}) AS ${name}${reason} FROM ${quoteName(kind)} WHERE ${conditions.join(' AND ')} GROUP BY "area", "sensor"`
  return `SELECT ${name} FROM (${inner}) WHERE ${having} GROUP BY "area", "sensor"`
}
