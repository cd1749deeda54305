import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FieldDevice } from '../field/field.ts'
import { GATEWAYS } from '../field/field.ts'
import { WAVE } from '../field/signal.ts'
import { SET_POINTS } from '../field/wave.ts'
import type { SetupName } from '../plan/disaster.ts'

export const FACILITY = 'drill'
/** Database of the drill in InfluxDB. */
export const DATABASE = 'drill'

/** Where everybody finds everybody. Ports on loopback. */
export interface Addresses {
  readonly http: number
  /** Where the broker listens. */
  readonly mqtt: number
  /** The line to it. Key: gateway id. */
  readonly uplinks: ReadonlyMap<string, number>
  /** Of the server to broker and database; of set-up real. */
  readonly downlink: number
  readonly store: number
}

export interface PlantFileOptions {
  readonly setup: SetupName
  readonly folder: string
  readonly devices: readonly FieldDevice[]
  readonly addresses: Addresses
  /** Where the outbox of a gateway is: a path, or `memory`. */
  readonly outboxOf: (gateway: string) => string
  readonly data: string
}

/**
 * The facility files of server and gateways: the same plant, each with its own line to the broker. The deadband
 * is none, so that every sample is sent; a device answers in any case, so that a time-out means a process
 * that stood still, and no answer is given up.
 */
export function writePlantFiles(options: PlantFileOptions): {
  server: string
  of: (gateway: string) => string
} {
  const { folder, setup, addresses, data } = options
  const { mqtt, uplinks, downlink, store, http } = addresses
  const plant = plantOf(options)
  const write = (name: string, sections: object) => {
    const file = join(folder, `${name}.json`)
    writeFileSync(file, JSON.stringify({ ...plant, ...sections }, null, 1))
    return file
  }
  const server = {
    server: { listen: `127.0.0.1:${http}`, data, auth: 'off' },
    ...(setup === 'embedded'
      ? { mqtt: { url: 'embedded', listen: `127.0.0.1:${mqtt}` }, store: { kind: 'embedded' } }
      : {
          mqtt: { url: `mqtt://127.0.0.1:${downlink}` },
          store: { kind: 'influxdb', api: 'v1', url: `http://127.0.0.1:${store}`, database: DATABASE },
        }),
  }
  const gateways = new Map(
    GATEWAYS.map((id) => [id as string, write(id, { mqtt: { url: `mqtt://127.0.0.1:${uplinks.get(id)}` } })]),
  )
  return { server: write('server', server), of: (gateway) => gateways.get(gateway) ?? '' }
}

function plantOf({ devices, outboxOf }: PlantFileOptions): object {
  return {
    facility: { id: FACILITY, timezone: 'UTC' },
    gateways: GATEWAYS.map((id) => ({
      id,
      heartbeat: '1s',
      outbox: { path: outboxOf(id), maxSize: '64MB' },
      buses: devices.filter(({ record }) => record.gateway === id).map((device) => busOf(device)),
    })),
  }
}

function busOf({ record, pollMs, port }: FieldDevice): object {
  const { id, signal } = record
  const sensors = record.sensors.map((sensor, index) => ({
    id: sensor,
    kind: signal === WAVE ? 'level' : 'other',
    unit: signal === WAVE ? '%' : '1',
    register: { address: index * signal.width, type: signal.type },
    report: { deadband: 0, maxInterval: '1h' },
    ...(signal === WAVE ? { alarms: SET_POINTS } : {}),
  }))
  return {
    id: `${id}-bus`,
    driver: 'modbus-tcp',
    host: '127.0.0.1',
    port,
    timeout: '60s',
    devices: [{ id, poll: `${pollMs}ms`, sensors }],
  }
}
