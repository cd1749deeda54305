import { QUALITY_NUMBER, type Quality } from '../../../contracts/quality.ts'
import type { Reading } from '../../../contracts/reading.ts'
import type { FieldValue, SeriesPoint, SeriesTags, StatusPoint } from '../../../contracts/store.ts'

/** What a number of a time counts. */
export type Precision = 'ms' | 'ns'

/**
 * A text as a tag can hold it. Line protocol has no way to write a line feed in a tag, or a backslash before
 * its end, so that control characters become spaces and backslashes slashes. Queries ask for this text.
 */
export function tagText(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, ' ').replaceAll('\\', '/')
}

function escaped(text: string): string {
  return tagText(text).replaceAll(/[ ,=]/g, '\\$&')
}

/** A string field holds any text, line feeds included. */
function stringField(text: string): string {
  return `"${text.replaceAll(/["\\]/g, '\\$&')}"`
}

/** Measurement and tags. A tag without a text is left out: it cannot be written, and a query finds '' for it. */
function prefixOf(measurement: string, tags: Readonly<Record<string, string>>): string {
  let prefix = escaped(measurement)
  for (const name of Object.keys(tags).sort()) {
    const text = tags[name] ?? ''
    if (text !== '') prefix += `,${escaped(name)}=${escaped(text)}`
  }
  return prefix
}

function fieldText(value: FieldValue): string {
  switch (typeof value) {
    case 'bigint':
      return `${value}i`
    case 'string':
      return stringField(value)
    default:
      return String(value)
  }
}

/** Undefined for a point without a field that can be written: infinity and NaN cannot. Always in ms. */
export function statusLine({ measurement, tags, fields, time }: StatusPoint): string | undefined {
  const texts = Object.entries(fields)
    .filter(([, value]) => typeof value !== 'number' || Number.isFinite(value))
    .map(([name, value]) => `${escaped(name)}=${fieldText(value)}`)
  return texts.length === 0 ? undefined : `${prefixOf(measurement, tags)} ${texts.join(',')} ${time}`
}

/**
 * Writes readings as lines (DESIGN section 6): every field is always written, and of one type for ever, since
 * the database merges the fields of a time and remembers the type that it saw first.
 */
export class ReadingLines {
  /** Measurement and tags of a series as they are written, and the space behind. */
  readonly #prefixes = new WeakMap<SeriesTags, string>()
  /** Whether quality and reason are written too; the mirror keeps numbers only. */
  readonly #hasReason: boolean

  /** The fields of a reading without a reason, but for its value. */
  readonly #plain: Readonly<Record<Quality, string>>

  constructor(options: { hasReason: boolean }) {
    this.#hasReason = options.hasReason
    const reason = options.hasReason ? ',reason=""' : ''
    const plain = (quality: Quality) => `quality=${QUALITY_NUMBER[quality]}i${reason} `
    this.#plain = { good: plain('good'), uncertain: plain('uncertain'), bad: plain('bad') }
  }

  /** In ns as soon as two readings may share a millisecond, in ms as all others are. */
  precisionOf(points: readonly SeriesPoint[]): Precision {
    return points.some(({ fold }) => fold !== 0) ? 'ns' : 'ms'
  }

  textOf(points: readonly SeriesPoint[], precision: Precision): string {
    const lines = points.map(({ series, reading, fold }) => {
      const time = precision === 'ms' ? reading.time : nanoseconds(reading.time, fold)
      const value = reading.value === undefined ? '' : `value=${reading.value},`
      return `${this.prefixOf(series)}${value}${this.#quality(reading)}${time}\n`
    })
    // Joined it is one text in memory; added up it would be a tree, slow to send.
    return lines.join('')
  }

  /** Measurement and tags: two objects of one series have the same. */
  prefixOf(series: SeriesTags): string {
    const known = this.#prefixes.get(series)
    if (known !== undefined) return known
    const { kind, ...tags } = series
    const prefix = `${prefixOf(kind, tags)} `
    this.#prefixes.set(series, prefix)
    return prefix
  }

  #quality({ quality, reason = '' }: Reading): string {
    // Nearly all of them: not worth an escape.
    if (reason === '') return this.#plain[quality]
    return this.#hasReason
      ? `quality=${QUALITY_NUMBER[quality]}i,reason=${stringField(reason)} `
      : this.#plain[quality]
  }
}

/** More than a double can count. What is no whole number goes as it is, for the database to refuse. */
function nanoseconds(ms: number, fold: number): string {
  return Number.isInteger(ms) ? String(BigInt(ms) * 1_000_000n + BigInt(fold)) : String(ms)
}
