import type { AnswerView, NewAnswer } from '../../../../contracts/register/inspection-api.ts'
import type { AnswerResult } from '../../../../contracts/register/inspection-words.ts'
import type { HazardGrade } from '../../../../contracts/register/words.ts'
import type { Waiting } from './wait-queue.ts'

/** An answer on its way, and who gave it: the phone may have gone to other hands before it is sent. */
export interface OwnAnswer {
  readonly answer: NewAnswer
  readonly by: { by?: string }
}

export interface Said {
  readonly item: string
  readonly result: AnswerResult
  readonly note: string
  readonly grade?: HazardGrade
  /** ISO time of the plant. */
  readonly time: string
}

/**
 * What is sent for an item. While an answer waits it is changed under its own id, since the server may have it already;
 * a new one names the answer that stood in sight, so that nobody else's is overwritten unseen.
 */
export function answerOf(
  said: Said,
  of: { shown: AnswerView | null; waits: Waiting<OwnAnswer> | undefined; newId: () => string },
): NewAnswer {
  const { item, result, time, grade } = said
  const note = said.note.trim()
  const before = of.waits?.refusal === undefined ? of.waits?.what.answer : undefined
  const replaces = before === undefined ? of.shown?.id : before.replaces
  return {
    id: before?.id ?? of.newId(),
    item,
    result,
    time,
    ...(note === '' ? {} : { note }),
    ...(replaces === undefined ? {} : { replaces }),
    ...(result === 'finding' && grade !== undefined ? { grade } : {}),
  }
}
