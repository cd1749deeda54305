import type { ComputationKind } from '../computation.ts'
import { SHORT_TERM_KEYS, shortTermMean, shortTermProblems } from './short-term.ts'
import type { ShortTermRule } from './short-term-periods.ts'

/** No more periods in a shift, and none sooner after another (ACGIH; RAE TN-119). */
const RULE: ShortTermRule = {
  bases: ['PC-STEL', 'OSHA-STEL', 'NIOSH-STEL', 'ACGIH-STEL'],
  mostPeriods: 4,
  leastApartMs: 3_600_000,
}

/** Short-term exposure. */
export const STEL: ComputationKind = {
  name: 'stel',
  about:
    'Short-term exposure: mean of the last 15 minute averages, negative values as zero; a minute with less than 75 % usable is a gap, and with less than 12 of 15 there is no value. With a substance, the periods of the shift beyond its short-term limit are counted: at most 4, an hour apart. A fixed point tells of its area and not of what a person breathed.',
  keys: SHORT_TERM_KEYS,
  required: [],
  of: { least: 1, most: 1 },
  window: '15m',
  unit: (_, [input]) => input?.unit,
  problems: (request) => shortTermProblems(request, RULE),
  build: (request) => shortTermMean(request, RULE),
}
