import { type CsvRow, parseCsv } from '../../csv.ts'
import { CodedError } from '../../errors.ts'

/** A record as it was read. */
export interface RecordFile {
  /** As the command line gave it, for messages; `stdin` for `-`. */
  readonly path: string
  readonly bytes: Uint8Array
}

/** What is wrong at a line of a record; lines count from 1. */
export interface RecordProblem {
  readonly line: number
  readonly message: string
}

/** A table with a heading line. */
export interface RecordTable {
  readonly file: RecordFile
  /** In lower case, without blanks around them. */
  readonly columns: readonly string[]
  readonly rows: readonly CsvRow[]
}

/** Whoever has a wrong file sees why without scrolling. */
const MAX_PROBLEMS = 10

/** RECORD_INVALID that names each line. */
export function invalidRecord({ path }: RecordFile, problems: readonly RecordProblem[]): CodedError {
  const shown = problems.slice(0, MAX_PROBLEMS).map(({ line, message }) => `${path}:${line}: ${message}`)
  const more = problems.length - shown.length
  return new CodedError('RECORD_INVALID', [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join('\n  '))
}

export function textOf({ bytes }: RecordFile): string {
  return new TextDecoder('utf-8').decode(bytes)
}

/** A CSV file with a heading line and at least one row. @throws CodedError RECORD_INVALID */
export function readTable(file: RecordFile): RecordTable {
  const { rows, problems } = parseCsv(textOf(file))
  const [head, ...body] = rows
  if (problems.length > 0) throw invalidRecord(file, problems)
  if (head === undefined || body.length === 0)
    throw invalidRecord(file, [{ line: 1, message: 'a line of headings and at least one row are expected' }])
  const columns = head.cells.map((cell) => cell.trim().toLowerCase())
  const uneven = body
    .filter(({ cells }) => cells.length !== columns.length)
    .map(({ line, cells }) => ({ line, message: `${cells.length} cells under ${columns.length} headings` }))
  if (uneven.length > 0) throw invalidRecord(file, uneven)
  return { file, columns, rows: body }
}

/** Where the first of these columns stands. @throws CodedError RECORD_INVALID */
export function columnOf(table: RecordTable, ...names: readonly string[]): number {
  const found = findColumn(table, ...names)
  if (found !== undefined) return found
  const message = `no column "${names.join('" or "')}"; there are ${table.columns.join(', ')}`
  throw invalidRecord(table.file, [{ line: 1, message }])
}

export function findColumn({ columns }: RecordTable, ...names: readonly string[]): number | undefined {
  const found = names.map((name) => columns.indexOf(name)).find((index) => index !== -1)
  return found
}

/** A cell as a number; undefined when it is none, NaN and Infinity among them. */
export function numberOf(cell: string | undefined): number | undefined {
  const text = (cell ?? '').trim()
  const value = text === '' ? Number.NaN : Number(text)
  return Number.isFinite(value) ? value : undefined
}
