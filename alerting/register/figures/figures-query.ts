import type { FigureDimension, FiguresView } from '../../../contracts/register/figures-api.ts'
import type { RegionPath } from '../../../contracts/register/region.ts'
import type { HazardGrade, HazardKind, HazardSource } from '../../../contracts/register/words.ts'
import type { Period } from './period.ts'

/** Which hazards are counted or listed. */
export interface HazardFilter {
  /** The facilities that who asks may see; null: all. */
  readonly scope: readonly string[] | null
  readonly region?: RegionPath | undefined
  readonly facility?: string | undefined
  readonly grade?: HazardGrade | undefined
  readonly kind?: HazardKind | undefined
  readonly source?: HazardSource | undefined
  readonly period: Period
}

/** Where figures come from. */
export interface FiguresSource {
  /** @throws CodedError REGION_UNKNOWN, FACILITY_UNKNOWN, FIGURES_TOO_WIDE */
  figures(query: FiguresQuery): Promise<FiguresView>
}

export interface FiguresQuery extends HazardFilter {
  readonly by?: FigureDimension | undefined
}
