import Type from 'typebox'
import { DURATION_PATTERN } from './duration.ts'
import { ID_PATTERN } from './ids.ts'
import { ROLES } from './roles.ts'

/** What the API takes and says of people and sign-in (DESIGN section 8). Times are ISO 8601 with an offset. */
const closed = { additionalProperties: false } as const
const Nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()])
const Time = (description: string) => Type.String({ description, examples: ['2026-11-21T10:00:00+08:00'] })

/** Letters of any script, so that people may have their own names; no space, so that it can be typed. */
export const NAME_PATTERN = '^[\\p{L}\\p{N}][\\p{L}\\p{N}._-]{0,39}$'
/** Longer ones would only cost time; a sentence fits. */
const PASSWORD_MAX = 256

export const PersonName = (description = 'Name to sign in with; what was done stands under it.') =>
  Type.String({ minLength: 1, maxLength: 40, pattern: NAME_PATTERN, description, examples: ['li.wei'] })
/** Bounded alone: what is wrong with a password is said by its own code. */
const Password = (description: string) => Type.String({ maxLength: PASSWORD_MAX, description })
const RoleSchema = Type.Enum(ROLES, { description: 'viewer < operator < engineer < admin.' })
const Scope = Nullable(
  Type.Array(Type.String({ pattern: ID_PATTERN }), {
    maxItems: 1000,
    uniqueItems: true,
    description: 'Facilities; null: all of the server.',
  }),
)
const FullName = Type.String({ maxLength: 100, description: 'As people call them; may be empty.' })
const Code = Type.String({ minLength: 1, maxLength: 100, description: 'Of the one-time link.' })

export const SignInSchema = Type.Object(
  { name: Type.String({ minLength: 1, maxLength: 100 }), password: Password('As it was set.') },
  closed,
)
export const SignInWaysSchema = Type.Object({
  provider: Nullable(
    Type.Object({
      label: Type.String({ description: 'What the button says.' }),
      path: Type.String({ description: 'Where it leads, at the address of the console.' }),
    }),
  ),
})
export type SignInWays = Type.Static<typeof SignInWaysSchema>
export const UnlockSchema = Type.Object({ password: Password('Of who is signed in.') }, closed)
export const ChangePasswordSchema = Type.Object(
  { password: Password('As it was until now.'), newPassword: Password('From now on.') },
  closed,
)

/** Who asks, and what they may. */
export const WhoSchema = Type.Object({
  auth: Type.Enum(['off', 'required']),
  name: Type.String({ description: 'What is done stands under it; `demo` without sign-in.' }),
  fullName: FullName,
  kind: Type.Enum(['demo', 'person', 'token']),
  role: RoleSchema,
  facilities: Scope,
  locked: Type.Boolean({ description: 'Its screen is locked: it may look, and nothing else.' }),
  lockMs: Nullable(Type.Integer({ description: 'A screen that nobody touches is to lock after so long.' })),
  idleEnd: Nullable(Time('When the session ends if nothing is asked and no stream is open.')),
  end: Nullable(Time('When it ends whatever happens.')),
})
export type Who = Type.Static<typeof WhoSchema>

export const SessionViewSchema = Type.Object({
  id: Type.String(),
  person: Type.String(),
  current: Type.Boolean({ description: 'It is the one that asks.' }),
  started: Time('Of the sign-in.'),
  used: Time('When it was used last.'),
  end: Time('When it ends whatever happens.'),
  address: Type.String(),
  agent: Type.String({ description: 'As the browser names itself.' }),
  locked: Type.Boolean(),
})
export type SessionView = Type.Static<typeof SessionViewSchema>

export const PersonViewSchema = Type.Object({
  name: PersonName(),
  fullName: FullName,
  role: RoleSchema,
  facilities: Scope,
  disabled: Type.Boolean(),
  hasPassword: Type.Boolean({ description: 'False until they have used their link.' }),
  linked: Type.Boolean({
    description: 'They have signed in at the provider, with an account that counts from then on.',
  }),
  created: Time('When they were entered.'),
  lastSignIn: Nullable(Time('When they signed in last.')),
  sessions: Type.Integer({ description: 'Open now.' }),
  invitedUntil: Nullable(Time('How long a link of theirs is good.')),
})
export type PersonView = Type.Static<typeof PersonViewSchema>

export const NewPersonSchema = Type.Object(
  {
    name: PersonName(),
    fullName: Type.Optional(FullName),
    role: RoleSchema,
    facilities: Type.Optional(Scope),
  },
  closed,
)
export const ChangePersonSchema = Type.Object(
  {
    fullName: Type.Optional(FullName),
    role: Type.Optional(RoleSchema),
    facilities: Type.Optional(Scope),
    disabled: Type.Optional(
      Type.Boolean({ description: 'Ends their sessions; what they did stays theirs.' }),
    ),
  },
  closed,
)

/** The code is told once: only its hash is kept. */
export const LinkSchema = Type.Object({
  code: Code,
  path: Type.String({ description: 'At the address of the console.', examples: ['/#/welcome/...'] }),
  until: Time('How long it is good.'),
})
export type Link = Type.Static<typeof LinkSchema>
export const InvitedSchema = Type.Object({ person: PersonViewSchema, link: LinkSchema })
export type Invited = Type.Static<typeof InvitedSchema>

export const LinkCodeSchema = Type.Object({ code: Code }, closed)
export const LinkViewSchema = Type.Object({
  kind: Type.Enum(['first-admin', 'person'], {
    description: 'first-admin: who uses it chooses a name too.',
  }),
  name: Nullable(Type.String({ description: 'Whose it is.' })),
  role: RoleSchema,
  minPassword: Type.Integer({ description: 'Characters that the password has at least.' }),
  until: Time('How long it is good.'),
})
export type LinkView = Type.Static<typeof LinkViewSchema>
export const UseLinkSchema = Type.Object(
  {
    code: Code,
    name: Type.Optional(PersonName('Of first-admin: the name of the first administrator.')),
    fullName: Type.Optional(FullName),
    password: Password('From now on.'),
  },
  closed,
)

export const NewTokenSchema = Type.Object(
  {
    name: PersonName('What it is for: its actions stand as `token:NAME`.'),
    role: RoleSchema,
    facilities: Type.Optional(Scope),
    for: Type.String({
      pattern: DURATION_PATTERN,
      description: 'How long it is good, at most 400d.',
      examples: ['90d'],
    }),
  },
  closed,
)
export const TokenViewSchema = Type.Object({
  id: Type.String(),
  name: Type.String(),
  role: RoleSchema,
  facilities: Scope,
  by: Type.String({ description: 'Who made it.' }),
  created: Time('When it was made.'),
  until: Time('How long it is good.'),
  lastUsed: Nullable(Time('When it was used last, to the minute.')),
  lastAddress: Nullable(Type.String()),
})
export type TokenView = Type.Static<typeof TokenViewSchema>
export const MadeTokenSchema = Type.Object({
  ...TokenViewSchema.properties,
  token: Type.String({ description: 'Told once: only its hash is kept. `Authorization: Bearer ...`.' }),
})
export type MadeToken = Type.Static<typeof MadeTokenSchema>

export const AUDIT_KINDS = [
  'signed-in',
  'sign-in-failed',
  'signed-out',
  'session-ended',
  'locked',
  'unlocked',
  'unlock-failed',
  'password-changed',
  'password-change-failed',
  'approved',
  'approval-failed',
  'link-made',
  'link-used',
  'person-created',
  'person-changed',
  'person-disabled',
  'person-enabled',
  'token-made',
  'token-used',
  'token-revoked',
  'admin-set',
  'absence-entered',
  'absence-removed',
  'handover',
] as const
export type AuditKind = (typeof AUDIT_KINDS)[number]

export const AuditItemSchema = Type.Object({
  n: Type.Integer({ description: 'Counts from 1, without a gap.' }),
  time: Time('When it happened.'),
  kind: Type.Enum(AUDIT_KINDS),
  by: Nullable(Type.String({ description: 'Who, as far as that is known; null for the system.' })),
  address: Nullable(Type.String({ description: 'From where.' })),
  subject: Nullable(Type.String({ description: 'Whom or what it was done to.' })),
  detail: Nullable(Type.String()),
})
export type AuditItem = Type.Static<typeof AuditItemSchema>
