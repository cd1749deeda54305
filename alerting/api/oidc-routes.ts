import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { ProblemSchema } from '../../contracts/api.ts'
import { CodedError } from '../../contracts/errors.ts'
import type { Logger } from '../../contracts/logger.ts'
import { OIDC_CALLBACK } from '../../contracts/oidc-schema.ts'
import { PersonViewSchema, SignInWaysSchema } from '../../contracts/people-api.ts'
import { ATTEMPT_MS } from '../people/oidc/attempts.ts'
import type { OidcDesk } from '../people/oidc/oidc-desk.ts'
import { callerOf, peopleOf } from './access.ts'
import { personView } from './people-routes.ts'
import type { ApiPorts } from './ports.ts'
import { problemOf } from './problem.ts'
import { type Api, answers, closed } from './routes.ts'
import { attemptIdOf, clearAttempt, setAttempt, setSession } from './session-cookie.ts'

const tags = ['sign-in']
const START = '/api/v1/sign-in/oidc'
const response = {
  303: Type.Object(
    {},
    { description: 'To the provider, or into the console; `#/sign-in/CODE` says what went wrong.' },
  ),
  default: ProblemSchema,
}
/** What stands behind `/#`: whatever it is, it stays in this console. */
const TO_PATTERN = '^/[!-~]*$'

/** Signing in at an OpenID Connect provider: browsers go there and come back. */
export function oidcRoutes(app: Api, ports: ApiPorts, logger: Logger): void {
  app.get(
    '/api/v1/sign-in',
    {
      config: { access: 'open' },
      schema: {
        summary: 'How people can sign in beside name and password',
        tags,
        response: answers(SignInWaysSchema),
      },
    },
    async () => {
      const desk = ports.people?.oidc
      return { provider: desk === undefined ? null : { label: desk.label, path: START } }
    },
  )

  app.get(
    START,
    {
      config: { access: 'open' },
      schema: {
        summary: 'Go to the provider of sign-in; for browsers',
        tags,
        querystring: Type.Object(
          {
            to: Type.Optional(
              Type.String({
                maxLength: 500,
                pattern: TO_PATTERN,
                description: 'Where in the console to go afterwards: what stands behind `#`.',
              }),
            ),
          },
          closed,
        ),
        response,
      },
    },
    async (request, reply) => {
      const desk = deskOf(ports)
      const { credential } = request.principal
      return told(request, reply, async () => {
        const session = peopleOf(ports).book.session(credential ?? '')
        const { to = '/' } = request.query
        const { url, browser } = await desk.start(callerOf(request), { to, session })
        setAttempt(request, reply, browser, ATTEMPT_MS)
        return url
      })
    },
  )

  app.get(
    OIDC_CALLBACK,
    {
      config: { access: 'open' },
      schema: { summary: 'Come back from the provider of sign-in; for browsers', tags, response },
    },
    async (request, reply) => {
      const desk = deskOf(ports)
      return told(request, reply, async () => {
        const query = new URL(request.url, 'http://console').searchParams
        const { id, to } = await desk.finish(callerOf(request), { browser: attemptIdOf(request), query })
        clearAttempt(request, reply)
        // Disabled in the same moment.
        if (peopleOf(ports).ofSession(id, request.ip) === undefined)
          throw new CodedError('OIDC_PERSON_REFUSED', 'the session has ended already')
        setSession(request, reply, id)
        return `/#${to}`
      })
    },
  )

  app.post(
    '/api/v1/people/:person/unlink',
    {
      config: { access: 'admin' },
      schema: {
        summary: 'Forget which account of the provider a person has; their sessions end',
        tags: ['people'],
        params: Type.Object({ person: Type.String({ maxLength: 100 }) }),
        body: Type.Object({}, closed),
        response: answers(PersonViewSchema),
      },
    },
    async ({ principal, params }) => {
      const people = peopleOf(ports)
      return personView(people, await people.accounts.unlink(params.person, principal), ports.iso)
    },
  )

  /** A person looks at this in a browser: what goes wrong is said by the sign-in page. */
  async function told(
    request: FastifyRequest,
    reply: FastifyReply,
    work: () => Promise<string>,
  ): Promise<FastifyReply> {
    reply.header('cache-control', 'no-store')
    try {
      return reply.redirect(await work(), 303)
    } catch (error) {
      const { code, detail } = problemOf(error)
      const isOurs = error instanceof CodedError
      const told = isOurs ? { code, detail } : { error: String((error as Error).stack ?? error) }
      logger[isOurs ? 'warn' : 'error']({ ...told, address: request.ip }, 'a sign-in at the provider failed')
      return reply.redirect(`/#/sign-in/${code}`, 303)
    }
  }
}

/** @throws CodedError AUTH_IS_OFF or OIDC_IS_OFF */
function deskOf(ports: ApiPorts): OidcDesk {
  const { oidc } = peopleOf(ports)
  if (oidc === undefined) throw new CodedError('OIDC_IS_OFF', 'server.oidc is not configured')
  return oidc
}
