import { EXIT, type Terminal } from '../../contracts/cli.ts'
import { CodedError, ERRORS } from '../../contracts/errors.ts'
import type { Gateway } from '../../contracts/facility.ts'
import { askHealth } from '../metrics/latch-client.ts'
import { judge, type Pulse, type Verdict } from './pulse.ts'
import { pulsePath, readPulse } from './pulse-file.ts'

/**
 * `npm run gateway -- health`: 0 while the gateway on this machine does its work. `now` is ms since the machine
 * was started.
 */
export async function healthCommand(
  terminal: Terminal,
  gateway: Gateway,
  { json, now }: { json: boolean; now: () => number },
): Promise<number> {
  const { pulse, ...verdict } = await verdictOn(gateway, now)
  const { healthy, code, detail } = verdict
  if (json) terminal.out(`${JSON.stringify({ gateway: gateway.id, ...verdict, ...(pulse && { pulse }) })}\n`)
  else if (code === undefined) terminal.out(`gateway ${gateway.id} is healthy: ${detail}\n`)
  else terminal.out(`gateway ${gateway.id} is not healthy: ${code}: ${detail} -> ${ERRORS[code].remedy}\n`)
  return healthy ? EXIT.ok : EXIT.failed
}

async function verdictOn(gateway: Gateway, now: () => number): Promise<Verdict & { pulse?: Pulse }> {
  const path = pulsePath(gateway.outbox)
  if (path === undefined) return askPort(gateway)
  const pulse = readPulse(path)
  if (pulse !== undefined && pulse.gateway === gateway.id) return { ...judge(pulse, now()), pulse }
  return { healthy: false, code: 'GATEWAY_UNREACHABLE', detail: `it does not run here: there is no ${path}` }
}

/** An outbox in memory has no file beside it; then its port is asked, which says that its loop runs. */
async function askPort(gateway: Gateway): Promise<Verdict> {
  if (gateway.metrics === undefined) {
    const words = 'its outbox is in memory and it has no port: give it one with `metrics`'
    return { healthy: false, code: 'GATEWAY_UNREACHABLE', detail: words }
  }
  try {
    return { healthy: true, detail: await askHealth(gateway) }
  } catch (error) {
    if (!(error instanceof CodedError)) throw error
    return { healthy: false, code: 'GATEWAY_UNREACHABLE', detail: error.detail }
  }
}
