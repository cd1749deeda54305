import { CodedError } from '../../errors.ts'
import { convert, type Unit } from '../../units.ts'
import { recordFigures } from '../seismic/record-figures.ts'
import { STATION_DEFAULTS } from '../seismic/station-config.ts'
import { AXES, type Axis, isSample, type Wave } from '../seismic/wave.ts'
import type { Analysis, AnalysisOptions } from './analysis.ts'
import {
  invalidRecord,
  noNumber,
  numberOf,
  type RecordFile,
  type RecordProblem,
  readTable,
} from './record-file.ts'

/** Key: as people write it, in lower case. */
const UNITS: Readonly<Record<string, Unit>> = { gal: 'Gal', 'cm/s2': 'Gal', 'm/s2': 'm/s2', g: 'g' }
/** What stands for / in headings. */
const SUFFIXES: Readonly<Record<string, string>> = {
  m_s2: 'm/s2',
  ms2: 'm/s2',
  cm_s2: 'cm/s2',
  cms2: 'cm/s2',
  mps2: 'm/s2',
  cmps2: 'cm/s2',
}
/** An axis, and what its samples are in: behind a blank or _, or in brackets. */
const HEADING = /^(ns|ew|ud)(?:[_ ]?[([]([^)\]]+)[)\]]|[_ ](.+))?$/
const LEAST_RATE = 10
const GREATEST_RATE = 10_000
/** Files begin shortly before the earthquake: of a plant's long term average of 30 s little would be left. */
const LTA_S = 10

const USAGE = `--rate 100 --unit gal [--sta 0.5] [--lta ${LTA_S}] [--on 5] [--off 2]

Reads a CSV file with a heading line and one sample per row: columns ns, ew and ud, or any one of them, with or without
a unit behind (ns_gal, ud_m/s2). Other columns are passed over, one of times too: --rate alone says how fast it was
sampled, and that nothing is missing. The mean of each axis is taken off.

  --rate HZ      samples per second, ${LEAST_RATE} to ${GREATEST_RATE}
  --unit UNIT    of the samples: gal (cm/s2), m/s2 or g; may be left out where the headings say it
  --sta, --lta   short and long term average of the trigger, s
  --on, --off    ratios at which the trigger goes on and off

Prints JSON:

  pga              greatest acceleration of the three-axis vector, Gal (cm/s2)
  pgv              greatest velocity of it, periods beyond 5 s cut off, cm/s
  cav              cumulative absolute velocity of the strongest axis, g s
  standardizedCav  the same of the seconds whose peak is beyond 0.025 g, g s
  arias            Arias intensity, sum of the axes, m/s
  jma              JMA instrumental intensity; null of a record shorter than 0.3 s, which has none
  gbt17742         instrumental intensity by GB/T 17742-2020
  staLta           greatest ratios of the vector without a band-pass, classic and recursive; sta and lta in s
  triggers         when the live trigger (1 to 10 Hz) goes on and off, s since the first sample, and its greatest ratio

docs/seismic.md has the formulas.
`

export const SEISMIC_ANALYSIS: Analysis = {
  name: 'seismic',
  about: 'peaks, intensities and triggers of an accelerogram',
  usage: USAGE,
  options: {
    rate: { type: 'string' },
    unit: { type: 'string' },
    sta: { type: 'string' },
    lta: { type: 'string' },
    on: { type: 'string' },
    off: { type: 'string' },
  },
  analyse: (file, options) => {
    const number = numbersOf(options)
    const rate = number('rate', undefined)
    if (rate < LEAST_RATE || rate > GREATEST_RATE)
      throw new CodedError('USAGE', `--rate ${rate}: ${LEAST_RATE} to ${GREATEST_RATE} Hz are possible`)
    const config = {
      ...STATION_DEFAULTS,
      staMs: number('sta', STATION_DEFAULTS.staMs / 1_000) * 1_000,
      ltaMs: number('lta', LTA_S) * 1_000,
      on: number('on', STATION_DEFAULTS.on),
      off: number('off', STATION_DEFAULTS.off),
    }
    if (config.staMs >= config.ltaMs) throw new CodedError('USAGE', '--sta has to be shorter than --lta')
    if (config.off > config.on) throw new CodedError('USAGE', '--off is no more than --on')
    return recordFigures(readWave(file, rate, unitOf(options.unit)), config)
  },
}

function numbersOf(options: AnalysisOptions): (name: string, otherwise: number | undefined) => number {
  return (name, otherwise) => {
    const text = options[name]
    const value = text === undefined ? otherwise : numberOf(String(text))
    if (value !== undefined && value > 0) return value
    const what = text === undefined ? 'is needed' : `"${text}" is no number above 0`
    throw new CodedError('USAGE', `--${name} ${what}`)
  }
}

function unitOf(text: AnalysisOptions[string]): Unit | undefined {
  if (text === undefined) return undefined
  const unit = lookUp(String(text))
  if (unit === undefined)
    throw new CodedError(
      'USAGE',
      // No suggestion: what is near mg is g, a thousand times as much.
      `--unit ${text}: gal (cm/s2), m/s2 or g`,
    )
  return unit
}

function lookUp(text: string): Unit | undefined {
  const name = text.toLowerCase().replace(/\^2|²/, '2')
  return Object.hasOwn(UNITS, name) ? UNITS[name] : undefined
}

interface AxisColumn {
  readonly axis: Axis
  readonly index: number
  readonly unit: Unit
}

function readWave(file: RecordFile, rate: number, unit: Unit | undefined): Wave {
  const table = readTable(file)
  const columns = columnsOf(file, table.columns, unit)
  const length = table.rows.length
  const problems: RecordProblem[] = []
  const axisOf = (axis: Axis) => {
    const samples = new Float64Array(length)
    const column = columns.find((found) => found.axis === axis)
    if (column === undefined) return samples
    for (const [i, { cells, line }] of table.rows.entries()) {
      const value = numberOf(cells[column.index])
      const gal = value === undefined ? undefined : convert(value, column.unit, 'Gal')
      if (gal !== undefined && isSample(gal)) samples[i] = gal
      else {
        const cell = cells[column.index]
        const beyond = `"${cell}" is beyond 200,000 Gal, which no ground reaches`
        problems.push({ line, message: `${axis}: ${gal === undefined ? noNumber(cell) : beyond}` })
      }
    }
    return samples
  }
  const axes = [axisOf('ns'), axisOf('ew'), axisOf('ud')] as const
  if (problems.length > 0)
    throw invalidRecord(
      file,
      problems.sort((a, b) => a.line - b.line),
    )
  return { time: 0, rate, axes }
}

function columnsOf(file: RecordFile, headings: readonly string[], unit: Unit | undefined): AxisColumn[] {
  const found: AxisColumn[] = []
  const fail = (message: string) => invalidRecord(file, [{ line: 1, message }])
  for (const [index, heading] of headings.entries()) {
    const [, name, bracketed, bare] = HEADING.exec(heading) ?? []
    const suffix = bracketed ?? bare
    const axis = AXES.find((one) => one === name)
    if (axis === undefined) continue
    const own = suffix === undefined ? undefined : lookUp(SUFFIXES[suffix] ?? suffix)
    if (suffix !== undefined && own === undefined)
      throw fail(`"${heading}": its unit is none of gal, m/s2, g`)
    if (own !== undefined && unit !== undefined && own !== unit)
      throw fail(`"${heading}" is in ${own}, and --unit says ${unit}`)
    const known = own ?? unit
    if (known === undefined) throw new CodedError('USAGE', `--unit is needed: "${heading}" names none`)
    if (found.some((column) => column.axis === axis)) throw fail(`two columns are ${axis}`)
    found.push({ axis, index, unit: known })
  }
  if (found.length > 0) return found
  throw fail(`no column ns, ew or ud; there are ${headings.join(', ')}`)
}
