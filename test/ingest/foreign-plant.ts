import { parseFacility } from '../../contracts/facility-load.ts'
import type { ForeignDevice } from '../../contracts/foreign-device.ts'

type Keys = Record<string, unknown>

/** A plant with these foreign devices; what a device or a sensor does not give is filled in. */
export function foreignPlant(devices: readonly Keys[], mqtt: Keys = {}) {
  const foreign = devices.map((device, index) => ({
    id: `fd-${index + 1}`,
    topic: `shed/${index + 1}`,
    ...device,
  }))
  const gateways = [{ id: 'gw-1', buses: [] }]
  return parseFacility(JSON.stringify({ facility: { id: 'plant' }, mqtt, gateways, foreign }), 'x.yaml')
}

/** A device with sensors A, B, C ... of unit 1, each given by its keys. */
export function foreignDevice(sensors: readonly Keys[], keys: Keys = {}): ForeignDevice {
  const named = sensors.map((sensor, index) => ({
    id: String.fromCharCode(65 + index),
    kind: 'other',
    unit: '1',
    ...sensor,
  }))
  const [device] = foreignPlant([{ sensors: named, ...keys }]).foreign
  if (device === undefined) throw new Error('no device')
  return device
}
