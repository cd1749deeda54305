import { CodedError } from '../contracts/errors.ts'
import type { Facility, Gateway } from '../contracts/facility.ts'
import { planDevice } from './polling/plan.ts'

/** @throws CodedError CONFIG_INVALID, listing the gateways there are. */
export function findGateway(facility: Facility, id: string): Gateway {
  const gateway = facility.gateways.find((candidate) => candidate.id === id)
  if (gateway !== undefined) return gateway
  const known = facility.gateways.map((candidate) => candidate.id).join(', ')
  throw new CodedError('CONFIG_INVALID', `${facility.file}: no gateway "${id}"; there are: ${known}`)
}

/** Something in the file that this gateway cannot do. */
export interface GatewayProblem {
  readonly code: 'CONFIG_INVALID'
  readonly detail: string
}

/** Everything that keeps the gateway from reading all its sensors. */
export function gatewayProblems(gateway: Gateway): GatewayProblem[] {
  return gateway.buses.flatMap((bus) =>
    bus.devices.flatMap((device) =>
      planDevice(device).problems.map(
        (problem): GatewayProblem => ({
          code: 'CONFIG_INVALID',
          detail: `gateway ${gateway.id}, device ${device.id}: ${problem}`,
        }),
      ),
    ),
  )
}

/** @throws CodedError CONFIG_INVALID with all that is wrong. */
export function requireReadable(gateway: Gateway): void {
  const problems = gatewayProblems(gateway)
  const [first] = problems
  if (first === undefined) return
  throw new CodedError(first.code, problems.map((problem) => problem.detail).join('\n'))
}
