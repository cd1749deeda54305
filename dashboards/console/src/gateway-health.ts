/** What the console shows of a gateway's health message. */
export interface HealthSummary {
  buses: {
    id: string
    connected: boolean
    reconnects: number
    /** Share of the time that the line is in use, percent; null when the gateway does not say. */
    utilisation: number | null
    /** Key: what was wrong with the frames. */
    discarded: Record<string, number>
  }[]
  devices: {
    id: string
    online: boolean
    requests: number
    errors: Record<string, number>
    roundTripMs: number | null
    overruns: number
    /** It does not answer and is asked seldom, so that the others keep their rate. */
    isolated: boolean
    /** Registers that it refuses. */
    refused: string[]
  }[]
}

/** The message comes as the gateway sent it, maybe from another release: read what is there. */
export function readHealth(health: unknown): HealthSummary | undefined {
  if (!isRecord(health)) return undefined
  return {
    buses: entries(health.buses).map(([id, bus]) => ({
      id,
      connected: bus.connected === true,
      reconnects: numberOr(bus.reconnects, 0),
      utilisation: typeof bus.utilisation === 'number' ? bus.utilisation * 100 : null,
      discarded: counts(bus.discarded),
    })),
    devices: entries(health.devices).map(([id, device]) => ({
      id,
      online: device.online === true,
      requests: numberOr(device.requests, 0),
      errors: counts(device.errors),
      roundTripMs: typeof device.roundTripMs === 'number' ? device.roundTripMs : null,
      overruns: numberOr(device.overruns, 0),
      isolated: device.isolated === true,
      refused: Array.isArray(device.refused) ? device.refused.map(String) : [],
    })),
  }
}

function entries(value: unknown): [string, Record<string, unknown>][] {
  return isRecord(value)
    ? Object.entries(value).flatMap(([id, item]) => (isRecord(item) ? [[id, item]] : []))
    : []
}

function counts(value: unknown): Record<string, number> {
  if (!isRecord(value)) return {}
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, count]) =>
      typeof count === 'number' && count > 0 ? [[name, count]] : [],
    ),
  )
}

function numberOr(value: unknown, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
