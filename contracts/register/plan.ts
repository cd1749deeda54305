import type { PolicyMatch } from '../notify/plan.ts'
import type { ExportPlan } from './export-plan.ts'
import type { ReportPlan } from './report-plan.ts'
import type {
  HazardGrade,
  HazardKind,
  HazardSource,
  RegionLevel,
  RiskColour,
  RiskMethod,
  RuleTrigger,
} from './words.ts'

/** Where a plant belongs: the levels that are given, from the widest, without a gap. */
export type Region = { readonly [Level in RegionLevel]?: string }

/** Least score of each colour; blue below. */
export interface RiskBands {
  readonly red: number
  readonly orange: number
  readonly yellow: number
}

/** When an alarm becomes a hazard. */
export interface HazardRule {
  readonly id: string
  readonly when: RuleTrigger
  readonly match: PolicyMatch
  /** Of `repeated`. */
  readonly count: number
  /** Of `repeated`, ms. */
  readonly withinMs: number
  /** Of `lasting`, `bypassed`, `out-of-service` and `test-overdue`, ms. */
  readonly forMs: number
  readonly grade: HazardGrade
  readonly kind: HazardKind
  readonly title?: string
}

/** All that is given has to hold. */
export interface MajorRule {
  readonly id: string
  readonly colours?: readonly RiskColour[]
  readonly sources?: readonly HazardSource[]
  readonly areas?: readonly string[]
  readonly needsShutdown?: boolean
}

/** What the register of a facility goes by. */
export interface RegisterPlan {
  readonly risk: { readonly method: RiskMethod; readonly bands: Readonly<Record<RiskMethod, RiskBands>> }
  /** The most time that a hazard is given, ms. */
  readonly deadlineMs: Readonly<Record<HazardGrade, number>>
  readonly rules: readonly HazardRule[]
  readonly major: readonly MajorRule[]
  /** Outside registers. */
  readonly exports: readonly ExportPlan[]
  readonly reports: ReportPlan
}
