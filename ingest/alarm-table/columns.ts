import type { AlarmFile } from '../../contracts/alarm-schema.ts'
import { contentAt } from '../../contracts/content-tree.ts'
import type { ReviewedSensor } from '../../contracts/review/reviewed-sensor.ts'
import { CELL_KINDS, type CellKind } from './cells.ts'

/** What is there to be read: an import refuses a table in which it differs from the file. */
export interface FixedColumn {
  readonly name: string
  of(sensor: ReviewedSensor, facility: string): string
}

/** A setting of an alarm, which an import may change. */
export interface SettingColumn {
  readonly name: string
  /** Where it stands in the alarm. */
  readonly path: readonly string[]
  readonly kind: CellKind
  /** What an empty cell means; undefined: the key is left out. */
  readonly empty?: { readonly value: unknown } | { readonly expected: string }
}

/** The id of the alarm stands in the first column. */
export const ALARM_COLUMN = 'alarm'

export const FIXED_COLUMNS: readonly FixedColumn[] = [
  { name: 'facility', of: (_, facility) => facility },
  { name: 'name', of: ({ id, name }) => name ?? id },
  { name: 'area', of: ({ area }) => area },
  { name: 'kind', of: ({ kind }) => kind },
  { name: 'quantity', of: ({ kind, quantity }) => quantity ?? kind },
  { name: 'unit', of: ({ unit }) => unit },
  { name: 'template', of: ({ use }) => use ?? '' },
]

const { text, number, boolean, lines, date, json } = CELL_KINDS
const NEEDED = { expected: 'a value' }
const NONE = { value: [] }

type Key = keyof AlarmFile
const setting = (name: Key, kind: CellKind, empty?: SettingColumn['empty']): SettingColumn => ({
  name,
  path: [name],
  kind,
  ...(empty === undefined ? {} : { empty }),
})

const reason = (name: string, kind: CellKind, path: readonly string[] = [name]): SettingColumn => ({
  name,
  path: ['rationalization', ...path],
  kind,
})

export const SETTING_COLUMNS: readonly SettingColumn[] = [
  setting('when', text, NEEDED),
  setting('limit', number),
  setting('deadband', number, NEEDED),
  setting('onDelay', text, NEEDED),
  setting('offDelay', text, NEEDED),
  setting('priority', text, NEEDED),
  setting('latching', boolean, NEEDED),
  setting('onBad', text, NEEDED),
  setting('message', text),
  setting('class', text, NEEDED),
  setting('reAlarm', text),
  setting('rise', json, NONE),
  setting('group', text),
  setting('suppressWhen', json, NONE),
  reason('action', text),
  reason('causes', lines),
  reason('consequence', text),
  reason('confirmation', text),
  reason('respondWithin', text),
  reason('people', text, ['severity', 'people']),
  reason('environment', text, ['severity', 'environment']),
  reason('assets', text, ['severity', 'assets']),
  reason('basis', text),
  reason('oelBasis', text, ['oel', 'basis']),
  reason('oel', number, ['oel', 'value']),
  reason('idlh', number),
  reason('testInterval', text),
  reason('references', lines),
  reason('owner', text),
  reason('status', text),
  reason('approvedBy', text),
  reason('approvedAt', date),
  reason('revision', number),
]

export const COLUMN_NAMES: readonly string[] = [
  ALARM_COLUMN,
  ...FIXED_COLUMNS.map(({ name }) => name),
  ...SETTING_COLUMNS.map(({ name }) => name),
]

/** What an alarm has in this column, as a cell. */
export function cellOf({ path, kind }: SettingColumn, alarm: AlarmFile | undefined): string {
  return kind.format(contentAt(alarm, path))
}
