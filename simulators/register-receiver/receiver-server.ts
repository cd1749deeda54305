import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { listenError } from '../../contracts/errors.ts'
import { HeldStates, type ReceivedItem } from './held-states.ts'
import { faultIn } from './json-check.ts'
import { isGenuine } from './signature.ts'

/** Of a request, bytes: 200 items, each with texts of some thousand characters. */
const MOST_BYTES = 8_000_000

export interface ReceiverOptions {
  readonly port: number
  /** Without one whoever can reach it is believed. */
  readonly secret: string | undefined
  /** contracts/hazard-export.schema.json, parsed. */
  readonly schema: object
  /** Part of the requests that fail, half of them after they were taken; 0 to 1. */
  readonly failRate: number
  /** Part of the requests that are never answered. */
  readonly hangRate: number
  /** Items that are refused, by what their titles hold. */
  readonly refuse: string | undefined
  /** In [0, 1). */
  random: () => number
  /** Epoch ms. */
  now: () => number
  /** A line for people. */
  say: (line: string) => void
}

interface Document {
  readonly id: string
  readonly facility: { readonly id: string }
  readonly items: readonly ReceivedItem[]
}

/** An outside register as small as it can be. Whoever writes a real one may begin here: docs/outbound.md. */
export class ReceiverServer {
  readonly #options: ReceiverOptions
  readonly #server: Server
  readonly held = new HeldStates()
  readonly #requests = { taken: 0, unsigned: 0, invalid: 0, failed: 0, hung: 0 }

  constructor(options: ReceiverOptions) {
    this.#options = options
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch(() => response.destroy())
    })
  }

  /** On a loopback address. Its port. @throws CodedError PORT_TAKEN or LISTEN_FAILED */
  async start(): Promise<number> {
    const { port } = this.#options
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.#server.once('error', reject)
    this.#server.listen(port, '127.0.0.1', resolve)
    try {
      await promise
    } catch (error) {
      throw listenError(error, 'the receiver', `127.0.0.1:${port}`)
    }
    return (this.#server.address() as AddressInfo).port
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === 'GET') return this.#counts(response)
    if (request.method !== 'POST') return send(response, 405, { error: 'POST items, GET counts' })
    const { secret, now, schema, random, hangRate, failRate } = this.#options
    const body = await bodyOf(request)
    if (body === undefined) return send(response, 413, { error: `more than ${MOST_BYTES} bytes` })
    const header = request.headers['davylamp-signature']
    if (secret !== undefined && !isGenuine(String(header ?? ''), { body, secret }, now())) {
      this.#requests.unsigned += 1
      return send(response, 401, { error: 'the signature is missing, wrong or too old' })
    }
    if (random() < hangRate) {
      this.#requests.hung += 1
      return
    }
    // A real one fails before its database has taken it, or after: who sends cannot tell.
    const isFailing = random() < failRate
    if (isFailing && random() < 0.5) return this.#fail(response)
    const document = parsed(body)
    const fault = document === undefined ? 'no JSON' : faultIn(document, schema)
    if (fault !== undefined) {
      this.#requests.invalid += 1
      this.#options.say(`refused: ${fault}`)
      return send(response, 422, { error: fault })
    }
    const results = this.#take(document as Document)
    if (isFailing) return this.#fail(response)
    this.#requests.taken += 1
    send(response, 200, { receipt: `B-${(document as Document).id}`, results })
  }

  #take({ facility, items }: Document) {
    const { refuse, say } = this.#options
    return items.map((item) => {
      const line = `${facility.id} ${item.id} v${item.version}: ${wordsOf(item)}`
      if (refuse !== undefined && wordsOf(item).includes(refuse)) {
        say(`${line} (refused)`)
        return { id: item.id, ok: false, error: `this register takes nothing with "${refuse}"` }
      }
      const { took, receipt } = this.held.take(facility.id, item)
      say(took === 'new' ? line : `${line} (${took === 'same' ? 'again' : 'older than what is held'})`)
      return { id: item.id, ok: true, receipt }
    })
  }

  #fail(response: ServerResponse): void {
    this.#requests.failed += 1
    send(response, 503, { error: 'told to fail' })
  }

  #counts(response: ServerResponse): void {
    const held = this.held.list()
    const hazards = held.filter(({ item }) => item.kind === 'hazard')
    const byStatus: Record<string, number> = {}
    for (const { item } of hazards) {
      const status = item.hazard?.status ?? ''
      byStatus[status] = (byStatus[status] ?? 0) + 1
    }
    send(response, 200, {
      requests: this.#requests,
      items: this.held.counts,
      hazards: { total: hazards.length, byStatus },
      alarms: held.length - hazards.length,
      held: held.slice(-1_000).map(({ facility, item, receipt }) => ({
        facility,
        id: item.id,
        version: item.version,
        words: wordsOf(item),
        receipt,
      })),
    })
  }
}

function wordsOf({ hazard, alarm }: ReceivedItem): string {
  return hazard === undefined
    ? `${alarm?.alarm} ${alarm?.event}, ${alarm?.state}`
    : `${hazard.status}, ${hazard.grade}: ${hazard.title}`
}

function parsed(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch {
    return undefined
  }
}

/** Undefined: too large. */
async function bodyOf(request: IncomingMessage): Promise<Uint8Array | undefined> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length <= MOST_BYTES) chunks.push(chunk)
  }
  return length > MOST_BYTES ? undefined : Buffer.concat(chunks)
}

function send(response: ServerResponse, status: number, content: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(content)}\n`)
}
