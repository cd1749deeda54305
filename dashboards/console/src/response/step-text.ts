import type { StepView } from '../../../../contracts/register/hazard-api.ts'
import type { ResponseWords } from './response-words.ts'

/** What a step names by itself: a team, an item of stock, a step of a plan, a plan, a clock. */
const NAMES = ['team', 'name', 'step', 'clock', 'item', 'commander', 'alarm', 'plan'] as const
/** What people wrote. */
const WORDS = ['text', 'note', 'reason', 'review', 'comment'] as const

/** What a step says besides who, when and what, a line each. What is nested or unknown stays with the API. */
export function stepTexts(
  { detail, time }: Pick<StepView, 'detail' | 'time'>,
  words: ResponseWords,
): string[] {
  const named = NAMES.map((name) => detail[name]).find((value) => typeof value === 'string' && value !== '')
  const lines = named === undefined ? [] : [String(named)]
  // Entered later than it happened: both are of interest.
  const { at } = detail
  if (typeof at === 'string' && Math.abs(Date.parse(at) - Date.parse(time)) > 60_000)
    lines.push(words.text('happenedAt', { time: at.slice(0, 16).replace('T', ' ') }))
  for (const name of WORDS) {
    const value = detail[name]
    if (typeof value === 'string' && value !== '') lines.push(`“${value}”`)
  }
  const { hazard, casualties } = detail
  if (typeof hazard === 'number') lines.push(words.text('hazardLink', { number: hazard }))
  if (typeof casualties === 'object' && casualties !== null)
    lines.push(words.text('casualtiesAre', { dead: 0, injured: 0, missing: 0, ...casualties }))
  return lines
}
