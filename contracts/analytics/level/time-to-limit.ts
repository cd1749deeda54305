import type { ComputationKind } from '../computation.ts'
import { flowComputation, flowProblems, OF_FLOW } from './flow-computation.ts'
import { aheadShown, CAP_MINUTES, limitAhead, limitProblems } from './limit-ahead.ts'
import { converted, tankOf } from './tank-inputs.ts'

const DEFAULT_LIMIT = 'HH'

/** When a tank reaches one of its levels, if it goes on as in the window. */
export const TIME_TO_LIMIT: ComputationKind = {
  ...OF_FLOW,
  name: 'time-to-limit',
  about: `Minutes until the tank reaches a level at its present net flow: 0 when it is there, ${CAP_MINUTES} when it does not move towards it or takes longer.`,
  keys: ['tank', 'to'],
  kind: 'level',
  unit: () => 'min',
  problems: (request) => [
    ...flowProblems(request, 'min'),
    ...limitProblems(request, request.file.to ?? DEFAULT_LIMIT),
  ],
  build: (request) => {
    const aheadOf = limitAhead(tankOf(request), request.file.to ?? DEFAULT_LIMIT)
    return flowComputation(request, (fit) => {
      const ahead = aheadOf(fit)
      return { value: converted(ahead.minutes, 'min', request.unit), shown: aheadShown(fit, ahead) }
    })
  },
}
