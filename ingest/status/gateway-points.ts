import type { GatewayView } from '../../contracts/api.ts'
import type { Bus, Gateway } from '../../contracts/facility.ts'
import { parseIso } from '../../contracts/iso-time.ts'
import type { LedgerSum } from '../../contracts/ledger.ts'
import type { StatusPoint } from '../../contracts/store.ts'
import { GAP_REASONS } from '../../contracts/wire.ts'
import { counts, flags, gauges, member, texts, total } from './untrusted-fields.ts'

/** What the server knows of a gateway beside what it shows of it. */
export interface GatewayFigures {
  /** Backlog batches that it may have under way. */
  credit: number
  isCloned: boolean
  /** Readings that it said it dropped. Key: reason. */
  dropped: ReadonlyMap<string, number>
  /** Its loss ledger of the last 24 hours; undefined while that is not known. */
  ledger: LedgerSum | undefined
}

/** Sums of the ledger. Key: field. */
const OF_LEDGER = {
  daySent: 'sent',
  dayReceived: 'received',
  dayStored: 'stored',
  dayDuplicate: 'duplicate',
  dayLate: 'late',
  dayRefused: 'refused',
  dayDropped: 'dropped',
  dayMissing: 'missing',
} as const satisfies Record<string, keyof LedgerSum>

/**
 * A gateway, its lines and devices as points. Health is what the gateway sent, whatever that is: only lines and
 * devices of the facility file are looked for in it, so that nobody can fill a database with names.
 */
export function gatewayPoints(
  view: GatewayView,
  gateway: Gateway,
  time: number,
  figures?: GatewayFigures,
): StatusPoint[] {
  const tags = { facility: view.facility, gateway: view.id }
  const { health } = view
  const devices = gateway.buses.flatMap((bus) => bus.devices)
  const points: StatusPoint[] = [
    {
      measurement: 'gateway',
      tags,
      fields: {
        name: view.name,
        state: view.state,
        online: view.state === 'online' ? 1n : 0n,
        version: view.version ?? '',
        heartbeatSeconds: gateway.heartbeatMs / 1_000,
        ...secondsSince(view.lastHeard, 'secondsSinceHeard', time),
        ...secondsSince(view.since, 'secondsInState', time),
        ...counts(
          view.counters,
          named('batches', 'readings', 'late', 'duplicates', 'rejected', 'missing', 'lost'),
        ),
        ...flags(view, named('configMatches')),
        ...gauges(view, named('skewMs')),
        ...(figures === undefined ? {} : figureFields(figures)),
        buses: BigInt(gateway.buses.length),
        devices: BigInt(devices.length),
        sensors: BigInt(devices.reduce((sum, { sensors }) => sum + sensors.length, 0)),
        ...upFields(health, gateway),
        ...outboxFields(health),
        ...clockFields(member(health, 'clock')),
      },
      time,
    },
  ]
  for (const bus of gateway.buses) points.push(...busPoints(health, bus, tags, time))
  return points
}

type Fields = StatusPoint['fields']

function figureFields({ credit, isCloned, dropped, ledger }: GatewayFigures): Fields {
  const known = GAP_REASONS.map((reason) => [lostName(reason), dropped.get(reason) ?? 0] as const)
  const all = [...dropped.values()].reduce((sum, count) => sum + count, 0)
  const other = known.reduce((left, [, count]) => left - count, all)
  const lost = [...known, ['lostOther', other] as const]
  return {
    credit: BigInt(credit),
    cloned: BigInt(isCloned),
    ...Object.fromEntries(lost.map(([name, count]) => [name, BigInt(count)])),
    ...counts(ledger, OF_LEDGER),
  }
}

/** lostFull, lostExpired, lostRestart, lostDamaged. */
function lostName(reason: string): string {
  return `lost${reason.charAt(0).toUpperCase()}${reason.slice(1)}`
}

/** How many of its lines and devices answer, as it says; nothing while it has said nothing. */
function upFields(health: unknown, gateway: Gateway): Fields {
  const isUp = (group: string, id: string, name: string) =>
    member(member(member(health, group), id), name) === true
  if (typeof health !== 'object' || health === null) return {}
  const connected = gateway.buses.filter(({ id }) => isUp('buses', id, 'connected'))
  const online = gateway.buses
    .flatMap(({ devices }) => devices)
    .filter(({ id }) => isUp('devices', id, 'online'))
  return { busesConnected: BigInt(connected.length), devicesOnline: BigInt(online.length) }
}

function outboxFields(health: unknown): Fields {
  const outbox = member(health, 'outbox')
  return {
    ...counts(outbox, {
      outboxBatches: 'batches',
      outboxReadings: 'readings',
      outboxBytes: 'bytes',
      outboxCommits: 'commits',
      evictedReadings: 'evictedReadings',
      refusedReadings: 'refusedReadings',
      setAside: 'setAside',
    }),
    ...outboxAge(health),
    // A code, or nothing: what is absent is in order.
    ...(outbox === undefined ? {} : { outboxTrouble: '', ...texts(outbox, { outboxTrouble: 'trouble' }) }),
  }
}

function clockFields(clock: unknown): Fields {
  const ntp = member(clock, 'ntp')
  const isKnown = ntp === 'synchronized' || ntp === 'unsynchronized'
  return {
    ...gauges(clock, { clockDrift: 'drift', clockSkewMs: 'skew' }),
    ...counts(clock, { clockSteps: 'steps' }),
    ...(isKnown ? { clockSynchronized: BigInt(ntp === 'synchronized') } : {}),
  }
}

/** How long the oldest reading has been waiting, by the gateway's own clock; 0 when none waits. */
function outboxAge(health: unknown): Fields {
  const [sent, oldest] = [member(health, 'time'), member(member(health, 'outbox'), 'oldest')]
  if (oldest === null) return { outboxAgeMs: 0 }
  const isKnown = Number.isFinite(sent) && Number.isFinite(oldest)
  return isKnown ? { outboxAgeMs: Math.max(0, Number(sent) - Number(oldest)) } : {}
}

/** `since`: ISO 8601, or null when it never was. */
function secondsSince(since: string | null, name: string, time: number): Fields {
  const ms = since === null ? undefined : parseIso(since)
  return ms === undefined ? {} : { [name]: Math.max(0, time - ms) / 1_000 }
}

function busPoints(
  health: unknown,
  bus: Bus,
  tags: Readonly<Record<string, string>>,
  time: number,
): StatusPoint[] {
  const ofBus = { ...tags, bus: bus.id }
  const found = busFields(member(member(health, 'buses'), bus.id))
  const points = pointOf('bus', ofBus, { driver: bus.driver }, found, time)
  for (const device of bus.devices) {
    const fields = deviceFields(member(member(health, 'devices'), device.id))
    const known = { name: device.name, sensors: BigInt(device.sensors.length) }
    points.push(...pointOf('device', { ...ofBus, device: device.id }, known, fields, time))
  }
  return points
}

function busFields(bus: unknown): Fields {
  return {
    ...flags(bus, named('connected')),
    ...counts(bus, named('reconnects')),
    ...gauges(bus, named('utilisation')),
    ...total(member(bus, 'discarded'), 'discarded'),
  }
}

function deviceFields(device: unknown): Fields {
  const errors = member(device, 'errors')
  const refused = member(device, 'refused')
  return {
    ...flags(device, named('online', 'isolated')),
    ...counts(device, named('requests', 'overruns', 'retries')),
    ...gauges(device, named('roundTripMs', 'cycleMs')),
    ...total(errors, 'errors'),
    ...counts(errors, { timeouts: 'timeout' }),
    ...(Array.isArray(refused) ? { refusedBlocks: BigInt(refused.length) } : {}),
  }
}

/** None when nothing of it was found; `known` is what the facility file says of it. */
function pointOf(
  measurement: string,
  tags: StatusPoint['tags'],
  known: Fields,
  found: Fields,
  time: number,
): StatusPoint[] {
  return Object.keys(found).length === 0 ? [] : [{ measurement, tags, fields: { ...known, ...found }, time }]
}

/** Fields that are called what they are called there. */
function named(...names: string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, name]))
}
