import type { Computation } from '../computation.ts'
import { noResult, windowResult } from '../result.ts'

/**
 * A computation of what all inputs hold at the end of a step, and of nothing before. Without one of them there is no
 * result, whatever `minCoverage` says; coverage is the share of the inputs that are usable.
 */
export function instant(resultOf: (values: readonly number[]) => number): Computation {
  return {
    memoryMs: 0,
    start: () => ({
      step: ({ inputs }) => {
        const values = inputs.flatMap(({ value }) => (value === undefined ? [] : [value]))
        if (values.length < inputs.length) return noResult(values.length / inputs.length)
        return windowResult({
          value: resultOf(values),
          coverage: 1,
          least: 0,
          isUncertain: inputs.some(({ quality }) => quality === 'uncertain'),
        })
      },
      snapshot: () => null,
    }),
  }
}
