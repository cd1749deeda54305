import { CodedError } from '../../../contracts/errors.ts'
import { SENSOR_KINDS } from '../../../contracts/facility-words.ts'
import type { RangeQuery } from '../../../contracts/store.ts'
import { tagText } from './line-protocol.ts'

/** Times are kept in 64 bits of nanoseconds: none lies beyond, epoch ms. */
const MAX_MS = 9_223_372_036_854

/** A text for a statement that cannot end before it does. */
export function quoteText(text: string): string {
  return `'${text.replaceAll(/[\\']/g, '\\$&').replaceAll('\n', '\\n')}'`
}

export function quoteName(name: string): string {
  return `"${name.replaceAll(/[\\"]/g, '\\$&').replaceAll('\n', '\\n')}"`
}

/** Every measurement that readings stand in: a sensor's kind is not asked for, only its name. */
export const FROM_READINGS = SENSOR_KINDS.map(quoteName).join(',')

/** `from` inclusive, `to` exclusive, epoch ms. */
export function within(from: number, to: number): string {
  const bound = (ms: number) => Math.max(-MAX_MS, Math.min(MAX_MS, Math.ceil(ms)))
  return `time >= ${bound(from)}ms AND time < ${bound(to)}ms`
}

function tag(name: string, text: string): string {
  return `${quoteName(name)} = ${quoteText(tagText(text))}`
}

export function ofGateway({ facility, gateway }: { facility: string; gateway: string }): string {
  return `${tag('facility', facility)} AND ${tag('gateway', gateway)}`
}

/** The readings of a sensor. */
export function ofSensor({ facility, sensor, from, to }: RangeQuery): string {
  return `${tag('facility', facility)} AND ${tag('sensor', sensor)} AND ${within(from, to)}`
}

/** Quality as it is kept: 192, 64 or 0. */
export const NOT_BAD = '"quality" >= 64'
export const UNCERTAIN = '"quality" >= 64 AND "quality" < 192'
export const BAD = '"quality" < 64'
export const HAS_REASON = `"reason" <> ''`

/** One series of an answer; a missing tag is ''. */
export interface ResultSeries {
  readonly name: string
  readonly tags: Readonly<Record<string, string>>
  readonly rows: readonly Readonly<Record<string, unknown>>[]
}

interface Answer {
  error?: string
  results?: {
    error?: string
    partial?: boolean
    series?: {
      name: string
      tags?: Record<string, string>
      columns: string[]
      /** Absent when there is none: of SHOW DATABASES where there is no database. */
      /** Absent when there is none, as of SHOW DATABASES where there is no database. */
      values?: unknown[][]
      partial?: boolean
    }[]
  }[]
}

/** The body of an answer. @throws CodedError STORE_QUERY_FAILED when it is no JSON: this is no InfluxDB */
export function parseBody(text: string): object {
  try {
    return Object(JSON.parse(text)) as object
  } catch (error) {
    throw new CodedError('STORE_QUERY_FAILED', `this is no answer of InfluxDB: ${text.slice(0, 80)}`, {
      cause: error,
    })
  }
}

/** What the database answered to one statement. @throws CodedError STORE_QUERY_FAILED or STORE_MISSING with its reason */
export function readAnswer(text: string): ResultSeries[] {
  const answer: Answer = parseBody(text)
  const [result = {}] = answer.results ?? []
  const reason = answer.error ?? result.error
  if (reason !== undefined) {
    throw new CodedError(/not found/.test(reason) ? 'STORE_MISSING' : 'STORE_QUERY_FAILED', reason)
  }
  const series = result.series ?? []
  if (result.partial === true || series.some(({ partial }) => partial === true))
    throw new CodedError(
      'STORE_QUERY_FAILED',
      'the answer was cut short: raise max-row-limit of the database',
    )
  return series.map(({ name, tags = {}, columns, values = [] }) => ({
    name,
    tags,
    rows: values.map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index]]))),
  }))
}
