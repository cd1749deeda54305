import type { Facility } from '../../../contracts/facility.ts'
import { parseFacility } from '../../../contracts/facility-load.ts'
import type { Quality } from '../../../contracts/quality.ts'
import type { BatchRecord } from '../../../ingest/log/log-record.ts'

/** A plant with the sensors A and B of gateway g1, device d1, and C of g2, d2, each polled once a second. */
export function derivedPlant(
  derived: readonly object[],
  alarms: object = {},
  measured: object = { kind: 'gas', unit: 'ppm' },
): Facility {
  const sensor = (id: string, address: number) => ({
    id,
    ...measured,
    register: { address },
    alarms,
  })
  const gateway = (id: string, device: string, port: number, sensors: object[]) => ({
    id,
    buses: [
      {
        id: 'bus',
        driver: 'modbus-tcp',
        host: '127.0.0.1',
        port,
        devices: [{ id: device, unitId: 1, poll: '1s', sensors }],
      },
    ],
  })
  const file = {
    facility: { id: 'plant' },
    mqtt: { url: 'embedded' },
    store: { kind: 'embedded' },
    gateways: [
      gateway('g1', 'd1', 1502, [sensor('A', 0), sensor('B', 1)]),
      gateway('g2', 'd2', 1503, [sensor('C', 0)]),
    ],
    derived,
  }
  return parseFacility(JSON.stringify(file), 'plant.yaml')
}

export type Sample = readonly [sensor: string, time: number, value: number | undefined, quality?: Quality]

/** A live batch of a gateway, as it stands in the log. */
export function batchOf(
  gateway: string,
  {
    samples,
    polled,
    late = false,
    ...rest
  }: Partial<Omit<BatchRecord, 'readings'>> & { samples: readonly Sample[]; late?: boolean },
): BatchRecord {
  const times = samples.map(([, time]) => time)
  const sent = rest.sent ?? Math.max(0, ...times, ...Object.values(polled ?? {}))
  return {
    kind: 'batch',
    facility: 'plant',
    gateway,
    epoch: `${gateway}-e`,
    seq: sent,
    sent,
    shift: 0,
    total: null,
    size: samples.length,
    arrived: sent,
    isLive: true,
    fork: null,
    again: false,
    offset: 0,
    stepped: false,
    polled: polled ?? null,
    gaps: [],
    ...rest,
    readings: samples.map(
      ([sensor, time, value, quality = value === undefined ? 'bad' : 'good'], position) => ({
        sensor,
        time,
        ...(value === undefined ? {} : { value }),
        quality,
        ...(quality === 'bad' ? { reason: 'timeout' } : {}),
        position,
        late,
        fold: 0,
      }),
    ),
  }
}
