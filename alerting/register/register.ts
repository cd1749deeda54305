import type { RegisterEntry } from '../../contracts/register/hazard-api.ts'
import type { StepQuery } from '../journal/step-table.ts'
import type { FiguresDesk } from './figures/figures-desk.ts'
import type { HazardDesk } from './hazard/hazard-desk.ts'
import type { RiskMapDesk } from './map/risk-map-desk.ts'
import type { ExportDesk } from './outbound/export-desk.ts'

/** The register as the API asks it: a desk for each of its parts. */
export interface Register {
  readonly hazards: Pick<HazardDesk, 'list' | 'detail' | 'create' | 'transition' | 'attach' | 'file'>
  readonly figures: Pick<FiguresDesk, 'figures' | 'regions' | 'report'>
  readonly map: Pick<RiskMapDesk, 'map'>
  readonly exports: Pick<ExportDesk, 'list' | 'items' | 'retry'>
  /** Its steps as the journal has them, newest first. */
  entries(query: StepQuery): Promise<RegisterEntry[]>
}
