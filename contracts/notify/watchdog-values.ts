import type { RegisterType } from '../facility-words.ts'

/** What the synthetic sensor of the watchdog reads, in its unit. */
export interface WatchdogValues {
  /** While no alarm is driven. */
  readonly normal: number
  /** One of these for each round, in turn, so that a message of another round is told by its value. */
  readonly beyond: readonly number[]
  /** A value that comes back differs by less than this; those of two rounds differ by more than twice as much. */
  readonly tolerance: number
}

interface Span {
  readonly range: readonly [number, number]
  /** Of its alarm. */
  readonly limit: number
  readonly deadband: number
  /** The smallest change that its register can show: {@link registerStep}. */
  readonly step: number
}

/** Rounds until a value comes again. */
const MOST_VALUES = 50
const LEAST_VALUES = 4
/** Of floating point: far finer than this, and nobody needs more. */
const FLOAT_STEP = 1e-5

/** Undefined when range, limit and register leave too little room. */
export function watchdogValues({
  range: [low, high],
  limit,
  deadband,
  step,
}: Span): WatchdogValues | undefined {
  const finest = Math.max(step, (high - low) * FLOAT_STEP)
  const count = Math.min(MOST_VALUES, Math.floor((high - limit) / (2 * finest)) - 1)
  const rest = limit - deadband - low
  if (!(count >= LEAST_VALUES && rest > 2 * finest)) return undefined
  const spacing = (high - limit) / (count + 1)
  return {
    normal: low + rest / 2,
    beyond: Array.from({ length: count }, (_, index) => limit + (index + 1) * spacing),
    tolerance: spacing / 2,
  }
}

/** The smallest change that a register of this type can show, in the unit of its sensor; 0 for floating point. */
export function registerStep(type: RegisterType, scale: number): number {
  return type === 'float32' || type === 'float64' ? 0 : Math.abs(scale)
}
