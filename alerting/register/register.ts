import type { RegisterEntry } from '../../contracts/register/hazard-api.ts'
import type { StepQuery } from '../journal/step-table.ts'
import type { HazardDesk } from './hazard/hazard-desk.ts'
import type { ExportDesk } from './outbound/export-desk.ts'
import type { ReportDesk } from './report/report-desk.ts'

/** The register as the API asks it: a desk for each of its parts. */
export interface Register {
  readonly hazards: Pick<HazardDesk, 'list' | 'detail' | 'create' | 'transition' | 'attach' | 'file'>
  readonly exports: Pick<ExportDesk, 'list' | 'items' | 'retry'>
  readonly reports: Pick<ReportDesk, 'intake' | 'reading' | 'triage' | 'contacts'>
  /** Its steps as the journal has them, newest first. */
  entries(query: StepQuery): Promise<RegisterEntry[]>
}
