import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { type HttpHeaders, InfluxDB, type SendOptions } from '@influxdata/influxdb-client'
import { isLoopback } from '../../../contracts/address.ts'
import type { StorePlan } from '../store-plan.ts'

/** A database that stands still holds a request no longer than this, ms. */
const TIMEOUT_MS = 30_000
/** On the way of a connection that the server closed while it was idle, just as it was used again. */
const CLOSED_MEANWHILE = new Set(['ECONNRESET', 'EPIPE'])

/** Connections to one InfluxDB, kept open. Requests may be under way together. */
export class InfluxClient {
  readonly #influx: InfluxDB
  readonly #agent: HttpAgent
  readonly #hasGzip: boolean
  #isClosed = false

  constructor({ config, username = config.username, token, password, gzip }: Omit<StorePlan, 'file'>) {
    const url = config.url ?? ''
    this.#agent = url.startsWith('https:')
      ? new HttpsAgent({ keepAlive: true })
      : new HttpAgent({ keepAlive: true })
    // On this machine compressing costs more than the bytes (docs/decisions/0012).
    this.#hasGzip = gzip ?? !isLoopback(new URL(url).hostname.replaceAll(/[[\]]/g, ''))
    const isV1 = config.api === 'v1'
    this.#influx = new InfluxDB({
      url,
      timeout: TIMEOUT_MS,
      transportOptions: { agent: this.#agent },
      ...(isV1 || token === undefined ? {} : { token }),
      ...(isV1 && username !== undefined
        ? { headers: { authorization: basic(username, password ?? '') } }
        : {}),
    })
  }

  /** @throws HttpError of the client library, or what the socket says */
  async write(path: string, lines: string): Promise<void> {
    const headers = { 'content-type': 'text/plain; charset=utf-8' }
    await this.#send(path, lines, {
      method: 'POST',
      headers,
      ...(this.#hasGzip ? { gzipThreshold: 1_000 } : {}),
    })
  }

  /** The body of the answer. @throws likewise */
  async get(path: string): Promise<string> {
    return (await this.#send(path, '', { method: 'GET' })).text
  }

  /** Sends JSON, or nothing. @throws likewise */
  async send(method: 'POST' | 'PATCH' | 'DELETE', path: string, body?: object): Promise<string> {
    return (await this.#send(path, body === undefined ? '' : JSON.stringify(body), { method })).text
  }

  /** Sends the fields of a form. @throws likewise */
  async form(path: string, fields: Readonly<Record<string, string>>): Promise<string> {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    return (await this.#send(path, new URLSearchParams(fields).toString(), { method: 'POST', headers })).text
  }

  /** What it calls its version, such as 1.6.7; empty when it does not say. @throws likewise */
  async version(): Promise<string> {
    const { headers } = await this.#send('/ping', '', { method: 'GET' })
    return String(headers['x-influxdb-version'] ?? '').replace(/^v/, '')
  }

  /** Requests that are under way fail. */
  close(): void {
    this.#isClosed = true
    this.#agent.destroy()
  }

  async #send(path: string, body: string, options: SendOptions): Promise<Answer> {
    try {
      return await this.#try(path, body, options)
    } catch (error) {
      const isStale = CLOSED_MEANWHILE.has(String((error as { code?: unknown }).code))
      if (!isStale || this.#isClosed) throw error
      // Everything that is sent may be sent twice.
      return this.#try(path, body, options)
    }
  }

  #try(path: string, body: string, options: SendOptions): Promise<Answer> {
    const abort = new AbortController()
    const { promise, resolve, reject } = Promise.withResolvers<Answer>()
    // The library's own timeout leaves the request on its socket.
    const timer = setTimeout(() => {
      reject(new Error(`no answer within ${TIMEOUT_MS / 1_000} s`))
      abort.abort()
    }, TIMEOUT_MS)
    const chunks: Uint8Array[] = []
    let headers: HttpHeaders = {}
    this.#influx.transport.send(
      path,
      body,
      { ...options, signal: abort.signal },
      {
        responseStarted: (found) => {
          headers = found
        },
        next: (chunk) => void chunks.push(chunk),
        error: reject,
        complete: () => resolve({ text: Buffer.concat(chunks).toString('utf8'), headers }),
      },
    )
    return promise.finally(() => clearTimeout(timer))
  }
}

interface Answer {
  text: string
  headers: HttpHeaders
}

function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
}
