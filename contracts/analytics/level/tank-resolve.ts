import type { Tank } from './tank.ts'
import type { TankFile } from './tank-schema.ts'

/** `file` is the path of the facility file: paths of strapping tables are relative to its folder. */
export function resolveTank(tank: TankFile, _file: string): Tank {
  return { id: tank.id }
}
