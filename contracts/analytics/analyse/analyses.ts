import type { Analysis } from './analysis.ts'
import { EXPOSURE_ANALYSIS } from './exposure-command.ts'

/** What `npm run analyse` can do, in the order of its help. */
export const ANALYSES: readonly Analysis[] = Object.freeze([EXPOSURE_ANALYSIS])
