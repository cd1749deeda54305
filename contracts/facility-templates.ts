import type { Path } from './config-document.ts'
import type { Problem } from './config-problems.ts'
import { changeDevices, changeSensors, contentAt, isTree, mergeTrees, type Tree } from './content-tree.ts'
import { didYouMean } from './suggestion.ts'

/** gateways, 0, buses, 0, devices, 0, sensors, 0 */
const SENSOR_DEPTH = 8

/**
 * Puts the keys of its template under every sensor that says `use`. Works on unchecked content, so it
 * steps over whatever has the wrong shape: the schema tells about that afterwards.
 */
export function expandTemplates(content: unknown): { content: unknown; problems: Problem[] } {
  const problems: Problem[] = []
  if (!isTree(content)) return { content, problems }
  const names = isTree(content.templates) ? Object.keys(content.templates) : []
  const expanded = changeDevices(content, (device, path) =>
    changeSensors(device, path, (sensor, at) => {
      if (typeof sensor.use !== 'string') return sensor
      const template = templateOf(content, sensor)
      if (template !== undefined) return mergeTrees(template, sensor)
      problems.push({
        path: [...at, 'use'],
        message: `no template "${sensor.use}"${didYouMean(sensor.use, names)}`,
      })
      return sensor
    }),
  )
  return { content: expanded, problems }
}

/** Where in the file a path of the expanded content was written: in the template, when only that has it. */
export function writtenAt(content: unknown, path: Path): Path {
  const sensor = path[0] === 'gateways' ? contentAt(content, path.slice(0, SENSOR_DEPTH)) : undefined
  const template = isTree(sensor) ? templateOf(content, sensor) : undefined
  const keys = path.slice(SENSOR_DEPTH)
  const isInherited = contentAt(sensor, keys) === undefined && contentAt(template, keys) !== undefined
  return isTree(sensor) && isInherited ? ['templates', String(sensor.use), ...keys] : path
}

function templateOf(content: unknown, sensor: Tree): Tree | undefined {
  const template = contentAt(content, ['templates', String(sensor.use)])
  return isTree(template) ? template : undefined
}
