import { QUALITIES, type Quality } from '../../quality.ts'
import {
  columnOf,
  findColumn,
  invalidRecord,
  noNumber,
  numberOf,
  type RecordProblem,
  type RecordTable,
} from './record-file.ts'
import type { RecordRow } from './record-series.ts'
import { isSerialDay, parseRecordTime } from './record-time.ts'

/**
 * Rows of a table with columns time, the value under one of these names, and quality where there is one. A row without
 * a value is bad.
 * @throws CodedError RECORD_INVALID that names each line
 */
export function readRows(
  table: RecordTable,
  by: {
    readonly value: readonly string[]
    readonly timezone: string
    /** What is beyond was not measured. */
    readonly span?: { readonly least: number; readonly most: number }
  },
): RecordRow[] {
  const time = columnOf(table, 'time')
  const value = columnOf(table, ...by.value)
  const quality = findColumn(table, 'quality')
  const problems: RecordProblem[] = []
  const rows: RecordRow[] = []
  for (const { line, cells } of table.rows) {
    const say = (message: string) => void problems.push({ line, message })
    const at = parseRecordTime(cells[time] ?? '', by.timezone)
    const before = rows.at(-1)?.time ?? Number.NEGATIVE_INFINITY
    if (isSerialDay(cells[time] ?? ''))
      say(`"${cells[time]}" looks like a day as spreadsheets count them: let them write 2026-11-21 08:00:00`)
    else if (at === undefined)
      say(`"${cells[time]}" is no time: ISO 8601, or seconds or milliseconds since 1970`)
    else if (at <= before) say('times ascend, and this one does not')
    const text = (cells[value] ?? '').trim()
    const number = numberOf(text)
    if (text !== '' && number === undefined) say(noNumber(text))
    else if (number !== undefined && by.span && (number < by.span.least || number > by.span.most))
      say(`${table.columns[value]} ${text} is not within ${by.span.least} to ${by.span.most}`)
    const word = quality === undefined ? '' : (cells[quality] ?? '').trim().toLowerCase()
    if (word !== '' && !isQuality(word)) say(`"${word}" is no quality: these are ${QUALITIES.join(', ')}`)
    const isBad = number === undefined || word === 'bad'
    if (at !== undefined)
      rows.push({
        time: at,
        value: isBad ? undefined : number,
        quality: isBad ? 'bad' : word === 'uncertain' ? 'uncertain' : 'good',
      })
  }
  if (problems.length > 0) throw invalidRecord(table.file, problems)
  return rows
}

function isQuality(word: string): word is Quality {
  return (QUALITIES as readonly string[]).includes(word)
}
