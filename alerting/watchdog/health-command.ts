import { get as getPlain, type IncomingMessage } from 'node:http'
import { get as getSecure } from 'node:https'
import { EXIT, type Terminal } from '../../contracts/cli.ts'
import { CodedError, ERRORS } from '../../contracts/errors.ts'
import type { Facility } from '../../contracts/facility.ts'
import type { WatchdogPlan } from '../../contracts/notify/plan.ts'
import { readNamed } from '../../contracts/secret.ts'
import type { WatchdogHealth } from './watchdog.ts'

const PATIENCE_MS = 5_000
/** Who listens everywhere listens on loopback too. */
const EVERYWHERE: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' }

interface Verdict {
  readonly healthy: boolean
  readonly facility: string
  readonly code?: 'WATCHDOG_UNREACHABLE' | 'WATCHDOG_STALLED'
  readonly detail: string
}

/** `npm run watchdog -- health`: 0 while the watchdogs on this machine do their work, whatever they have found. */
export async function healthCommand(
  terminal: Terminal,
  watched: readonly { facility: Facility; plan: WatchdogPlan }[],
  json: boolean,
): Promise<number> {
  const verdicts = await Promise.all(watched.map(({ facility, plan }) => verdictOn(facility.id, plan)))
  for (const verdict of verdicts) terminal.out(json ? `${JSON.stringify(verdict)}\n` : textOf(verdict))
  return verdicts.every(({ healthy }) => healthy) ? EXIT.ok : EXIT.failed
}

async function verdictOn(facility: string, plan: WatchdogPlan): Promise<Verdict> {
  try {
    const { healthy, path, lastSuccess, untold } = await ask(plan)
    const words = [
      `the alarm path ${path === 'unknown' ? 'has not been tried yet' : path === 'works' ? 'works' : 'is broken'}`,
      ...(lastSuccess === null ? [] : [`it worked last at ${lastSuccess}`]),
      ...(untold === 0 ? [] : [`${untold} of those who are to be told could not be`]),
    ]
    const detail = words.join(', ')
    return healthy ? { healthy, facility, detail } : { healthy, facility, code: 'WATCHDOG_STALLED', detail }
  } catch (error) {
    const detail = error instanceof CodedError ? error.detail : (error as Error).message
    return { healthy: false, facility, code: 'WATCHDOG_UNREACHABLE', detail }
  }
}

function textOf({ healthy, facility, code, detail }: Verdict): string {
  if (code === undefined) return `the watchdog of ${facility} is healthy: ${detail}\n`
  return `the watchdog of ${facility} is ${healthy ? '' : 'not '}healthy: ${code}: ${detail} -> ${ERRORS[code].remedy}\n`
}

async function ask({ listen, tls }: WatchdogPlan): Promise<WatchdogHealth> {
  const host = EVERYWHERE[listen.host] ?? listen.host
  const url = `${tls === undefined ? 'http' : 'https'}://${host.includes(':') ? `[${host}]` : host}:${listen.port}/health`
  const response = await answerTo(url, tls && readNamed(tls.cert, 'notify.watchdog.tls.cert'))
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk as Buffer)
  const health = JSON.parse(Buffer.concat(chunks).toString('utf8')) as Partial<WatchdogHealth>
  if (typeof health.healthy !== 'boolean' || typeof health.path !== 'string')
    throw new CodedError('WATCHDOG_UNREACHABLE', 'what answers there is no watchdog')
  return health as WatchdogHealth
}

function answerTo(url: string, cert: Buffer | undefined): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const options = { agent: false, signal: AbortSignal.timeout(PATIENCE_MS) }
    const request =
      cert === undefined
        ? getPlain(url, options, resolve)
        : // Its own certificate and no other, whoever signed it and whatever name it is for.
          getSecure(
            url,
            { ...options, ca: cert, allowPartialTrustChain: true, checkServerIdentity: () => undefined },
            resolve,
          )
    request.on('error', reject)
  })
}
