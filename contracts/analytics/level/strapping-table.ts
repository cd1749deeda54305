import { readFileSync } from 'node:fs'
import { parseCsv } from '../../csv.ts'

const MM_PER_M = 1_000

/** A row of a strapping table as it was written. */
export interface StrappingRow {
  readonly mm: number
  readonly m3: number
  /** For messages: `row 12`, or `T-101.csv:12`. */
  readonly place: string
}

export interface StrappingFile {
  readonly rows: readonly StrappingRow[]
  /** In words, each with its place. */
  readonly problems: readonly string[]
}

/** Levels in m and volumes in m3, as {@link TankShape} has them. */
export interface StrappingColumns {
  readonly levels: readonly number[]
  readonly volumes: readonly number[]
}

export function listedRows(rows: readonly (readonly number[])[]): StrappingRow[] {
  return rows.map(([mm = 0, m3 = 0], index) => ({ mm, m3, place: `row ${index + 1}` }))
}

/** `path` is where the file is, `name` what people call it. A first line that is no row is a heading. */
export function readStrapping(path: string, name: string): StrappingFile {
  try {
    return parseStrapping(readFileSync(path, 'utf8'), name)
  } catch (error) {
    return { rows: [], problems: [`${name} cannot be read: ${(error as Error).message}`] }
  }
}

export function parseStrapping(text: string, name: string): StrappingFile {
  const { rows: lines, problems: broken } = parseCsv(text)
  const problems = broken.map(({ line, message }) => `${name}:${line}: ${message}`)
  const rows: StrappingRow[] = []
  for (const [index, { line, cells }] of lines.entries()) {
    const [mm, m3, ...more] = cells.map(numberOf)
    if (mm !== undefined && m3 !== undefined && more.length === 0)
      rows.push({ mm, m3, place: `${name}:${line}` })
    else if (index > 0 || mm !== undefined)
      problems.push(`${name}:${line}: expected two numbers, the level in mm and the volume in m3`)
  }
  if (problems.length === 0 && rows.length < 2)
    problems.push(`${name} has ${rows.length} rows: expected at least 2`)
  return { rows, problems }
}

function numberOf(cell: string): number | undefined {
  const value = cell.trim() === '' ? Number.NaN : Number(cell)
  return Number.isFinite(value) ? value : undefined
}

/** Where levels do not ascend strictly, or volumes fall: each row, and why. */
export function strappingProblems(rows: readonly StrappingRow[]): string[] {
  return rows.flatMap(({ mm, m3, place }, index) => {
    const before = rows[index - 1]
    const problems: string[] = []
    if (m3 < 0) problems.push(`${place}: ${m3} m3 is no volume`)
    if (before !== undefined && mm <= before.mm)
      problems.push(`${place}: ${mm} mm does not come after ${before.mm} mm: levels ascend strictly`)
    if (before !== undefined && m3 < before.m3)
      problems.push(`${place}: ${m3} m3 is less than ${before.m3} m3 of the row before: volumes never fall`)
    return problems
  })
}

export function columnsOf(rows: readonly StrappingRow[]): StrappingColumns {
  return { levels: rows.map(({ mm }) => mm / MM_PER_M), volumes: rows.map(({ m3 }) => m3) }
}
