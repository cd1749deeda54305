import type { Analysis } from './analysis.ts'
import { EXPOSURE_ANALYSIS } from './exposure-command.ts'
import { LEVEL_ANALYSIS } from './level-command.ts'
import { SEISMIC_ANALYSIS } from './seismic-command.ts'

/** What `npm run analyse` can do, in the order of its help. */
export const ANALYSES: readonly Analysis[] = Object.freeze([
  SEISMIC_ANALYSIS,
  EXPOSURE_ANALYSIS,
  LEVEL_ANALYSIS,
])
