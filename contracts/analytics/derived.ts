import { CodedError } from '../errors.ts'
import type { Sensor } from '../facility.ts'
import type { Computation, DerivedInput, DerivedRequest } from './computation.ts'
import { KINDS } from './kinds.ts'

/** The gateway and the line that derived sensors stand under; no gateway of the file has this id. */
export const DERIVED_GATEWAY = 'derived'
export const DERIVED_BUS = 'grid'

/** A sensor that the server computes from others on a fixed grid (DESIGN section 7). */
export interface DerivedSensor extends Sensor {
  /** Name of its computation. */
  readonly compute: string
  readonly inputs: readonly DerivedInput[]
  readonly everyMs: number
  readonly latenessMs: number
  /** Ids of the gateways whose clocks date its inputs, however far behind them; ascending. */
  readonly clocks: readonly string[]
  readonly windowMs: number | undefined
  /** `deadband` in the unit of the sensor. */
  readonly report: { readonly deadband: number; readonly maxIntervalMs: number }
  /** Changes whenever what is computed does: what ran under another begins anew. */
  readonly print: string
  readonly request: DerivedRequest
}

/** @throws CodedError INTERNAL for one that no checked file has */
export function computationOf({ id, compute, request }: DerivedSensor): Computation {
  const kind = KINDS.get(compute)
  if (kind === undefined) throw new CodedError('INTERNAL', `${id}: no computation ${compute}`)
  return kind.build(request)
}
