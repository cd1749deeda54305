import type { ComputationKind } from '../computation.ts'
import { confidenceOf, flowComputation, flowProblems, OF_FLOW } from './flow-computation.ts'
import { converted } from './tank-inputs.ts'

/** Flow into a tank, less what flows out of it, by how its volume changes. */
export const NET_FLOW: ComputationKind = {
  ...OF_FLOW,
  name: 'net-flow',
  about:
    'Flow into a tank less the flow out of it: slope of the line through its volumes (least squares); with a temperature, through its standard volumes.',
  keys: ['tank', 'temperature'],
  kind: 'flow',
  unit: () => 'm3/h',
  problems: (request) => flowProblems(request, 'm3/h'),
  build: (request) =>
    flowComputation(request, (fit) => ({
      value: converted(fit.flow, 'm3/h', request.unit),
      shown: { flow: fit.flow, flowConfidence: confidenceOf(fit) },
    })),
}
