import type { ComputationKind, DerivedRequest, KindProblem, Running } from '../computation.ts'
import type { Slice } from '../slice.ts'
import { converted, rolesOf, tankInputProblems, tankInputsOf } from './tank-inputs.ts'
import {
  type Contents,
  contentsResult,
  GATE_MEMORY_MS,
  type Missing,
  TankReader,
  type TankReaderState,
} from './tank-reader.ts'

const KG_PER_T = 1_000

/**
 * How much there is: standard volume times the density at the reference temperature, or volume times the density that
 * a sensor measures in the tank. With neither sensor a warm liquid counts as more than it is.
 */
export const INVENTORY: ComputationKind = {
  name: 'inventory',
  about: 'Mass of the liquid in a tank: what GB 18218 counts.',
  keys: ['tank', 'temperature', 'density'],
  required: ['tank'],
  of: { least: 1, most: 1 },
  inputsOf: tankInputsOf,
  kind: 'level',
  unit: () => 't',
  problems: (request) => [...tankInputProblems(request, 't'), ...substanceProblems(request)],
  build: (request) => ({
    memoryMs: GATE_MEMORY_MS,
    start: (kept): Running => {
      const reader = new TankReader(request, kept as TankReaderState | undefined)
      const measured = rolesOf(request.file).density[0]
      const { substance } = reader.tank
      return {
        step: ({ inputs }) => {
          const read = reader.read(inputs)
          if (measured === undefined)
            return contentsResult(read, ({ standard }) =>
              toUnit((standard * (substance?.density ?? 0)) / KG_PER_T),
            )
          const slice = inputs[measured]
          const density = densityOf(slice)
          return contentsResult(weighed(read, slice), ({ volume }) => toUnit((volume * density) / KG_PER_T))
        },
        snapshot: () => reader.snapshot(),
        describe: () => ({ tank: reader.tank.id, rejects: reader.rejects, cas: substance?.cas }),
      }

      function toUnit(tonnes: number): number {
        return converted(tonnes, 't', request.unit)
      }

      function densityOf(slice: Slice | undefined): number {
        const unit = request.inputs[measured ?? 0]?.unit ?? 'kg/m3'
        return slice?.value === undefined ? Number.NaN : converted(slice.value, unit, 'kg/m3')
      }
    },
  }),
}

/** Of a density that is uncertain comes an uncertain mass. */
function weighed(read: Contents | Missing, slice: Slice | undefined): Contents | Missing {
  if (typeof read === 'string') return read
  return { ...read, isUncertain: read.isUncertain || slice?.quality !== 'good' }
}

function substanceProblems({ file, surroundings }: DerivedRequest): KindProblem[] {
  const tank = surroundings.tanks.get(file.tank ?? '')
  if (tank === undefined || tank.substance !== undefined) return []
  return [{ key: 'tank', message: `tank "${tank.id}" has no substance with its density` }]
}
