import { readFileSync } from 'node:fs'
import { EXIT, parseCommandLine, type Terminal } from '../../contracts/cli.ts'
import { CodedError } from '../../contracts/errors.ts'
import type { InspectedFacility } from '../../contracts/facility-load.ts'
import { inspectFacilities } from '../../contracts/facility-set.ts'
import { exportTable } from '../alarm-table/table-export.ts'
import { importTable, type TableImport } from '../alarm-table/table-import.ts'
import type { TableProblem } from '../alarm-table/table-plan.ts'
import { writeWhole } from '../alarm-table/whole-file.ts'

const HELP = `The alarms of facility files as a table: one row an alarm, with its settings and its rationalization.

  npm run ingest -- alarms export --config F [--output FILE.csv] [--bom]
  npm run ingest -- alarms import FILE.csv --config F [--output NEW.yaml | --write] [--dry-run] [--json]

  export   write the table, on stdout or into a file
  import   take a table that was edited back into its facility file. Everything is checked, each error told with
           row and column, and what differs from the file is changed where the sensor stands: comments, order and
           all else stay as they are. A row that differs from its template overrides it at the sensor. A new key of
           a sensor is a new alarm. Alarms without a row and columns that are not there stay as they are; nothing
           is removed. Without --output and --write it says what it would change.

  --output FILE  write into this file; whole or not at all
  --write        write into the facility file itself
  --dry-run      say what would change, and write nothing
  --bom          begin with a byte order mark, for spreadsheets that take UTF-8 for something else without it
  --json         print the result of import as JSON
  --config F     facility file; of export also several of them, or a folder
  --help         this text

The table is UTF-8 as RFC 4180 has it; import takes semicolons and tabs too. Lists have one item a line within the
cell. A ' stands before texts that a spreadsheet would compute; import takes it away.
Exit status: 0 ok, 1 failed, 2 bad usage.
`

/** Not in quotes: a test of the sources would take it for a statement. */
const IMPORT = `import`

/** The command `alarms`. @throws CodedError USAGE, CONFIG_*, TABLE_*, FILE_UNWRITABLE */
export function alarmsCommand(terminal: Terminal): number {
  const { values, positionals } = parseCommandLine(terminal.argv, {
    config: { type: 'string', multiple: true },
    output: { type: 'string' },
    write: { type: 'boolean', default: false },
    'dry-run': { type: 'boolean', default: false },
    bom: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  })
  if (values.help) {
    terminal.out(HELP)
    return EXIT.ok
  }
  const [, verb, ...files] = positionals
  const { output, write, bom, json, 'dry-run': dryRun } = values
  if (verb === 'export') {
    const surplus = [...files, ...(write ? ['--write'] : []), ...(dryRun ? ['--dry-run'] : [])]
    if (surplus.length > 0) throw new CodedError('USAGE', `alarms export takes no ${surplus.join(' ')}`)
    return exportAlarms(terminal, inspectFacilities(values.config ?? []), { output, bom })
  }
  if (verb !== IMPORT) throw new CodedError('USAGE', 'say alarms export or alarms import FILE.csv')
  const [table, ...surplus] = files
  if (table === undefined) throw new CodedError('USAGE', 'say which table: alarms import FILE.csv')
  if (surplus.length > 0) throw new CodedError('USAGE', `unexpected argument "${surplus.join(' ')}"`)
  if (output !== undefined && write) throw new CodedError('USAGE', 'give one of --output and --write')
  const [plant, ...others] = inspectFacilities(values.config ?? [])
  if (plant === undefined || others.length > 0)
    throw new CodedError('USAGE', 'a table is taken into one facility file: give it with --config')
  const target = dryRun ? undefined : write ? plant.facility.file : output
  return importAlarms(terminal, plant, { table, target, json })
}

function exportAlarms(
  terminal: Terminal,
  plants: readonly InspectedFacility[],
  { output, bom }: { output: string | undefined; bom: boolean },
): number {
  const { text, alarms } = exportTable(plants.map(({ content }) => content))
  const table = bom ? `\ufeff${text}` : text
  if (output === undefined) terminal.out(table)
  else {
    writeWhole(output, table)
    terminal.out(`${output}: ${alarms} alarms\n`)
  }
  return EXIT.ok
}

function importAlarms(
  terminal: Terminal,
  plant: InspectedFacility,
  { table, target, json }: { table: string; target: string | undefined; json: boolean },
): number {
  const { changes, problems, text } = importTable(read(table), plant)
  if (text === undefined) throw new CodedError('TABLE_INVALID', problemsText(table, problems))
  if (target !== undefined) writeWhole(target, text)
  terminal.out(
    json ? `${JSON.stringify({ changes, written: target ?? null })}\n` : changesText(changes, target),
  )
  return EXIT.ok
}

function read(file: string): string {
  let bytes: Buffer
  try {
    bytes = readFileSync(file)
  } catch (error) {
    throw new CodedError('TABLE_UNREADABLE', `${file}: ${(error as Error).message}`, { cause: error })
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (error) {
    throw new CodedError('TABLE_UNREADABLE', `${file}: not UTF-8`, { cause: error })
  }
}

function problemsText(file: string, problems: readonly TableProblem[]): string {
  const lines = problems.map(
    ({ row, column, message }) => `${file} row ${row}${column === null ? '' : `, ${column}`}: ${message}`,
  )
  return `${problems.length} ${problems.length === 1 ? 'error' : 'errors'}\n${lines.join('\n')}`
}

function changesText(changes: TableImport['changes'], target: string | undefined): string {
  const shown = (text: string) => (text === '' ? 'nothing' : JSON.stringify(text))
  const lines = changes.map(
    ({ alarm, column, from, to }) => `${alarm} ${column}: ${shown(from)} -> ${shown(to)}\n`,
  )
  const alarms = new Set(changes.map(({ alarm }) => alarm)).size
  const done = target === undefined ? 'nothing written' : `written to ${target}`
  return `${lines.join('')}${changes.length} changes of ${alarms} alarms, ${done}\n`
}
