import type { FigureId, Verdict } from '../../contracts/kpi.ts'
import { keeps, TARGETS } from '../../contracts/kpi-targets.ts'

/** Ten of fewer alarms than this are 5 % of them by arithmetic alone: their share says nothing. */
export const TOP_TEN_LEAST = 200

/** Null without a target or a value. */
export function verdictOn(id: FigureId, value: number | null): Verdict | null {
  const target = TARGETS[id]
  if (target === undefined || value === null) return null
  if (keeps(target.good, value)) return 'good'
  return target.manageable !== undefined && keeps(target.manageable, value) ? 'manageable' : 'over'
}
