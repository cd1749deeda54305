import { AXES } from '../../contracts/analytics/seismic/wave.ts'
import { parseCsv } from '../../contracts/csv.ts'
import { CodedError } from '../../contracts/errors.ts'
import { convert, type Unit } from '../../contracts/units.ts'
import type { Axes } from './shaking.ts'

/** A strong-motion record, Gal. */
export interface Accelerogram {
  /** Samples per second. */
  readonly rate: number
  readonly axes: Axes
}

/** Key: suffix of a column, such as `ns_gal`. */
const SUFFIXES: Readonly<Record<string, Unit>> = { gal: 'Gal', g: 'g', ms2: 'm/s2' }

/**
 * Reads columns ns, ew and ud, in Gal unless a suffix says otherwise (`ns_g`, `ns_ms2`).
 * @throws CodedError SCENARIO_INVALID with file and line
 */
export function parseAccelerogram(text: string, file: string, rate: number): Accelerogram {
  const { rows, problems } = parseCsv(text)
  const [problem] = problems
  if (problem !== undefined) throw invalid(`${file}:${problem.line}: ${problem.message}`)
  const [head, ...records] = rows
  const columns = AXES.map((axis) => columnOf(axis, head?.cells ?? [], file))
  const read = ({ at, factor }: { at: number; factor: number }) =>
    Float64Array.from(records, ({ cells, line }) => {
      const cell = cells[at]?.trim() ?? ''
      const value = Number(cell)
      if (cell === '' || !Number.isFinite(value)) throw invalid(`${file}:${line}: "${cell}" is no number`)
      return value * factor
    })
  const [ns, ew, ud] = columns
  if (ns === undefined || ew === undefined || ud === undefined || records.length === 0)
    throw invalid(`${file}: there is no sample`)
  return { rate, axes: [read(ns), read(ew), read(ud)] }
}

function columnOf(axis: string, head: readonly string[], file: string): { at: number; factor: number } {
  for (const [at, cell] of head.entries()) {
    const [name, suffix = 'gal'] = cell.trim().toLowerCase().split('_')
    if (name !== axis) continue
    const unit = SUFFIXES[suffix]
    if (unit === undefined)
      throw invalid(
        `${file}:1: "${cell}" is none of ${Object.keys(SUFFIXES)
          .map((key) => `${axis}_${key}`)
          .join(', ')}`,
      )
    return { at, factor: convert(1, unit, 'Gal') ?? 1 }
  }
  throw invalid(`${file}:1: there is no column ${axis}`)
}

function invalid(detail: string): CodedError {
  return new CodedError('SCENARIO_INVALID', detail)
}

/** A part of a record. */
export function excerpt(
  { rate, axes }: Accelerogram,
  { fromMs, lengthMs }: { fromMs: number; lengthMs: number },
): Accelerogram {
  const [first, end] = [fromMs, fromMs + lengthMs].map((ms) => Math.round((ms * rate) / 1_000))
  const cut = (axis: Float64Array) => axis.slice(first, end)
  return { rate, axes: [cut(axes[0]), cut(axes[1]), cut(axes[2])] }
}

/**
 * The record, `factor` times as strong, as an instrument of another rate samples it; where the rates agree its
 * samples come through untouched.
 */
export function resampled({ rate, axes }: Accelerogram, to: { rate: number; factor: number }): Axes {
  const ratio = rate / to.rate
  const axis = (samples: Float64Array) =>
    Float64Array.from({ length: Math.floor((samples.length - 1) / ratio) + 1 }, (_, index) => {
      const at = index * ratio
      const before = Math.floor(at)
      const [here = 0, next = here] = [samples[before], samples[before + 1]]
      return to.factor * (here + (next - here) * (at - before))
    })
  return [axis(axes[0]), axis(axes[1]), axis(axes[2])]
}
