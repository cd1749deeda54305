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
import type { Delivery, Receipt } from '../../../contracts/notify/message.ts'
import type { WebhookChannel } from '../../../contracts/notify/plan.ts'
import { NOTICE_HEADER, SIGNATURE_HEADER, signatureOf } from '../../../contracts/notify/signature.ts'
import { Deadline } from './deadline.ts'
import { dial, secureOptions } from './dial.ts'
import { dingtalkUrl } from './dingtalk-body.ts'
import { hidden, secretsOf } from './hidden.ts'
import type { Outlet } from './outlet.ts'
import { channelFile } from './secret-files.ts'
import { Slots } from './slots.ts'
import { socketTrouble } from './trouble.ts'
import { type WebhookAnswer, webhookReceipt } from './webhook-answer.ts'
import { webhookBody } from './webhook-body.ts'

/** Requests to one webhook at once. */
const MOST_SOCKETS = 16
/** Of an answer; what is beyond is not read. */
const MOST_ANSWER = 64_000
/** Shorter than what servers commonly keep an idle connection for, ms. */
const IDLE_MS = 4_000

/** What a request needs, as its files say at that moment. */
interface Access {
  readonly url: URL
  readonly secret: string | undefined
  readonly ca: string | undefined
}

/** Sends messages to a URL. `now` is epoch ms. */
export class Webhook implements Outlet {
  readonly #channel: WebhookChannel
  readonly #now: () => number
  readonly #slots = new Slots(MOST_SOCKETS)
  readonly #running = new Set<Deadline>()
  readonly #plain = new HttpAgent({ keepAlive: true, maxSockets: MOST_SOCKETS, timeout: IDLE_MS })
  /** Of {@link #ca}. */
  #secure = new HttpsAgent({ keepAlive: true, maxSockets: MOST_SOCKETS, timeout: IDLE_MS })
  #ca: string | undefined
  #isEnded = false

  constructor(channel: WebhookChannel, now: () => number) {
    this.#channel = channel
    this.#now = now
  }

  async send(delivery: Delivery): Promise<Receipt> {
    const body = webhookBody(this.#channel.format, delivery)
    return this.#slots.use(delivery.isUrgent, () =>
      this.#attempt((access, deadline) => this.#post(access, { id: delivery.id, body, deadline })),
    )
  }

  /** A connection, with TLS where the URL has it. */
  async probe(): Promise<void> {
    await this.#slots.use(false, () =>
      this.#attempt(async ({ url, ca }, deadline) => {
        const isSecure = url.protocol === 'https:'
        const port = url.port === '' ? (isSecure ? 443 : 80) : Number(url.port)
        const socket = await dial({ host: hostOf(url), port, isSecure, ca }, deadline)
        socket.on('error', () => undefined)
        socket.destroy()
      }),
    )
  }

  end(error: CodedError): void {
    this.#isEnded = true
    this.#slots.end(error)
    if (this.#running.size === 0) this.#destroy()
  }

  abort(error: CodedError): void {
    this.end(error)
    for (const deadline of this.#running) deadline.abort(error)
  }

  /** One attempt in its time, whose error says nothing that is secret. */
  async #attempt<T>(run: (access: Access, deadline: Deadline) => Promise<T>): Promise<T> {
    const deadline = new Deadline(this.#channel.timeoutMs)
    this.#running.add(deadline)
    let access: Access | undefined
    try {
      access = await deadline.race(this.#access())
      return await run(access, deadline)
    } catch (error) {
      const coded = socketTrouble(error, deadline.stage !== 'connecting')
      const secrets = access === undefined ? [] : [...secretsOf(access.url), access.secret]
      const where = access === undefined ? '' : `${access.url.host}: `
      // The cause would carry what is hidden here.
      throw new CodedError(coded.code, hidden(`${where}${coded.detail}`, secrets))
    } finally {
      deadline.clear()
      this.#running.delete(deadline)
      if (this.#isEnded && this.#running.size === 0) this.#destroy()
    }
  }

  async #access(): Promise<Access> {
    const { url, urlFile, secretFile, ca } = this.#channel
    const [text, secret, pem] = await Promise.all([
      urlFile === undefined ? (url ?? '') : channelFile(urlFile, 'urlFile'),
      secretFile === undefined ? undefined : channelFile(secretFile, 'secretFile'),
      ca === undefined ? undefined : channelFile(ca, 'ca'),
    ])
    return { url: urlOf(text), secret, ca: pem }
  }

  async #post(access: Access, message: { id: string; body: string; deadline: Deadline }): Promise<Receipt> {
    const answer = await this.#answerTo(access, message)
    const { text } = webhookReceipt(this.#channel.format, answer, this.#now())
    return { text: hidden(text, [...secretsOf(access.url), access.secret]) }
  }

  /** A connection may be closed by the other side just as it is used again: then it is sent once more, by a new one. */
  async #answerTo(
    access: Access,
    message: { id: string; body: string; deadline: Deadline },
  ): Promise<WebhookAnswer> {
    for (;;) {
      const request = this.#request(access, message)
      try {
        return await message.deadline.race(answerOf(request, message))
      } catch (error) {
        request.destroy()
        if (!isClosedMeanwhile(error, request) || message.deadline.signal.aborted) throw error
      }
    }
  }

  #request({ url, secret, ca }: Access, { id, body }: { id: string; body: string }): ClientRequest {
    const { format } = this.#channel
    const now = this.#now()
    const target = format === 'dingtalk' && secret !== undefined ? dingtalkUrl(url, secret, now) : url
    const headers = {
      'content-type': 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(body),
      accept: 'application/json, text/plain',
      'user-agent': 'Davylamp',
      'idempotency-key': headerText(id),
      [NOTICE_HEADER]: headerText(id),
      ...(format === 'davylamp' && secret !== undefined
        ? { [SIGNATURE_HEADER]: signatureOf(body, secret, now) }
        : {}),
    }
    const options = { method: 'POST', headers }
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
      this.#secure = new HttpsAgent({ keepAlive: true, maxSockets: MOST_SOCKETS, timeout: IDLE_MS })
      this.#ca = ca
    }
    return this.#secure
  }

  #destroy(): void {
    this.#plain.destroy()
    this.#secure.destroy()
  }
}

/** @throws CodedError CHANNEL_REFUSED; the text is a secret and stands in no error */
function urlOf(text: string): URL {
  const url = URL.parse(text.trim())
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new CodedError('CHANNEL_REFUSED', 'the file of the URL holds none')
  if (url.protocol === 'http:' && !isLoopback(hostOf(url)))
    throw new CodedError('CHANNEL_REFUSED', 'http:// is for loopback addresses only: give https://')
  return url
}

function hostOf(url: URL): string {
  return url.hostname.replaceAll(/[[\]]/g, '')
}

/** Ids are made by the server; one that a header cannot hold is written as URLs write it. */
function headerText(id: string): string {
  return /^[\w.:-]{1,200}$/.test(id) ? id : encodeURIComponent(id.toWellFormed()).slice(0, 200)
}

async function answerOf(
  request: ClientRequest,
  { body, deadline }: { body: string; deadline: Deadline },
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
    if (length >= MOST_ANSWER) break
  }
  const retryAfter = response.headers['retry-after']
  return {
    status: response.statusCode ?? 0,
    retryAfter,
    body: Buffer.concat(chunks).subarray(0, MOST_ANSWER).toString('utf8'),
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
