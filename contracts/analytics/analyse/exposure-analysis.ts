import { withDefaults } from '../../config-defaults.ts'
import { CodedError } from '../../errors.ts'
import type { Unit } from '../../units.ts'
import type { Computation, DerivedRequest, Result, Running, Surroundings } from '../computation.ts'
import { requestOf } from '../derived-request.ts'
import { type DerivedFile, DerivedSchema, EXPOSURE_BASES } from '../derived-schema.ts'
import { concentrationFactor, REFERENCE_TEMPERATURE } from '../gas/concentration.ts'
import { type LocalLimit, limitsIn } from '../gas/gas-request.ts'
import { MINUTE_MS } from '../gas/minute-averages.ts'
import type { Substance } from '../gas/substance.ts'
import { type RecordRow, RecordSeries } from './record-series.ts'

/** What an exposure is computed by, as the keys of derived sensors have it. */
export interface ExposureSettings extends Pick<DerivedFile, 'mode' | 'reset' | 'at' | 'basis'> {
  readonly substance: Substance
  /** Of the record. */
  readonly unit: Unit
  /** A row holds no longer, ms. */
  readonly holdMs: number
  /** Results at multiples of it instead of at each row, ms. */
  readonly everyMs: number | undefined
  readonly surroundings: Surroundings
}

/** At one time. */
export interface ExposureRow {
  readonly time: number
  /** What the record holds then; absent when it is bad or too old. */
  readonly value?: number
  readonly stel: Result
  readonly twa: Result
  /** Bases whose limit is reached or exceeded; on a grid, at any time since the row before. */
  readonly beyond: readonly string[]
}

export interface Exposure {
  readonly limits: readonly LocalLimit[]
  readonly rows: readonly ExposureRow[]
  /** What is said of the whole record at its end. Key: stel or twa. */
  readonly summary: Readonly<Record<'stel' | 'twa', unknown>>
}

const SENSOR = 'record'
/** Of a grid: eleven days of seconds. All of it is held in memory until it is printed. */
const MOST_TIMES = 1_000_000
const SHORT = ['PC-STEL', 'OSHA-STEL', 'NIOSH-STEL', 'ACGIH-STEL']
const LONG = ['PC-TWA', 'OSHA-PEL', 'NIOSH-REL', 'ACGIH-TWA']

/** STEL and TWA of a record, by the very computations that run live. @throws CodedError USAGE for what does not fit */
export function exposureOf(rows: readonly RecordRow[], settings: ExposureSettings): Exposure {
  const { mode, reset, basis } = settings
  const { substance, unit, at = REFERENCE_TEMPERATURE } = settings
  const factor = concentrationFactor(unit, 'ppm', { substance, at, lelSource: 'nfpa' })
  if (typeof factor === 'string') throw new CodedError('USAGE', `--unit ${unit}: ${factor}`)
  const stel = requested(settings, { compute: 'stel', ...(basis && { basis }) })
  const twa = requested(settings, { compute: 'twa', ...(mode && { mode }), ...(reset && { reset }) })
  const limits = limitsIn(stel.request, settings.unit, { bases: EXPOSURE_BASES })
  const running = { stel: stel.computation.start(), twa: twa.computation.start() }
  const ceilings = ceilingsOf(settings, limits)
  const series = new RecordSeries(rows, settings.holdMs)
  const found: ExposureRow[] = []
  let from = rows[0]?.time ?? 0
  // Of the first row nothing has been held yet.
  let results = { stel: NOTHING_YET, twa: NOTHING_YET }
  const isGrid = settings.everyMs !== undefined
  for (const time of timesOf(rows, settings.everyMs)) {
    const beyond = new Set<LocalLimit>()
    const look = (moment: number | undefined) => {
      for (const limit of limits) {
        const mean = limit.minutes === undefined ? undefined : ceilings.get(limit.minutes)
        const value = mean === undefined ? valueFor(limit.basis, moment, results) : knownOf(mean.result)
        if (value !== undefined && value >= limit.local) beyond.add(limit)
      }
    }
    while (from < time) {
      const end = series.isHeldAt(from) ? nextMinute(from) : series.beginsAfter(from)
      const step = series.step(from, Math.min(time, end))
      results = { stel: running.stel.step(step), twa: running.twa.step(step) }
      for (const ceiling of ceilings.values()) ceiling.result = ceiling.running.step(step)
      from = step.to
      // What was between two rows of a grid is in none of them.
      if (isGrid) look(step.inputs[0]?.max)
    }
    const value = series.heldAt(time)
    look(value)
    found.push({
      time,
      ...(value !== undefined && { value }),
      ...results,
      beyond: limits.filter((limit) => beyond.has(limit)).map((limit) => limit.basis),
    })
  }
  return {
    limits,
    rows: found,
    summary: { stel: running.stel.describe?.() ?? null, twa: running.twa.describe?.() ?? null },
  }
}

/** Ceilings that are means of some minutes, and no bounds of moments. Key: minutes. */
function ceilingsOf(
  settings: ExposureSettings,
  limits: readonly LocalLimit[],
): Map<number, { readonly running: Running; result: Result }> {
  const minutes = new Set(limits.flatMap((limit) => limit.minutes ?? []))
  return new Map(
    [...minutes].map((length) => {
      const { computation } = requested(settings, { compute: 'ceiling', window: `${length}m` })
      return [length, { running: computation.start(), result: NOTHING_YET }]
    }),
  )
}

/** A row that holds for a part of a longer step would be spread over all of its minutes. */
function nextMinute(time: number): number {
  return (Math.floor(time / MINUTE_MS) + 1) * MINUTE_MS
}

const NOTHING_YET: Result = { quality: 'bad', reason: 'inputs', coverage: 0 }

/** What a limit bounds: a mean of eight hours, one of 15 minutes, or every moment. */
function valueFor(
  basis: string,
  held: number | undefined,
  { stel, twa }: { stel: Result; twa: Result },
): number | undefined {
  if (LONG.includes(basis)) return knownOf(twa)
  return SHORT.includes(basis) ? knownOf(stel) : held
}

/** Where too little was seen for a value, that alone may be beyond a limit. */
function knownOf({ value, atLeast }: Result): number | undefined {
  return value ?? atLeast
}

function timesOf(rows: readonly RecordRow[], everyMs: number | undefined): number[] {
  const times = rows.map(({ time }) => time)
  if (everyMs === undefined) return times
  const [first = 0, last = 0] = [times[0], times.at(-1)]
  const begin = Math.ceil(first / everyMs) * everyMs
  const length = Math.max(0, Math.floor((last - begin) / everyMs) + 1)
  if (length > MOST_TIMES)
    throw new CodedError('USAGE', `--every: ${length} times are too many to print, at most ${MOST_TIMES}`)
  return Array.from({ length }, (_, at) => begin + at * everyMs)
}

function requested(
  { substance, unit, at, surroundings }: ExposureSettings,
  keys: Partial<DerivedFile> & Pick<DerivedFile, 'compute'>,
): { request: DerivedRequest; computation: Computation } {
  const file = withDefaults(DerivedSchema, {
    id: keys.compute,
    of: SENSOR,
    substance: substance.cas,
    ...(at !== undefined && { at }),
    ...keys,
  }) as DerivedFile
  const sensor = {
    id: SENSOR,
    kind: 'gas',
    unit,
    quantity: substance.formula,
    area: SENSOR,
    pollMs: undefined,
    alarms: {},
  } as const
  const found = requestOf(file, new Map([[SENSOR, sensor]]), surroundings)
  if ('problems' in found)
    throw new CodedError('USAGE', found.problems.map(({ key, message }) => `--${key}: ${message}`).join('; '))
  return { request: found.request, computation: found.kind.build(found.request) }
}
