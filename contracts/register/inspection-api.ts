import Type from 'typebox'
import { ID_PATTERN } from '../ids.ts'
import { ROLES } from '../roles.ts'
import {
  AttachmentViewSchema,
  By,
  NewAttachmentSchema,
  Nullable,
  StepViewSchema,
  Text,
  Time,
  Version,
} from './hazard-api.ts'
import {
  ANSWER_RESULTS,
  APPOINTMENT_STATES,
  DUE_STATES,
  INSPECTION_KINDS,
  POSTS,
  ROUND_STATES,
  SOURCE_KINDS,
} from './inspection-words.ts'
import { CurrentInventorySchema } from './inventory-api.ts'
import { HAZARD_GRADES, HAZARD_KINDS } from './words.ts'

const closed = { additionalProperties: false } as const
const Id = (description: string) => Type.String({ pattern: ID_PATTERN, description })
/** What a phone gives to what it puts in, so that the same request may come twice. */
const ClientId = (description: string) =>
  Type.String({ minLength: 8, maxLength: 64, pattern: '^[A-Za-z0-9._:-]+$', description })

const PersonSchema = Type.Object({ id: Type.String(), name: Type.String() })

export const InspectionViewSchema = Type.Object({
  facility: Type.String(),
  id: Type.String(),
  name: Type.String(),
  kind: Type.Enum(INSPECTION_KINDS),
  source: Nullable(Type.String({ description: 'The major-hazard source that is inspected.' })),
  areas: Type.Array(Type.String()),
  every: Type.String({ description: 'From one round to the next.', examples: ['1h', '7d'] }),
  grace: Type.String({ description: 'So much later is not overdue yet.' }),
  by: Type.Object({
    kind: Type.Enum(['responsible', 'duty', 'role']),
    id: Type.Union([Type.Enum(POSTS), Type.Enum(ROLES), Type.String()]),
    persons: Type.Array(PersonSchema, {
      description: 'The responsible person, or who has the duty now; empty for a role.',
    }),
  }),
  state: Type.Enum(DUE_STATES),
  isOverdue: Type.Boolean({ description: 'Also while a round is running.' }),
  due: Time('When the next round is due.'),
  overdueFrom: Time('When it is overdue: `due` and the grace.'),
  running: Nullable(Type.Integer({ description: 'The round that is running.' })),
  last: Nullable(Type.Object({ round: Type.Integer(), finished: Time('When.'), by: Type.String() })),
  missed: Type.Object({
    count: Type.Integer({ description: 'Times that a round was due, and none was finished in time.' }),
    since: Time('Counted from here: a day back, or a year when rounds are a day or more apart.'),
  }),
  items: Type.Integer({ description: 'Of the checklist.' }),
})
export type InspectionView = Type.Static<typeof InspectionViewSchema>

export const RoundViewSchema = Type.Object({
  number: Type.Integer({ description: 'Of the whole register, never given again.' }),
  facility: Type.String(),
  plan: Type.String(),
  name: Type.String({ description: 'Of the plan, when the round was started.' }),
  kind: Type.Enum(INSPECTION_KINDS),
  source: Nullable(Type.String()),
  areas: Type.Array(Type.String()),
  state: Type.Enum(ROUND_STATES),
  version: Type.Integer({ description: 'Goes up by one with every change.' }),
  due: Time('When it was due.'),
  started: Time('When.'),
  startedBy: Type.String(),
  ended: Nullable(Time('When it was finished or abandoned.')),
  endedBy: Nullable(Type.String()),
  reason: Nullable(Type.String({ description: 'Why it was abandoned.' })),
  isLate: Type.Boolean({ description: 'Finished, and later than its grace allowed.' }),
  items: Type.Integer(),
  answered: Type.Integer(),
  findings: Type.Integer(),
})
export type RoundView = Type.Static<typeof RoundViewSchema>

export const AnswerViewSchema = Type.Object({
  id: Type.String({ description: 'As it was given.' }),
  result: Type.Enum(ANSWER_RESULTS),
  note: Type.String(),
  by: Type.String(),
  time: Time('When the item was looked at.'),
  hazard: Nullable(Type.Integer({ description: 'What became of the finding.' })),
})
export type AnswerView = Type.Static<typeof AnswerViewSchema>

export const RoundDetailSchema = Type.Object({
  ...RoundViewSchema.properties,
  checklist: Type.Array(
    Type.Object({
      id: Type.String(),
      text: Type.String(),
      guidance: Nullable(Type.String()),
      area: Nullable(Type.String()),
      mustPhoto: Type.Boolean(),
      answer: Nullable(AnswerViewSchema),
      photos: Type.Array(Type.Integer({ description: 'Of the attachments.' })),
    }),
  ),
  attachments: Type.Array(AttachmentViewSchema),
  history: Type.Array(StepViewSchema, { description: 'Oldest first.' }),
})
export type RoundDetail = Type.Static<typeof RoundDetailSchema>

export const StartRoundSchema = Type.Object(
  {
    plan: Id('Of register.inspections.'),
    id: Type.Optional(
      ClientId('Chosen by who starts it: the same request a second time answers with the same round.'),
    ),
    by: By,
  },
  closed,
)

export const NewAnswerSchema = Type.Object(
  {
    id: ClientId(
      'Chosen by who answers: the same one a second time changes the answer, and opens no other hazard.',
    ),
    item: Id('Of the checklist.'),
    result: Type.Enum(ANSWER_RESULTS),
    note: Type.Optional(
      Text('Needed of a finding, and of what is not applicable: what is wrong, or why not.'),
    ),
    replaces: Type.Optional(
      ClientId('The answer that this one takes the place of, when the item has one already.'),
    ),
    time: Type.Optional(
      Type.String({
        maxLength: 40,
        description:
          'When the item was looked at, ISO 8601 with offset; taken to lie within the round. Default: now.',
      }),
    ),
    title: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 200,
        description: 'Of the hazard. Default: the plan and the item.',
      }),
    ),
    kind: Type.Optional(Type.Enum(HAZARD_KINDS, { description: 'Of the hazard. Default: condition.' })),
    grade: Type.Optional(Type.Enum(HAZARD_GRADES, { description: 'Of the hazard. Default: general.' })),
  },
  closed,
)
export type NewAnswer = Type.Static<typeof NewAnswerSchema>

export const AnswersSchema = Type.Object(
  { answers: Type.Array(NewAnswerSchema, { minItems: 1, maxItems: 200 }), by: By },
  closed,
)

export const FinishRoundSchema = Type.Object({ version: Version, by: By }, closed)

export const AbandonRoundSchema = Type.Object(
  {
    version: Version,
    reason: Type.String({ minLength: 1, maxLength: 2_000, description: 'Why.' }),
    by: By,
  },
  closed,
)

export const RoundAttachmentSchema = Type.Object(
  {
    ...NewAttachmentSchema.properties,
    item: Type.Optional(Id('The item of the checklist that it shows.')),
    id: Type.Optional(ClientId('The same a second time is not kept again.')),
  },
  closed,
)

const PostInspectionSchema = Type.Pick(InspectionViewSchema, [
  'id',
  'name',
  'every',
  'state',
  'isOverdue',
  'due',
  'last',
  'missed',
])

export const ResponsibilitySchema = Type.Object({
  facility: Type.String(),
  source: Type.String(),
  name: Type.String(),
  kind: Type.Enum(SOURCE_KINDS),
  areas: Type.Array(Type.String()),
  people500m: Type.Integer(),
  substances: Type.Array(
    Type.Object({
      cas: Type.String(),
      name: Nullable(Type.String()),
      tonnes: Type.Number({ description: 'q: the most by design.' }),
      threshold: Type.Number({ description: 'Q, tonnes.' }),
      beta: Type.Number(),
    }),
  ),
  S: Type.Number({ description: 'The sum of q / Q.' }),
  R: Type.Number({ description: 'alpha times the sum of beta q / Q, at design maximum.' }),
  alpha: Type.Number(),
  grade: Nullable(
    Type.Integer({
      minimum: 1,
      maximum: 4,
      description:
        'The legal one, at design maximum. Null: S is below 1, so it is no major-hazard installation.',
    }),
  ),
  current: Nullable(CurrentInventorySchema),
  appointment: Type.Object({
    since: Nullable(Type.String({ description: 'Local date.', examples: ['2025-03-01'] })),
    until: Nullable(Type.String({ description: 'The last day of its three years.' })),
    state: Type.Enum(APPOINTMENT_STATES, { description: 'ending: within 90 days.' }),
  }),
  people: Type.Array(
    Type.Object({
      post: Type.Enum(POSTS),
      ...PersonSchema.properties,
      duties: Type.Array(Type.Object({ id: Type.String(), text: Type.String() })),
      inspections: Type.Array(PostInspectionSchema, {
        description: 'Of the source: those that are theirs by post or by kind.',
      }),
      rounds: Type.Array(Type.Pick(RoundViewSchema, ['number', 'plan', 'ended', 'isLate', 'findings']), {
        description: 'Those of these inspections that they finished themselves, newest first; at most 10.',
      }),
    }),
  ),
  hazards: Type.Object(
    { general: Type.Integer(), major: Type.Integer(), overdue: Type.Integer() },
    { description: 'Open in the areas of the source.' },
  ),
})
export type Responsibility = Type.Static<typeof ResponsibilitySchema>
