import type { Problem } from './facility-problems.ts'
import { nearest } from './suggestion.ts'

type Tree = Record<string, unknown>

/**
 * Puts the keys of its template under every sensor that says `use`. Works on unchecked content, so it
 * steps over whatever has the wrong shape: the schema tells about that afterwards.
 */
export function expandTemplates(content: unknown): { content: unknown; problems: Problem[] } {
  const problems: Problem[] = []
  if (!isTree(content)) return { content, problems }
  const templates = isTree(content.templates) ? content.templates : {}
  const gateways = mapList(content.gateways, (gateway, g) =>
    withList(gateway, 'buses', (bus, b) =>
      withList(bus, 'devices', (device, d) =>
        withList(device, 'sensors', (sensor, s) => {
          if (typeof sensor.use !== 'string') return sensor
          const template = Object.hasOwn(templates, sensor.use) ? templates[sensor.use] : undefined
          if (!isTree(template)) {
            const meant = nearest(sensor.use, Object.keys(templates))
            problems.push({
              path: ['gateways', g, 'buses', b, 'devices', d, 'sensors', s, 'use'],
              message: `no template "${sensor.use}"${meant === undefined ? '' : `, did you mean "${meant}"?`}`,
            })
            return sensor
          }
          return merge(template, sensor)
        }),
      ),
    ),
  )
  return { content: { ...content, gateways }, problems }
}

/** Maps are merged key by key, anything else of the sensor replaces the template's. */
function merge(base: Tree, over: Tree): Tree {
  const merged: Tree = { ...base }
  for (const [key, value] of Object.entries(over)) {
    const below = merged[key]
    merged[key] = isTree(below) && isTree(value) ? merge(below, value) : value
  }
  return merged
}

function withList(parent: Tree, key: string, change: (item: Tree, index: number) => Tree): Tree {
  return { ...parent, [key]: mapList(parent[key], change) }
}

function mapList(list: unknown, change: (item: Tree, index: number) => Tree): unknown {
  return Array.isArray(list) ? list.map((item, index) => (isTree(item) ? change(item, index) : item)) : list
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
