/** A record of a table, and the number of its first line in the text; both count from 1. */
export interface CsvRow {
  readonly row: number
  readonly line: number
  readonly cells: readonly string[]
}

export interface CsvProblem {
  readonly row: number
  readonly line: number
  readonly message: string
}

/** What spreadsheets of other countries write instead of a comma. */
const SEPARATORS = [',', ';', '\t']

/** RFC 4180: fields in quotes where they need it, lines end with CRLF. */
export function formatCsv(rows: Iterable<readonly string[]>): string {
  let text = ''
  for (const cells of rows) text += `${cells.map(quoted).join(',')}\r\n`
  return text
}

/**
 * Reads what {@link formatCsv} and spreadsheets write: with or without a byte order mark, with LF or CRLF, empty
 * lines left out. The separator is the first of comma, semicolon and tab in the first line.
 */
export function parseCsv(text: string): { rows: CsvRow[]; problems: CsvProblem[] } {
  const source = text.startsWith('\ufeff') ? text.slice(1) : text
  const separator = /[,;\t]/.exec(source.split(/[\r\n]/, 1)[0] ?? '')?.[0] ?? SEPARATORS[0] ?? ','
  const rows: CsvRow[] = []
  const problems: CsvProblem[] = []
  let at = 0
  let line = 1
  let row = 1
  while (at < source.length) {
    const first = line
    const record = readRecord(source, at, separator)
    if (record.problem !== undefined) {
      problems.push({ row, line: first, message: record.problem })
      // Where a quote is out of place nobody knows where the next record begins.
      break
    }
    line += countLines(source, at, record.end)
    at = record.end
    const isEmpty = record.cells.length === 1 && record.cells[0] === ''
    if (!isEmpty) rows.push({ row, line: first, cells: record.cells })
    row += 1
  }
  return { rows, problems }
}

interface Record {
  readonly cells: string[]
  /** Behind its line end. */
  readonly end: number
  readonly problem?: string
}

function readRecord(source: string, start: number, separator: string): Record {
  const cells: string[] = []
  let at = start
  for (;;) {
    let cell = ''
    if (source[at] === '"') {
      for (;;) {
        const quote = source.indexOf('"', at + 1)
        if (quote === -1) return { cells, end: at, problem: 'a quote is not closed' }
        cell += source.slice(at + 1, quote)
        at = quote + 1
        if (source[at] !== '"') break
        cell += '"'
      }
    } else {
      const end = endOfBare(source, at, separator)
      cell = source.slice(at, end)
      at = end
    }
    cells.push(cell)
    const next = source[at]
    if (next === separator) at += 1
    else if (next === undefined) return { cells, end: at }
    else if (next === '\n') return { cells, end: at + 1 }
    else if (next === '\r') return { cells, end: at + (source[at + 1] === '\n' ? 2 : 1) }
    else return { cells, end: at, problem: `${next} behind a closing quote` }
  }
}

function endOfBare(source: string, start: number, separator: string): number {
  let at = start
  while (at < source.length && source[at] !== separator && source[at] !== '\n' && source[at] !== '\r') at += 1
  return at
}

function countLines(source: string, from: number, to: number): number {
  return source.slice(from, to).match(/\r\n|\r|\n/g)?.length ?? 0
}

function quoted(cell: string): string {
  return /[",;\t\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell
}

/** What a spreadsheet takes for a formula, the wide forms of East Asian scripts among it; ' stands before it. */
const FORMULA = /^'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/

/** A text that no spreadsheet will compute. */
export function guarded(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text
}

/** The text that was guarded. */
export function unguarded(cell: string): string {
  return cell.startsWith("'") && FORMULA.test(cell) ? cell.slice(1) : cell
}
