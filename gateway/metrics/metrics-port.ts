import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { CodedError, ERRORS, type ErrorCode, listenError } from '../../contracts/errors.ts'
import type { Gateway } from '../../contracts/facility.ts'
import type { Logger } from '../../contracts/logger.ts'
import type { CertificateSources } from '../../contracts/tls/certificate-gauge.ts'
import type { EdgeGatewayHealth } from '../edge-gateway-health.ts'
import { GatewayMetrics } from './gateway-metrics.ts'
import { type Latches, parseRelease } from './latch-release.ts'
import { isLocalPeer, isTrustedHost } from './request-guard.ts'

interface MetricsPortOptions {
  /** Where it listens: `metrics` of the gateway. */
  address: { readonly host: string; readonly port: number }
  /** Id of the facility. */
  facility: string
  gateway: Gateway
  health(): EdgeGatewayHealth
  latches: Latches
  tls?: CertificateSources
  logger: Logger
}

/** Bytes of a request body. */
const LARGEST_BODY = 4_096
/** Whoever sends slower than this is cut off, milliseconds. */
const REQUEST_TIMEOUT_MS = 5_000
/** Connections at a time: scrapers need one each. */
const MOST_CONNECTIONS = 32

interface Reply {
  readonly status: number
  readonly type: string
  readonly body: string
}

/**
 * The optional HTTP port of a gateway: GET /metrics, /healthz and /latches for everybody who reaches it, and
 * POST /latches/{sensor}/release for people on the machine itself. Errors are application/problem+json.
 */
export class MetricsPort {
  readonly #options: MetricsPortOptions
  readonly #metrics: GatewayMetrics
  #server: Server | undefined

  constructor(options: MetricsPortOptions) {
    this.#options = options
    this.#metrics = new GatewayMetrics(options)
  }

  /** The port that it listens on; 0 while it does not. */
  get port(): number {
    return (this.#server?.address() as AddressInfo | null | undefined)?.port ?? 0
  }

  /** @throws CodedError PORT_TAKEN or LISTEN_FAILED */
  async start(): Promise<void> {
    const { address, gateway } = this.#options
    const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, (request, response) => {
      void this.#serve(request, response)
    })
    server.maxConnections = MOST_CONNECTIONS
    server.listen(address.port, address.host)
    try {
      await once(server, 'listening')
    } catch (error) {
      throw listenError(error, `metrics of gateway ${gateway.id}`, `${address.host}:${address.port}`)
    }
    this.#server = server
  }

  /** Cuts off who is still connected: nobody loses anything but a scrape. */
  async stop(): Promise<void> {
    const server = this.#server
    if (server === undefined) return
    this.#server = undefined
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closed
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let reply: Reply
    try {
      reply = await this.#answer(request)
    } catch (error) {
      reply = problemReply(error)
      if (!(error instanceof CodedError)) {
        this.#options.logger.error({ err: error, url: request.url }, 'a request to the metrics port failed')
      }
    }
    response.writeHead(reply.status, {
      'content-type': reply.type,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      // A body that was not read would be taken for the next request.
      ...(request.readableEnded ? {} : { connection: 'close' }),
    })
    response.end(request.method === 'HEAD' ? undefined : reply.body)
  }

  async #answer(request: IncomingMessage): Promise<Reply> {
    const { address, gateway, health, latches } = this.#options
    const { host } = request.headers
    if (!isTrustedHost(host, address.host))
      throw new CodedError('GATEWAY_HOST_REFUSED', `this gateway is not "${host ?? ''}"`)
    const path = (request.url ?? '').replace(/\?.*$/s, '')
    const method = request.method === 'HEAD' ? 'GET' : request.method
    switch (`${method} ${path}`) {
      case 'GET /metrics':
        return { status: 200, type: this.#metrics.contentType, body: await this.#metrics.text() }
      case 'GET /healthz':
        return json(healthSummary(gateway.id, health()))
      case 'GET /latches':
        return json({ latched: latches.latched() })
    }
    const sensor = /^\/latches\/([^/]+)\/release$/.exec(path)?.[1]
    if (method !== 'POST' || sensor === undefined)
      throw new CodedError('GATEWAY_PATH_UNKNOWN', `there is no ${method} ${path}`)
    return this.#release(request, decoded(sensor))
  }

  async #release(request: IncomingMessage, sensor: string): Promise<Reply> {
    if (!isLocalPeer(request.socket.remoteAddress))
      throw new CodedError('NOT_LOCAL', `a release from ${request.socket.remoteAddress} is refused`)
    // A page of a browser on this machine cannot send this type without asking us first, and we never allow it.
    if (!/^application\/json\b/i.test(request.headers['content-type'] ?? ''))
      throw new CodedError('RELEASE_INVALID', 'content-type is not application/json')
    const { by, reason } = parseRelease(await bodyOf(request))
    const { latches, logger } = this.#options
    if (!latches.release(sensor)) throw new CodedError('LATCH_NOT_CLOSED', `sensor ${sensor} is not latched`)
    logger.warn({ sensor, by, reason }, 'an over-range latch was released by hand')
    return json({ released: sensor, by, reason })
  }
}

function healthSummary(gateway: string, { buses, devices, outbox }: EdgeGatewayHealth): object {
  const links = Object.values(buses)
  const units = Object.values(devices)
  return {
    status: 'ok',
    gateway,
    buses: { connected: links.filter(({ connected }) => connected).length, of: links.length },
    devices: { online: units.filter(({ online }) => online).length, of: units.length },
    outbox: {
      batches: outbox.batches,
      readings: outbox.readings,
      ...(outbox.trouble === undefined ? {} : { trouble: outbox.trouble }),
    },
  }
}

/** @throws CodedError RELEASE_INVALID when there is too much of it. */
async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    size += (chunk as Buffer).length
    if (size > LARGEST_BODY)
      throw new CodedError('RELEASE_INVALID', `the body is larger than ${LARGEST_BODY} bytes`)
    chunks.push(chunk as Buffer)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    throw new CodedError('GATEWAY_PATH_UNKNOWN', `"${part}" is no sensor id`)
  }
}

function json(content: object): Reply {
  return { status: 200, type: 'application/json', body: `${JSON.stringify(content)}\n` }
}

function problemReply(error: unknown): Reply {
  const isOurs = error instanceof CodedError
  const code: ErrorCode = isOurs ? error.code : 'INTERNAL'
  const { status, remedy } = ERRORS[code]
  const detail = isOurs ? error.detail : 'the request failed'
  const problem = { type: `urn:davylamp:error:${code}`, title: code, status, code, detail, remedy }
  return { status, type: 'application/problem+json', body: `${JSON.stringify(problem)}\n` }
}
