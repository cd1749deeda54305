import type { Condition } from '../../../../contracts/facility-schema.ts'

/** How value and limit stand to each other while the condition holds. Key: condition. */
export const CONDITION_SIGNS: Readonly<Record<Condition, string>> = {
  high: '≥',
  low: '≤',
  equals: '=',
  'not-equals': '≠',
  stale: '',
  fault: '',
}
