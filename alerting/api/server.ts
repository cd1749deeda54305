import { Server as SecureServer } from 'node:https'
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import { type TypeBoxTypeProvider, TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox'
import fastify, { type FastifyReply, type FastifyRequest } from 'fastify'
import Type from 'typebox'
import { type Problem, ServerInfoSchema } from '../../contracts/api.ts'
import { listenError } from '../../contracts/errors.ts'
import type { Logger } from '../../contracts/logger.ts'
import type { TlsPair } from '../../contracts/tls/certificate.ts'
import { VERSION } from '../../contracts/version.ts'
import { TooSoon } from '../people/throttle.ts'
import { type Access, guardAccess, isTrusted, visible } from './access.ts'
import { actionRoutes } from './action-routes.ts'
import { alarmDetailRoutes } from './alarm-detail-routes.ts'
import { alarmRoutes } from './alarm-routes.ts'
import { answerRoutes } from './answer-routes.ts'
import { detectorRoutes } from './detector-routes.ts'
import { exportRoutes } from './export-routes.ts'
import { facilityRoutes } from './facility-routes.ts'
import { figuresRoutes } from './figures-routes.ts'
import { floodRoutes } from './flood-routes.ts'
import { hazardRoutes } from './hazard-routes.ts'
import { incidentRoutes } from './incident-routes.ts'
import { inspectionRoutes } from './inspection-routes.ts'
import { kpiRoutes } from './kpi-routes.ts'
import { ledgerRoutes } from './ledger-routes.ts'
import { mapRoutes } from './map-routes.ts'
import { noticeRoutes } from './notice-routes.ts'
import { oidcRoutes } from './oidc-routes.ts'
import { OriginGuard } from './origin-guard.ts'
import { peopleRoutes } from './people-routes.ts'
import type { ApiPorts } from './ports.ts'
import { problem, problemOf } from './problem.ts'
import { recordRoutes } from './record-routes.ts'
import { reloadRoutes } from './reload-routes.ts'
import { reportRoutes } from './report-routes.ts'
import { responseRoutes } from './response-routes.ts'
import { rosterRoutes } from './roster-routes.ts'
import { type Api, answers } from './routes.ts'
import { secureContext } from './secure-context.ts'
import { sessionRoutes } from './session-routes.ts'
import { settingsRoutes } from './settings-routes.ts'
import { testRoutes } from './test-routes.ts'
import { limitUploadTime, UPLOAD_MS } from './upload-time.ts'
import { waveformRoutes } from './waveform-routes.ts'

const BODY_LIMIT = 1_000_000
/** Everything comes from this server; Swagger UI and uPlot set styles inline. */
const CSP =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
/** On every answer. */
const HEADERS = {
  'content-security-policy': CSP,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
}
/** Where else a file of the console stands. Key: its path. */
const PAGES: Readonly<Record<string, readonly string[]>> = {
  '/index.html': ['/'],
  '/report.html': ['/report'],
}
/** A request that has not arrived by then is given up, ms. */
const REQUEST_MS = 10_000

export interface ApiServerOptions {
  ports: ApiPorts
  listen: { host: string; port: number }
  hosts: readonly string[]
  /** HTTPS with this certificate, whose names are allowed as those of `hosts` are; plain HTTP without. */
  tls?: TlsPair | undefined
  logger: Logger
}

/** The HTTP interface of DESIGN section 8. */
export class ApiServer {
  readonly #options: ApiServerOptions
  #app: Api | undefined
  #guard: OriginGuard
  #port = 0

  constructor(options: ApiServerOptions) {
    this.#options = options
    this.#guard = this.#guardOf(options.listen.port, options.tls)
  }

  /** Listens and answers with the port. @throws CodedError PORT_TAKEN or LISTEN_FAILED */
  async start(): Promise<number> {
    const { listen, ports, logger, tls } = this.#options
    const app = await buildApi(ports, logger, () => this.#guard, tls)
    this.#app = app
    try {
      await app.listen(listen)
    } catch (error) {
      await app.close()
      throw listenError(error, 'server.listen', `${listen.host}:${listen.port}`)
    }
    const address = app.server.address()
    const port = typeof address === 'object' && address !== null ? address.port : listen.port
    this.#guard = this.#guardOf(port, tls)
    this.#port = port
    return port
  }

  /** Who connects from now on is shown this certificate; connections that stand are left alone. */
  renew(tls: TlsPair): void {
    const server = this.#app?.server
    if (!(server instanceof SecureServer)) return
    server.setSecureContext(secureContext(tls))
    this.#guard = this.#guardOf(this.#port, tls)
  }

  async stop(): Promise<void> {
    await this.#app?.close()
  }

  /** The OpenAPI 3.1 document. */
  document(): object {
    return this.#app?.swagger() ?? {}
  }

  #guardOf(port: number, tls: TlsPair | undefined): OriginGuard {
    const { listen, hosts } = this.#options
    const isTls = tls !== undefined
    return new OriginGuard({ host: listen.host, port, hosts: [...hosts, ...(tls?.names ?? [])], isTls })
  }
}

/** A schema becomes code when the first request needs it, so that a start does not wait for some hundred of them. */
const compiledOnUse: typeof TypeBoxValidatorCompiler = (route) => {
  let check: ReturnType<typeof TypeBoxValidatorCompiler> | undefined
  return (value: unknown) => {
    check ??= TypeBoxValidatorCompiler(route)
    return check(value)
  }
}

/** The app without a socket; tests inject requests. */
export async function buildApi(
  ports: ApiPorts,
  logger: Logger,
  guard: () => OriginGuard,
  tls?: TlsPair,
): Promise<Api> {
  const refusal = ({ headers }: FastifyRequest): Problem | undefined => {
    const refused = guard().refuse(headers)
    return refused === undefined ? undefined : problem(refused.code, refused.detail)
  }
  // Open streams would hold close() for ever: the stream ends them first.
  const app = fastify({
    bodyLimit: BODY_LIMIT,
    forceCloseConnections: true,
    https: tls === undefined ? null : { ...secureContext(tls), handshakeTimeout: REQUEST_MS },
    requestTimeout: UPLOAD_MS,
    routerOptions: { maxParamLength: 200 },
    // A path that cannot be decoded comes here, past every hook.
    frameworkErrors: (error, request, reply) => {
      void answer(reply.headers(HEADERS), refusal(request) ?? problemOf(error))
    },
  })
    .withTypeProvider<TypeBoxTypeProvider>()
    .setValidatorCompiler(compiledOnUse)
    .setSerializerCompiler(() => (value) => JSON.stringify(value)) satisfies Api

  app.server.headersTimeout = REQUEST_MS
  limitUploadTime(app, { ms: REQUEST_MS, limit: BODY_LIMIT })
  app.addHook('preClose', async () => ports.stream.stop())
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(HEADERS)
    const refused = refusal(request)
    if (refused !== undefined) await answer(reply, refused)
  })
  guardAccess(app, ports)
  // JSON bodies only: a form of a foreign page cannot send one without a preflight.
  app.removeContentTypeParser('text/plain')
  app.setErrorHandler(async (error, request, reply) => {
    const body = problemOf(error)
    if (body.code === 'INTERNAL')
      logger.error({ error: String((error as Error).stack ?? error), path: request.url }, 'a request failed')
    if (error instanceof TooSoon) reply.header('retry-after', Math.ceil(error.waitMs / 1_000))
    if (body.status === 401) reply.header('www-authenticate', 'Bearer')
    await answer(reply, body)
  })
  app.setNotFoundHandler(async (request, reply) => {
    await answer(reply, problem('NOT_FOUND', `${request.method} ${request.url.slice(0, 200)}`))
  })

  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Davylamp',
        version: VERSION,
        description: 'Advisory monitoring, not a safety instrumented system.',
      },
      components: {
        securitySchemes: {
          session: { type: 'apiKey', in: 'cookie', name: 'davylamp', description: 'Of POST /api/v1/login.' },
          token: { type: 'http', scheme: 'bearer', description: 'For machines: POST /api/v1/tokens.' },
        },
      },
    },
    transform: ({ schema, url, route }) => ({ schema: described(schema, route.config?.access), url }),
  })
  await app.register(swaggerUi, { routePrefix: '/docs', staticCSP: false })

  systemRoutes(app, ports)
  facilityRoutes(app, ports)
  alarmRoutes(app, ports)
  alarmDetailRoutes(app, ports)
  actionRoutes(app, ports)
  settingsRoutes(app, ports)
  testRoutes(app, ports)
  detectorRoutes(app, ports)
  recordRoutes(app, ports, logger)
  ledgerRoutes(app, ports)
  waveformRoutes(app, ports)
  kpiRoutes(app, ports)
  floodRoutes(app, ports)
  rosterRoutes(app, ports)
  reloadRoutes(app, ports)
  sessionRoutes(app, ports)
  peopleRoutes(app, ports)
  noticeRoutes(app, ports)
  answerRoutes(app, ports)
  oidcRoutes(app, ports, logger)
  hazardRoutes(app, ports)
  inspectionRoutes(app, ports)
  incidentRoutes(app, ports)
  responseRoutes(app, ports)
  figuresRoutes(app, ports)
  mapRoutes(app, ports)
  exportRoutes(app, ports)
  reportRoutes(app, ports)
  consoleRoutes(app, ports)
  return app
}

function answer(reply: FastifyReply, body: Problem): FastifyReply {
  return reply.code(body.status).type('application/problem+json').send(body)
}

/** What a route says of itself, and who may use it. */
function described(schema: object, access: Access | undefined): object {
  return {
    ...schema,
    'x-access': access,
    security: access === 'open' ? [] : [{ session: [] }, { token: [] }],
  }
}

function systemRoutes(app: Api, ports: ApiPorts): void {
  const ok = Type.Object({ status: Type.String(), waitingFor: Type.Optional(Type.Array(Type.String())) })
  app.get(
    '/healthz',
    {
      config: { access: 'open' },
      schema: { summary: 'Liveness', tags: ['system'], response: { 200: ok } },
    },
    async () => ({ status: 'ok' }),
  )
  app.get(
    '/readyz',
    {
      config: { access: 'open' },
      schema: { summary: 'Readiness', tags: ['system'], response: { 200: ok, 503: ok } },
    },
    async (request, reply) => {
      const waitingFor = ports.unready()
      if (waitingFor.length === 0) return { status: 'ok' }
      return reply.code(503).send({ status: 'waiting', ...(isTrusted(request) ? { waitingFor } : {}) })
    },
  )
  app.get(
    '/metrics',
    {
      config: { access: 'machine' },
      schema: { summary: 'Prometheus metrics', tags: ['system'] },
    },
    async (_, reply) => reply.type('text/plain; version=0.0.4').send(await ports.metrics()),
  )
  app.get(
    '/api/v1/server',
    {
      config: { access: 'viewer' },
      schema: {
        summary: 'Version, clock, sign-in and facility files of the server',
        tags: ['system'],
        response: answers(ServerInfoSchema),
      },
    },
    async (request) => {
      const { facilities } = visible(ports, request)
      return {
        ...ports.info(),
        config: ports.config.loaded().filter(({ facility }) => facilities.has(facility)),
      }
    },
  )
}

function consoleRoutes(app: Api, ports: ApiPorts): void {
  for (const [path, file] of ports.console) {
    const urls = [path, ...(PAGES[path] ?? [])]
    for (const url of urls) {
      app.get(url, { config: { access: 'open' }, schema: { hide: true } }, async (_, reply) =>
        reply
          .type(file.type)
          .header('cache-control', file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache')
          .send(file.body),
      )
    }
  }
}
