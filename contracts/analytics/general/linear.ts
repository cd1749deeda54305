import type {
  Computation,
  ComputationKind,
  DerivedInput,
  DerivedRequest,
  KindProblem,
} from '../computation.ts'
import { instant } from './instant.ts'

/** Sum of the inputs, each in its own unit and times its weight, and a constant. */
export const LINEAR: ComputationKind = {
  name: 'linear',
  about:
    'Sum of the inputs, each in its own unit and times its weight (1 without `weights`), plus `constant`.',
  keys: ['weights', 'constant'],
  required: [],
  of: { least: 1, most: 1_000 },
  unit: (_, inputs) => (hasOneUnit(inputs) ? inputs[0]?.unit : undefined),
  problems: linearProblems,
  build: linearOf,
}

function hasOneUnit([first, ...others]: readonly DerivedInput[]): boolean {
  return others.every(({ unit }) => unit === first?.unit)
}

function linearProblems({ file, inputs }: DerivedRequest): readonly KindProblem[] {
  const { weights } = file
  if (weights === undefined) {
    if (hasOneUnit(inputs)) return []
    return [{ key: 'compute', message: 'inputs in several units need weights, which convert them' }]
  }
  if (weights.length === inputs.length) return []
  return [{ key: 'weights', message: `${inputs.length} inputs have ${weights.length} weights` }]
}

function linearOf({ file }: DerivedRequest): Computation {
  const { weights, constant = 0 } = file
  return instant((values) =>
    values.reduce(
      (sum, value, at) => sum + value * (weights === undefined ? 1 : (weights[at] ?? 0)),
      constant,
    ),
  )
}
