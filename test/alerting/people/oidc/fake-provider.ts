import { createHmac, generateKeyPairSync, hash, type KeyObject, randomBytes, sign } from 'node:crypto'
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { MadeCertificate } from '../../../contracts/certificates.ts'

export const CLIENT = { id: 'davylamp', secret: 'between us' }

type Json = Record<string, unknown>

/** What a provider may do wrong, and what it is asked to say. Everything is read when it matters. */
export interface Knobs {
  alg: 'RS256' | 'ES256' | 'none' | 'HS256'
  /** Signs with a key that is not published. */
  foreignKey: boolean
  /** Over those of the token; undefined takes one out. */
  claims: Json
  /** Over what discovery says. */
  metadata: Json
  /** In place of an answer of this path. Key: path. */
  answers: Record<string, { status: number; body: string; type?: string }>
  /** Paths that are never answered. */
  hanging: readonly string[]
  /** The browser is sent back with this error. */
  refusing: string
  /** Shows a form, as people know it, instead of knowing who they are. */
  form: boolean
  /** s before the token was made; undefined: no auth_time. */
  credentialsAge: number | undefined
}

interface Grant {
  redirect: string
  nonce: string
  challenge: string
  person: { name: string; sub: string }
}

/** Made once: those of RSA take a while. */
const KEYS = {
  RS256: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
}
const FOREIGN = generateKeyPairSync('ec', { namedCurve: 'P-256' })

/** An OpenID Connect provider as it stands on the wire: discovery, keys, sign-in page and tokens. */
export class FakeProvider {
  readonly knobs: Partial<Knobs> = {}
  /** Who is signed in there. */
  person = { name: 'li.wei', sub: 'sub-of-li' }
  /** Paths in the order in which they were asked for. */
  readonly asked: string[] = []
  /** What the last browser brought. */
  lastQuery = new URLSearchParams()
  readonly #server
  readonly #host: string
  readonly #scheme: string
  readonly #grants = new Map<string, Grant>()

  constructor(options: { tls?: MadeCertificate; host?: string } = {}) {
    const { tls, host = '127.0.0.1' } = options
    const serve: RequestListener = (request, response) => void this.#serve(request, response)
    this.#server =
      tls === undefined ? createServer(serve) : createSecureServer({ cert: tls.pem, key: tls.keyPem }, serve)
    this.#scheme = tls === undefined ? 'http' : 'https'
    this.#host = host
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    return this
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  get issuer(): string {
    return `${this.#scheme}://${this.#host}:${(this.#server.address() as AddressInfo).port}`
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.issuer)
    this.asked.push(url.pathname)
    if (this.knobs.hanging?.includes(url.pathname)) return
    const instead = this.knobs.answers?.[url.pathname]
    if (instead !== undefined) {
      const { status, body, type = 'application/json' } = instead
      response.writeHead(status, { 'content-type': type }).end(body)
      return
    }
    switch (url.pathname) {
      case '/.well-known/openid-configuration':
        json(response, 200, this.#metadata())
        return
      case '/keys':
        json(response, 200, { keys: this.#published() })
        return
      case '/authorize':
        return this.#authorize(url.searchParams, response)
      case '/sign-in': {
        const form = new URLSearchParams(await textOf(request))
        const name = form.get('name') ?? ''
        return this.#back(new URLSearchParams(form.get('query') ?? ''), response, {
          name,
          sub: `sub-of-${name}`,
        })
      }
      case '/token':
        return this.#token(request, new URLSearchParams(await textOf(request)), response)
      default:
        response.writeHead(404).end()
    }
  }

  #metadata(): Json {
    return {
      issuer: this.issuer,
      authorization_endpoint: `${this.issuer}/authorize`,
      token_endpoint: `${this.issuer}/token`,
      jwks_uri: `${this.issuer}/keys`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256', 'ES256'],
      ...this.knobs.metadata,
    }
  }

  #published(): Json[] {
    return (['RS256', 'ES256'] as const).map((alg) => ({
      ...KEYS[alg].publicKey.export({ format: 'jwk' }),
      alg,
      kid: alg,
      use: 'sig',
    }))
  }

  #authorize(query: URLSearchParams, response: ServerResponse): void {
    this.lastQuery = query
    if (this.knobs.form !== true) {
      this.#back(query, response, this.person)
      return
    }
    const hidden = String(query).replaceAll('&', '&amp;').replaceAll('"', '&quot;')
    response.writeHead(200, { 'content-type': 'text/html' }).end(
      `<!doctype html><title>Provider</title><form method="post" action="/sign-in">
<input type="hidden" name="query" value="${hidden}"><input name="name" id="name"><button id="go">Go</button></form>`,
    )
  }

  #back(query: URLSearchParams, response: ServerResponse, person: Grant['person']): void {
    const redirect = query.get('redirect_uri') ?? ''
    const to = new URL(redirect)
    to.searchParams.set('state', query.get('state') ?? '')
    if (this.knobs.refusing !== undefined) {
      to.searchParams.set('error', this.knobs.refusing)
      to.searchParams.set('error_description', 'because\u0007')
    } else {
      const code = randomBytes(16).toString('hex')
      const [nonce, challenge] = [query.get('nonce') ?? '', query.get('code_challenge') ?? '']
      this.#grants.set(code, { redirect, nonce, challenge, person })
      to.searchParams.set('code', code)
    }
    response.writeHead(302, { location: to.href }).end()
  }

  #token(request: IncomingMessage, form: URLSearchParams, response: ServerResponse): void {
    if (!isClient(request, form)) {
      json(response, 400, { error: 'invalid_client' })
      return
    }
    const code = form.get('code') ?? ''
    const grant = this.#grants.get(code)
    this.#grants.delete(code)
    const challenge = hash('sha256', form.get('code_verifier') ?? '', 'base64url')
    if (grant === undefined || grant.challenge !== challenge || grant.redirect !== form.get('redirect_uri')) {
      json(response, 400, { error: 'invalid_grant' })
      return
    }
    json(response, 200, {
      access_token: 'not used',
      token_type: 'Bearer',
      expires_in: 60,
      id_token: this.#signed(this.#claims(grant)),
    })
  }

  #claims({ nonce, person }: Grant): Json {
    const now = Math.floor(Date.now() / 1_000)
    const age = 'credentialsAge' in this.knobs ? this.knobs.credentialsAge : 0
    return {
      iss: this.issuer,
      aud: CLIENT.id,
      sub: person.sub,
      preferred_username: person.name,
      iat: now,
      exp: now + 300,
      nonce,
      ...(age === undefined ? {} : { auth_time: now - age }),
      ...this.knobs.claims,
    }
  }

  #signed(claims: Json): string {
    const { alg = 'ES256', foreignKey = false } = this.knobs
    const part = (value: Json) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const text = `${part({ alg, kid: alg })}.${part(claims)}`
    if (alg === 'none') return `${text}.`
    if (alg === 'HS256')
      return `${text}.${createHmac('sha256', CLIENT.secret).update(text).digest('base64url')}`
    const { privateKey } = foreignKey ? FOREIGN : KEYS[alg]
    return `${text}.${signature(text, privateKey).toString('base64url')}`
  }
}

function signature(text: string, key: KeyObject): Buffer {
  return sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' })
}

function isClient({ headers }: IncomingMessage, form: URLSearchParams): boolean {
  const { id, secret } = CLIENT
  const basic = Buffer.from(`${id}:${encodeURIComponent(secret).replaceAll('%20', '+')}`).toString('base64')
  if (headers.authorization !== undefined) return headers.authorization === `Basic ${basic}`
  return form.get('client_id') === id && form.get('client_secret') === secret
}

function json(response: ServerResponse, status: number, body: Json): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}
