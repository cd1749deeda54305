import { join } from 'node:path'

export const FLOODED = 'bench'
export const SENSORS = 1_000
const AREAS = 4

/** What every sensor goes through, and what of it is an entry of the journal. */
export const STEPS = [
  { value: 25, key: 'H', event: 'raised' },
  { value: 45, key: 'HH', event: 'raised' },
  { value: 30, key: 'HH', event: 'returned' },
  { value: 10, key: 'H', event: 'returned' },
  { value: 25, key: 'H', event: 'raised' },
  { value: 45, key: 'HH', event: 'raised' },
  { value: 30, key: 'HH', event: 'returned' },
  { value: 10, key: 'H', event: 'returned' },
  { value: 25, key: 'H', event: 'raised' },
  { value: 45, key: 'HH', event: 'raised' },
] as const

export function sensorId(n: number): string {
  return `S-${n}`
}

/** A plant whose alarms have no delays, so that each step is a transition at once. */
export function floodPlantText(of: { folder: string; http: number; mqtt: number }): string {
  const alarms = {
    H: { when: 'high', limit: 20, deadband: 1, priority: 'high' },
    HH: { when: 'high', limit: 40, deadband: 2, priority: 'critical' },
  }
  const sensors = Array.from({ length: SENSORS }, (_, n) => ({
    id: sensorId(n),
    name: `Detector ${n}`,
    kind: 'gas',
    unit: '%LEL',
    area: `area-${n % AREAS}`,
    staleAfter: '1h',
    register: { address: n },
    alarms,
  }))
  const device = { id: 'panel', sensors }
  const bus = { id: 'bus', driver: 'modbus-tcp', host: '127.0.0.1', devices: [device] }
  return JSON.stringify({
    facility: { id: FLOODED },
    mqtt: { url: 'embedded', listen: `127.0.0.1:${of.mqtt}` },
    store: { kind: 'embedded' },
    server: { listen: `127.0.0.1:${of.http}`, data: join(of.folder, 'server'), auth: 'off' },
    gateways: [{ id: 'gw', heartbeat: '1h', buses: [bus] }],
  })
}
