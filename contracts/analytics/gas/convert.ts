import type { Computation, ComputationKind, DerivedRequest, Running } from '../computation.ts'
import { windowResult } from '../result.ts'
import { GAS_KEYS, gasProblems, unitFactor } from './gas-request.ts'
import { unusableResult } from './range-result.ts'

/** A concentration in another unit. */
export const CONVERT: ComputationKind = {
  name: 'convert',
  about:
    'Concentration in another unit: %LEL, %vol, ppm, ppb, mg/m3, ug/m3. An input beyond its range is beyond it here.',
  keys: GAS_KEYS,
  required: [],
  of: { least: 1, most: 1 },
  unit: (file) => file.unit,
  problems: gasProblems,
  build: convertOf,
}

function convertOf(request: DerivedRequest): Computation {
  const factor = unitFactor(request)
  const running: Running = {
    step: ({ inputs: [input] }) => {
      if (input === undefined) throw new RangeError('convert has one input')
      const { value, quality } = input
      if (value === undefined) return unusableResult(input)
      return windowResult({
        value: value * factor,
        coverage: 1,
        least: 0,
        isUncertain: quality === 'uncertain',
      })
    },
    snapshot: () => null,
  }
  return { memoryMs: 0, start: () => running }
}
