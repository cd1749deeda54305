import { once } from 'node:events'
import {
  createServer as createPlain,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http'
import { createServer as createSecure } from 'node:https'
import type { AddressInfo } from 'node:net'
import { listenError } from '../../contracts/errors.ts'
import type { Logger } from '../../contracts/logger.ts'
import { isSignedBy, SIGNATURE_HEADER } from '../../contracts/notify/signature.ts'
import type { Figures } from './figures.ts'
import { type HeardAlarm, heardAlarms } from './heard.ts'

export interface ListenerOptions {
  readonly address: { readonly host: string; readonly port: number }
  /** PEM; by HTTP without them. */
  readonly tls?: { readonly cert: Buffer; readonly key: Buffer }
  /** What messages are signed with, as it stands now; undefined: they are not. @throws when it cannot be read */
  readonly secret: () => Promise<string | undefined>
  readonly onAlarm: (alarm: HeardAlarm) => void
  readonly health: () => { readonly healthy: boolean }
  readonly figures: Pick<Figures, 'refused' | 'text' | 'contentType'>
  /** Epoch ms. */
  readonly now: () => number
  readonly logger: Logger
}

/** Bytes of a message; fifty alarms with all their texts are fewer. */
export const LARGEST_BODY = 512_000
/** Whoever sends slower than this is cut off, ms. */
const REQUEST_TIMEOUT_MS = 10_000
const MOST_CONNECTIONS = 64

interface Reply {
  readonly status: number
  readonly type?: string
  readonly body: string
}

/**
 * The port of the watchdog: POST at any path takes a message of the server; GET /metrics and /health are for everybody who
 * reaches it.
 */
export class Listener {
  readonly #options: ListenerOptions
  #server: Server | undefined

  constructor(options: ListenerOptions) {
    this.#options = options
  }

  /** 0 while it does not listen. */
  get port(): number {
    return (this.#server?.address() as AddressInfo | null | undefined)?.port ?? 0
  }

  /** @throws CodedError PORT_TAKEN, LISTEN_FAILED */
  async start(): Promise<void> {
    const { address, tls } = this.#options
    const answer = (request: IncomingMessage, response: ServerResponse) => void this.#serve(request, response)
    const limits = { requestTimeout: REQUEST_TIMEOUT_MS, headersTimeout: REQUEST_TIMEOUT_MS }
    const server =
      tls === undefined
        ? createPlain(limits, answer)
        : createSecure({ ...limits, ...tls, minVersion: 'TLSv1.2' }, answer)
    server.maxConnections = MOST_CONNECTIONS
    server.listen(address.port, address.host)
    try {
      await once(server, 'listening')
    } catch (error) {
      throw listenError(error, 'notify.watchdog.listen', `${address.host}:${address.port}`)
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

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let reply: Reply
    try {
      reply = await this.#answer(request)
    } catch (error) {
      // Who hung up hears nothing any more.
      if (!request.destroyed) this.#options.logger.error({ err: error }, 'a request to the watchdog failed')
      reply = { status: 503, body: 'not taken\n' }
    }
    response.writeHead(reply.status, {
      'content-type': reply.type ?? 'text/plain; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      // A body that was not read would be taken for the next request.
      ...(request.readableEnded ? {} : { connection: 'close' }),
    })
    response.end(request.method === 'HEAD' ? undefined : reply.body)
  }

  async #answer(request: IncomingMessage): Promise<Reply> {
    const { figures, health } = this.#options
    const path = (request.url ?? '').replace(/\?.*$/s, '')
    const method = request.method === 'HEAD' ? 'GET' : request.method
    if (method === 'POST') return this.#take(request)
    if (method === 'GET' && path === '/metrics')
      return { status: 200, type: figures.contentType, body: await figures.text() }
    if (method === 'GET' && path === '/health') {
      const state = health()
      return {
        status: state.healthy ? 200 : 503,
        type: 'application/json',
        body: `${JSON.stringify(state)}\n`,
      }
    }
    return { status: 404, body: 'POST a message, GET /metrics or GET /health\n' }
  }

  async #take(request: IncomingMessage): Promise<Reply> {
    const { secret, now, onAlarm, figures, logger } = this.#options
    const body = await bodyOf(request)
    if (body === undefined) {
      figures.refused('size')
      return { status: 413, body: `more than ${LARGEST_BODY} bytes\n` }
    }
    const key = await secret()
    const header = request.headers[SIGNATURE_HEADER.toLowerCase()]
    const given = { body, header: typeof header === 'string' ? header : undefined }
    if (key !== undefined && !isSignedBy({ ...given, secret: key }, now())) {
      figures.refused('signature')
      logger.warn({ from: request.socket.remoteAddress }, 'a message without the right signature was refused')
      return { status: 401, body: 'the signature is missing, wrong or old\n' }
    }
    const alarms = heardAlarms(body.toString('utf8'))
    if (alarms === undefined) {
      figures.refused('body')
      return { status: 400, body: 'no webhook of format davylamp, version 1\n' }
    }
    for (const alarm of alarms) onAlarm(alarm)
    return { status: 200, body: 'taken\n' }
  }
}

/** Undefined when there is too much of it. */
async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > LARGEST_BODY) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
