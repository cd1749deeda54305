import type { FacilityFile } from '../facility-schema.ts'
import { ms, optional } from '../resolve-parts.ts'
import type { DerivedInput } from './computation.ts'
import { derivedOrder } from './derived-order.ts'
import { inputIdsOf, inputOf, type KnownSensor, outputOf } from './derived-request.ts'
import type { DerivedFile } from './derived-schema.ts'
import { KINDS } from './kinds.ts'

/**
 * What the derived sensors of a checked file read, and in which unit, for those who look at its alarms.
 * Key: sensor id. `read` are all that are not derived.
 */
export function derivedOutlines(
  { derived, tanks }: Pick<FacilityFile, 'derived' | 'tanks'>,
  read: Iterable<KnownSensor>,
): ReadonlyMap<string, KnownSensor> {
  const known = new Map([...read].map((sensor) => [sensor.id, sensor]))
  const outlines = new Map<string, KnownSensor>()
  for (const file of derivedOrder(derived, inputIdsOf).order) {
    const outline = outlineOf(file, known, tanks.find(({ id }) => id === file.tank)?.area)
    if (outline === undefined) continue
    known.set(file.id, outline)
    outlines.set(file.id, outline)
  }
  return outlines
}

function outlineOf(
  file: DerivedFile,
  known: ReadonlyMap<string, KnownSensor>,
  tankArea: string | undefined,
): KnownSensor | undefined {
  const kind = KINDS.get(file.compute)
  if (kind === undefined) return undefined
  const inputs = inputIdsOf(file)
    .map((id) => inputOf(id, known, kind))
    .filter((input): input is DerivedInput => typeof input !== 'string')
  const [first] = inputs
  const unit = file.unit ?? kind.unit(file, inputs)
  if (first === undefined || unit === undefined) return undefined
  return {
    id: file.id,
    ...outputOf(file, kind, { ...first, ...optional('area', tankArea) }),
    unit,
    pollMs: file.every === undefined ? undefined : ms(file.every),
    alarms: file.alarms ?? {},
  }
}
