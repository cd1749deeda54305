import type { AlarmFile } from '../alarm-schema.ts'
import { parseDuration } from '../duration.ts'
import type { AlarmConfig } from '../facility.ts'
import type { SensorKind } from '../facility-words.ts'
import { alarmId, splitAlarmId } from '../ids.ts'
import { optional } from '../resolve-parts.ts'
import { didYouMean } from '../suggestion.ts'
import type {
  ComputationKind,
  DerivedInput,
  DerivedRequest,
  KindProblem,
  Surroundings,
} from './computation.ts'
import { COMPUTE_KEYS, type DerivedFile, type DerivedKey } from './derived-schema.ts'
import { KINDS } from './kinds.ts'

/** A sensor that others may be computed from. */
export interface KnownSensor
  extends Pick<DerivedInput, 'kind' | 'unit' | 'quantity' | 'area' | 'pollMs' | 'tank'> {
  readonly id: string
  /** How long it waits for its own inputs, ms; of derived sensors. */
  readonly latenessMs?: number
  /** Of a file that is only checked they have no delays yet. Key: key of the alarm. */
  readonly alarms: Readonly<
    Record<
      string,
      Pick<AlarmFile, 'when' | 'limit' | 'deadband'> & Partial<Pick<AlarmConfig, 'onDelayMs' | 'offDelayMs'>>
    >
  >
}

/** What is made of a derived sensor of the file. */
export interface Requested {
  readonly kind: ComputationKind
  readonly request: DerivedRequest
  readonly latenessMs: number
  /** Of the result. */
  readonly output: { readonly kind: SensorKind; readonly quantity: string; readonly area: string }
}

/** A grid is no finer, ms: a second is what people and stores can follow. */
const LEAST_GRID_MS = 100
/** Steps of a grid that nobody chose, ms: whole parts of a minute. */
const GRIDS_MS = [1_000, 2_000, 5_000, 10_000, 15_000, 20_000, 30_000, 60_000] as const
/** A window is no more than so many of them, so that many long ones take little room. */
const WINDOW_STEPS = 300
const LEAST_LATENESS_MS = 2_000
/** The polls that a point of the grid waits for its inputs. */
const WAITED_POLLS = 2
/** A window holds at least so many samples, unless its kind says otherwise. */
const WINDOW_POLLS = 2
/** A window holds no more steps of the grid: they are all in memory, and in every checkpoint. A day of seconds is less. */
const MOST_WINDOW_STEPS = 100_000

/** Ids of all inputs, those named by other keys among them. */
export function inputIdsOf(file: DerivedFile): readonly string[] {
  return KINDS.get(file.compute)?.inputsOf?.(file) ?? listOf(file.of)
}

export function listOf(ids: string | readonly string[] | undefined): readonly string[] {
  return ids === undefined ? [] : typeof ids === 'string' ? [ids] : ids
}

/**
 * The request that a derived sensor of the file stands for, or all that is wrong with it. Pure; `known` has every
 * sensor of the facility that is computed before it.
 */
export function requestOf(
  file: DerivedFile,
  known: ReadonlyMap<string, KnownSensor>,
  surroundings: Surroundings,
): Requested | { readonly problems: readonly KindProblem[] } {
  const kind = KINDS.get(file.compute)
  if (kind === undefined) {
    const names = [...KINDS.keys()]
    const message = `no computation "${file.compute}"${didYouMean(file.compute, names)}: there are ${names.join(', ')}`
    return { problems: [{ key: 'compute', message }] }
  }
  const shape = [...keyProblems(file, kind), ...countProblems(file, kind)]
  const inputs: DerivedInput[] = []
  for (const id of inputIdsOf(file)) {
    const input = inputOf(id, known, kind)
    if (typeof input === 'string') shape.push({ key: keyNaming(file, id), message: input })
    else inputs.push(input)
  }
  const [first] = inputs
  if (shape.length > 0 || first === undefined) return { problems: shape }
  const pollMs = Math.max(0, ...inputs.map((input) => input.pollMs ?? 0))
  const waitedMs = Math.max(0, ...inputs.map(({ sensor }) => known.get(sensor)?.latenessMs ?? 0))
  const latenessMs = msOf(file.lateness) ?? Math.max(LEAST_LATENESS_MS, WAITED_POLLS * pollMs, waitedMs)
  const windowMs = msOf(file.window ?? kind.window ?? undefined)
  const everyMs = msOf(file.every) ?? Math.max(pollMs, gridOf(windowMs))
  const unit = file.unit ?? kind.unit(file, inputs)
  const problems = timeProblems({ everyMs, latenessMs, waitedMs, windowMs, pollMs }, file, kind)
  if (unit === undefined)
    problems.push({ key: 'unit', message: `${kind.name} of these needs a unit: what is the result in?` })
  if (problems.length > 0 || unit === undefined) return { problems }
  const request: DerivedRequest = { file, unit, everyMs, windowMs, inputs, surroundings }
  const tankArea = surroundings.tanks.get(file.tank ?? '')?.area
  const found = kind.problems(request)
  if (found.length > 0) return { problems: found }
  return {
    kind,
    request,
    latenessMs,
    output: outputOf(file, kind, { ...first, ...optional('area', tankArea) }),
  }
}

/** What the result is, but for its unit. `first` is its first input; what is told of a tank stands where the tank does. */
export function outputOf(
  file: DerivedFile,
  kind: ComputationKind,
  first: Pick<DerivedInput, 'kind' | 'area'>,
): Requested['output'] {
  return {
    kind: file.kind ?? kind.kind ?? first.kind,
    quantity: file.quantity ?? kind.quantity ?? kind.name,
    area: file.area ?? first.area,
  }
}

function keyProblems(file: DerivedFile, kind: ComputationKind): KindProblem[] {
  const given = (Object.keys(COMPUTE_KEYS) as DerivedKey[]).filter((key) => file[key] !== undefined)
  const takes = kind.keys.length === 0 ? 'none of its own' : kind.keys.join(', ')
  const strange = given
    .filter((key) => !kind.keys.includes(key))
    .map((key) => ({ key, message: `${kind.name} does not take ${key}; keys that it takes: ${takes}` }))
  const missing = kind.required
    .filter((key) => file[key] === undefined)
    .map((key): KindProblem => ({ key: 'compute', message: `${kind.name} needs ${key}` }))
  if (kind.window === undefined && kind.mayHaveWindow !== true && file.window !== undefined)
    strange.push({ key: 'window' as DerivedKey, message: `${kind.name} has no window` })
  if (kind.window === null && file.window === undefined)
    missing.push({ key: 'compute', message: `${kind.name} needs a window` })
  return [...strange, ...missing]
}

function countProblems({ of }: DerivedFile, { name, of: { least, most } }: ComputationKind): KindProblem[] {
  const count = listOf(of).length
  if (count >= least && count <= most) return []
  const wanted = least === most ? `${least}` : `${least} to ${most}`
  return [{ key: 'of', message: `${name} is computed from ${wanted}, and there are ${count}` }]
}

const NAMING = ['of', 'temperature', 'density', 'inflow', 'outflow', 'permit'] as const

/** Where the file names an input. */
export function keyNaming(file: DerivedFile, id: string): (typeof NAMING)[number] {
  return NAMING.find((key) => listOf(file[key]).includes(id)) ?? 'of'
}

/** What is wrong, as text, when it is none. */
export function inputOf(
  id: string,
  known: ReadonlyMap<string, KnownSensor>,
  kind: ComputationKind,
): DerivedInput | string {
  const sensor = known.get(id)
  if (sensor !== undefined) return described(sensor, id)
  const split = splitAlarmId(id)
  const owner = split && known.get(split.sensor)
  if (split === undefined || owner === undefined)
    return `no sensor "${id}"${didYouMean(id, [...known.keys()])}`
  const isAlarm = Object.hasOwn(owner.alarms, split.key) || split.key === 'FAULT'
  if (kind.takesAlarms !== true)
    return isAlarm
      ? `"${id}" is an alarm, and ${kind.name} is computed from sensors`
      : `no sensor "${id}"${didYouMean(id, [...known.keys()])}`
  if (!isAlarm) {
    const alarms = Object.keys(owner.alarms).map((key) => alarmId(owner.id, key))
    return `no sensor or alarm "${id}"${didYouMean(id, [...known.keys(), ...alarms])}`
  }
  const { when, limit, deadband = 0, onDelayMs = 0, offDelayMs = 0 } = owner.alarms[split.key] ?? {}
  if (when === undefined || limit === undefined)
    return `"${id}" has no limit, and ${kind.name} goes by those of high and low alarms`
  return { ...described(owner, id), alarm: { id, when, limit, deadband, onDelayMs, offDelayMs } }
}

function described(
  { id: sensor, kind, unit, quantity, area, pollMs, tank }: KnownSensor,
  id: string,
): DerivedInput {
  return { id, sensor, kind, unit, quantity, area, pollMs, ...optional('tank', tank) }
}

function timeProblems(
  {
    everyMs,
    latenessMs,
    waitedMs,
    windowMs,
    pollMs,
  }: { everyMs: number; latenessMs: number; waitedMs: number; windowMs: number | undefined; pollMs: number },
  file: DerivedFile,
  kind: ComputationKind,
): KindProblem[] {
  const problems: KindProblem[] = []
  if (everyMs < LEAST_GRID_MS)
    problems.push({
      key: 'every',
      message: `every ${file.every}: a grid is no finer than ${LEAST_GRID_MS}ms`,
    })
  if (latenessMs < waitedMs)
    problems.push({
      key: 'lateness',
      message: `${file.lateness}: its inputs wait for theirs for ${waitedMs / 1_000}s, and would always come late`,
    })
  if (windowMs === undefined) return problems
  const window = file.window ?? kind.window
  const least = (kind.leastWindowPolls ?? WINDOW_POLLS) * Math.max(pollMs, everyMs)
  const of = everyMs > pollMs ? 'steps of the grid' : 'polls'
  if (windowMs < least)
    problems.push({
      key: 'window',
      message: `${window}: a window is no shorter than two ${of}, here ${least / 1_000}s`,
    })
  if (windowMs > MOST_WINDOW_STEPS * everyMs)
    problems.push({
      key: 'window',
      message: `${window}: a window is no longer than ${MOST_WINDOW_STEPS} steps of the grid: give it a coarser every`,
    })
  return problems
}

/** The finest grid on which a window is not too many steps. */
function gridOf(windowMs = 0): number {
  return GRIDS_MS.find((ms) => ms * WINDOW_STEPS >= windowMs) ?? 60_000
}

function msOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : parseDuration(text)
}
