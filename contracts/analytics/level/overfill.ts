import { parseDuration } from '../../duration.ts'
import type { ComputationKind, DerivedRequest, KindProblem } from '../computation.ts'
import { flowComputation, flowProblems, OF_FLOW } from './flow-computation.ts'
import { aheadShown, limitAhead, limitProblems } from './limit-ahead.ts'
import type { Tank } from './tank.ts'
import { converted, tankOf } from './tank-inputs.ts'

const MINUTE_MS = 60_000

/** API 2350: how long there is to decide before a receipt can no longer be ended in time. */
export const OVERFILL: ComputationKind = {
  ...OF_FLOW,
  name: 'overfill',
  about:
    'Predictive overfill by API 2350, minutes: time until HH at the fastest flow that the window allows for (95 %, one-sided), less the response time. A low alarm at 0 calls for the end of the receipt while there is time.',
  keys: ['tank', 'response'],
  kind: 'level',
  unit: () => 'min',
  problems: (request) => [
    ...flowProblems(request, 'min'),
    ...limitProblems(request, 'HH'),
    ...responseProblems(request),
  ],
  build: (request) => {
    const tank = tankOf(request)
    const aheadOf = limitAhead(tank, 'HH')
    const response = responseMinutes(request, tank)
    return flowComputation(request, (fit) => {
      const ahead = aheadOf(fit)
      return {
        value: converted(ahead.leastMinutes - response, 'min', request.unit),
        shown: { ...aheadShown(fit, ahead), response },
      }
    })
  },
}

function responseMinutes({ file }: DerivedRequest, tank: Tank): number {
  const own = file.response === undefined ? undefined : parseDuration(file.response)
  return (own ?? tank.responseMs ?? 0) / MINUTE_MS
}

function responseProblems({ file, surroundings }: DerivedRequest): KindProblem[] {
  const tank = surroundings.tanks.get(file.tank ?? '')
  if (file.response !== undefined || tank === undefined || tank.responseMs !== undefined) return []
  return [
    {
      key: 'compute',
      message: `overfill needs response: tank "${tank.id}" has neither a response time nor a category`,
    },
  ]
}
