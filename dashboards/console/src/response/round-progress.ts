import type { RoundDetail } from '../../../../contracts/register/inspection-api.ts'

type Item = Pick<RoundDetail['checklist'][number], 'id' | 'mustPhoto' | 'answer' | 'photos'>

export interface RoundProgress {
  readonly total: number
  /** Taken by the server. */
  readonly answered: number
  /** Neither answered nor on its way. Ids. */
  readonly open: readonly string[]
  /** Answered, and without the picture that is asked for. Ids. */
  readonly photoless: readonly string[]
  /** Only the server knows what it has: nothing is finished while something waits. */
  readonly mayFinish: boolean
}

/** @param waiting items whose answer is on its way; @param waits how many things are, pictures with them */
export function progressOf(
  checklist: readonly Item[],
  { waiting, waits }: { waiting: ReadonlySet<string>; waits: number },
): RoundProgress {
  const answered = checklist.filter(({ answer }) => answer !== null).length
  const open = checklist.filter(({ id, answer }) => answer === null && !waiting.has(id)).map(({ id }) => id)
  const photoless = checklist
    .filter(
      ({ mustPhoto, answer, photos }) =>
        mustPhoto && answer !== null && answer.result !== 'not-applicable' && photos.length === 0,
    )
    .map(({ id }) => id)
  return {
    total: checklist.length,
    answered,
    open,
    photoless,
    mayFinish: waits === 0 && answered === checklist.length && photoless.length === 0,
  }
}
