import type { Problem } from '../../config-problems.ts'
import type { FacilityFile } from '../../facility-schema.ts'
import type { Placed, Sound } from '../../sound-parts.ts'

/** What the schema cannot say of tanks. */
export function tankProblems(
  _tanks: readonly Placed<NonNullable<Sound<FacilityFile['tanks'][number]>>>[],
): Problem[] {
  return []
}
