import { X509Certificate } from 'node:crypto'
import { get as getPlain, type IncomingMessage } from 'node:http'
import { get as getSecure } from 'node:https'
import type { TLSSocket } from 'node:tls'
import { parseAddress } from '../../contracts/address.ts'
import { EXIT, type Terminal } from '../../contracts/cli.ts'
import { CodedError, ERRORS } from '../../contracts/errors.ts'
import type { Facility } from '../../contracts/facility.ts'
import { readNamed } from '../../contracts/secret.ts'
import { tlsPaths } from '../tls/server-tls.ts'

/** A server that has not answered by then does not do its work, ms. */
const PATIENCE_MS = 5_000
/** Whoever listens everywhere listens on loopback too. */
const EVERYWHERE: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' }

interface Health {
  healthy: boolean
  url: string
  /** It hears the broker and is heard. */
  ready?: boolean
  waitingFor?: string[]
  code?: CodedError['code']
  detail: string
}

interface HealthOptions {
  json: boolean
  /** Whoever waits for the broker is not healthy either. */
  ready: boolean
}

/** `npm run ingest -- health`: 0 while the server on this machine does its work. */
export async function healthCommand(
  terminal: Terminal,
  facilities: readonly Facility[],
  { json, ready }: HealthOptions,
): Promise<number> {
  const [main] = facilities
  if (main === undefined) throw new CodedError('USAGE', 'give a facility file with --config')
  const health = await healthOf(main, ready)
  terminal.out(json ? `${JSON.stringify(health)}\n` : textOf(health))
  return health.healthy ? EXIT.ok : EXIT.failed
}

async function healthOf(facility: Facility, mustBeReady: boolean): Promise<Health> {
  const url = urlOf(facility)
  try {
    const shown = certificateOf(facility)
    const { status } = await ask(`${url}/healthz`, shown)
    if (status !== 'ok')
      throw new CodedError('SERVER_UNREACHABLE', 'what answers there is no Davylamp server')
    const { waitingFor = [] } = await ask(`${url}/readyz`, shown)
    const ready = waitingFor.length === 0
    const words = `it runs and waits for ${waitingFor.join(', ')}`
    const detail = ready ? 'it runs and hears the broker' : `${words}: a restart would not help`
    return {
      healthy: ready || !mustBeReady,
      url,
      ready,
      waitingFor,
      detail: ready || !mustBeReady ? detail : words,
    }
  } catch (error) {
    const { code, detail } =
      error instanceof CodedError ? error : { code: 'SERVER_UNREACHABLE' as const, detail: String(error) }
    return { healthy: false, url, code, detail }
  }
}

function textOf({ healthy, url, code, detail }: Health): string {
  const remedy = code === undefined ? '' : ` -> ${ERRORS[code].remedy}`
  return `the server at ${url} is ${healthy ? '' : 'not '}healthy: ${code === undefined ? '' : `${code}: `}${detail}${remedy}\n`
}

function urlOf({ server }: Facility): string {
  const { host: listens, port } = parseAddress(server.listen)
  const host = EVERYWHERE[listens] ?? listens
  return `${server.tls === undefined ? 'http' : 'https'}://${host.includes(':') ? `[${host}]` : host}:${port}`
}

/** The certificate that our server has to show, whoever signed it: pinned, so no name and no CA are needed. */
function certificateOf(facility: Facility): { file: string; fingerprint: string } | undefined {
  const paths = tlsPaths(facility)
  if (paths === undefined) return undefined
  try {
    const { fingerprint256 } = new X509Certificate(readNamed(paths.cert, 'server.tls.cert'))
    return { file: paths.cert, fingerprint: fingerprint256 }
  } catch (error) {
    if (error instanceof CodedError) throw error
    throw new CodedError('CERTIFICATE_UNREADABLE', `${paths.cert}: ${(error as Error).message}`, {
      cause: error,
    })
  }
}

/** @throws CodedError SERVER_UNREACHABLE */
async function ask(
  url: string,
  shown: { file: string; fingerprint: string } | undefined,
): Promise<{ status?: unknown; waitingFor?: string[] }> {
  try {
    const response = await answerTo(url, shown !== undefined)
    const chunks: Buffer[] = []
    if (shown !== undefined) {
      const { fingerprint256 } = (response.socket as TLSSocket).getPeerCertificate()
      if (fingerprint256 !== shown.fingerprint) {
        response.destroy()
        const words = 'if it was renewed, reload the server (SIGHUP)'
        throw new CodedError(
          'SERVER_UNREACHABLE',
          `it shows another certificate than ${shown.file}; ${words}`,
        )
      }
    }
    for await (const chunk of response) chunks.push(chunk)
    return JSON.parse(Buffer.concat(chunks).toString('utf8'))
  } catch (error) {
    if (error instanceof CodedError) throw error
    const { message, name } = error as Error
    const reason =
      name === 'TimeoutError' || name === 'AbortError' ? `no answer within ${PATIENCE_MS / 1_000} s` : message
    throw new CodedError('SERVER_UNREACHABLE', reason, { cause: error })
  }
}

function answerTo(url: string, isSecure: boolean): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const options = { agent: false, signal: AbortSignal.timeout(PATIENCE_MS) }
    // The certificate is compared with the one on the disk, byte for byte, instead.
    const request = isSecure
      ? getSecure(url, { ...options, rejectUnauthorized: false }, resolve)
      : getPlain(url, options, resolve)
    request.on('error', reject)
  })
}
