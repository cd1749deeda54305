import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { EXIT, parseCommandLine, type Terminal } from '../../contracts/cli.ts'
import type { Clock } from '../../contracts/clock.ts'
import { CodedError } from '../../contracts/errors.ts'
import { chosenFacility, loadFacilities } from '../../contracts/facility-set.ts'
import { StateReader } from '../journal/state-database.ts'
import { monthQuery } from './kpi-window.ts'
import { REPORT_FORMATS, reportText } from './report/report.ts'

const USAGE = `Alarm performance of a month by ISA-18.2 and EEMUA 191, from the journal, while the server runs or not.

  npm run report -- --config F --month 2026-11 [--facility ID] [--format markdown|csv] [--output FILE]

  --config    a facility file, or a folder of them; may be repeated
  --facility  which plant, when there are several
  --month     of the plant's calendar; one that is not over is counted as far as it has come
  --format    markdown (default), a page to read; csv, one row a figure
  --output    a file instead of stdout; one that exists is replaced

Run it on the machine of the server: server.data in the facility file names the folder of the journal.
`

/** Somebody who waits hears how far it is this often, ms. */
const PROGRESS_MS = 2_000

/** `npm run report`. @throws CodedError USAGE, DATA_MISSING, REPORT_UNWRITABLE, or what the data came to */
export async function reportCommand(terminal: Terminal, clock: Clock): Promise<number> {
  const { values, positionals } = parseCommandLine(terminal.argv, {
    config: { type: 'string', multiple: true },
    facility: { type: 'string' },
    month: { type: 'string' },
    format: { type: 'string', default: 'markdown' },
    output: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  })
  if (values.help) {
    terminal.out(USAGE)
    return EXIT.ok
  }
  const { month, output } = values
  if (positionals.length > 0) throw new CodedError('USAGE', `unknown argument "${positionals[0]}"`)
  if (month === undefined) throw new CodedError('USAGE', 'say which month, such as --month 2026-11')
  const format = REPORT_FORMATS.find((known) => known === values.format)
  if (format === undefined)
    throw new CodedError('USAGE', `--format is ${REPORT_FORMATS.join(' or ')}, not "${values.format}"`)
  const facility = chosenFacility(loadFacilities(values.config ?? []), values.facility)

  const query = asUsage(() => monthQuery(facility, clock.wall(), month))
  const path = join(facility.server.data, 'state.db')
  if (!existsSync(path)) throw new CodedError('DATA_MISSING', `there is no ${path}`)
  const states = new StateReader(path)
  let told = clock.monotonic()
  try {
    const kpi = states.alarmKpi(query, (entries) => {
      if (clock.monotonic() - told < PROGRESS_MS) return
      told = clock.monotonic()
      terminal.err(`${entries} entries read\n`)
    })
    const text = reportText(kpi, { facility, month, format })
    if (output === undefined) terminal.out(text)
    else write(output, text)
  } finally {
    states.close()
  }
  return EXIT.ok
}

/** What is a bad request to a server is bad usage of a command. */
function asUsage<T>(ask: () => T): T {
  try {
    return ask()
  } catch (error) {
    if (error instanceof CodedError && error.code === 'REQUEST_INVALID')
      throw new CodedError('USAGE', error.detail, { cause: error })
    throw error
  }
}

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text)
  } catch (error) {
    throw new CodedError('REPORT_UNWRITABLE', `${file}: ${(error as Error).message}`, { cause: error })
  }
}
