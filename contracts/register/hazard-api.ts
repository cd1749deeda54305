import Type from 'typebox'
import { ID_PATTERN } from '../ids.ts'
import {
  HAZARD_ACTIONS,
  HAZARD_EVENTS,
  HAZARD_GRADES,
  HAZARD_KINDS,
  HAZARD_SOURCES,
  HAZARD_STATUSES,
  RISK_COLOURS,
  RISK_METHODS,
  SUBJECTS,
} from './words.ts'

/** Of the register, as the HTTP API says it. Times are ISO 8601 with the offset of the facility. */
export const Time = (description: string) =>
  Type.String({ description, examples: ['2026-11-21T10:00:00+08:00'] })
export const Nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()])
/** Who acts: with sign-in their own name, which may be left out; without sign-in any. */
export const By = Type.Optional(
  Type.String({ minLength: 1, maxLength: 64, description: 'Who does it; with sign-in their own name.' }),
)
export const Text = (description: string, maxLength = 2_000) => Type.String({ maxLength, description })
/** Of something that changes under people's hands: it was read with this version, and no other may have come since. */
export const Version = Type.Integer({
  minimum: 1,
  description: 'That of what the person looks at: refused when it has changed since.',
})

export const RiskSchema = Type.Object({
  method: Type.Enum(RISK_METHODS),
  likelihood: Type.Number(),
  exposure: Nullable(Type.Number({ description: 'Of LEC.' })),
  consequence: Type.Number({ description: 'Severity of LS, consequence of LEC.' }),
  score: Type.Number(),
  colour: Type.Enum(RISK_COLOURS),
})
export type Risk = Type.Static<typeof RiskSchema>

const Signed = Type.Object({ by: Type.String(), time: Time('When.') })

export const HazardViewSchema = Type.Object({
  number: Type.Integer({ description: 'Of the whole register, never given again.' }),
  facility: Type.String(),
  area: Nullable(Type.String()),
  region: Nullable(
    Type.String({
      description: 'The smallest node of the region tree that the plant stands in.',
      examples: ['Heze/Juancheng/Chengguan'],
    }),
  ),
  source: Type.Enum(HAZARD_SOURCES),
  rule: Nullable(Type.String({ description: 'Of register.rules, that made it.' })),
  sensor: Nullable(Type.String()),
  alarm: Nullable(
    Type.String({ description: 'What it came of; while it stands active, the hazard cannot be closed.' }),
  ),
  title: Type.String(),
  description: Type.String(),
  kind: Type.Enum(HAZARD_KINDS),
  grade: Type.Enum(HAZARD_GRADES),
  majorBy: Nullable(Type.String({ description: 'Of register.major, that made it major.' })),
  needsShutdown: Type.Boolean(),
  risk: Nullable(RiskSchema),
  status: Type.Enum(HAZARD_STATUSES),
  version: Type.Integer({ description: 'Goes up by one with every change.' }),
  isOverdue: Type.Boolean({ description: 'Not closed, and its deadline has passed.' }),
  found: Time('When it was found.'),
  foundBy: Type.String({ description: 'The person; or the rule that made it of an alarm.' }),
  measures: Nullable(Type.String({ description: 'Of the five items.' })),
  responsible: Nullable(Type.String({ description: 'Of the five items: who puts it right.' })),
  funds: Nullable(Type.Number({ description: 'Of the five items, CNY.' })),
  deadline: Nullable(Time('Of the five items.')),
  contingency: Nullable(
    Type.String({ description: 'Of the five items: what is done if it goes wrong meanwhile.' }),
  ),
  leader: Nullable(Type.String({ description: 'Of major hazards: who leads.' })),
  plan: Nullable(
    Type.Object({
      text: Type.String(),
      by: Type.String(),
      approved: Nullable(Signed),
    }),
  ),
  extension: Nullable(
    Type.Object({ until: Time('The deadline asked for.'), reason: Type.String(), by: Type.String() }),
  ),
  evidence: Nullable(Type.String({ description: 'What was done, by who rectified it.' })),
  rectified: Nullable(Signed),
  verified: Nullable(Signed),
  closed: Nullable(Signed),
  supervised: Nullable(
    Type.Object({ authority: Type.String(), by: Type.String(), since: Time('Since when it is listed.') }),
  ),
  reopens: Nullable(Type.Integer({ description: 'The closed hazard that came again as this one.' })),
  reopenedAs: Nullable(Type.Integer({ description: 'The hazard that this closed one came again as.' })),
  occurrences: Type.Integer({ description: 'Occurrences of alarms that belong to it.' }),
  updated: Time('When it changed last.'),
})
export type HazardView = Type.Static<typeof HazardViewSchema>

/** A step of anything in the register: its history, and the journal. */
export const StepViewSchema = Type.Object({
  id: Type.Integer(),
  subject: Type.Enum(SUBJECTS),
  number: Type.Integer({ description: 'Of the hazard, inspection, report or incident.' }),
  facility: Type.String(),
  time: Time('When it was done.'),
  by: Type.String(),
  event: Type.String({ description: 'What was done.', examples: HAZARD_EVENTS.slice(0, 3) }),
  from: Nullable(Type.String({ description: 'Status before.' })),
  to: Nullable(Type.String({ description: 'Status after.' })),
  detail: Type.Record(Type.String(), Type.Unknown(), { description: 'What was put in.' }),
  journalled: Type.Boolean({ description: 'It stands in the hash-chained journal of the facility.' }),
})
export type StepView = Type.Static<typeof StepViewSchema>

/** A step as the journal has it. */
export const RegisterEntrySchema = Type.Object({
  seq: Type.Integer({ description: 'Position in the journal.' }),
  recorded: Time('When it was committed.'),
  time: Time('When it was done.'),
  facility: Type.String(),
  by: Type.String(),
  address: Type.Optional(Type.String({ description: 'From where the person did it, with sign-in.' })),
  register: Type.Object({
    subject: Type.Enum(SUBJECTS),
    number: Type.Integer(),
    event: Type.String(),
    from: Nullable(Type.String()),
    to: Nullable(Type.String()),
    detail: Type.Record(Type.String(), Type.Unknown()),
  }),
})
export type RegisterEntry = Type.Static<typeof RegisterEntrySchema>

export const AttachmentViewSchema = Type.Object({
  id: Type.Integer(),
  name: Type.String(),
  type: Type.String({ description: 'By its content.', examples: ['image/jpeg'] }),
  size: Type.Integer({ description: 'Bytes.' }),
  sha256: Type.String(),
  by: Type.String(),
  time: Time('When it was added.'),
})
export type AttachmentView = Type.Static<typeof AttachmentViewSchema>

const Band = Type.Number({ description: 'Least score of the colour.' })
const Longest = Type.Integer({ description: 'The most time that is given, ms.' })

/** By what the facility of a hazard judges, for a form that shows what it will come to. */
export const HazardScaleSchema = Type.Object(
  {
    method: Type.Enum(RISK_METHODS),
    bands: Type.Object({ red: Band, orange: Band, yellow: Band }),
    deadlineMs: Type.Object({ general: Longest, major: Longest }),
  },
  {
    description:
      'Of register.risk and register.deadline; absent when this server does not evaluate the facility.',
  },
)
export type HazardScale = Type.Static<typeof HazardScaleSchema>

export const HazardDetailSchema = Type.Object({
  ...HazardViewSchema.properties,
  history: Type.Array(StepViewSchema, { description: 'Oldest first.' }),
  attachments: Type.Array(AttachmentViewSchema),
  alarms: Type.Array(
    Type.Object({ alarm: Type.String(), occurrence: Type.String(), time: Time('When it occurred.') }),
    { description: 'The occurrences that belong to it, the latest first; at most 100.' },
  ),
  actions: Type.Array(Type.Enum(HAZARD_ACTIONS), {
    description: 'What who asks may do with it as it stands.',
  }),
  scale: Type.Optional(HazardScaleSchema),
})
export type HazardDetail = Type.Static<typeof HazardDetailSchema>

const Id = (description: string) => Type.String({ pattern: ID_PATTERN, description })

export const NewHazardSchema = Type.Object(
  {
    facility: Id('Where it is.'),
    area: Type.Optional(Id('Where in the plant.')),
    sensor: Type.Optional(Type.String({ maxLength: 64, description: 'That watches it.' })),
    alarm: Type.Optional(
      Type.String({
        maxLength: 100,
        description: 'Its cause: while it is active, the hazard cannot be closed.',
      }),
    ),
    title: Type.String({ minLength: 1, maxLength: 200 }),
    description: Text('What is wrong, and where.'),
    kind: Type.Optional(Type.Enum(HAZARD_KINDS, { description: 'Default: condition.' })),
    grade: Type.Optional(
      Type.Enum(HAZARD_GRADES, { description: 'Until it is assessed. Default: general.' }),
    ),
    by: By,
  },
  { additionalProperties: false },
)
export type NewHazard = Type.Static<typeof NewHazardSchema>

/** What an action may carry; docs/hazards.md says which takes what. */
export const TransitionSchema = Type.Object(
  {
    action: Type.Enum(HAZARD_ACTIONS),
    version: Version,
    by: By,
    comment: Type.Optional(Text('Kept with the step.')),
    area: Type.Optional(Id('register')),
    kind: Type.Optional(Type.Enum(HAZARD_KINDS, { description: 'register, assess' })),
    grade: Type.Optional(Type.Enum(HAZARD_GRADES, { description: 'assess' })),
    needsShutdown: Type.Optional(Type.Boolean({ description: 'assess' })),
    likelihood: Type.Optional(Type.Number({ description: 'assess' })),
    exposure: Type.Optional(Type.Number({ description: 'assess, by LEC' })),
    consequence: Type.Optional(Type.Number({ description: 'assess: severity of LS, consequence of LEC' })),
    measures: Type.Optional(Text('assign')),
    responsible: Type.Optional(
      Type.String({ minLength: 1, maxLength: 64, description: 'assign: the name that they sign in with.' }),
    ),
    funds: Type.Optional(Type.Number({ minimum: 0, maximum: 1e12, description: 'assign, CNY' })),
    deadline: Type.Optional(Type.String({ maxLength: 40, description: 'assign: ISO 8601 with offset.' })),
    contingency: Type.Optional(Text('assign')),
    leader: Type.Optional(
      Type.String({ minLength: 1, maxLength: 64, description: 'assign, of major hazards' }),
    ),
    plan: Type.Optional(Text('assign, of major hazards', 10_000)),
    until: Type.Optional(
      Type.String({ maxLength: 40, description: 'request-extension: ISO 8601 with offset.' }),
    ),
    reason: Type.Optional(Text('request-extension, refuse-extension, reject, reopen, end-supervision')),
    evidence: Type.Optional(Text('rectify: what was done.')),
    authority: Type.Optional(
      Type.String({ minLength: 1, maxLength: 200, description: 'supervise: who supervises.' }),
    ),
  },
  { additionalProperties: false },
)
export type Transition = Type.Static<typeof TransitionSchema>

export const NewAttachmentSchema = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 200, description: 'Of the file.' }),
    content: Type.String({ description: 'Its bytes, base64; at most 10 MB of them.' }),
    by: By,
  },
  { additionalProperties: false },
)
export type NewAttachment = Type.Static<typeof NewAttachmentSchema>
