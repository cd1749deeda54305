import type { Path } from '../../contracts/config-document.ts'
import { type CsvRow, parseCsv, unguarded } from '../../contracts/csv.ts'
import type { FacilityFile } from '../../contracts/facility-schema.ts'
import { splitAlarmId } from '../../contracts/ids.ts'
import { type ReviewedSensor, sensorsOf } from '../../contracts/review/reviewed-sensor.ts'
import { didYouMean } from '../../contracts/suggestion.ts'
import {
  ALARM_COLUMN,
  COLUMN_NAMES,
  cellOf,
  FIXED_COLUMNS,
  SETTING_COLUMNS,
  type SettingColumn,
} from './columns.ts'
import { alarmsOf, FAULT_KEY, NEW_ALARM, type TableAlarm } from './table-export.ts'

/** What is wrong with a table. Rows count as a spreadsheet counts them: the names of the columns are row 1. */
export interface TableProblem {
  readonly row: number
  /** Null: the row as a whole. */
  readonly column: string | null
  readonly message: string
}

/** Texts as they stand in cells; empty: none. */
export interface TableChange {
  readonly alarm: string
  readonly column: string
  readonly from: string
  readonly to: string
}

/** What is to be written at one sensor for one alarm. Undefined takes a key away. */
export interface AlarmEdit {
  readonly id: string
  readonly key: string
  readonly sensor: ReviewedSensor
  readonly row: number
  readonly settings: readonly { readonly path: Path; readonly value: unknown }[]
}

export interface TablePlan {
  readonly changes: readonly TableChange[]
  readonly edits: readonly AlarmEdit[]
  readonly problems: readonly TableProblem[]
}

/** What a table changes of a facility. An alarm without a row, and a column that is not there, stay as they are. */
export function planImport(text: string, content: FacilityFile): TablePlan {
  const { rows, problems: broken } = parseCsv(text)
  const problems: TableProblem[] = broken.map(({ row, message }) => ({ row, column: null, message }))
  const [head, ...body] = rows
  const names = (head?.cells ?? []).map((cell) => cell.trim())
  problems.push(...headProblems(names))
  if (problems.length > 0) return { changes: [], edits: [], problems }

  const alarms = new Map(Iterator.from(alarmsOf(content)).map((alarm) => [alarm.id, alarm]))
  const sensors = new Map(Iterator.from(sensorsOf(content)).map((sensor) => [sensor.id, sensor]))
  const seen = new Map<string, number>()
  const changes: TableChange[] = []
  const edits: AlarmEdit[] = []
  for (const row of body) {
    const refuse = (column: string | null, message: string) =>
      problems.push({ row: row.row, column, message })
    if (row.cells.length !== names.length) {
      refuse(null, `${row.cells.length} cells, and there are ${names.length} columns`)
      continue
    }
    const cells = new Map(names.map((name, index) => [name, row.cells[index] ?? '']))
    const id = unguarded(cells.get(ALARM_COLUMN) ?? '').trim()
    const alarm = alarms.get(id) ?? newAlarm(id, sensors)
    const before = seen.get(id)
    seen.set(id, row.row)
    if (alarm === undefined) refuse(ALARM_COLUMN, unknownAlarm(id, [...alarms.keys()]))
    else if (before !== undefined) refuse(ALARM_COLUMN, `"${id}" stands in row ${before} already`)
    else {
      const found = readRow({ row, cells, alarm, facility: content.facility.id })
      problems.push(...found.problems)
      changes.push(...found.changes)
      if (found.edit.settings.length > 0) edits.push(found.edit)
    }
  }
  return { changes, edits, problems }
}

function headProblems(names: readonly string[]): TableProblem[] {
  const known = [...COLUMN_NAMES]
  const problems = names.flatMap((name, index) => {
    const column = name === '' ? `column ${index + 1}` : name
    if (!known.includes(name))
      return [{ row: 1, column, message: `no such column${didYouMean(name, known)}` }]
    return names.indexOf(name) < index ? [{ row: 1, column, message: 'this column is there already' }] : []
  })
  return names.includes(ALARM_COLUMN)
    ? problems
    : [...problems, { row: 1, column: ALARM_COLUMN, message: 'this column is missing: the id of each alarm' }]
}

/** An alarm that a sensor of the file does not have yet. */
function newAlarm(id: string, sensors: ReadonlyMap<string, ReviewedSensor>): TableAlarm | undefined {
  const { sensor: sensorId, key } = splitAlarmId(id) ?? { sensor: '', key: '' }
  const sensor = sensors.get(sensorId)
  return sensor === undefined ? undefined : { id, key, sensor, file: NEW_ALARM, isImplicit: true }
}

function unknownAlarm(id: string, known: readonly string[]): string {
  return id === ''
    ? 'empty: expected the id of an alarm'
    : `no sensor of the file has it: "${id}"${didYouMean(id, known)}`
}

interface GivenRow {
  readonly row: CsvRow
  /** Key: name of the column. */
  readonly cells: ReadonlyMap<string, string>
  readonly alarm: TableAlarm
  readonly facility: string
}

function readRow({ row: { row }, cells, alarm, facility }: GivenRow) {
  const { id, key, sensor } = alarm
  const problems: TableProblem[] = []
  const changes: TableChange[] = []
  const settings: { path: Path; value: unknown }[] = []
  for (const column of FIXED_COLUMNS) {
    const cell = cells.get(column.name)
    const there = column.of(sensor, facility)
    if (cell !== undefined && unguarded(cell) !== there)
      problems.push({
        row,
        column: column.name,
        message: `"${cell}" is "${there}" in the file; a table does not change it`,
      })
  }
  for (const column of SETTING_COLUMNS) {
    const cell = cells.get(column.name)
    if (cell === undefined) continue
    const parsed = parsedCell(column, cell)
    if ('expected' in parsed) {
      problems.push({ row, column: column.name, message: `"${cell}": expected ${parsed.expected}` })
      continue
    }
    const from = cellOf(column, alarm.file)
    const to = column.kind.format(parsed.value)
    if (from === to) continue
    changes.push({ alarm: id, column: column.name, from, to })
    settings.push({ path: column.path, value: parsed.value })
  }
  const isWritten =
    settings.length > 0 && alarm.isImplicit && !settings.some(({ path }) => path[0] === 'when')
  // Of FAULT its condition is known; of any other alarm the rules tell that it is missing.
  if (isWritten && key === FAULT_KEY) settings.unshift({ path: ['when'], value: 'fault' })
  return { problems, changes, edit: { id, key, sensor, row, settings } }
}

function parsedCell({ kind, empty }: SettingColumn, cell: string): { value: unknown } | { expected: string } {
  if (cell !== '') return kind.parse(cell)
  return empty ?? { value: undefined }
}
