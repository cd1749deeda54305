import type { MapFeature } from './map-api.ts'
import type { HazardGrade, HazardStatus } from './words.ts'

/** Hazards of a facility that are alike, as dashboards count them. */
export interface StatusSum {
  readonly facility: string
  /** Path of the smallest node of the region tree; empty where there is none. */
  readonly region: string
  readonly grade: HazardGrade
  readonly status: HazardStatus
  readonly count: number
  /** Past their deadline; 0 of closed ones. */
  readonly overdue: number
  /** Closed in time; 0 of open ones. */
  readonly onTime: number
  /** From found to closed, days in all; 0 of open ones. */
  readonly days: number
}

/** Hazards of a facility that were found in one month, by its calendar. */
export interface MonthSum {
  readonly facility: string
  readonly region: string
  readonly grade: HazardGrade
  /** When the month began, epoch ms. */
  readonly from: number
  readonly identified: number
  readonly closed: number
  readonly onTime: number
  readonly days: number
}

/** Where dashboards have the register from; only the facilities of this server. */
export interface HazardSumSource {
  /** Every grade and status, those without a hazard too. `facilities`: a few hundred at the most. */
  statuses(facilities: readonly string[]): Promise<StatusSum[]>
  /** Of hazards found since a time, epoch ms. */
  months(facilities: readonly string[], since: number): Promise<MonthSum[]>
}

/** Where dashboards have the risk map from. */
export interface RiskSource {
  risk(facilities: readonly string[]): Promise<readonly MapFeature[]>
}
