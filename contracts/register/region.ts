import type { Region } from './plan.ts'
import { REGION_LEVELS, type RegionLevel } from './words.ts'

/** Between the names of a path. */
const SEPARATOR = '/'

/** A node of the region tree: the names from the widest level down, joined. Unique where single names are not. */
export type RegionPath = string

/** The nodes that a plant stands under, from the widest; names that hold a separator have it replaced. */
export function regionPaths(region: Region): ReadonlyMap<RegionLevel, RegionPath> {
  const paths = new Map<RegionLevel, RegionPath>()
  let path = ''
  for (const level of REGION_LEVELS) {
    const name = region[level]
    if (name === undefined) break
    const part = name.replaceAll(SEPARATOR, '∕')
    path = path === '' ? part : `${path}${SEPARATOR}${part}`
    paths.set(level, path)
  }
  return paths
}

/** Of which level a node is; undefined for a path that is too deep or empty. */
export function regionLevel(path: RegionPath): RegionLevel | undefined {
  return path === '' ? undefined : REGION_LEVELS[path.split(SEPARATOR).length - 1]
}
