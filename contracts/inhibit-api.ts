import Type from 'typebox'
import { ApprovedBy, ApproverPassword, By, For, Reason } from './action-api.ts'

/** What the API takes and says of detectors that are inhibited. Times are ISO 8601 with an offset. */
const closed = { additionalProperties: false } as const
const Time = (description: string) => Type.String({ description, examples: ['2026-11-21T10:00:00+08:00'] })

export const InhibitSchema = Type.Object(
  {
    reason: Reason,
    for: Type.Optional(For('For how long; or give until. At most facility.maxInhibit.')),
    until: Type.Optional(Type.String({ maxLength: 40, description: 'When it returns by itself.' })),
    owner: Type.Optional(
      Type.String({ minLength: 1, maxLength: 100, description: 'Who works on it; default: who asks.' }),
    ),
    by: By,
    approvedBy: ApprovedBy,
    approverPassword: ApproverPassword,
  },
  closed,
)
export type InhibitOrder = Type.Static<typeof InhibitSchema>

export const ReleaseSchema = Type.Object({ by: By }, closed)

export const InhibitViewSchema = Type.Object(
  {
    by: Type.String(),
    owner: Type.String({ description: 'Who works on it.' }),
    since: Time('When it began.'),
    until: Time('When it returns by itself.'),
    reason: Type.String(),
    approvedBy: Type.Union([Type.String(), Type.Null()]),
  },
  { description: 'What it reports is `bad` with `inhibited` meanwhile: raises nothing, clears nothing.' },
)
export type InhibitView = Type.Static<typeof InhibitViewSchema>
