import { withDefaults } from '../../config-defaults.ts'
import { CodedError } from '../../errors.ts'
import type { Unit } from '../../units.ts'
import type { Computation, Result, Running } from '../computation.ts'
import { type KnownSensor, requestOf } from '../derived-request.ts'
import { type DerivedFile, DerivedSchema } from '../derived-schema.ts'
import type { Tank, TankLimit } from '../level/tank.ts'
import { type RecordRow, RecordSeries } from './record-series.ts'

/** What a record of a tank is computed by. */
export interface LevelSettings {
  readonly tank: Tank
  /** Of the level in the record. */
  readonly unit: Unit
  /** Undefined: of no limit anybody asks for the time. */
  readonly to: TankLimit | undefined
  readonly windowMs: number
  /** A row holds no longer, ms. */
  readonly holdMs: number
}

/** At the time of a row. */
export interface LevelRow {
  readonly time: number
  /** As the record has it. */
  readonly level?: number
  readonly volume: Result
  /** Null without temperatures. */
  readonly standardVolume: Result | null
  readonly netFlow: Result
  /** So much more the flow may be, m3/h (95 %, one-sided). */
  readonly flowConfidence?: number
  readonly timeToLimit: Result | null
}

const LEVEL = 'level'
const TEMPERATURE = 'temperature'
/** What a record has of temperatures holds longer: liquids are slow. */
const TEMPERATURE_HOLDS_MS = 86_400_000

/**
 * Volume, flow and time to a limit of a record, at each of its rows, by the very computations that run live.
 * @throws CodedError USAGE for what does not fit
 */
export function levelOf(
  rows: readonly RecordRow[],
  temperatures: readonly RecordRow[],
  settings: LevelSettings,
): LevelRow[] {
  const { to, holdMs, windowMs } = settings
  const isWarm = temperatures.length > 0
  const temperature = isWarm ? { temperature: TEMPERATURE } : {}
  const everyMs = spacing(rows)
  const window = { window: `${windowMs}ms` }
  const start = (keys: Partial<DerivedFile> & Pick<DerivedFile, 'compute'>) =>
    computation(settings, everyMs, keys).start()
  const volume = start({ compute: 'volume' })
  const standardVolume = isWarm ? start({ compute: 'standard-volume', ...temperature }) : undefined
  const netFlow = start({ compute: 'net-flow', ...window, ...temperature })
  const timeToLimit = to && start({ compute: 'time-to-limit', to, ...window })
  const levels = new RecordSeries(rows, holdMs)
  const warmth = new RecordSeries(temperatures, TEMPERATURE_HOLDS_MS)
  const [first] = rows
  let from = first === undefined ? 0 : first.time - everyMs
  return rows.map(({ time, value }) => {
    const level = levels.step(from, time)
    const inputs = isWarm ? [...level.inputs, ...warmth.step(from, time).inputs] : level.inputs
    from = time
    const stepOf = (running: Running) => running.step({ ...level, inputs })
    const row = {
      time,
      ...(value !== undefined && { level: value }),
      volume: volume.step(level),
      standardVolume: standardVolume === undefined ? null : stepOf(standardVolume),
      netFlow: stepOf(netFlow),
      timeToLimit: timeToLimit === undefined ? null : timeToLimit.step(level),
    }
    const confidence = netFlow.describe?.().flowConfidence
    return { ...row, ...(typeof confidence === 'number' && { flowConfidence: confidence }) }
  })
}

/** The time between two rows that half of them are no farther apart than, ms. */
function spacing(rows: readonly RecordRow[]): number {
  const gaps = rows.slice(1).map(({ time }, at) => time - (rows[at]?.time ?? time))
  const middle = gaps.toSorted((a, b) => a - b)[gaps.length >> 1] ?? 1_000
  return Math.max(100, Math.round(middle))
}

function computation(
  { tank, unit }: LevelSettings,
  everyMs: number,
  keys: Partial<DerivedFile> & Pick<DerivedFile, 'compute'>,
): Computation {
  const file = withDefaults(DerivedSchema, {
    id: keys.compute,
    of: LEVEL,
    tank: tank.id,
    every: `${everyMs}ms`,
    ...keys,
  }) as DerivedFile
  const sensor = (id: string, of: Pick<KnownSensor, 'kind' | 'unit'>): [string, KnownSensor] => [
    id,
    { id, ...of, quantity: id, area: LEVEL, pollMs: undefined, alarms: {} },
  ]
  const known = new Map([
    sensor(LEVEL, { kind: 'level', unit }),
    sensor(TEMPERATURE, { kind: 'temperature', unit: 'degC' }),
  ])
  const tanks = new Map([[tank.id, tank]])
  const found = requestOf(file, known, { tanks, timezone: 'UTC', shifts: [], people500m: new Map() })
  if ('problems' in found)
    throw new CodedError('USAGE', found.problems.map(({ key, message }) => `--${key}: ${message}`).join('; '))
  return found.kind.build(found.request)
}
