import type { Path } from './config-document.ts'
import type { Problem } from './config-problems.ts'
import { didYouMean } from './suggestion.ts'

type Tree = Record<string, unknown>

/** gateways, 0, buses, 0, devices, 0, sensors, 0 */
const SENSOR_DEPTH = 8

/**
 * Puts the keys of its template under every sensor that says `use`. Works on unchecked content, so it
 * steps over whatever has the wrong shape: the schema tells about that afterwards.
 */
export function expandTemplates(content: unknown): { content: unknown; problems: Problem[] } {
  const problems: Problem[] = []
  if (!isTree(content)) return { content, problems }
  const expanded = withList(content, 'gateways', (gateway, g) =>
    withList(gateway, 'buses', (bus, b) =>
      withList(bus, 'devices', (device, d) =>
        withList(device, 'sensors', (sensor, s) => {
          if (typeof sensor.use !== 'string') return sensor
          const template = templateOf(content, sensor)
          if (template !== undefined) return merge(template, sensor)
          const hint = didYouMean(sensor.use, isTree(content.templates) ? Object.keys(content.templates) : [])
          problems.push({
            path: ['gateways', g, 'buses', b, 'devices', d, 'sensors', s, 'use'],
            message: `no template "${sensor.use}"${hint}`,
          })
          return sensor
        }),
      ),
    ),
  )
  return { content: expanded, problems }
}

/** Where in the file a path of the expanded content was written: in the template, when only that has it. */
export function writtenAt(content: unknown, path: Path): Path {
  const sensor = path[0] === 'gateways' ? at(content, path.slice(0, SENSOR_DEPTH)) : undefined
  const template = isTree(sensor) ? templateOf(content, sensor) : undefined
  const keys = path.slice(SENSOR_DEPTH)
  const isInherited = at(sensor, keys) === undefined && at(template, keys) !== undefined
  return isTree(sensor) && isInherited ? ['templates', String(sensor.use), ...keys] : path
}

function templateOf(content: unknown, sensor: Tree): Tree | undefined {
  const template = at(content, ['templates', String(sensor.use)])
  return isTree(template) ? template : undefined
}

/** Maps are merged key by key, anything else of the sensor replaces the template's. */
function merge(base: Tree, over: Tree): Tree {
  const merged = new Map(Object.entries(base))
  for (const [key, value] of Object.entries(over)) {
    const below = merged.get(key)
    merged.set(key, isTree(below) && isTree(value) ? merge(below, value) : value)
  }
  return Object.fromEntries(merged)
}

/** A copy whose list is changed item by item; whatever is no list or no map in it stays as it is. */
function withList(parent: Tree, key: string, change: (item: Tree, index: number) => Tree): Tree {
  const list = parent[key]
  if (!Array.isArray(list)) return parent
  return { ...parent, [key]: list.map((item, index) => (isTree(item) ? change(item, index) : item)) }
}

function at(root: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (node, step) =>
      typeof node === 'object' && node !== null && Object.hasOwn(node, step)
        ? (node as Record<string | number, unknown>)[step]
        : undefined,
    root,
  )
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
