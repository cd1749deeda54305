import { isDeepStrictEqual } from 'node:util'
import { formatPath } from '../../contracts/config-document.ts'
import { ConfigError } from '../../contracts/config-error.ts'
import { type InspectedFacility, inspectFacility } from '../../contracts/facility-load.ts'
import type { FacilityFile } from '../../contracts/facility-schema.ts'
import { cellOf, SETTING_COLUMNS } from './columns.ts'
import { alarmsOf } from './table-export.ts'
import { type AlarmEdit, planImport, type TableChange, type TableProblem } from './table-plan.ts'
import { editAlarms } from './yaml-edit.ts'

export interface TableImport {
  readonly changes: readonly TableChange[]
  readonly problems: readonly TableProblem[]
  /** The file with the changes; undefined when there are problems. */
  readonly text: string | undefined
}

/**
 * Takes a table of alarms into a facility file. The file that comes of it is checked whole, by its schema, by its
 * rules and by what `check` refuses, and so is that nothing else of it has changed.
 */
export function importTable(csv: string, before: InspectedFacility): TableImport {
  const { changes, edits, problems } = planImport(csv, before.content)
  const result = apply(before, edits, changes)
  // A cell that could not be read is not told to be missing too.
  const told = new Set(problems.map(({ row, column }) => `${row} ${column}`))
  const others = result.problems.filter(({ row, column }) => !told.has(`${row} ${column}`))
  const all = [...problems, ...others].sort((a, b) => a.row - b.row)
  return { changes, problems: all, text: all.length > 0 ? undefined : result.text }
}

function apply(
  before: InspectedFacility,
  edits: readonly AlarmEdit[],
  changes: readonly TableChange[],
): { text: string; problems: TableProblem[] } {
  const { text: old, facility } = before
  if (edits.length === 0) return { text: old, problems: [] }
  const { text, obstacles } = editAlarms(old, edits)
  const problems = obstacles.map((obstacle) => ({ ...obstacle, column: null }))
  if (problems.length > 0) return { text, problems }
  let after: InspectedFacility
  try {
    after = inspectFacility(text, facility.file)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return { text, problems: placeProblems(error.problems, edits) }
  }
  const known = new Set(facility.refusals.map(({ path, message }) => `${path} ${message}`))
  const refused = after.facility.refusals.filter(({ path, message }) => !known.has(`${path} ${message}`))
  const found = placeProblems(refused, edits)
  if (found.length === 0) found.push(...missed(before.content, after.content, { edits, changes }))
  return { text, problems: found }
}

interface Told {
  readonly path: string
  readonly message: string
}

/** Problems of the file at the rows and columns that they come from. */
function placeProblems(problems: readonly Told[], edits: readonly AlarmEdit[]): TableProblem[] {
  const rows = new Map(
    edits.map(({ sensor, key, row }) => [formatPath([...sensor.path, 'alarms', key]), row] as const),
  )
  return problems.map(({ path, message }) => {
    const [, alarm = path, setting = ''] = /^(.*?\.alarms\.[^.[]+)\.?(.*)$/.exec(path) ?? []
    const column = SETTING_COLUMNS.find(({ path: at }) => isWithin(setting, at.join('.')))
    const row = rows.get(alarm)
    return row === undefined
      ? { row: 1, column: null, message: `${path}: ${message}` }
      : {
          row,
          column: column?.name ?? null,
          message: column === undefined ? within(setting, message) : message,
        }
  })
}

function within(setting: string, message: string): string {
  return setting === '' ? message : `${setting}: ${message}`
}

/** `rationalization.causes[0]` is of `rationalization.causes`. */
function isWithin(path: string, column: string): boolean {
  return path === column || (path.startsWith(column) && /^[.[]/.test(path.slice(column.length)))
}

/** What was to change and has not, and what has and was not to: a template or an anchor that others share. */
function missed(
  before: FacilityFile,
  after: FacilityFile,
  { edits, changes }: { edits: readonly AlarmEdit[]; changes: readonly TableChange[] },
): TableProblem[] {
  const rows = new Map(edits.map(({ id, row }) => [id, row]))
  /** Key: alarm and column. */
  const wanted = new Map(changes.map(({ alarm, column, to }) => [`${alarm} ${column}`, to]))
  const old = new Map(Iterator.from(alarmsOf(before)).map(({ id, file }) => [id, file]))
  const problems: TableProblem[] = []
  for (const { id, file } of alarmsOf(after))
    for (const column of SETTING_COLUMNS) {
      const expected = wanted.get(`${id} ${column.name}`) ?? cellOf(column, old.get(id) ?? file)
      if (cellOf(column, file) !== expected)
        problems.push({
          row: rows.get(id) ?? 1,
          column: column.name,
          message: `${id} does not stand by itself in the file: change it there by hand`,
        })
    }
  if (problems.length === 0 && !isDeepStrictEqual(withoutAlarms(before), withoutAlarms(after)))
    problems.push({ row: 1, column: null, message: 'more than alarms would change: change the file by hand' })
  return problems
}

function withoutAlarms(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (key, inner: unknown) => (key === 'alarms' ? undefined : inner)))
}
