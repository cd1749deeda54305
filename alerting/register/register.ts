import type { RegisterEntry } from '../../contracts/register/hazard-api.ts'
import type { StepQuery } from '../journal/step-table.ts'
import type { HazardDesk } from './hazard/hazard-desk.ts'

/** The register as the API asks it: a desk for each of its parts. */
export interface Register {
  readonly hazards: Pick<HazardDesk, 'list' | 'detail' | 'create' | 'transition' | 'attach' | 'file'>
  /** Its steps as the journal has them, newest first. */
  entries(query: StepQuery): Promise<RegisterEntry[]>
}
