/** What the console shows of a gateway's health message. */
export interface HealthSummary {
  buses: { id: string; connected: boolean; reconnects: number }[]
  devices: {
    id: string
    online: boolean
    requests: number
    errors: Record<string, number>
    roundTripMs: number | null
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
    })),
    devices: entries(health.devices).map(([id, device]) => ({
      id,
      online: device.online === true,
      requests: numberOr(device.requests, 0),
      errors: counts(device.errors),
      roundTripMs: typeof device.roundTripMs === 'number' ? device.roundTripMs : null,
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
