import Type from 'typebox'
import { EXPORT_KINDS, EXPORT_STATES, EXPORT_SUBJECTS } from './export-words.ts'
import { By, Nullable, Time } from './hazard-api.ts'

const Count = (description: string) => Type.Integer({ minimum: 0, description })

/** An outside register, and how it is with it. */
export const ExportViewSchema = Type.Object({
  facility: Type.String(),
  id: Type.String(),
  kind: Type.Enum(EXPORT_KINDS),
  to: Type.String({ description: 'Host of the URL, or the folder.' }),
  waiting: Count('Items that are to be sent.'),
  oldest: Nullable(Time('Since when the first of them waits.')),
  sent: Count('Items that the other side has taken, since the export is there.'),
  refused: Count('Items that the other side refuses, and nobody has sent again.'),
  givenUp: Count('Items that could not be sent within maxAge, and nobody has sent again.'),
  lastSuccess: Nullable(Time('When items were taken last.')),
  failingSince: Nullable(Time('When the first attempt of those failed that have failed since.')),
  lastError: Nullable(
    Type.Object({ text: Type.String({ description: 'Code and detail.' }), time: Time('When.') }),
  ),
})
export type ExportView = Type.Static<typeof ExportViewSchema>

/** One state of a hazard, or one transition of an alarm, on its way. */
export const ExportItemViewSchema = Type.Object({
  sequence: Type.Integer({ description: 'As it is sent.' }),
  kind: Type.Enum(EXPORT_SUBJECTS),
  id: Type.String({ description: 'As it is sent.' }),
  version: Type.Integer(),
  title: Type.String({ description: 'Of the hazard; of an alarm its id and what happened.' }),
  state: Type.Enum(EXPORT_STATES),
  created: Time('When it was put in the queue.'),
  attempts: Count('How often it was tried.'),
  nextTry: Nullable(Time('Of one that waits: when it is tried next, at the earliest.')),
  sent: Nullable(Time('When it was taken.')),
  receipt: Nullable(Type.String({ description: 'What the other side gave for it.' })),
  error: Nullable(Type.String({ description: 'Code and detail of the last attempt, or why it is refused.' })),
})
export type ExportItemView = Type.Static<typeof ExportItemViewSchema>

export const RetrySchema = Type.Object(
  {
    by: By,
    sequences: Type.Optional(
      Type.Array(Type.Integer({ minimum: 1 }), {
        minItems: 1,
        maxItems: 500,
        description: 'Of those that are refused or given up; default: all of them.',
      }),
    ),
  },
  { additionalProperties: false },
)
export type Retry = Type.Static<typeof RetrySchema>

export const RetriedSchema = Type.Object({ requeued: Count('Items that wait again.') })
