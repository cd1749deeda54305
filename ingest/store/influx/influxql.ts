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

/** The readings of a sensor. */
export function ofSensor({ facility, sensor, from, to }: RangeQuery): string {
  const tag = (name: string, text: string) => `${quoteName(name)} = ${quoteText(tagText(text))}`
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
      values: unknown[][]
      partial?: boolean
    }[]
  }[]
}

/** What the database answered to one statement. @throws Error with its own reason */
export function readAnswer(text: string): ResultSeries[] {
  const answer = JSON.parse(text) as Answer
  const [result = {}] = answer.results ?? []
  const reason = answer.error ?? result.error
  if (reason !== undefined) throw new Error(reason)
  const series = result.series ?? []
  if (result.partial === true || series.some(({ partial }) => partial === true))
    throw new Error('the answer was cut short: raise max-row-limit of the database')
  return series.map(({ name, tags = {}, columns, values }) => ({
    name,
    tags,
    rows: values.map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index]]))),
  }))
}
