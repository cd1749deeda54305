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
  return {
    tanks: new Map(tanks.map((tank) => [tank.id, resolveTank(tank, file)])),
    timezone,
    shifts,
    people500m: new Map(sources.flatMap(({ areas, people500m }) => areas.map((area) => [area, people500m]))),
  }
}
