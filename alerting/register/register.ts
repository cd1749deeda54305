import type { RegisterEntry } from '../../contracts/register/hazard-api.ts'
import type { StepQuery } from '../journal/step-table.ts'
import type { FiguresDesk } from './figures/figures-desk.ts'
import type { HazardDesk } from './hazard/hazard-desk.ts'
import type { IncidentDesk } from './incident/incident-desk.ts'
import type { ResponseDesk } from './incident/response-desk.ts'
import type { InspectionDesk } from './inspection/inspection-desk.ts'
import type { InspectionPlans } from './inspection/inspection-plans.ts'
import type { RiskMapDesk } from './map/risk-map-desk.ts'
import type { ExportDesk } from './outbound/export-desk.ts'
import type { ReportDesk } from './report/report-desk.ts'

/** The register as the API asks it: a desk for each of its parts. */
export interface Register {
  readonly hazards: Pick<HazardDesk, 'list' | 'detail' | 'create' | 'transition' | 'attach' | 'file'>
  readonly inspections: Pick<
    InspectionDesk,
    'list' | 'detail' | 'start' | 'answer' | 'finish' | 'abandon' | 'attach' | 'file'
  >
  readonly inspectionPlans: Pick<InspectionPlans, 'list' | 'responsibility'>
  readonly incidents: Pick<IncidentDesk, 'list' | 'detail' | 'open' | 'transition' | 'attach' | 'file'>
  readonly response: Pick<
    ResponseDesk,
    'team' | 'step' | 'log' | 'link' | 'use' | 'move' | 'plans' | 'teams' | 'stock' | 'figures'
  >
  readonly figures: Pick<FiguresDesk, 'figures' | 'regions' | 'report'>
  readonly map: Pick<RiskMapDesk, 'map'>
  readonly exports: Pick<ExportDesk, 'list' | 'items' | 'retry'>
  readonly reports: Pick<ReportDesk, 'intake' | 'reading' | 'triage' | 'contacts'>
  /** Its steps as the journal has them, newest first. */
  entries(query: StepQuery): Promise<RegisterEntry[]>
}
