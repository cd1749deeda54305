import { formatCsv } from '../../csv.ts'
import { CodedError } from '../../errors.ts'
import { formatIso, isTimezone } from '../../iso-time.ts'
import { EXPOSURE_BASES, RESETS, TWA_MODES } from '../derived-schema.ts'
import { REFERENCE_TEMPERATURE } from '../gas/concentration.ts'
import { findSubstance, unknownSubstance } from '../gas/substance-table.ts'
import type { Analysis, AnalysisOptions } from './analysis.ts'
import { type Exposure, exposureOf } from './exposure-analysis.ts'
import { OptionWords } from './option-words.ts'
import { type RecordFile, readTable } from './record-file.ts'
import { readRows } from './record-rows.ts'

const UNITS = ['ppm', 'ppb', '%vol', 'mg/m3', 'ug/m3', '%LEL'] as const
const SHIFT = /^([01][0-9]|2[0-3]):[0-5][0-9]$/
const HOLD_MS = 300_000

const USAGE = `--substance CO --unit ppm

Prints STEL and TWA of a gas at each row, and which limits of the substance are reached, by the formulas of
docs/reference/analytics.md. A record of a fixed point tells of its area and not of what a person breathed.

FILE is CSV with the columns time, value and, if there is one, quality (good, uncertain or bad); times ascend and are
ISO 8601 or as in 2026/11/5 8:00, or seconds or milliseconds since 1970. A row without a value is bad, and nothing of it
is counted.

  --substance S    CAS number, or name or formula of docs/reference/substances.md
  --unit U         of the record: ${UNITS.join(', ')}
  --mode M         moving (default), or accumulated
  --reset R        when what is accumulated begins anew: never (default: with the record), shift or day
  --basis B        short-term limit that periods are counted by, such as PC-STEL
  --at T           reference temperature of mg/m3, degC; ${REFERENCE_TEMPERATURE} by default, 25 in the United States
  --hold D         a row holds until the next, and no longer than this; 5m by default
  --every D        prints at multiples of this instead of at each row
  --timezone Z     of times without an offset, of shifts and of what is printed; UTC by default
  --shifts A,B     when shifts begin; 08:00,20:00 by default
  --json           all of it as JSON

Prints CSV: time, value, stel, stelCoverage, twa, twaCoverage, beyond. An empty stel or twa cannot be told, since too
little of its time was seen. beyond has the limits that are reached, with --every those that were since the line before:
means of eight hours by the twa, short-term ones by the stel, ceilings by the value, or by its mean of some minutes
where the limit is one. Where one of these is empty it still has a limit that what was seen alone comes to.
`

interface ExposureReport extends Omit<Exposure, 'limits'> {
  readonly substance: { readonly cas: string; readonly formula: string; readonly name: string }
  readonly unit: string
  readonly timezone: string
  readonly limits: readonly object[]
}

/** `npm run analyse -- exposure`. */
export const EXPOSURE_ANALYSIS: Analysis = {
  name: 'exposure',
  about: 'STEL and TWA of a gas at each row, against the limits of its substance',
  usage: USAGE,
  options: {
    substance: { type: 'string' },
    unit: { type: 'string' },
    mode: { type: 'string' },
    reset: { type: 'string' },
    basis: { type: 'string' },
    at: { type: 'string' },
    hold: { type: 'string' },
    every: { type: 'string' },
    timezone: { type: 'string' },
    shifts: { type: 'string' },
  },
  analyse: analyseExposure,
  print: (result) => printExposure(result as ExposureReport),
}

function analyseExposure(file: RecordFile, options: AnalysisOptions): ExposureReport {
  const words = new OptionWords(options)
  const named = words.needed('substance')
  const substance = findSubstance(named)
  if (substance === undefined) throw new CodedError('USAGE', unknownSubstance(named))
  words.needed('unit')
  const unit = words.word('unit', UNITS) ?? 'ppm'
  const timezone = words.text('timezone') ?? 'UTC'
  if (!isTimezone(timezone)) throw new CodedError('USAGE', `--timezone ${timezone}: no IANA time zone`)
  const shifts = (words.text('shifts') ?? '08:00,20:00').split(',')
  if (!shifts.every((shift, at) => SHIFT.test(shift) && shift > (shifts[at - 1] ?? '')))
    throw new CodedError(
      'USAGE',
      `--shifts ${shifts.join(',')}: times of the day in order, such as 08:00,20:00`,
    )
  const mode = words.word('mode', TWA_MODES) ?? 'moving'
  const reset = words.word('reset', RESETS)
  const basis = words.word('basis', EXPOSURE_BASES)
  const at = words.number('at', { least: -50, most: 100 })
  const rows = readRows(readTable(file), { value: ['value'], timezone })
  const exposure = exposureOf(rows, {
    substance,
    unit,
    mode,
    ...(mode === 'accumulated' || reset !== undefined ? { reset: reset ?? 'never' } : {}),
    ...(basis !== undefined && { basis }),
    ...(at !== undefined && { at }),
    holdMs: words.duration('hold') ?? HOLD_MS,
    everyMs: words.duration('every'),
    surroundings: { tanks: new Map(), timezone, shifts, people500m: new Map() },
  })
  const { cas, formula, name } = substance
  return {
    substance: { cas, formula, name: name.en },
    unit,
    timezone,
    limits: exposure.limits.map(({ local, value, unit: published, ...limit }) => ({
      ...limit,
      value: local,
      published: { value, unit: published },
    })),
    summary: exposure.summary,
    rows: exposure.rows,
  }
}

function printExposure({ rows, timezone }: ExposureReport): string {
  const head = ['time', 'value', 'stel', 'stelCoverage', 'twa', 'twaCoverage', 'beyond']
  return formatCsv([
    head,
    ...rows.map(({ time, value, stel, twa, beyond }) => [
      formatIso(time, timezone),
      cellOf(value),
      cellOf(stel.value),
      cellOf(stel.coverage),
      cellOf(twa.value),
      cellOf(twa.coverage),
      beyond.join(' '),
    ]),
  ])
}

/** Six digits are more than any instrument has. */
function cellOf(value: number | undefined): string {
  return value === undefined ? '' : String(Number(value.toPrecision(6)))
}
