import type { RewardRules } from '../../../contracts/register/report-plan.ts'
import type { AccidentGrade } from '../../../contracts/register/report-words.ts'

/** What a reward is figured out from. */
export type RewardBasis = {
  /** The reporter works in the plant. */
  readonly isEmployee: boolean
} & (
  | {
      /** CNY; 0: nobody was fined. */
      readonly fine: number
    }
  | {
      readonly accident: AccidentGrade
      /** That were concealed. */
      readonly deaths: number
    }
)

/**
 * CNY, in whole fen. What an employee gets on top comes after the least amount and before the greatest, which
 * nothing exceeds.
 */
export function rewardOf(basis: RewardBasis, rules: RewardRules): number {
  const { percent, minimum, maximum, employeePercent, perDeath } = rules
  const base =
    'fine' in basis
      ? Math.min(maximum, Math.max(minimum, (basis.fine * percent) / 100))
      : basis.deaths * perDeath[basis.accident]
  const raised = basis.isEmployee ? (base * (100 + employeePercent)) / 100 : base
  return Math.round(Math.min(maximum, raised) * 100) / 100
}
