import { giveWay } from '../../contracts/thread.ts'
import { acknowledgeMedian } from './acknowledge-median.ts'
import { whatIfText } from './text.ts'
import { type TrialPlan, WhatIfTrial } from './trial.ts'

/** What the command `whatif` needs of alerting. */
export const whatIfTools = {
  begin: (plan: TrialPlan) => new WhatIfTrial(plan),
  acknowledgeMedian,
  text: whatIfText,
  giveWay,
}
