import type { Role } from '../roles.ts'
import type { Stored } from './gb18218.ts'
import type { InspectionKind, Post, SourceKind } from './inspection-words.ts'

/** A major-hazard source. What grade it has is computed by `assess` of its substances. */
export interface MajorSource {
  readonly id: string
  readonly name: string
  readonly kind: SourceKind
  readonly areas: readonly string[]
  readonly people500m: number
  /** At design maximum. */
  readonly substances: readonly (Stored & { readonly name?: string })[]
  /** Responders. */
  readonly responsible: Readonly<Record<Post, string>>
  /** Local date, YYYY-MM-DD. */
  readonly appointed?: string
}

/** Whose work a round is. */
export type Inspector =
  | { readonly kind: 'responsible'; readonly id: Post }
  | { readonly kind: 'duty'; readonly id: string }
  | { readonly kind: 'role'; readonly id: Role }

export interface ChecklistItem {
  readonly id: string
  readonly text: string
  readonly guidance?: string
  readonly area?: string
  readonly mustPhoto: boolean
}

/** What is looked at again and again. */
export interface InspectionPlan {
  readonly id: string
  readonly name: string
  readonly kind: InspectionKind
  readonly everyMs: number
  readonly graceMs: number
  /** Of the sources. */
  readonly source?: string
  /** Those of its source, or its own. */
  readonly areas: readonly string[]
  readonly by: Inspector
  readonly checklist: readonly ChecklistItem[]
  /** Further periods; 0: never. */
  readonly hazardWhenMissed: number
}
