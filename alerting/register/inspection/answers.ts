import { CodedError } from '../../../contracts/errors.ts'
import type { NewAnswer } from '../../../contracts/register/inspection-api.ts'
import type { ChecklistItem } from '../../../contracts/register/inspection-plan.ts'
import type { AnswerResult } from '../../../contracts/register/inspection-words.ts'

/** An answer to an item, as it is kept. */
export interface Answer {
  readonly item: string
  /** Chosen by who answered. */
  readonly client: string
  readonly result: AnswerResult
  readonly note: string
  readonly by: string
  /** Epoch ms. */
  readonly time: number
  /** What became of it: once there is one, another is never opened for the item. */
  readonly hazard: number | null
}

/** What is done with one answer. */
export interface Decision {
  readonly answer: Answer
  readonly item: ChecklistItem
  /** It was there already, as it is. */
  readonly isKnown: boolean
  readonly opensHazard: boolean
}

/** When and by whom. Times in epoch ms. */
interface Moment {
  readonly by: string
  readonly started: number
  readonly now: number
  /** When it was answered, as the phone says. */
  readonly at: number | undefined
}

/**
 * One item is answered. The same id again changes the answer; another takes its place only if it names it, so that
 * two people do not undo each other's work. @throws CodedError ROUND_ITEM_UNKNOWN, ROUND_ANSWER_INVALID, ROUND_CHANGED
 */
export function decideAnswer(
  checklist: readonly ChecklistItem[],
  answers: readonly Answer[],
  given: NewAnswer,
  { by, started, now, at = now }: Moment,
): Decision {
  const item = checklist.find(({ id }) => id === given.item)
  if (item === undefined)
    throw new CodedError('ROUND_ITEM_UNKNOWN', `the checklist has no item "${given.item}"`)
  const { id: client, result, note = '' } = given
  const invalid = (why: string) => new CodedError('ROUND_ANSWER_INVALID', `${item.id}: ${why}`)
  if (result !== 'ok' && note.trim() === '') throw invalid(`${result} needs a note`)
  const other = answers.find((answer) => answer.client === client && answer.item !== item.id)
  if (other !== undefined) throw invalid(`the id ${client} is of the answer to ${other.item}`)
  const before = answers.find((answer) => answer.item === item.id)
  if (before !== undefined && before.client !== client && before.client !== given.replaces)
    throw new CodedError(
      'ROUND_CHANGED',
      `${item.id} has been answered by ${before.by}: answer ${before.client}`,
    )
  const isKnown = before?.client === client && before.result === result && before.note === note
  const hazard = before?.hazard ?? null
  return {
    answer: isKnown
      ? before
      : { item: item.id, client, result, note, by, time: Math.min(Math.max(at, started), now), hazard },
    item,
    isKnown,
    opensHazard: !isKnown && result === 'finding' && hazard === null,
  }
}

/** What keeps a round from being finished; empty when nothing does. */
export function missingOf(
  checklist: readonly ChecklistItem[],
  answers: readonly Answer[],
  photographed: ReadonlySet<string>,
): string[] {
  const results = new Map(answers.map(({ item, result }) => [item, result]))
  return checklist.flatMap(({ id, mustPhoto }) => {
    const result = results.get(id)
    if (result === undefined) return [`${id} is not answered`]
    const wantsPhoto = mustPhoto && result !== 'not-applicable'
    return wantsPhoto && !photographed.has(id) ? [`${id} has no photo`] : []
  })
}
