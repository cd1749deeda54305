import { CodedError, ERRORS, type ErrorCode } from '../../contracts/errors.ts'
import type { Gateway } from '../../contracts/facility.ts'
import type { ReleaseRequest } from './latch-release.ts'

/** How long the gateway may take, milliseconds. */
const PATIENCE_MS = 5_000

/**
 * Asks the running gateway on this machine to open an over-range latch.
 * @throws CodedError CONFIG_INVALID when the gateway has no port, GATEWAY_UNREACHABLE when it does not run
 * here, or what it refuses the release with.
 */
export async function releaseLatch(gateway: Gateway, sensor: string, request: ReleaseRequest): Promise<void> {
  const url = `${portUrl(gateway)}/latches/${encodeURIComponent(sensor)}/release`
  let response: Response
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(request),
      signal: AbortSignal.timeout(PATIENCE_MS),
    })
  } catch (error) {
    const cause = (error as Error).cause ?? error
    throw new CodedError('GATEWAY_UNREACHABLE', `${url}: ${(cause as Error).message}`, { cause: error })
  }
  if (response.ok) return
  const text = await response.text()
  const { code, detail } = problemIn(text)
  if (code === undefined)
    throw new CodedError('GATEWAY_UNREACHABLE', `${url} is no gateway: status ${response.status}`)
  throw new CodedError(code, detail)
}

/** What the running gateway on this machine says of itself, in words. @throws CodedError GATEWAY_UNREACHABLE */
export async function askHealth(gateway: Gateway): Promise<string> {
  const url = `${portUrl(gateway)}/healthz`
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS) })
    const { gateway: id, devices } = (await response.json()) as {
      gateway?: unknown
      devices?: { online: number; of: number }
    }
    if (response.ok && id === gateway.id && devices !== undefined)
      return `${devices.online} of ${devices.of} devices answer`
  } catch (error) {
    const cause = (error as Error).cause ?? error
    throw new CodedError('GATEWAY_UNREACHABLE', `${url}: ${(cause as Error).message}`, { cause: error })
  }
  throw new CodedError('GATEWAY_UNREACHABLE', `${url} is not gateway ${gateway.id}`)
}

/** A gateway that listens everywhere listens on loopback too, and only from there may a latch be released. */
function portUrl({ id, metrics }: Gateway): string {
  if (metrics === undefined)
    throw new CodedError(
      'CONFIG_INVALID',
      `gateway ${id} has no port to be told on: give it \`metrics: 127.0.0.1:9464\` and start it again`,
    )
  const everywhere: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' }
  const host = everywhere[metrics.host] ?? metrics.host
  return `http://${host.includes(':') ? `[${host}]` : host}:${metrics.port}`
}

function problemIn(text: string): { code: ErrorCode | undefined; detail: string } {
  try {
    const { code, detail } = JSON.parse(text) as { code?: unknown; detail?: unknown }
    const isOurs = typeof code === 'string' && Object.hasOwn(ERRORS, code)
    return { code: isOurs ? (code as ErrorCode) : undefined, detail: String(detail) }
  } catch {
    // Whatever listens there, it is none of ours.
    return { code: undefined, detail: '' }
  }
}
