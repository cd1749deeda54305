import type { FastifyRequest, RouteOptions } from 'fastify'
import { isLoopback } from '../../contracts/address.ts'
import { CodedError } from '../../contracts/errors.ts'
import { isAtLeast, type Role } from '../../contracts/roles.ts'
import type { People } from '../people/people.ts'
import { DEMO, isInScope, type Principal } from '../people/person.ts'
import { plainAddress } from '../people/throttle.ts'
import type { ApiPorts } from './ports.ts'
import type { Api } from './routes.ts'
import { sessionIdOf } from './session-cookie.ts'

/**
 * Who may use a route, declared beside it:
 * `open` anybody, also before sign-in; `person` somebody with a session of their own; `machine` a viewer of all
 * facilities, or anybody on the machine itself; or the least role.
 */
export type Access = 'open' | 'person' | 'machine' | Role

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access
    /** It concerns all facilities of the server, whoever asks must too. */
    isWide?: boolean
    /** Also from a locked screen, beside what a viewer may. */
    whileLocked?: boolean
  }
  interface FastifyRequest {
    principal: Principal
  }
}

/** A body that says who acts. */
interface Signed {
  by?: string
  approvedBy?: string
  approverPassword?: string
}

/** Who asks when nobody has shown who they are: may use what is open. */
const NOBODY: Principal = { ...DEMO, name: '', role: 'viewer', facilities: [] }

/**
 * Authorization, all of it: who asks, whether the route is for them, whether the facility is, and under whose name
 * things are done. Lists show what {@link visible} gives. @throws CodedError ROUTE_UNDECLARED
 */
export function guardAccess(app: Api, ports: ApiPorts): void {
  const { people } = ports
  app.decorateRequest('principal', null as never)
  app.addHook('onRoute', (route) => declare(route))

  app.addHook('onRequest', async (request) => {
    request.principal = people === undefined ? DEMO : (principalOf(request, people) ?? NOBODY)
    if (!request.is404) refuse(request, people)
  })

  app.addHook('preHandler', async (request) => {
    const { body } = request
    if (request.is404 || !isSigned(request) || typeof body !== 'object' || body === null) return
    await sign(request, body, people)
  })
}

/** The facilities that who asks may see. */
export function visible(ports: ApiPorts, { principal }: Pick<FastifyRequest, 'principal'>): ApiPorts {
  const { facilities: scope } = principal
  if (scope === null) return ports
  const facilities = new Map([...ports.facilities].filter(([id]) => isInScope(scope, id)))
  return { ...ports, facilities }
}

/** @throws CodedError OUT_OF_SCOPE; of what somebody may not see they do not hear whether it is there */
export function refuseFacility(principal: Principal, facility: string): void {
  if (!isInScope(principal.facilities, facility))
    throw new CodedError('OUT_OF_SCOPE', `facility "${facility}"`)
}

/** Sign-in as it is. @throws CodedError AUTH_IS_OFF */
export function peopleOf({ people }: ApiPorts): People {
  if (people === undefined) throw new CodedError('AUTH_IS_OFF', 'server.auth is off')
  return people
}

/** They are told details of the machine that others are not. */
export function isTrusted({ principal, ip }: FastifyRequest): boolean {
  const isWideViewer = principal !== NOBODY && principal.facilities === null
  return isWideViewer || isLoopback(plainAddress(ip))
}

function declare(route: RouteOptions): void {
  // The pages of the documentation come from a package.
  if (/^\/docs(\/|$)/.test(route.url)) route.config = { ...route.config, access: 'viewer' }
  if (route.config?.access === undefined)
    throw new CodedError('ROUTE_UNDECLARED', `${String(route.method)} ${route.url}`)
}

function principalOf(request: FastifyRequest, people: People): Principal | undefined {
  const { authorization } = request.headers
  const { ip } = request
  if (authorization !== undefined) {
    const [, token] = /^Bearer +([A-Za-z0-9_-]{1,200})$/i.exec(authorization) ?? []
    return token === undefined ? undefined : people.ofToken(token, ip)
  }
  const id = sessionIdOf(request)
  return id === undefined ? undefined : people.ofSession(id, ip)
}

function refuse(request: FastifyRequest, people: People | undefined): void {
  const { access = 'admin', isWide = false, whileLocked = false } = request.routeOptions.config
  const { principal } = request
  if (access === 'open' || (access === 'machine' && isTrusted(request))) return
  if (principal === NOBODY)
    throw new CodedError('AUTH_REQUIRED', `${request.method} ${request.url.split('?')[0]?.slice(0, 200)}`)
  if (principal.isLocked && access !== 'viewer' && !whileLocked)
    throw new CodedError('SESSION_LOCKED', 'the screen is locked')
  if (access === 'person') {
    if (people === undefined) throw new CodedError('AUTH_IS_OFF', 'server.auth is off')
    if (principal.kind !== 'person') throw new CodedError('PERSON_REQUIRED', `${principal.name} is no person`)
  } else {
    const needed = access === 'machine' ? 'viewer' : access
    if (!isAtLeast(principal.role, needed))
      throw new CodedError('ROLE_REQUIRED', `it takes ${needed}, ${principal.name} is ${principal.role}`)
  }
  if ((isWide || access === 'machine') && principal.facilities !== null)
    throw new CodedError('OUT_OF_SCOPE', 'it is about all facilities of the server')
  const [params, query] = [request.params, request.query] as Record<string, unknown>[]
  for (const facility of [params?.facility, query?.facility].flat())
    if (typeof facility === 'string') refuseFacility(principal, facility)
}

function isSigned({ routeOptions }: FastifyRequest): boolean {
  const body = routeOptions.schema?.body as { properties?: Record<string, unknown> } | undefined
  return body?.properties?.by !== undefined
}

/** Puts the name of who asks under it, and has who approves prove it. @throws CodedError NOT_OWN_NAME, APPROVAL_* */
async function sign(request: FastifyRequest, body: Signed, people: People | undefined): Promise<void> {
  const { principal, routeOptions } = request
  const { approvedBy, approverPassword } = body
  delete body.approverPassword
  if (people === undefined) {
    body.by ??= principal.name
    return
  }
  if (body.by !== undefined && body.by !== principal.name)
    throw new CodedError('NOT_OWN_NAME', `"${body.by}" is not who is signed in`)
  body.by = principal.name
  if (approvedBy === undefined) return
  if (approverPassword === undefined)
    throw new CodedError('APPROVAL_UNPROVEN', `"${approvedBy}" has to type theirs`)
  const { access } = routeOptions.config
  const { facility } = request.params as { facility?: string }
  const role =
    access === 'open' || access === 'person' || access === 'machine' ? 'admin' : (access ?? 'admin')
  body.approvedBy = await people.signIn.approve(
    { name: approvedBy, password: approverPassword },
    { role, facility },
    { by: principal, from: callerOf(request), what: `${request.method} ${request.url.slice(0, 200)}` },
  )
}

export function callerOf(request: FastifyRequest): { address: string; agent: string } {
  return { address: request.ip, agent: request.headers['user-agent'] ?? '' }
}

/** What an entry of the journal has of who acts. */
export function actorOf({ principal }: FastifyRequest): { address?: string } {
  return principal.address === null ? {} : { address: principal.address }
}
