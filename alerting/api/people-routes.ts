import Type from 'typebox'
import {
  AuditItemSchema,
  ChangePersonSchema,
  InvitedSchema,
  type Link,
  LinkSchema,
  MadeTokenSchema,
  NewPersonSchema,
  NewTokenSchema,
  type PersonView,
  PersonViewSchema,
  type TokenView,
  TokenViewSchema,
} from '../../contracts/people-api.ts'
import type { MadeLink } from '../people/account-desk.ts'
import type { People } from '../people/people.ts'
import { type Person, personKey, type Token } from '../people/person.ts'
import { peopleOf } from './access.ts'
import type { ApiPorts } from './ports.ts'
import { type Api, answers, closed, durationOf, list } from './routes.ts'

const tags = ['people']
const config = { access: 'admin' } as const
const Empty = Type.Object({}, closed)
const PersonPath = Type.Object({ person: Type.String({ maxLength: 100 }) })
const AUDIT_PAGE = 100

/** Where administrators enter people and tokens, and read what was done. */
export function peopleRoutes(app: Api, ports: ApiPorts): void {
  const { iso } = ports

  app.get(
    '/api/v1/people',
    {
      config,
      schema: { summary: 'People within the own scope', tags, response: answers(list(PersonViewSchema)) },
    },
    async ({ principal }) => {
      const people = peopleOf(ports)
      return { items: people.accounts.list(principal).map((person) => personView(people, person, iso)) }
    },
  )

  app.post(
    '/api/v1/people',
    {
      config,
      schema: {
        summary: 'Enter a person: they set their password with the one-time link of the answer',
        tags,
        body: NewPersonSchema,
        response: answers(InvitedSchema),
      },
    },
    async ({ principal, body }) => {
      const people = peopleOf(ports)
      const { name, role, fullName = '', facilities = principal.facilities } = body
      const made = await people.accounts.create(
        { name, role, fullName, facilities: facilities === null ? null : [...facilities] },
        principal,
      )
      return { person: personView(people, made.person, iso), link: linkView(made.link, iso) }
    },
  )

  app.post(
    '/api/v1/people/:person',
    {
      config,
      schema: {
        summary: 'Change what a person may, or disable them; who is disabled is signed out',
        tags,
        params: PersonPath,
        body: ChangePersonSchema,
        response: answers(PersonViewSchema),
      },
    },
    async ({ principal, params, body }) => {
      const people = peopleOf(ports)
      return personView(people, await people.accounts.change(params.person, body, principal), iso)
    },
  )

  app.post(
    '/api/v1/people/:person/link',
    {
      config,
      schema: {
        summary: 'A one-time link to a new password; those before are good no more',
        tags,
        params: PersonPath,
        body: Empty,
        response: answers(LinkSchema),
      },
    },
    async ({ principal, params }) =>
      linkView(await peopleOf(ports).accounts.link(params.person, principal), iso),
  )

  app.post(
    '/api/v1/people/:person/sign-out',
    {
      config,
      schema: {
        summary: 'End all sessions of a person',
        tags,
        params: PersonPath,
        body: Empty,
        response: answers(PersonViewSchema),
      },
    },
    async ({ principal, params }) => {
      const people = peopleOf(ports)
      return personView(people, await people.accounts.signOut(params.person, principal), iso)
    },
  )

  app.get(
    '/api/v1/tokens',
    {
      config,
      schema: { summary: 'Tokens of machines', tags, response: answers(list(TokenViewSchema)) },
    },
    async ({ principal }) => ({
      items: peopleOf(ports)
        .tokens.list(principal)
        .map((token) => tokenView(token, iso)),
    }),
  )

  app.post(
    '/api/v1/tokens',
    {
      config,
      schema: {
        summary: 'Make a token for a machine; it is told once',
        tags,
        body: NewTokenSchema,
        response: answers(MadeTokenSchema),
      },
    },
    async ({ principal, body }) => {
      const { name, role, facilities = principal.facilities, for: duration } = body
      const { token, secret } = await peopleOf(ports).tokens.make(
        {
          name,
          role,
          facilities: facilities === null ? null : [...facilities],
          forMs: durationOf('for', duration),
        },
        principal,
      )
      return { ...tokenView(token, iso), token: secret }
    },
  )

  app.post(
    '/api/v1/tokens/:token/revoke',
    {
      config,
      schema: {
        summary: 'A token is good no more',
        tags,
        params: Type.Object({ token: Type.String({ maxLength: 64 }) }),
        body: Empty,
        response: answers(TokenViewSchema),
      },
    },
    async ({ principal, params }) =>
      tokenView(await peopleOf(ports).tokens.revoke(params.token, principal), iso),
  )

  app.get(
    '/api/v1/audit',
    {
      config: { access: 'admin', isWide: true },
      schema: {
        summary: 'Who signed in or failed to, and who changed people and tokens; newest first',
        description: 'A chain like the journal: `npm run journal -- verify` finds what was changed in it.',
        tags,
        querystring: Type.Object(
          {
            before: Type.Optional(
              Type.String({ pattern: '^[0-9]{1,15}$', description: 'Cursor: `next` of the page before.' }),
            ),
            limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: AUDIT_PAGE })),
          },
          closed,
        ),
        response: answers(list(AuditItemSchema)),
      },
    },
    async ({ query: { before, limit = AUDIT_PAGE } }) => {
      const { store } = peopleOf(ports)
      const entries = await store.audit({ before: before === undefined ? undefined : Number(before), limit })
      const items = entries.map((entry) => ({ ...entry, time: iso(entry.time) }))
      const last = items.at(-1)
      return last === undefined || items.length < limit ? { items } : { items, next: String(last.n) }
    },
  )
}

type Iso = ApiPorts['iso']

export function personView({ book }: People, person: Person, iso: Iso): PersonView {
  const key = personKey(person.name)
  const link = book.links().find((kept) => kept.person === key)
  return {
    name: person.name,
    fullName: person.fullName,
    role: person.role,
    facilities: person.facilities === null ? null : [...person.facilities],
    disabled: person.isDisabled,
    hasPassword: person.password !== null,
    linked: person.oidc !== undefined,
    created: iso(person.created),
    lastSignIn: person.lastSignIn === null ? null : iso(person.lastSignIn),
    sessions: book.sessions(key).length,
    invitedUntil: link === undefined ? null : iso(link.until),
  }
}

function linkView({ code, until }: MadeLink, iso: Iso): Link {
  return { code, path: `/#/welcome/${code}`, until: iso(until) }
}

function tokenView(token: Token, iso: Iso): TokenView {
  const { id, name, role, facilities, by, created, until, lastUsed, lastAddress } = token
  return {
    id,
    name,
    role,
    facilities: facilities === null ? null : [...facilities],
    by,
    created: iso(created),
    until: iso(until),
    lastUsed: lastUsed === null ? null : iso(lastUsed),
    lastAddress,
  }
}
