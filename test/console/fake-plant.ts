import type {
  AlarmView,
  FacilityTree,
  GatewayView,
  HistoryPoint,
  JournalItem,
  LedgerItem,
  ReadingView,
  SensorView,
} from '../../contracts/api.ts'
import { formatIso } from '../../contracts/iso-time.ts'
import { CHLORINE, type FakeSensor, SEISMIC, TANK_FARM } from './fake-sensors.ts'

/** A believable plant in the exact shapes of the API, for tests of the console. */
export const FACILITY = 'demo-plant'
export const TIMEZONE = 'Asia/Shanghai'

export function iso(ms: number): string {
  return formatIso(ms, TIMEZONE)
}

function sensorOf(
  row: FakeSensor,
  place: { area: string; gateway: string; device: string; now: number },
): SensorView {
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    unit: row.unit,
    quantity: row.kind,
    area: place.area,
    gateway: place.gateway,
    bus: 'line-1',
    device: place.device,
    range: row.range ?? null,
    limits: [
      ...row.limits.map(([key, when, limit, priority]) => ({
        alarm: `${row.id}.${key}`,
        key,
        when,
        limit,
        revision: 0,
        fileLimit: null,
        priority,
      })),
      {
        alarm: `${row.id}.FAULT`,
        key: 'FAULT',
        when: 'fault' as const,
        limit: null,
        revision: 0,
        fileLimit: null,
        priority: 'medium' as const,
      },
    ],
    reading: readingOf(row.id, place.now - 2_000, row.value),
    inhibit: null,
    derived: null,
  }
}

export function readingOf(
  sensor: string,
  time: number,
  value: number | null,
  quality: ReadingView['quality'] = 'good',
  reason: string | null = null,
): ReadingView {
  return { facility: FACILITY, sensor, time: iso(time), value, quality, reason }
}

export function gatewayOf(id: string, name: string, now: number): GatewayView {
  return {
    facility: FACILITY,
    id,
    name,
    state: 'online',
    since: iso(now - 7_440_000),
    lastHeard: iso(now - 800),
    version: '0.1.0',
    configMatches: true,
    skewMs: 12,
    counters: { batches: 7_441, readings: 193_420, late: 0, duplicates: 2, rejected: 0, missing: 0, lost: 0 },
    health: {
      epoch: 'e1',
      session: 's1',
      time: now - 800,
      buses: {
        'line-1': { connected: true, reconnects: 1, utilisation: 0.24, discarded: { crc: 2, noise: 0 } },
      },
      devices:
        id === 'gw-1'
          ? {
              'gas-panel': { online: true, requests: 7_432, errors: {}, overruns: 0, roundTripMs: 3.2 },
              'tank-gauges': {
                online: true,
                requests: 14_864,
                errors: { timeout: 3 },
                overruns: 0,
                roundTripMs: 4.1,
                refused: ['holding 12..13'],
              },
            }
          : {
              'chlorine-panel': { online: true, requests: 7_440, errors: {}, overruns: 0, roundTripMs: 2.9 },
              accelerographs: { online: true, requests: 14_880, errors: {}, overruns: 0, roundTripMs: 3.4 },
            },
      outbox: { batches: 0, readings: 0, oldest: null, evictedReadings: 0 },
      clock: { drift: 0, steps: 0 },
    },
  }
}

/** A day on which nothing was lost. */
export function ledgerOf(gateway: string, now: number): LedgerItem {
  const window = { from: iso(now - 86_400_000), to: iso(now) }
  const whole = { sent: 2_246_391, received: 2_246_391, stored: 2_246_385 }
  const none = { duplicate: 0, late: 0, refused: 0, dropped: 0, missing: 0, gaps: [] }
  return { facility: FACILITY, gateway, ...window, ...whole, ...none }
}

/** A day with an outage that was too long for the outbox, and a backlog that is still on its way. */
export function troubledLedger(gateway: string, now: number): LedgerItem {
  const gap = (hours: number, count: number, reason: string) => ({
    epoch: 'e1',
    seqs: [[hours * 100, hours * 100 + 36]],
    count,
    from: iso(now - hours * 3_600_000),
    to: iso(now - hours * 3_600_000 + 600_000),
    reason,
    told: iso(now),
  })
  const gaps = [gap(3, 3_600, 'full'), gap(4, 3_586, 'full'), gap(5, 12, 'restart'), gap(6, 2, 'eaten')]
  const counts = { received: 2_237_985, stored: 2_237_902, duplicate: 420, late: 86_400, refused: 2 }
  return { ...ledgerOf(gateway, now), ...counts, dropped: 7_200, missing: 1_204, gaps }
}

/** The plant on a quiet day. @param now epoch ms */
export function quietTree(now: number): FacilityTree {
  const placed = (rows: FakeSensor[], area: string, gateway: string, device: string) =>
    rows.map((row) => sensorOf(row, { area, gateway, device, now }))
  return {
    id: FACILITY,
    name: 'Demo plant',
    timezone: TIMEZONE,
    location: { lat: 35.24, lon: 115.47 },
    areas: [
      { id: 'tank-farm', name: 'Tank farm', location: null },
      { id: 'chlorine-shed', name: 'Chlorine shed', location: null },
      { id: 'seismic-unit', name: 'Seismic unit', location: null },
    ],
    gateways: [
      gatewayOf('gw-1', 'Tank farm gateway', now),
      gatewayOf('gw-2', 'Chlorine and seismic gateway', now),
    ],
    devices: [],
    sensors: [
      ...placed(TANK_FARM, 'tank-farm', 'gw-1', 'gas-panel'),
      ...placed(CHLORINE, 'chlorine-shed', 'gw-2', 'chlorine-panel'),
      ...placed(SEISMIC, 'seismic-unit', 'gw-2', 'accelerographs'),
    ],
  }
}

/** An alarm in state UNACK unless told otherwise. */
export function alarmOf(id: string, raised: number, more: Partial<AlarmView> = {}): AlarmView {
  return {
    facility: FACILITY,
    id,
    sensor: id.slice(0, id.lastIndexOf('.')),
    sensorName: id,
    area: 'tank-farm',
    kind: 'gas',
    unit: '%LEL',
    when: 'high',
    priority: 'high',
    state: 'UNACK',
    live: more.state ?? 'UNACK',
    condition: 'active',
    ack: 'unacked',
    latched: false,
    class: 'process',
    lifeSafety: false,
    group: null,
    firstInGroup: false,
    silenced: false,
    shelved: null,
    suppressed: [],
    outOfService: null,
    occurrence: `${id}@${raised}`,
    since: iso(raised),
    raised: iso(raised),
    value: 23.1,
    limit: 20,
    revision: 0,
    fileLimit: null,
    quality: 'good',
    reason: null,
    message: `${id} is high`,
    acknowledgedBy: null,
    comment: null,
    late: false,
    journalled: true,
    ...more,
  }
}

export function entryOf(seq: number, alarm: AlarmView, more: Partial<JournalItem> = {}): JournalItem {
  return {
    seq,
    recorded: alarm.since,
    time: alarm.since,
    facility: alarm.facility,
    event: 'raised',
    from: 'NORM',
    by: null,
    alarm,
    ...more,
  }
}

/** A leak that begins a third before the end, with a stretch in which the detector did not answer. */
export function leakHistory(from: number, to: number, everyMs: number): HistoryPoint[] {
  const points: HistoryPoint[] = []
  for (let time = from; time < to; time += everyMs) {
    const share = (time - from) / (to - from)
    const mean =
      share < 0.66 ? 0.8 + 0.3 * Math.sin(time / 40_000) : 0.8 + 34 * Math.sqrt((share - 0.66) / 0.34)
    const isBad = share > 0.3 && share < 0.4
    points.push({
      time: iso(Math.round(time)),
      min: isBad ? null : mean - 0.4 - mean / 40,
      mean: isBad ? null : mean,
      max: isBad ? null : mean + 0.4 + mean / 30,
      count: isBad ? 1 : 3,
      quality: isBad ? 'bad' : 'good',
      reason: isBad ? 'timeout' : null,
    })
  }
  return points
}
