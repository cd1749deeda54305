import type { MajorSource } from '../register/inspection-plan.ts'
import type { Surroundings } from './computation.ts'
import { resolveTank } from './level/tank-resolve.ts'
import type { TankFile } from './level/tank-schema.ts'

/** What computations of a facility go by. */
export function surroundingsOf(
  parts: {
    readonly tanks: readonly TankFile[]
    readonly timezone: string
    readonly shifts: readonly string[]
    readonly sources: readonly Pick<MajorSource, 'areas' | 'people500m'>[]
  },
  file: string,
): Surroundings {
  const { tanks, timezone, shifts, sources } = parts
  const people500m = new Map<string, number>()
  // An area of two sources has the more careful number, whichever the file names last.
  for (const source of sources)
    for (const area of source.areas)
      people500m.set(area, Math.max(people500m.get(area) ?? 0, source.people500m))
  return {
    tanks: new Map(tanks.map((tank) => [tank.id, resolveTank(tank, file)])),
    timezone,
    shifts,
    people500m,
  }
}
