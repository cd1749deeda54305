import type { Path } from './config-document.ts'
import { changeSensors, mergeTrees, type Tree } from './content-tree.ts'
import { pointOfChannel } from './profile-channel.ts'
import type { PointFile, ProfileFile } from './profile-schema.ts'
import { didYouMean } from './suggestion.ts'

/** Where a device stands, and what to call when something is wrong with it. */
export interface DevicePlace {
  readonly path: Path
  readonly refuse: (path: Path, message: string) => void
}

/**
 * Stands in for a point that is not there, so that people are told of that and not of all the keys which
 * the sensor lacks for it; a file with such an error is never used.
 */
const STAND_IN: Tree = { kind: 'other', unit: '1', register: { address: 1 } }

/** Keys that mean something with a profile only. */
export function refuseOrphans(device: Tree, { path, refuse }: DevicePlace): void {
  const message = 'the device has no profile'
  if (device.channels !== undefined) refuse([...path, 'channels'], message)
  changeSensors(device, path, (sensor, at) => {
    for (const key of ['point', 'channel']) {
      if (sensor[key] !== undefined) refuse([...at, key], message)
    }
    return sensor
  })
}

/** The sensors of a device whose profile cannot be used. */
export function withStandIns(device: Tree, path: Path): Tree {
  return changeSensors(device, path, (sensor) =>
    sensor.point === undefined ? sensor : mergeTrees(STAND_IN, sensor),
  )
}

/** Every point that is not optional; `{device}.{point}`, and `{device}.{point}-{n}` for each of its channels. */
export function allSensors(device: Tree, profile: ProfileFile, place: DevicePlace): Tree[] {
  const points = Object.entries(profile.points).filter(([, point]) => !point.optional)
  const most = Math.max(0, ...points.map(([, point]) => point.channels?.max ?? 0))
  const { channels } = device
  const refuse = (message: string) => place.refuse([...place.path, 'channels'], message)
  if (most === 0 && channels !== undefined) refuse(`profile ${profile.profile} has no channels`)
  if (most > 0 && channels === undefined)
    refuse(`required key "channels" is missing: profile ${profile.profile} has 1 to ${most}`)
  if (most > 0 && isChannel(channels) && channels > most)
    refuse(`${channels}: profile ${profile.profile} has 1 to ${most}`)

  const fitted = isChannel(channels) ? channels : 0
  return points.flatMap(([name, point]) => {
    const id = `${device.id}.${name}`
    if (point.channels === undefined) return [{ ...sensorOf(point, 1), id, point: name }]
    return Array.from({ length: Math.min(fitted, point.channels.max) }, (_, index) => {
      const channel = index + 1
      return { ...sensorOf(point, channel), id: `${id}-${channel}`, point: name, channel }
    })
  })
}

/** Exactly the sensors that the device lists, each with its point underneath. */
export function listedSensors(device: Tree, profile: ProfileFile, { path, refuse }: DevicePlace): Tree {
  if (device.channels !== undefined)
    refuse([...path, 'channels'], 'channels are for a device that lists no sensors: say which with `channel`')
  return changeSensors(device, path, (sensor, at) => {
    const { point: name, channel } = sensor
    if (name === undefined) {
      if (channel !== undefined) refuse([...at, 'channel'], 'a channel needs a point')
      return sensor
    }
    // The schema tells what has the wrong shape.
    if (typeof name !== 'string') return mergeTrees(STAND_IN, sensor)
    const point = Object.hasOwn(profile.points, name) ? profile.points[name] : undefined
    if (point === undefined) {
      const hint = didYouMean(name, Object.keys(profile.points))
      refuse([...at, 'point'], `profile ${profile.profile} has no point "${name}"${hint}`)
      return mergeTrees(STAND_IN, sensor)
    }
    const most = point.channels?.max
    if (most === undefined && channel !== undefined)
      refuse([...at, 'channel'], `point "${name}" of profile ${profile.profile} has no channels`)
    if (most !== undefined && isChannel(channel) && channel > most)
      refuse([...at, 'channel'], `${channel}: point "${name}" has 1 to ${most}`)
    return mergeTrees(sensorOf(point, isChannel(channel) && channel <= (most ?? 1) ? channel : 1), sensor)
  })
}

function isChannel(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1
}

/** The keys of a sensor that a point gives. */
function sensorOf(point: PointFile, channel: number): Tree {
  const { channels, optional: _optional, ...keys } = pointOfChannel(point, channel)
  return keys.name === undefined || channels === undefined
    ? keys
    : { ...keys, name: `${keys.name}, channel ${channel}` }
}
