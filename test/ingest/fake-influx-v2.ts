import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'

/** A request as it arrived. */
export interface Seen {
  method: string
  path: string
  query: Record<string, string>
  authorization: string | undefined
  body: string
}

interface FakeBucket {
  id: string
  orgID: string
  name: string
  retentionRules: { type: string; everySeconds: number }[]
}

interface FakeAuthorization {
  id: string
  orgID: string
  description: string
  token: string
  permissions: { action: 'read' | 'write'; resource: { type: string; id?: string; orgID?: string } }[]
}

interface FakeMapping {
  id: string
  orgID: string
  bucketID: string
  database: string
  retention_policy: string
  default: boolean
  virtual?: boolean
}

/**
 * The endpoints of InfluxDB 2.x that Davylamp uses, as its API reference describes them: organisations,
 * buckets, DBRP mappings, authorizations and writes. It keeps what it is told, and every request for the test to look at.
 */
export class FakeInfluxV2 implements AsyncDisposable {
  readonly seen: Seen[] = []
  readonly buckets: FakeBucket[] = []
  readonly mappings: FakeMapping[] = []
  readonly authorizations: FakeAuthorization[] = []
  /** What was written, by bucket. */
  readonly written = new Map<string, string[]>()
  /** Answered instead of anything else, while it is set. */
  failure: { status: number; body: string | object; headers?: Record<string, string> } | undefined
  /** As 2.x: a bucket without a mapping of its own is found under its name all the same. */
  hasVirtualMappings = false
  /** Writes to come are answered so much later each, ms. */
  readonly delays: number[] = []
  /** So many requests to come are cut off without an answer. */
  cuts = 0
  /** Its token may not read. */
  isWriteOnly = false
  /** What it answers to a statement of InfluxQL; nothing unless said otherwise. */
  onQuery: (statement: string) => object = () => ({ results: [{}] })
  version = 'v2.7.12'
  url = ''
  #server: Server | undefined
  #ids = 0

  static readonly token = 'secret-token'
  static readonly org = { id: '0001', name: 'davylamp' }

  static async started(): Promise<FakeInfluxV2> {
    const fake = new FakeInfluxV2()
    const server = createServer((request, response) => void fake.#serve(request, response))
    fake.#server = server
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    fake.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    return fake
  }

  /** Requests but for the one that asks for the version, as `METHOD path`. */
  get asked(): string[] {
    return this.seen.filter(({ path }) => path !== '/ping').map(({ method, path }) => `${method} ${path}`)
  }

  addBucket(name: string, everySeconds: number): FakeBucket {
    const bucket = {
      id: this.#id(),
      orgID: FakeInfluxV2.org.id,
      name,
      retentionRules: [{ type: 'expire', everySeconds }],
    }
    this.buckets.push(bucket)
    return bucket
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server?.closeAllConnections()
    await new Promise((resolve) => this.#server?.close(resolve))
  }

  #id(): string {
    this.#ids += 1
    return `b${String(this.#ids).padStart(3, '0')}`
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const raw = Buffer.concat(chunks)
    const body = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw).toString('utf8')
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://fake')
    const query = Object.fromEntries(searchParams)
    const { authorization } = request.headers
    this.seen.push({ method: request.method ?? '', path: pathname, query, authorization, body })
    const answer = (status: number, content: string | object, headers: Record<string, string> = {}) => {
      const isText = typeof content === 'string'
      response.writeHead(status, { 'content-type': isText ? 'text/html' : 'application/json', ...headers })
      response.end(isText ? content : JSON.stringify(content))
    }
    if (this.cuts > 0) {
      this.cuts -= 1
      request.socket.destroy()
      return
    }
    if (pathname === '/ping') {
      response.writeHead(204, { 'x-influxdb-version': this.version }).end()
      return
    }
    if (this.failure !== undefined) {
      answer(this.failure.status, this.failure.body, this.failure.headers)
      return
    }
    const limited = this.authorizations.find(({ token }) => authorization === `Token ${token}`)
    if (limited !== undefined) {
      const [status, content] = this.#answerLimited(limited, `${request.method} ${pathname}`, query)
      answer(status, content)
      return
    }
    if (authorization !== `Token ${FakeInfluxV2.token}`) {
      answer(401, { code: 'unauthorized', message: 'unauthorized access' })
      return
    }
    const delay = pathname === '/api/v2/write' ? this.delays.shift() : undefined
    if (delay !== undefined) await new Promise((resolve) => setTimeout(resolve, delay))
    const [status, content] = this.#answer(`${request.method} ${pathname}`, query, body)
    answer(status, content)
  }

  /** To a token with rights on some buckets: what it may not see is not there for it. */
  #answerLimited(
    { permissions }: FakeAuthorization,
    asked: string,
    query: Record<string, string>,
  ): [number, string | object] {
    const may = (action: string, bucket: FakeBucket) =>
      permissions.some((one) => one.action === action && one.resource.id === bucket.id)
    if (asked === 'GET /api/v2/buckets') {
      const found = this.buckets.filter((bucket) => bucket.name === query.name && may('read', bucket))
      return [200, { buckets: found }]
    }
    const bucket = this.buckets.find(({ name }) => name === query.bucket)
    if (asked !== 'POST /api/v2/write' || bucket === undefined)
      return [404, { code: 'not found', message: 'not found' }]
    if (!may('write', bucket))
      return [403, { code: 'forbidden', message: 'insufficient permissions for write' }]
    return [400, { code: 'invalid', message: 'writing requires points' }]
  }

  #answer(asked: string, query: Record<string, string>, body: string): [number, string | object] {
    const { org } = FakeInfluxV2
    const notFound = (what: string): [number, object] => [
      404,
      { code: 'not found', message: `${what} not found` },
    ]
    switch (asked.replace(/(buckets|authorizations)\/.+/, '$1/{id}')) {
      case 'GET /api/v2/orgs':
        return query.org === org.name ? [200, { orgs: [org] }] : notFound(`organization name "${query.org}"`)
      case 'GET /api/v2/buckets': {
        const found = this.buckets.filter(({ name, orgID }) => name === query.name && orgID === query.orgID)
        return found.length === 0 ? notFound(`bucket "${query.name}"`) : [200, { buckets: found }]
      }
      case 'POST /api/v2/buckets': {
        const { name, retentionRules } = JSON.parse(body)
        return [201, this.addBucket(name, retentionRules[0].everySeconds)]
      }
      case 'PATCH /api/v2/buckets/{id}': {
        const found = this.buckets.find(({ id }) => asked.endsWith(id))
        return found === undefined ? notFound('bucket') : [200, Object.assign(found, JSON.parse(body))]
      }
      case 'GET /api/v2/authorizations':
        // As later releases: a token is shown once, when it is made.
        return [200, { authorizations: this.authorizations.map((one) => ({ ...one, token: 'redacted' })) }]
      case 'POST /api/v2/authorizations': {
        const id = this.#id()
        const made: FakeAuthorization = { id, token: `token-${id}`, ...JSON.parse(body) }
        this.authorizations.push(made)
        return [201, made]
      }
      case 'DELETE /api/v2/authorizations/{id}': {
        const index = this.authorizations.findIndex(({ id }) => asked.endsWith(id))
        if (index < 0) return notFound('authorization')
        this.authorizations.splice(index, 1)
        return [204, '']
      }
      case 'GET /api/v2/dbrps':
        return [200, { content: this.#mappingsOf(query.db ?? '') }]
      case 'POST /api/v2/dbrps': {
        const mapping = { id: this.#id(), ...JSON.parse(body) }
        this.mappings.push(mapping)
        return [201, mapping]
      }
      case 'POST /api/v2/write': {
        if (!this.buckets.some(({ name }) => name === query.bucket))
          return notFound(`bucket "${query.bucket}"`)
        const lines = this.written.get(query.bucket ?? '') ?? []
        this.written.set(query.bucket ?? '', [...lines, ...body.trimEnd().split('\n')])
        return [204, '']
      }
      case 'GET /query':
        return this.isWriteOnly
          ? [403, { code: 'forbidden', message: 'no read' }]
          : [200, this.onQuery(query.q ?? '')]
      default:
        return notFound('path')
    }
  }

  #mappingsOf(database: string): FakeMapping[] {
    const own = this.mappings.filter((mapping) => mapping.database === database)
    if (!this.hasVirtualMappings) return own
    const virtual = this.buckets.flatMap(({ id, orgID, name }): FakeMapping[] => {
      const [db = '', rp = 'autogen'] = name.split('/')
      const isMapped = db !== database || this.mappings.some(({ bucketID }) => bucketID === id)
      if (isMapped) return []
      return [
        {
          id,
          orgID,
          bucketID: id,
          database: db,
          retention_policy: rp,
          default: rp === 'autogen',
          virtual: true,
        },
      ]
    })
    return [...own, ...virtual]
  }
}
