import { guarded, unguarded } from '../../contracts/csv.ts'

/** How the values of a column stand in cells. An empty cell is no value: undefined. */
export interface CellKind {
  format(value: unknown): string
  /** @returns the value, or what was expected instead */
  parse(cell: string): { value: unknown } | { expected: string }
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i

const text: CellKind = {
  format: (value) => guarded(String(value ?? '')),
  parse: (cell) => ({ value: unguarded(cell) }),
}

const number: CellKind = {
  format: (value) => String(value ?? ''),
  parse(cell) {
    const digits = cell.trim()
    return NUMBER.test(digits) ? { value: Number(digits) } : { expected: 'a number with a decimal point' }
  },
}

/** Spreadsheets write TRUE and FALSE. */
const boolean: CellKind = {
  format: (value) => String(value ?? ''),
  parse(cell) {
    const word = cell.trim().toLowerCase()
    return word === 'true' || word === 'false' ? { value: word === 'true' } : { expected: 'true or false' }
  },
}

/** One item a line. */
const lines: CellKind = {
  format: (value) => guarded((value as readonly string[] | undefined)?.join('\n') ?? ''),
  parse: (cell) => ({
    value: unguarded(cell)
      .split(/\r?\n/)
      .filter((line) => line.trim() !== ''),
  }),
}

/** Spreadsheets make 2026/11/21 of 2026-11-21. */
const date: CellKind = {
  format: (value) => String(value ?? ''),
  parse(cell) {
    const [, year, month = '', day = ''] = /^(\d{4})[/-](\d{1,2})[/-](\d{1,2})$/.exec(cell.trim()) ?? []
    return year === undefined
      ? { expected: 'a date such as 2026-11-21' }
      : { value: `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}` }
  },
}

/** What has a shape of its own: a list of maps. None is an empty cell. */
const json: CellKind = {
  format: (value) => (Array.isArray(value) && value.length > 0 ? JSON.stringify(value) : ''),
  parse(cell) {
    try {
      const value: unknown = JSON.parse(cell)
      return Array.isArray(value) ? { value } : { expected: 'a list in JSON' }
    } catch (error) {
      return { expected: `a list in JSON (${(error as Error).message})` }
    }
  },
}

export const CELL_KINDS = { text, number, boolean, lines, date, json } as const
