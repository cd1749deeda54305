import { dirname, resolve as resolvePath } from 'node:path'
import { ms, optional } from '../../resolve-parts.ts'
import { columnsOf, listedRows, readStrapping } from './strapping-table.ts'
import type { FloatingRoof, Tank, TankShape, TankSubstance } from './tank.ts'
import type { TankFile, TankShapeFile } from './tank-schema.ts'

const MINUTE_MS = 60_000
/** What API 2350 assumes where nobody has worked it out. */
const RESPONSE_MS = { 1: 45 * MINUTE_MS, 2: 30 * MINUTE_MS, 3: 15 * MINUTE_MS } as const
const MM_PER_M = 1_000

/** A checked tank. `file` is the path of the facility file: paths of strapping tables are relative to its folder. */
export function resolveTank(tank: TankFile, file: string): Tank {
  const category = tank.category as Tank['category']
  const responseMs = tank.response === undefined ? category && RESPONSE_MS[category] : ms(tank.response)
  return {
    id: tank.id,
    name: tank.name ?? tank.id,
    ...optional('area', tank.area),
    shape: resolveShape(tank.shape, file),
    heel: tank.heel,
    ...optional('roof', resolveRoof(tank)),
    levels: tank.levels,
    ...optional('category', category),
    ...optional('responseMs', responseMs),
    ...optional('maxFlow', tank.maxFlow),
    sigma: tank.sigma / MM_PER_M,
    ...optional('substance', tank.substance as TankSubstance | undefined),
  }
}

/** Of a checked shape, so that what its kind needs is there. */
export function resolveShape(shape: TankShapeFile, file: string): TankShape {
  const { kind, diameter = 0, height = 0, length = 0, heads = 'flat' } = shape
  switch (kind) {
    case 'vertical-cylinder':
      return { kind, diameter, height }
    case 'horizontal-cylinder':
      return { kind, diameter, length, heads }
    case 'sphere':
      return { kind, diameter }
    case 'strapping': {
      const { file: name, rows } = shape
      const table = name === undefined ? listedRows(rows ?? []) : readStrapping(pathOf(name, file), name).rows
      return { kind, ...columnsOf(table) }
    }
  }
}

/** Where a strapping table is that the facility file `file` calls `name`. */
export function pathOf(name: string, file: string): string {
  return resolvePath(dirname(file), name)
}

function resolveRoof({ roof, substance }: TankFile): FloatingRoof | undefined {
  if (roof === undefined || substance === undefined) return undefined
  const { mass, floats, zone } = roof
  return { displaced: mass / substance.density, from: floats - zone, to: floats }
}
