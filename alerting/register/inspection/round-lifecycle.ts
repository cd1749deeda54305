import { CodedError } from '../../../contracts/errors.ts'
import type { RoundState } from '../../../contracts/register/inspection-words.ts'

/** What is done with a round. docs/inspections.md has the table. */
export const ROUND_ACTIONS = ['start', 'answer', 'attach', 'finish', 'abandon'] as const
export type RoundAction = (typeof ROUND_ACTIONS)[number]

/** A round before it is started. */
type Before = 'none' | RoundState

/** What is not there is refused. */
const TABLE: Readonly<Record<Before, Partial<Record<RoundAction, RoundState>>>> = {
  none: { start: 'running' },
  running: { answer: 'running', attach: 'running', finish: 'finished', abandon: 'abandoned' },
  finished: {},
  abandoned: {},
}

/** The state that an action leads to, or why it does not. */
export function nextState(
  state: Before,
  action: RoundAction,
  round: { readonly number: number },
): RoundState | CodedError {
  const next = TABLE[state][action]
  if (next !== undefined) return next
  if (state === 'none') return new CodedError('ROUND_UNKNOWN', `round ${round.number} was never started`)
  if (state === 'running') return new CodedError('ROUND_RUNNING', `round ${round.number} is running`)
  return new CodedError('ROUND_ENDED', `round ${round.number} is ${state}`)
}
