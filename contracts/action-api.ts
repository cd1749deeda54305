import Type from 'typebox'
import { DURATION_PATTERN } from './duration.ts'

/** What the API takes for the actions of people on alarms (DESIGN section 8). */
const closed = { additionalProperties: false } as const
const Name = (description: string) =>
  Type.Optional(Type.String({ minLength: 1, maxLength: 100, description }))
export const By = Name(
  'Who acts: who is signed in, and nobody else. Without sign-in anybody, and not given, `demo`.',
)
export const ApprovedBy = Name('The second person, where the class of the alarm takes two.')
export const ApproverPassword = Type.Optional(
  Type.String({
    maxLength: 256,
    description:
      'Of the second person, who types it here: with sign-in, nobody else can say that they approve.',
  }),
)
const Comment = Type.Optional(Type.String({ maxLength: 1000 }))
const Occurrence = Type.String({
  minLength: 1,
  maxLength: 200,
  description: 'The occurrence that was seen; one that is past is refused.',
})
export const Reason = Type.String({ minLength: 1, maxLength: 1000, description: 'Why.' })
export const For = (description: string) =>
  Type.String({ pattern: DURATION_PATTERN, description, examples: ['30m'] })

export const AcknowledgeSchema = Type.Object({ occurrence: Occurrence, comment: Comment, by: By }, closed)
export const OccurrenceSchema = Type.Object({ occurrence: Occurrence, by: By }, closed)
export const ShelveSchema = Type.Object(
  {
    reason: Reason,
    for: Type.Optional(For('For how long; left out with oneShot, for as long as its class allows.')),
    oneShot: Type.Optional(Type.Boolean({ description: 'Ends with the return of the alarm.' })),
    by: By,
    approvedBy: ApprovedBy,
    approverPassword: ApproverPassword,
  },
  closed,
)
export const SuppressSchema = Type.Object(
  {
    reason: Reason,
    for: Type.Optional(For('For how long; left out, until somebody lifts it.')),
    by: By,
    approvedBy: ApprovedBy,
    approverPassword: ApproverPassword,
  },
  closed,
)
export const OutOfServiceSchema = Type.Object(
  {
    reason: Reason,
    for: For('For how long.'),
    by: By,
    approvedBy: ApprovedBy,
    approverPassword: ApproverPassword,
  },
  closed,
)
export const LiftSchema = Type.Object({ by: By }, closed)

const Items = Type.Array(
  Type.Object(
    {
      facility: Type.String({ maxLength: 64 }),
      alarm: Type.String({ maxLength: 100 }),
      occurrence: Occurrence,
    },
    closed,
  ),
  { minItems: 1, maxItems: 1000 },
)
export const AcknowledgeManySchema = Type.Object({ items: Items, comment: Comment, by: By }, closed)
export const OccurrencesSchema = Type.Object({ items: Items, by: By }, closed)
