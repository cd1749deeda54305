import type { SensorView } from '../../../contracts/api.ts'
import type { Words } from './language.ts'
import { quantityText, styleOf } from './number-text.ts'

const DECIDING: readonly string[] = ['vote', 'coincidence']

/** What a vote has decided, in a word: its 0 and 1 say nothing to whoever has to act. Undefined for other sensors. */
export function decisionOf(
  { derived }: Pick<SensorView, 'derived'>,
  value: number,
): 'voteTripped' | 'voteNotTripped' | undefined {
  if (derived === null || !DECIDING.includes(derived.compute)) return undefined
  return value === 1 ? 'voteTripped' : 'voteNotTripped'
}

/** A value in small print: the decision of a vote, else number and unit. */
export function valueText(sensor: SensorView, value: number, words: Words): string {
  const decision = decisionOf(sensor, value)
  return decision === undefined ? quantityText(value, styleOf(sensor)) : words.text(decision)
}
