import type { EdgeGatewayHealth } from '../edge-gateway-health.ts'

/** What a running gateway leaves beside its outbox every few seconds, for `gateway health` to judge. */
export interface Pulse {
  readonly version: 1
  readonly gateway: string
  /** When it was written, ms since the machine was started: nobody can step that. */
  readonly at: number
  /** When the gateway was started, likewise. */
  readonly started: number
  readonly polls: {
    /** Requests that came to an end, however. */
    readonly count: number
    /** When there was one more of them at the latest, ms since the machine was started. */
    readonly last: number
    /** From one poll to the next of the slowest device, ms. */
    readonly slowestMs: number
  }
  readonly buses: Tally
  readonly devices: Tally
  readonly broker: { readonly connected: boolean; readonly trouble?: string }
  readonly outbox: { readonly readings: number; readonly trouble?: string }
}

interface Tally {
  readonly online: number
  readonly of: number
}

export interface Verdict {
  readonly healthy: boolean
  readonly code?: 'GATEWAY_UNREACHABLE' | 'GATEWAY_STALLED'
  readonly detail: string
}

/** It is written this often, ms. */
export const PULSE_MS = 5_000
/** Older than this, its writer has stopped, ms. */
export const SILENT_MS = 4 * PULSE_MS
/** The first poll takes no longer than so, and once the slowest device, ms. */
const FIRST_POLL_MS = 60_000
/** Blocks that a device refuses are left alone for up to ten minutes: then nothing else may be asked either. */
const NO_POLL_MS = 900_000

/** Whether the gateway that left this does its work; `now` is ms since the machine was started. */
export function judge(pulse: Pulse, now: number): Verdict {
  const { at, polls, devices } = pulse
  if (at > now) return unwell('GATEWAY_UNREACHABLE', 'it has not run since this machine was started')
  if (now - at > SILENT_MS) {
    const words = 'it has ended by force, hangs, or the disk of its outbox does not answer'
    return unwell('GATEWAY_STALLED', `no sign of life for ${seconds(now - at)}: ${words}`)
  }
  const isFirst = polls.count === 0
  const patience = isFirst ? FIRST_POLL_MS + polls.slowestMs : Math.max(NO_POLL_MS, 3 * polls.slowestMs)
  if (devices.of > 0 && now - polls.last > patience) {
    const since = isFirst ? 'since it was started' : 'any more'
    return unwell('GATEWAY_STALLED', `it polls nothing ${since}, for ${seconds(now - polls.last)} now`)
  }
  return { healthy: true, detail: told(pulse) }
}

/** Requests that have come to an end since the start. */
export function pollCount({ devices }: Pick<EdgeGatewayHealth, 'devices'>): number {
  return Object.values(devices).reduce(
    (sum, { requests, errors }) =>
      sum + requests + Object.values(errors).reduce((all, count) => all + count, 0),
    0,
  )
}

/** What is no fault of the gateway, and would not be mended by starting it again. */
function told({ buses, devices, broker, outbox }: Pulse): string {
  const reason = broker.trouble === undefined ? '' : ` (${broker.trouble})`
  return [
    `${devices.online} of ${devices.of} devices answer`,
    ...(buses.online < buses.of ? [`${buses.online} of ${buses.of} buses are connected`] : []),
    ...(outbox.trouble === undefined ? [] : [`the outbox says ${outbox.trouble}`]),
    broker.connected
      ? 'connected to the broker'
      : `no connection to the broker${reason}: ${outbox.readings} readings wait, and a restart would not help`,
  ].join(', ')
}

function unwell(code: NonNullable<Verdict['code']>, detail: string): Verdict {
  return { healthy: false, code, detail }
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1_000)} s`
}
