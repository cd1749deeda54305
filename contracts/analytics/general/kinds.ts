import type { ComputationKind } from '../computation.ts'
import { COINCIDENCE } from './coincidence.ts'
import { DEVIATION } from './deviation.ts'
import { MAX, MIN } from './extreme.ts'
import { HEALTHY } from './healthy.ts'
import { LINEAR } from './linear.ts'
import { MEAN } from './mean.ts'
import { MEDIAN } from './median.ts'
import { RATE } from './rate.ts'
import { RATIO } from './ratio.ts'
import { STANDARD_DEVIATION } from './standard-deviation.ts'
import { TOTAL } from './total.ts'
import { VOTE } from './vote.ts'

/** Computations of any quantity. */
export const GENERAL_KINDS: readonly ComputationKind[] = [
  RATE,
  MEAN,
  MIN,
  MAX,
  STANDARD_DEVIATION,
  MEDIAN,
  TOTAL,
  DEVIATION,
  RATIO,
  LINEAR,
  VOTE,
  HEALTHY,
  COINCIDENCE,
]
