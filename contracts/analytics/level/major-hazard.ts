import { assess, criterionOf, type Stored } from '../../register/gb18218.ts'
import type { ComputationKind, DerivedRequest, KindProblem, Result, Running } from '../computation.ts'
import { noResult, windowResult } from '../result.ts'
import { converted, quantityOf, unitProblems } from './tank-inputs.ts'

/**
 * R of GB 18218-2018 by what is there now. The legal grade is that of the design maximum (register.sources); this one
 * says how much of it is used. With an inventory missing it is too low, and therefore uncertain; with too many, it is
 * still no less than what the others come to.
 */
export const MAJOR_HAZARD: ComputationKind = {
  name: 'major-hazard',
  about:
    'Present R of GB 18218-2018 of the inventories of an area, by the people within 500 m of its source. The legal grade goes by the design maximum instead.',
  keys: [],
  required: [],
  of: { least: 1, most: 100 },
  kind: 'other',
  unit: () => '1',
  problems: (request) => [
    ...unitProblems(request.unit, '1'),
    ...peopleProblems(request),
    ...request.inputs.flatMap((input) => substanceProblems(request, input)),
    ...repeatProblems(request),
  ],
  build: (request) => ({
    memoryMs: request.everyMs,
    start: (): Running => {
      let shown: Readonly<Record<string, unknown>> = {}
      return {
        step: ({ inputs }): Result => {
          const stored = request.inputs.flatMap((input, index): Stored[] => {
            const value = inputs[index]?.value
            const substance = substanceOf(request, input)
            if (value === undefined || substance === undefined) return []
            const { cas, category, form } = substance
            const tonnes = Math.max(0, converted(value, input.unit, 't'))
            return [{ cas, ...(category && { category }), ...(form && { form }), tonnes }]
          })
          const coverage = stored.length / request.inputs.length
          shown = {}
          if (stored.length === 0) return noResult(coverage)
          const { S, R, alpha, grade } = assess(stored, peopleOf(request) ?? 0)
          const least = request.file.minCoverage ?? 0.75
          const substances = stored.map(({ cas, tonnes }) => ({ cas, tonnes }))
          if (coverage >= least) shown = { S, R, alpha, grade, basis: 'current', substances }
          const isUncertain = inputs.some(({ quality }) => quality !== 'good')
          return windowResult({ value: R, coverage, least, isUncertain, atLeast: R })
        },
        snapshot: () => null,
        describe: () => shown,
      }
    },
  }),
}

function peopleOf({ file, inputs, surroundings }: DerivedRequest): number | undefined {
  return surroundings.people500m.get(file.area ?? inputs[0]?.area ?? '')
}

function substanceOf({ surroundings }: DerivedRequest, { tank }: { readonly tank?: string }) {
  return surroundings.tanks.get(tank ?? '')?.substance
}

function peopleProblems(request: DerivedRequest): KindProblem[] {
  if (peopleOf(request) !== undefined) return []
  const area = request.file.area ?? request.inputs[0]?.area
  return [
    {
      key: 'of',
      message: `area "${area}" is in no source of the register, so that nobody knows who is near it`,
    },
  ]
}

/** Two gauges of a tank do not hold twice as much. */
function repeatProblems({ inputs }: DerivedRequest): KindProblem[] {
  return inputs.flatMap(({ id, tank }, index) => {
    const before = inputs.slice(0, index).find((other) => other.tank === tank)
    if (tank === undefined || before === undefined) return []
    return [{ key: 'of', message: `${id} is of tank "${tank}", as ${before.id} is: it would count twice` }]
  })
}

function substanceProblems(request: DerivedRequest, input: DerivedRequest['inputs'][number]): KindProblem[] {
  if (quantityOf(input.unit) !== 'mass')
    return [{ key: 'of', message: `${input.id} in ${input.unit} is no inventory` }]
  const substance = substanceOf(request, input)
  if (substance === undefined) return [{ key: 'of', message: `${input.id} has no tank with a substance` }]
  if (criterionOf(substance) !== undefined) return []
  return [
    { key: 'of', message: `${substance.cas} of ${input.id} is not listed in GB 18218 and has no category` },
  ]
}
