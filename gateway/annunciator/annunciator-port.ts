import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Gauge, Registry } from 'prom-client'
import { listenError } from '../../contracts/errors.ts'
import type { AnnunciatorState } from '../../contracts/wire.ts'
import { isTrustedHost } from '../metrics/request-guard.ts'

type Online = Extract<AnnunciatorState, { state: 'online' }>

interface AnnunciatorPortOptions {
  address: { readonly host: string; readonly port: number }
  facility: string
  annunciator: string
  state: () => Online
  troubles: () => string[]
}

const REQUEST_TIMEOUT_MS = 5_000
const MOST_CONNECTIONS = 32

/** The optional HTTP port of an annunciator: GET /metrics and GET /healthz (503 while an output fails). */
export class AnnunciatorPort {
  readonly #options: AnnunciatorPortOptions
  #server: Server | undefined

  constructor(options: AnnunciatorPortOptions) {
    this.#options = options
  }

  /** The port that it listens on; 0 while it does not. */
  get port(): number {
    return (this.#server?.address() as AddressInfo | null | undefined)?.port ?? 0
  }

  /** @throws CodedError PORT_TAKEN or LISTEN_FAILED */
  async start(): Promise<void> {
    const { address, annunciator } = this.#options
    const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, async (request, response) => {
      const { status, type, body } = await this.#answer(request.url ?? '', request.headers.host)
      response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store', connection: 'close' })
      response.end(request.method === 'HEAD' ? undefined : body)
    })
    server.maxConnections = MOST_CONNECTIONS
    server.listen(address.port, address.host)
    try {
      await once(server, 'listening')
    } catch (error) {
      throw listenError(error, `metrics of annunciator ${annunciator}`, `${address.host}:${address.port}`)
    }
    this.#server = server
  }

  async stop(): Promise<void> {
    const server = this.#server
    if (server === undefined) return
    this.#server = undefined
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closed
  }

  async #answer(url: string, host: string | undefined) {
    const { address, annunciator, facility, state, troubles } = this.#options
    const path = url.replace(/\?.*$/s, '')
    const text = (status: number, body: string) => ({ status, type: 'text/plain; charset=utf-8', body })
    if (!isTrustedHost(host, address.host)) return text(403, 'this is not its name\n')
    if (path === '/metrics') {
      const registry = metricsOf(state(), { facility, annunciator })
      return { status: 200, type: registry.contentType, body: await registry.metrics() }
    }
    if (path !== '/healthz') return text(404, 'there are /metrics and /healthz\n')
    const { safe, failing } = state()
    const body = `${JSON.stringify({ annunciator, facility, safe, failing, troubles: troubles() })}\n`
    return { status: failing ? 503 : 200, type: 'application/json', body }
  }
}

function metricsOf(
  { safe, failing, refused, outputs }: Online,
  labels: { facility: string; annunciator: string },
): Registry {
  const registry = new Registry()
  const gauge = (name: string, help: string, more: readonly string[] = []) =>
    new Gauge({
      name: `davylamp_annunciator_${name}`,
      help,
      labelNames: ['facility', 'annunciator', ...more],
      registers: [registry],
    })
  gauge('safe', '1 while every output is in its safe state').set(labels, Number(safe !== null))
  gauge('failing', '1 while an output does not do what it is told').set(labels, Number(failing))
  gauge('refused_messages', 'Messages that were not taken').set(labels, refused)
  const each = ['output'] as const
  const told = gauge('output_on', '1 while the output was told on last', each)
  const failed = gauge('output_failing', '1 while it does not do what it is told', each)
  const writes = gauge('output_writes', 'Writes that the module took', each)
  const errors = gauge('output_errors', 'Writes and readbacks that failed', each)
  const mismatches = gauge('output_mismatches', 'Times that it read back otherwise', each)
  for (const [output, health] of Object.entries(outputs)) {
    const own = { ...labels, output }
    if (health.told !== null) told.set(own, Number(health.told === 'on'))
    failed.set(own, Number(health.failing))
    writes.set(own, health.writes)
    errors.set(own, health.errors)
    mismatches.set(own, health.mismatches)
  }
  return registry
}
