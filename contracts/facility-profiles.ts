import { formatPath, type Path } from './config-document.ts'
import type { LocatedProblem } from './config-error.ts'
import type { Problem } from './config-problems.ts'
import { changeDevices, contentAt, isTree, mergeTrees } from './content-tree.ts'
import { allSensors, listedSensors, refuseOrphans, withStandIns } from './profile-sensors.ts'
import { ProfileShelf } from './profile-shelf.ts'

/** gateways, 0, buses, 0, devices, 0 */
const DEVICE_DEPTH = 6
/** ... sensors, 0 */
const SENSOR_DEPTH = 8

export interface ProfileExpansion {
  readonly content: unknown
  readonly problems: readonly Problem[]
  /** What is wrong with the profile files themselves. */
  readonly foreign: readonly LocatedProblem[]
}

/**
 * Puts its profile under every device that names one, and its point under every sensor; a device without
 * sensors gets those of all points. Works on unchecked content whose templates are expanded.
 * @param file path of the facility file
 */
export function expandProfiles(content: unknown, file: string): ProfileExpansion {
  if (!isTree(content)) return { content, problems: [], foreign: [] }
  const problems: Problem[] = []
  const refuse = (path: Path, message: string) => problems.push({ path, message })
  const shelf = new ProfileShelf(file)
  const expanded = changeDevices(content, (device, path, bus) => {
    const place = { path, refuse }
    if (typeof device.profile !== 'string') {
      refuseOrphans(device, place)
      return device
    }
    const found = shelf.find(device.profile)
    if (found.kind === 'missing') refuse([...path, 'profile'], found.message)
    if (found.kind !== 'profile') return withStandIns(device, path)
    const { profile } = found
    const { driver } = bus
    if (typeof driver === 'string' && !profile.drivers.some((own) => familyOf(own) === familyOf(driver)))
      refuse(
        [...path, 'profile'],
        `profile ${profile.profile} is for ${profile.drivers.join(', ')}, and the driver of this bus is ${driver}`,
      )
    const merged = mergeTrees(profile.device, device)
    return merged.sensors === undefined
      ? { ...merged, sensors: allSensors(merged, profile, place) }
      : listedSensors(merged, profile, place)
  })
  return { content: expanded, problems, foreign: shelf.problems() }
}

/** The registers of a Modbus device are the same whatever carries them there: converters stand in between. */
function familyOf(driver: string): string {
  return driver.startsWith('modbus-') ? 'modbus' : driver
}

/**
 * A problem of the expanded content as one of the content before: what only a profile has is told at the key
 * that brought it in, with its own place in the words.
 */
export function problemAsWritten(before: unknown, expanded: unknown, { path, message }: Problem): Problem {
  const device = path.slice(0, DEVICE_DEPTH)
  const written = contentAt(before, device)
  if (path[0] !== 'gateways' || path.length <= DEVICE_DEPTH || !isTree(written)) return { path, message }
  if (typeof written.profile !== 'string') return { path, message }
  const sensor = path.slice(0, SENSOR_DEPTH)
  const isOfSensor = path[DEVICE_DEPTH] === 'sensors' && path.length >= SENSOR_DEPTH
  if (isOfSensor && written.sensors === undefined) {
    const id = contentAt(expanded, [...sensor, 'id'])
    const keys = path.slice(SENSOR_DEPTH)
    const place = keys.length === 0 || keys[0] === 'id' ? `${id}` : `${id}, ${formatPath(keys)}`
    return { path: [...device, 'profile'], message: `${place}: ${message}` }
  }
  const isInherited = contentAt(before, path) === undefined && contentAt(expanded, path) !== undefined
  if (!isInherited) return { path, message }
  return isOfSensor
    ? { path: [...sensor, 'point'], message: `${formatPath(path.slice(SENSOR_DEPTH))}: ${message}` }
    : { path: [...device, 'profile'], message: `${formatPath(path.slice(DEVICE_DEPTH))}: ${message}` }
}
