import { join } from 'node:path'

export const TOLD = 'bench'
/** So many alarms at once; a batch holds no more. */
export const ALARMS = 1_000
/** Every tenth is of life safety, and they stand last in the file. */
export const LIFE_SAFETY = ALARMS / 10

export function toldSensor(n: number): string {
  return `S-${n}`
}

export function isOfLifeSafety(sensor: string): boolean {
  return Number(sensor.slice(2)) >= ALARMS - LIFE_SAFETY
}

/** A plant whose alarms have no delays and are told by one webhook, each by itself. */
export function notifyPlantText(of: { folder: string; http: number; mqtt: number; hook: string }): string {
  const sensors = Array.from({ length: ALARMS }, (_, n) => ({
    id: toldSensor(n),
    name: `Detector ${n}`,
    kind: 'gas',
    unit: '%LEL',
    area: 'yard',
    staleAfter: '1h',
    register: { address: n },
    alarms: {
      H: {
        when: 'high',
        limit: 20,
        deadband: 1,
        priority: 'high',
        class: isOfLifeSafety(toldSensor(n)) ? 'safety' : 'process',
      },
    },
  }))
  const device = { id: 'panel', sensors }
  const bus = { id: 'bus', driver: 'modbus-tcp', host: '127.0.0.1', devices: [device] }
  return JSON.stringify({
    facility: { id: TOLD },
    mqtt: { url: 'embedded', listen: `127.0.0.1:${of.mqtt}` },
    store: { kind: 'embedded' },
    server: { listen: `127.0.0.1:${of.http}`, data: join(of.folder, 'server'), auth: 'off' },
    responders: [{ id: 'li.wei' }],
    roster: [{ id: 'operators', always: ['li.wei'] }],
    notify: {
      channels: [{ id: 'hook', kind: 'webhook', url: of.hook }],
      policies: [{ id: 'all', match: { keys: ['H'] }, steps: [{ to: ['operators'], by: ['hook'] }] }],
    },
    gateways: [{ id: 'gw', heartbeat: '1h', buses: [bus] }],
  })
}
