import Type from 'typebox'
import { ID_PATTERN } from '../ids.ts'
import { AttachmentViewSchema, By, Nullable, StepViewSchema, Text, Time, Version } from './hazard-api.ts'
import {
  ACCIDENT_GRADES,
  PUBLIC_STATES,
  REPORT_ACTIONS,
  REPORT_STATES,
  REWARD_STATES,
} from './report-words.ts'
import { HAZARD_GRADES, HAZARD_KINDS, HAZARD_STATUSES } from './words.ts'

const closed = { additionalProperties: false } as const
const Id = (description: string) => Type.String({ pattern: ID_PATTERN, description })

/** What the form and the API hold a reporter to. Sizes in bytes, lengths in UTF-16 units. */
export const REPORT_LIMITS = {
  leastText: 10,
  text: 4_000,
  place: 300,
  photos: 3,
  photoBytes: 2_000_000,
  contact: 100,
} as const
/** Base64, and all the rest. */
const PHOTO_CHARACTERS = Math.ceil(REPORT_LIMITS.photoBytes / 3) * 4
export const REPORT_BODY_LIMIT = REPORT_LIMITS.photos * (PHOTO_CHARACTERS + 1_000) + 50_000

export const ReportFormSchema = Type.Object({
  facilities: Type.Array(Type.Object({ id: Type.String(), title: Type.String(), hotline: Type.String() }), {
    description: 'That take reports; none: call the hotline.',
  }),
  hotline: Type.String(),
  limits: Type.Object({
    leastText: Type.Integer(),
    text: Type.Integer(),
    place: Type.Integer(),
    photos: Type.Integer(),
    photoBytes: Type.Integer({ description: 'Of each photo.' }),
    contact: Type.Integer({ description: 'Of each part of the contact.' }),
  }),
  challenge: Nullable(
    Type.Object(
      {
        token: Type.String(),
        bits: Type.Integer({
          description: 'SHA-256 of token, a full stop and solution has to begin with so many zero bits.',
        }),
        notBeforeMs: Type.Integer({
          description: 'It is not taken earlier than so long after it was given.',
        }),
        goodForMs: Type.Integer({ description: 'Nor later than that.' }),
      },
      { description: 'Good for one report; null when nobody takes reports.' },
    ),
  ),
})
export type ReportForm = Type.Static<typeof ReportFormSchema>

const ContactPart = (description: string) =>
  Type.Optional(Type.String({ maxLength: REPORT_LIMITS.contact, description }))

export const NewReportSchema = Type.Object(
  {
    facility: Type.Optional(
      Id(
        'The plant. Left out: nobody knows which; the first that takes reports gets it, and `where` is needed.',
      ),
    ),
    text: Type.String({
      minLength: 1,
      maxLength: REPORT_LIMITS.text,
      description: 'What is wrong; at least ten characters.',
    }),
    where: Type.Optional(Text('Where it is.', REPORT_LIMITS.place)),
    happened: Type.Optional(
      Type.String({ maxLength: 40, description: 'When it was seen: ISO 8601 with an offset.' }),
    ),
    photos: Type.Optional(
      Type.Array(
        Type.Object(
          {
            name: Type.String({ minLength: 1, maxLength: 200, description: 'Its ending says what it is.' }),
            content: Type.String({
              maxLength: PHOTO_CHARACTERS,
              description: 'JPEG, PNG, WebP or HEIC as base64; at most 2 MB.',
            }),
          },
          closed,
        ),
        { maxItems: REPORT_LIMITS.photos },
      ),
    ),
    contact: Type.Optional(
      Type.Object(
        {
          name: ContactPart('Encrypted, as all of the contact.'),
          phone: ContactPart('Where to call.'),
          email: ContactPart('Where to write to.'),
        },
        closed,
      ),
    ),
    isEmployee: Type.Optional(Type.Boolean({ description: 'The reporter works in the plant.' })),
    website: Type.Optional(
      Type.String({ maxLength: 200, description: 'A field that people do not see: it stays empty.' }),
    ),
    challenge: Type.String({ maxLength: 120, description: 'Of the form.' }),
    solution: Type.String({ pattern: '^[0-9a-z]{1,16}$', description: 'See the form.' }),
  },
  closed,
)
export type NewReport = Type.Static<typeof NewReportSchema>

export const ReceiptSchema = Type.Object({
  receipt: Type.String({
    description: 'Asks how far it has come. It is not kept: who loses it cannot get it back.',
    examples: ['01ARZ-3NDEK-TSV4R-RFFQ6-9G5FAV'],
  }),
  hotline: Type.String(),
})
export type Receipt = Type.Static<typeof ReceiptSchema>

/** What the receipt tells; nothing of who, where or what. */
export const PublicReportSchema = Type.Object({
  state: Type.Enum(PUBLIC_STATES),
  reward: Type.Enum(REWARD_STATES),
  received: Time('When it came.'),
  updated: Time('When it came further last.'),
  hotline: Type.String(),
})
export type PublicReport = Type.Static<typeof PublicReportSchema>

const RewardBasisSchema = Type.Union([
  Type.Object({ fine: Type.Number({ description: 'CNY' }), isEmployee: Type.Boolean() }),
  Type.Object({
    accident: Type.Enum(ACCIDENT_GRADES),
    deaths: Type.Integer(),
    isEmployee: Type.Boolean(),
  }),
])

export const ReportViewSchema = Type.Object({
  number: Type.Integer({ description: 'Of the whole register, never given again.' }),
  facility: Type.String(),
  state: Type.Enum(REPORT_STATES),
  version: Type.Integer({ description: 'Goes up by one with every change.' }),
  received: Time('When it came.'),
  updated: Time('When it changed last.'),
  closed: Nullable(Time('When it came to rest.')),
  text: Type.String(),
  where: Nullable(Type.String()),
  happened: Nullable(Time('When the reporter saw it.')),
  isEmployee: Type.Boolean({ description: 'The reporter says that they work there.' }),
  hasContact: Type.Boolean({
    description: 'GET /api/v1/reports/{number}/contact shows it to administrators.',
  }),
  photos: Type.Integer(),
  hazard: Nullable(Type.Object({ number: Type.Integer(), status: Type.Enum(HAZARD_STATUSES) })),
  duplicateOf: Nullable(Type.Integer({ description: 'The report that said it before.' })),
  reason: Nullable(Type.String({ description: 'Why it was declined.' })),
  reward: Type.Object({
    state: Type.Enum(REWARD_STATES),
    amount: Nullable(Type.Number({ description: 'CNY' })),
    basis: Nullable(RewardBasisSchema),
    by: Nullable(Type.String({ description: 'Who proposed it.' })),
  }),
})
export type ReportView = Type.Static<typeof ReportViewSchema>

export const ReportDetailSchema = Type.Object({
  ...ReportViewSchema.properties,
  history: Type.Array(StepViewSchema, { description: 'Oldest first.' }),
  attachments: Type.Array(AttachmentViewSchema),
  actions: Type.Array(Type.Enum(REPORT_ACTIONS), {
    description: 'What who asks may do with it as it stands.',
  }),
})
export type ReportDetail = Type.Static<typeof ReportDetailSchema>

/** What a step may carry; docs/public-reports.md says which takes what. */
export const ReportTransitionSchema = Type.Object(
  {
    action: Type.Enum(REPORT_ACTIONS),
    version: Version,
    by: By,
    comment: Type.Optional(Text('Kept with the step.')),
    reason: Type.Optional(Text('decline, refuse-reward')),
    title: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 200,
        description: 'accept: of the hazard. Default: how the report begins.',
      }),
    ),
    area: Type.Optional(Id('accept')),
    kind: Type.Optional(Type.Enum(HAZARD_KINDS, { description: 'accept. Default: condition.' })),
    grade: Type.Optional(Type.Enum(HAZARD_GRADES, { description: 'accept. Default: general.' })),
    hazard: Type.Optional(Type.Integer({ minimum: 1, description: 'join: the hazard that it belongs to.' })),
    duplicateOf: Type.Optional(
      Type.Integer({ minimum: 1, description: 'duplicate: the report that said it before.' }),
    ),
    facility: Type.Optional(Id('move: the plant that it is about.')),
    fine: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 1e10,
        description: 'propose-reward: that was imposed, CNY; 0: none.',
      }),
    ),
    accident: Type.Optional(
      Type.Enum(ACCIDENT_GRADES, { description: 'propose-reward: of the accident that was concealed.' }),
    ),
    deaths: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 1_000, description: 'propose-reward: that were concealed.' }),
    ),
    isEmployee: Type.Optional(
      Type.Boolean({ description: 'propose-reward: as it turned out. Default: as the reporter said.' }),
    ),
  },
  closed,
)
export type ReportTransition = Type.Static<typeof ReportTransitionSchema>

export const ReportContactSchema = Type.Object({
  name: Nullable(Type.String()),
  phone: Nullable(Type.String()),
  email: Nullable(Type.String()),
})
export type ReportContact = Type.Static<typeof ReportContactSchema>
