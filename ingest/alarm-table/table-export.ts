import { type AlarmFile, AlarmSchema } from '../../contracts/alarm-schema.ts'
import { withDefaults } from '../../contracts/config-defaults.ts'
import { formatCsv, guarded } from '../../contracts/csv.ts'
import type { FacilityFile } from '../../contracts/facility-schema.ts'
import { alarmId } from '../../contracts/ids.ts'
import { type ReviewedSensor, sensorsOf } from '../../contracts/review/reviewed-sensor.ts'
import { COLUMN_NAMES, cellOf, FIXED_COLUMNS, SETTING_COLUMNS } from './columns.ts'

/** The alarm that every sensor has though nobody wrote it. */
export const FAULT_KEY = 'FAULT'
const FAULT = withDefaults(AlarmSchema, { when: 'fault' }) as AlarmFile
/** One of which nothing is said yet, not even its condition. */
export const NEW_ALARM = withDefaults(AlarmSchema, {}) as AlarmFile

export interface TableAlarm {
  readonly id: string
  readonly key: string
  readonly sensor: ReviewedSensor
  readonly file: AlarmFile
  /** It stands in no file. */
  readonly isImplicit: boolean
}

/** Every alarm of a facility, in the order of its file. */
export function* alarmsOf(content: FacilityFile): Generator<TableAlarm> {
  for (const sensor of sensorsOf(content)) {
    for (const { key, file } of sensor.alarms)
      yield { id: alarmId(sensor.id, key), key, sensor, file, isImplicit: false }
    if (!sensor.alarms.some(({ key }) => key === FAULT_KEY))
      yield { id: alarmId(sensor.id, FAULT_KEY), key: FAULT_KEY, sensor, file: FAULT, isImplicit: true }
  }
}

/** One row an alarm, with the names of the columns above. */
export function exportTable(facilities: readonly FacilityFile[]): { text: string; alarms: number } {
  const rows: string[][] = [[...COLUMN_NAMES]]
  for (const content of facilities)
    for (const { id, sensor, file } of alarmsOf(content)) {
      const fixed = FIXED_COLUMNS.map((column) => guarded(column.of(sensor, content.facility.id)))
      rows.push([id, ...fixed, ...SETTING_COLUMNS.map((column) => cellOf(column, file))])
    }
  return { text: formatCsv(rows), alarms: rows.length - 1 }
}
