import type { Quality } from '../quality.ts'

/**
 * What one input did within one step of the grid, after `from` up to and with `to`. Computations see inputs in this
 * form alone, so that a result depends on what was measured and not on the batches it came in. A value is held from
 * its reading to the next one, and no longer than there is evidence that its sensor is alive. It is usable while its
 * quality is good or uncertain: a bad one enters nothing (DESIGN section 2).
 */
export interface Slice {
  /** Held at the end of the step, in the unit of the input; undefined unless usable then. */
  readonly value: number | undefined
  /** Of what is held at the end; `bad` with `stale` when there has been no sign of life for too long, or ever. */
  readonly quality: Quality
  readonly reason: string | undefined
  /** When what is held was sampled, epoch ms; NaN before the first reading. */
  readonly time: number
  /** How much of the step a usable value was held for, ms. */
  readonly usableMs: number
  /** Sum of value times ms over that time. */
  readonly integral: number
  /** The same of the values with those below zero taken as zero, for exposures. */
  readonly positiveIntegral: number
  /** Least and greatest usable value of the step; NaN when there was none. */
  readonly min: number
  readonly max: number
  /** Some of what was usable was uncertain. */
  readonly isUncertain: boolean
  /** Its calibration or its test is overdue: see docs/calibration.md. */
  readonly isOverdue: boolean
}
