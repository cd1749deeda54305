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
/** Three axes at 200 Hz of three hours. As a table a record takes some thirty times its bytes of memory. */
const MAX_BYTES = 64 * 1024 * 1024

/** RECORD_INVALID that names each line. */
export function invalidRecord({ path }: RecordFile, problems: readonly RecordProblem[]): CodedError {
  const shown = problems.slice(0, MAX_PROBLEMS).map(({ line, message }) => `${path}:${line}: ${message}`)
  const more = problems.length - shown.length
  return new CodedError('RECORD_INVALID', [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join('\n  '))
}

/** UTF-8, or what spreadsheets call Unicode text: UTF-16 behind its mark. @throws CodedError RECORD_INVALID */
export function textOf(file: RecordFile): string {
  const { bytes } = file
  const fail = (message: string) => invalidRecord(file, [{ line: 1, message }])
  if (bytes.length > MAX_BYTES)
    throw fail(
      `${Math.ceil(bytes.length / 1024 ** 2)} MB, at most ${MAX_BYTES / 1024 ** 2}: cut it into pieces`,
    )
  const mark = ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0)
  const encoding = mark === 0xfffe ? 'utf-16le' : mark === 0xfeff ? 'utf-16be' : 'utf-8'
  const text = new TextDecoder(encoding).decode(bytes)
  if (text.includes('\0')) throw fail('this is no text: save it as CSV in UTF-8')
  return text
}

/** A CSV file with a heading line and at least one row. @throws CodedError RECORD_INVALID */
export function readTable(file: RecordFile): RecordTable {
  const { rows, problems } = parseCsv(textOf(file))
  const [head, ...body] = withoutBlankEnd(rows)
  if (problems.length > 0) throw invalidRecord(file, problems)
  if (head === undefined || body.length === 0)
    throw invalidRecord(file, [{ line: 1, message: 'a line of headings and at least one row are expected' }])
  const columns = head.cells.map((cell) => cell.trim().toLowerCase())
  const uneven = body
    .filter(({ cells }) => cells.length !== columns.length)
    .map(({ line, cells }) => ({ line, message: `${cells.length} cells under ${columns.length} headings` }))
  if (uneven.length === 0) return { file, columns, rows: body }
  const isHead = uneven.length <= body.length / 2
  const message = `"${columns.join(', ')}" is taken for the headings: nothing stands before them, and decimals have a point`
  throw invalidRecord(file, isHead ? uneven : [{ line: head.line, message }, ...uneven])
}

/** Spreadsheets write rows that were cleared as well. */
function withoutBlankEnd(rows: readonly CsvRow[]): readonly CsvRow[] {
  const last = rows.findLastIndex(({ cells }) => cells.some((cell) => cell.trim() !== ''))
  return rows.slice(0, last + 1)
}

/** Where the first of these columns stands. @throws CodedError RECORD_INVALID */
export function columnOf(table: RecordTable, ...names: readonly string[]): number {
  const found = findColumn(table, ...names)
  if (found !== undefined) return found
  const message = `no column "${names.join('" or "')}"; there are ${table.columns.join(', ')}`
  throw invalidRecord(table.file, [{ line: 1, message }])
}

/** @throws CodedError RECORD_INVALID when there are two of them */
export function findColumn({ file, columns }: RecordTable, ...names: readonly string[]): number | undefined {
  const name = names.find((one) => columns.includes(one))
  if (name === undefined) return undefined
  const found = columns.indexOf(name)
  if (found === columns.lastIndexOf(name)) return found
  throw invalidRecord(file, [{ line: 1, message: `two columns are ${name}` }])
}

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i

/** A cell as a decimal number; undefined when it is none, or greater than there are. */
export function numberOf(cell: string | undefined): number | undefined {
  const text = (cell ?? '').trim()
  const value = DECIMAL.test(text) ? Number(text) : Number.NaN
  return Number.isFinite(value) ? value : undefined
}

/** What to say of a cell that is no number. */
export function noNumber(cell: string | undefined): string {
  const text = (cell ?? '').trim()
  return `"${text}" is no number${/\d,\d/.test(text) ? ': decimals have a point, and thousands no mark' : ''}`
}
