import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { CodedError } from '../../contracts/errors.ts'
import {
  ChangePasswordSchema,
  LinkCodeSchema,
  LinkViewSchema,
  type SessionView,
  SessionViewSchema,
  SignInSchema,
  UnlockSchema,
  UseLinkSchema,
  type Who,
  WhoSchema,
} from '../../contracts/people-api.ts'
import { minPassword } from '../people/password-rules.ts'
import type { People } from '../people/people.ts'
import { type Principal, personKey, type Session } from '../people/person.ts'
import { publicId } from '../people/secrets.ts'
import { callerOf, peopleOf } from './access.ts'
import type { ApiPorts } from './ports.ts'
import { type Api, answers, closed, list } from './routes.ts'
import { clearSession, setSession } from './session-cookie.ts'

const tags = ['sign-in']
const Empty = Type.Object({}, closed)

/** Signing in and out, and what people do with their own sign-in. */
export function sessionRoutes(app: Api, ports: ApiPorts): void {
  app.post(
    '/api/v1/login',
    {
      config: { access: 'open' },
      schema: {
        summary: 'Sign in with name and password: a cookie from then on',
        tags,
        body: SignInSchema,
        response: answers(WhoSchema),
      },
    },
    async (request, reply) => {
      const people = peopleOf(ports)
      const { name, password } = request.body
      return enter(request, reply, await people.signIn.signIn(name, password, callerOf(request)))
    },
  )

  app.get(
    '/api/v1/session',
    {
      config: { access: 'viewer' },
      schema: { summary: 'Who asks, and what they may', tags, response: answers(WhoSchema) },
    },
    async ({ principal }) => who(ports, principal),
  )

  app.post(
    '/api/v1/logout',
    {
      config: { access: 'person', whileLocked: true },
      schema: { summary: 'Sign out: the session is over', tags, body: Empty, response: answers(Empty) },
    },
    async (request, reply) => {
      const people = peopleOf(ports)
      await people.end(own(people, request), 'signed-out', request.principal, null)
      clearSession(request, reply)
      return {}
    },
  )

  app.post(
    '/api/v1/session/lock',
    {
      config: { access: 'person', whileLocked: true },
      schema: {
        summary: 'Lock the screen: it may look on, and nothing else',
        tags,
        body: Empty,
        response: answers(WhoSchema),
      },
    },
    async (request) => {
      const people = peopleOf(ports)
      await people.lock(own(people, request), request.principal)
      return who(ports, { ...request.principal, isLocked: true })
    },
  )

  app.post(
    '/api/v1/session/unlock',
    {
      config: { access: 'person', whileLocked: true },
      schema: {
        summary: 'Unlock the screen with the password of who is signed in',
        tags,
        body: UnlockSchema,
        response: answers(WhoSchema),
      },
    },
    async (request) => {
      const people = peopleOf(ports)
      await people.signIn.unlock(own(people, request), request.body.password, callerOf(request))
      return who(ports, { ...request.principal, isLocked: false })
    },
  )

  app.post(
    '/api/v1/session/password',
    {
      config: { access: 'person' },
      schema: {
        summary: 'Change the own password; all other sessions of the person end',
        tags,
        body: ChangePasswordSchema,
        response: answers(WhoSchema),
      },
    },
    async (request) => {
      const people = peopleOf(ports)
      await people.signIn.changePassword(own(people, request), request.body, callerOf(request))
      return who(ports, request.principal)
    },
  )

  app.get(
    '/api/v1/sessions',
    {
      config: { access: 'person' },
      schema: { summary: 'The own sessions', tags, response: answers(list(SessionViewSchema)) },
    },
    async ({ principal }) => {
      const people = peopleOf(ports)
      const sessions = people.book.sessions(personKey(principal.name))
      return { items: sessions.map((session) => view(ports, people, { session, principal })) }
    },
  )

  app.post(
    '/api/v1/sessions/:session/end',
    {
      config: { access: 'person' },
      schema: {
        summary: 'End one of the own sessions',
        tags,
        params: Type.Object({ session: Type.String({ maxLength: 64 }) }),
        body: Empty,
        response: answers(Empty),
      },
    },
    async ({ principal, params }) => {
      const people = peopleOf(ports)
      const found = people.book
        .sessions(personKey(principal.name))
        .find(({ hash }) => publicId(hash) === params.session)
      if (found === undefined) throw new CodedError('SESSION_UNKNOWN', params.session)
      await people.end(found, 'session-ended', principal, 'by themselves')
      return {}
    },
  )

  app.post(
    '/api/v1/links/look',
    {
      config: { access: 'open' },
      schema: {
        summary: 'What a one-time link is good for; it stays good',
        tags,
        body: LinkCodeSchema,
        response: answers(LinkViewSchema),
      },
    },
    async ({ body }) => {
      const { until, ...link } = peopleOf(ports).links.look(body.code)
      return { ...link, minPassword: minPassword(link.role), until: ports.iso(until) }
    },
  )

  app.post(
    '/api/v1/links/use',
    {
      config: { access: 'open' },
      schema: {
        summary: 'Set a password with a one-time link, and be signed in',
        tags,
        body: UseLinkSchema,
        response: answers(WhoSchema),
      },
    },
    async (request, reply) => {
      const { code, name, fullName, password } = request.body
      const { links } = peopleOf(ports)
      return enter(request, reply, await links.use({ code, name, fullName, password }, callerOf(request)))
    },
  )

  function enter(request: FastifyRequest, reply: FastifyReply, { id }: { id: string }): Who {
    const principal = peopleOf(ports).ofSession(id, request.ip)
    // Disabled in the same moment.
    if (principal === undefined) throw new CodedError('SIGN_IN_FAILED', 'the session has ended already')
    setSession(request, reply, id)
    return who(ports, principal)
  }
}

/** The session of who asks: their route is for a person. @throws CodedError AUTH_REQUIRED when it ended just now */
function own(people: People, { principal }: FastifyRequest): Session {
  const session = people.book.session(principal.credential ?? '')
  if (session === undefined) throw new CodedError('AUTH_REQUIRED', 'the session has ended')
  return session
}

function who({ people, iso }: ApiPorts, principal: Principal): Who {
  const { name, fullName, kind, role, facilities, isLocked } = principal
  const session = people?.book.session(principal.credential ?? '')
  const token = people?.book.token(principal.credential ?? '')
  const limits = people?.limits
  const end =
    session !== undefined && limits !== undefined ? session.started + limits.absoluteMs : token?.until
  return {
    auth: people === undefined ? 'off' : 'required',
    name,
    fullName,
    kind,
    role,
    facilities: facilities === null ? null : [...facilities],
    locked: isLocked,
    lockMs: session === undefined ? null : (limits?.lockMs ?? null),
    idleEnd: session === undefined || limits === undefined ? null : iso(session.used + limits.idleMs),
    end: end === undefined ? null : iso(end),
  }
}

function view(
  { iso }: ApiPorts,
  { limits, book }: People,
  { session, principal }: { session: Session; principal: Principal },
): SessionView {
  const { hash, person, started, used, address, agent, isLocked } = session
  return {
    id: publicId(hash),
    person: book.person(person)?.name ?? person,
    current: hash === principal.credential,
    started: iso(started),
    used: iso(used),
    end: iso(started + limits.absoluteMs),
    address,
    agent,
    locked: isLocked,
  }
}
