import {
  type ClientRequest,
  Agent as HttpAgent,
  type IncomingMessage,
  request as requestPlain,
} from 'node:http'
import { Agent as HttpsAgent, request as requestSecure } from 'node:https'
import type { Socket } from 'node:net'
import { isLoopback } from '../../../contracts/address.ts'
import { CodedError } from '../../../contracts/errors.ts'
import { Deadline } from './deadline.ts'
import { dial, secureOptions } from './dial.ts'
import { hidden, secretsOf } from './hidden.ts'
import { Slots } from './slots.ts'
import { socketTrouble } from './trouble.ts'
import type { WebhookAnswer } from './webhook-answer.ts'

/** Shorter than what servers commonly keep an idle connection for, ms. */
const IDLE_MS = 4_000

/** What a request needs, as its files say at that moment. */
export interface Access {
  readonly url: URL
  readonly ca: string | undefined
  /** What stands in no error and no receipt, besides those of the URL. */
  readonly secrets: readonly (string | undefined)[]
}

export interface Posting {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Where the URL has something of the moment in it. */
  readonly target?: URL
}

export interface PosterOptions {
  readonly timeoutMs: number
  /** Requests at once, at least two: one of them is for what is urgent. */
  readonly sockets: number
  /** Of an answer, bytes; what is beyond is not read. */
  readonly mostAnswer: number
}

/** POSTs to one URL over connections that are kept: each attempt in its time, redirects not followed, answers bounded. */
export class Poster {
  readonly #options: PosterOptions
  readonly #slots: Slots
  readonly #running = new Set<Deadline>()
  readonly #plain: HttpAgent
  /** Of {@link #ca}. */
  #secure: HttpsAgent
  #ca: string | undefined
  #isEnded = false

  constructor(options: PosterOptions) {
    this.#options = options
    this.#slots = new Slots(options.sockets)
    this.#plain = new HttpAgent(this.#agentOptions())
    this.#secure = new HttpsAgent(this.#agentOptions())
  }

  /** One attempt in its time, when its turn has come. @throws CodedError CHANNEL_*, which says nothing that is secret */
  attempt<A extends Access, T>(
    isUrgent: boolean,
    open: () => Promise<A>,
    run: (access: A, deadline: Deadline) => Promise<T>,
  ): Promise<T> {
    return this.#slots.use(isUrgent, () => this.#inTime(open, run))
  }

  /** A connection may be closed by the other side just as it is used again: then it is sent once more, by a new one. */
  async answer(access: Access, posting: Posting, deadline: Deadline): Promise<WebhookAnswer> {
    for (;;) {
      const request = this.#request(access, posting)
      try {
        return await deadline.race(
          answerOf(request, { body: posting.body, deadline, mostAnswer: this.#options.mostAnswer }),
        )
      } catch (error) {
        request.destroy()
        if (!isClosedMeanwhile(error, request) || deadline.signal.aborted) throw error
      }
    }
  }

  /** A connection, with TLS where the URL has it. */
  async connect({ url, ca }: Access, deadline: Deadline): Promise<void> {
    const isSecure = url.protocol === 'https:'
    const port = url.port === '' ? (isSecure ? 443 : 80) : Number(url.port)
    const socket = await dial({ host: hostOf(url), port, isSecure, ca }, deadline)
    socket.on('error', () => undefined)
    socket.destroy()
  }

  /** What has not begun fails with this; what has begun goes on, and its connections are closed afterwards. */
  end(error: CodedError): void {
    this.#isEnded = true
    this.#slots.end(error)
    if (this.#running.size === 0) this.#destroy()
  }

  /** What has begun fails too. */
  abort(error: CodedError): void {
    this.end(error)
    for (const deadline of this.#running) deadline.abort(error)
  }

  async #inTime<A extends Access, T>(
    open: () => Promise<A>,
    run: (access: A, deadline: Deadline) => Promise<T>,
  ): Promise<T> {
    const deadline = new Deadline(this.#options.timeoutMs)
    this.#running.add(deadline)
    let access: A | undefined
    try {
      access = await deadline.race(open())
      return await run(access, deadline)
    } catch (error) {
      const coded = socketTrouble(error, deadline.stage !== 'connecting')
      const where = access === undefined ? '' : `${access.url.host}: `
      // The cause would carry what is hidden here.
      throw new CodedError(coded.code, withoutSecrets(`${where}${coded.detail}`, access))
    } finally {
      deadline.clear()
      this.#running.delete(deadline)
      if (this.#isEnded && this.#running.size === 0) this.#destroy()
    }
  }

  #request({ url, ca }: Access, { headers, body, target = url }: Posting): ClientRequest {
    const options = { method: 'POST', headers: { ...headers, 'content-length': Buffer.byteLength(body) } }
    if (url.protocol === 'http:') return requestPlain(target, { ...options, agent: this.#plain })
    return requestSecure(target, {
      ...options,
      ...secureOptions({ host: hostOf(url), ca }),
      agent: this.#secureAgent(ca),
    })
  }

  /** Another one for another CA: no connection that was trusted by the old one is used on. */
  #secureAgent(ca: string | undefined): HttpsAgent {
    if (ca !== this.#ca) {
      this.#secure.destroy()
      this.#secure = new HttpsAgent(this.#agentOptions())
      this.#ca = ca
    }
    return this.#secure
  }

  #agentOptions() {
    return { keepAlive: true, maxSockets: this.#options.sockets, timeout: IDLE_MS }
  }

  #destroy(): void {
    this.#plain.destroy()
    this.#secure.destroy()
  }
}

/** @throws CodedError CHANNEL_REFUSED; the text is a secret and stands in no error */
export function urlOf(text: string): URL {
  const url = URL.parse(text.trim())
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new CodedError('CHANNEL_REFUSED', 'the file of the URL holds none')
  if (url.protocol === 'http:' && !isLoopback(hostOf(url)))
    throw new CodedError('CHANNEL_REFUSED', 'http:// is for loopback addresses only: give https://')
  return url
}

export function withoutSecrets(text: string, access: Access | undefined): string {
  return access === undefined ? text : hidden(text, [...secretsOf(access.url), ...access.secrets])
}

/** Ids are made by the server; one that a header cannot hold is written as URLs write it. */
export function headerText(id: string): string {
  return /^[\w.:-]{1,200}$/.test(id) ? id : encodeURIComponent(id.toWellFormed()).slice(0, 200)
}

function hostOf(url: URL): string {
  return url.hostname.replaceAll(/[[\]]/g, '')
}

async function answerOf(
  request: ClientRequest,
  { body, deadline, mostAnswer }: { body: string; deadline: Deadline; mostAnswer: number },
): Promise<WebhookAnswer> {
  deadline.stage = 'connecting'
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request.on('error', reject)
    request.on('response', resolve)
    request.on('socket', (socket) => {
      // Node does not say it of a request that waited for its socket.
      request.reusedSocket ||= !socket.connecting
      watch(socket, request, deadline)
    })
    request.end(body)
  })
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    length += chunk.length
    // Leaving the loop closes the connection.
    if (length >= mostAnswer) break
  }
  const retryAfter = response.headers['retry-after']
  return {
    status: response.statusCode ?? 0,
    retryAfter,
    body: Buffer.concat(chunks).subarray(0, mostAnswer).toString('utf8'),
  }
}

function watch(socket: Socket, { protocol }: ClientRequest, deadline: Deadline): void {
  if (!socket.connecting) {
    deadline.stage = 'answer'
    return
  }
  socket.once('connect', () => {
    deadline.stage = protocol === 'https:' ? 'TLS' : 'answer'
  })
  socket.once('secureConnect', () => {
    deadline.stage = 'answer'
  })
}

function isClosedMeanwhile(error: unknown, request: ClientRequest): boolean {
  const { code } = error as { code?: unknown }
  return request.reusedSocket && (code === 'ECONNRESET' || code === 'EPIPE')
}
