import type { GatewayView } from '../../contracts/api.ts'
import type { Gateway } from '../../contracts/facility.ts'
import type { StatusPoint } from '../../contracts/store.ts'
import { counts, flags, gauges, member, total } from './untrusted-fields.ts'

/**
 * A gateway, its lines and devices as points. Health is what the gateway sent, whatever that is: only lines and
 * devices of the facility file are looked for in it, so that nobody can fill a database with names.
 */
export function gatewayPoints(view: GatewayView, gateway: Gateway, time: number): StatusPoint[] {
  const tags = { facility: view.facility, gateway: view.id }
  const { health } = view
  const [outbox, clock] = [member(health, 'outbox'), member(health, 'clock')]
  const points: StatusPoint[] = [
    {
      measurement: 'gateway',
      tags,
      fields: {
        state: view.state,
        online: view.state === 'online' ? 1n : 0n,
        ...counts(
          view.counters,
          named('batches', 'readings', 'late', 'duplicates', 'rejected', 'missing', 'lost'),
        ),
        ...flags(view, named('configMatches')),
        ...gauges(view, named('skewMs')),
        ...counts(outbox, {
          outboxBatches: 'batches',
          outboxReadings: 'readings',
          outboxBytes: 'bytes',
          evictedReadings: 'evictedReadings',
          refusedReadings: 'refusedReadings',
          setAside: 'setAside',
        }),
        ...outboxAge(health),
        ...gauges(clock, { clockDrift: 'drift' }),
        ...counts(clock, { clockSteps: 'steps' }),
      },
      time,
    },
  ]
  for (const bus of gateway.buses) {
    points.push(
      ...pointOf('bus', { ...tags, bus: bus.id }, busFields(member(member(health, 'buses'), bus.id)), time),
    )
    for (const device of bus.devices) {
      const found = member(member(health, 'devices'), device.id)
      points.push(
        ...pointOf('device', { ...tags, bus: bus.id, device: device.id }, deviceFields(found), time),
      )
    }
  }
  return points
}

type Fields = StatusPoint['fields']

/** How long the oldest reading has been waiting, by the gateway's own clock; 0 when none waits. */
function outboxAge(health: unknown): Fields {
  const [sent, oldest] = [member(health, 'time'), member(member(health, 'outbox'), 'oldest')]
  if (oldest === null) return { outboxAgeMs: 0 }
  const isKnown = Number.isFinite(sent) && Number.isFinite(oldest)
  return isKnown ? { outboxAgeMs: Math.max(0, Number(sent) - Number(oldest)) } : {}
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
  return {
    ...flags(device, named('online', 'isolated')),
    ...counts(device, named('requests', 'overruns', 'retries')),
    ...gauges(device, named('roundTripMs', 'cycleMs')),
    ...total(member(device, 'errors'), 'errors'),
  }
}

/** None when nothing is known. */
function pointOf(
  measurement: string,
  tags: StatusPoint['tags'],
  fields: Fields,
  time: number,
): StatusPoint[] {
  return Object.keys(fields).length === 0 ? [] : [{ measurement, tags, fields, time }]
}

/** Fields that are called what they are called there. */
function named(...names: string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, name]))
}
