import type { Computation, ComputationKind, DerivedRequest, Running } from '../computation.ts'
import { converted, STANDARD_QUANTITY, tankInputProblems, tankInputsOf } from './tank-inputs.ts'
import {
  type Contents,
  contentsResult,
  GATE_MEMORY_MS,
  TankReader,
  type TankReaderState,
} from './tank-reader.ts'

/** What volume, standard volume and whatever else is read of the contents of the moment have in common. */
const OF_MOMENT = {
  of: { least: 1, most: 1 },
  inputsOf: tankInputsOf,
  kind: 'level',
  unit: () => 'm3',
  problems: (request: DerivedRequest) => tankInputProblems(request, 'm3'),
} as const satisfies Partial<ComputationKind>

/** Volume of a level by the shape or the strapping table of its tank, at the temperature of the tank. */
export const VOLUME: ComputationKind = {
  ...OF_MOMENT,
  name: 'volume',
  about: 'Volume of the liquid in a tank by its level, the floating roof taken off.',
  keys: ['tank'],
  required: ['tank'],
  build: (request) => ofMoment(request, ({ volume }) => volume),
}

/** The same at the reference temperature of the liquid. */
export const STANDARD_VOLUME: ComputationKind = {
  ...OF_MOMENT,
  name: STANDARD_QUANTITY,
  about: 'Volume of the liquid in a tank at its reference temperature (API MPMS 11.1).',
  keys: ['tank', 'temperature'],
  required: ['tank', 'temperature'],
  build: (request) => ofMoment(request, ({ standard }) => standard),
}

function ofMoment(request: DerivedRequest, figureOf: (contents: Contents) => number): Computation {
  return {
    memoryMs: GATE_MEMORY_MS,
    start: (kept): Running => {
      const reader = new TankReader(request, kept as TankReaderState | undefined)
      return {
        step: ({ inputs }) =>
          contentsResult(reader.read(inputs), (contents) =>
            converted(figureOf(contents), 'm3', request.unit),
          ),
        snapshot: () => reader.snapshot(),
        describe: () => ({ tank: reader.tank.id, rejects: reader.rejects }),
      }
    },
  }
}
