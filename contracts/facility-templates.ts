import type { Path } from './config-document.ts'
import type { Problem } from './config-problems.ts'
import {
  changeDevices,
  changeForeign,
  changeSensors,
  contentAt,
  isTree,
  mergeTrees,
  type Tree,
} from './content-tree.ts'
import { didYouMean } from './suggestion.ts'

/** How deep a sensor stands. Key: the section. gateways, 0, buses, 0, devices, 0, sensors, 0 */
const SENSOR_DEPTH: Readonly<Record<string, number>> = { gateways: 8, foreign: 4 }
/** Keys of a template that say how a gateway reads and sends: nothing to a device that publishes itself. */
const OF_GATEWAYS = ['register', 'point', 'channel', 'report']
/** Checks that only a gateway makes: left out in silence they would be missed. */
const CHECKS_OF_GATEWAYS = ['status', 'plausibility']

/**
 * Puts the keys of its template under every sensor that says `use`. Works on unchecked content, so it
 * steps over whatever has the wrong shape: the schema tells about that afterwards.
 */
export function expandTemplates(content: unknown): { content: unknown; problems: Problem[] } {
  const problems: Problem[] = []
  if (!isTree(content)) return { content, problems }
  const names = isTree(content.templates) ? Object.keys(content.templates) : []
  const expand = (sensor: Tree, at: Path, take: (template: Tree) => Tree): Tree => {
    if (typeof sensor.use !== 'string') return sensor
    const template = templateOf(content, sensor)
    if (template !== undefined) return mergeTrees(take(template), sensor)
    problems.push({
      path: [...at, 'use'],
      message: `no template "${sensor.use}"${didYouMean(sensor.use, names)}`,
    })
    return sensor
  }
  const polled = changeDevices(content, (device, path) =>
    changeSensors(device, path, (sensor, at) => expand(sensor, at, (template) => template)),
  )
  const expanded = changeForeign(polled, (device, path) =>
    changeSensors(device, path, (sensor, at) =>
      expand(sensor, at, (template) => {
        // Null takes a check away, as it does for any sensor.
        const missed = CHECKS_OF_GATEWAYS.filter((key) => template[key] != null && sensor[key] === undefined)
        for (const key of missed)
          problems.push({
            path: [...at, 'use'],
            message: `template "${sensor.use}" has ${key}, which a gateway checks and nobody here: say ${key}: null`,
          })
        return withoutKeys(template, [...OF_GATEWAYS, ...missed])
      }),
    ),
  )
  return { content: expanded, problems }
}

/** Where in the file a path of the expanded content was written: in the template, when only that has it. */
export function writtenAt(content: unknown, path: Path): Path {
  const depth = SENSOR_DEPTH[String(path[0])]
  const sensor = depth === undefined ? undefined : contentAt(content, path.slice(0, depth))
  const template = isTree(sensor) ? templateOf(content, sensor) : undefined
  const keys = path.slice(depth)
  const isInherited = contentAt(sensor, keys) === undefined && contentAt(template, keys) !== undefined
  return isTree(sensor) && isInherited ? ['templates', String(sensor.use), ...keys] : path
}

function withoutKeys(tree: Tree, keys: readonly string[]): Tree {
  return Object.fromEntries(Object.entries(tree).filter(([key]) => !keys.includes(key)))
}

function templateOf(content: unknown, sensor: Tree): Tree | undefined {
  const template = contentAt(content, ['templates', String(sensor.use)])
  return isTree(template) ? template : undefined
}
