import type { ChecklistItem } from '../../../contracts/register/inspection-plan.ts'
import type { Answer } from './answers.ts'
import type { RoundRow } from './inspection-tables.ts'

/** What nobody searches rounds by: as the plan was when the round was started. */
export interface RoundBody {
  readonly areas: readonly string[]
  readonly checklist: readonly ChecklistItem[]
}

/** An attachment of a round. */
export interface Photo {
  readonly attachment: number
  readonly item: string | null
  readonly client: string | null
  readonly isImage: boolean
}

/** A round with all that belongs to it. */
export interface Round {
  readonly row: RoundRow
  readonly body: RoundBody
  readonly answers: readonly Answer[]
  readonly photos: readonly Photo[]
}

export function bodyOf({ body }: Pick<RoundRow, 'body'>): RoundBody {
  return JSON.parse(body) as RoundBody
}

/** Items with a photo: a document shows nothing. */
export function photographed(photos: readonly Photo[]): ReadonlySet<string> {
  return new Set(photos.flatMap(({ item, isImage }) => (item !== null && isImage ? [item] : [])))
}
