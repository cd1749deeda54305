import { systemClock } from '../../contracts/clock.ts'

/** What a gateway has counted since its start, summed over all of its devices, from its /metrics. */
export interface GatewayFigures {
  /** Monotonic, ms: when it was asked. It counts first and writes its page afterwards. */
  readonly at: number
  readonly requests: number
  /** Requests that were answered with data or an exception. */
  readonly answered: number
  /** Requests without data. */
  readonly errors: number
  /** Polls that were skipped because the one before had not ended. */
  readonly overruns: number
}

/** False until the gateway has started. */
export async function isAnswering(address: string): Promise<boolean> {
  try {
    return (await fetch(`http://${address}/metrics`)).ok
  } catch {
    return false
  }
}

/** @throws Error when the gateway does not answer. */
export async function gatewayFigures(address: string, device?: string): Promise<GatewayFigures> {
  const at = systemClock.monotonic()
  const response = await fetch(`http://${address}/metrics`)
  const text = await response.text()
  if (!response.ok) throw new Error(`http://${address}/metrics: ${response.status} ${text}`)
  const sum = (name: string) => sumOf(text, `davylamp_gateway_${name}`, device)
  return {
    at,
    requests: sum('requests_total'),
    answered: sum('round_trip_seconds_count'),
    errors: sum('errors_total'),
    overruns: sum('overruns_total'),
  }
}

/** Of all samples of a metric, or of those of one device. */
function sumOf(text: string, metric: string, device: string | undefined): number {
  let sum = 0
  for (const line of text.split('\n')) {
    if (!line.startsWith(`${metric}{`)) continue
    if (device !== undefined && !line.includes(`device="${device}"`)) continue
    sum += Number(line.slice(line.lastIndexOf(' ') + 1))
  }
  return sum
}
