import Type from 'typebox'
import { NOTICE_CAUSES, NOTICE_STATES } from './words.ts'

/** Apart from the rest of the API of notification, which is made of what the journal is made of. */
const Nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()])
const Time = (description: string) => Type.String({ description, examples: ['2026-11-29T10:00:00+08:00'] })

/** What was told of an occurrence in one step of its escalation, as the journal has it. */
export const NoticeEntrySchema = Type.Object({
  cause: Type.Enum(NOTICE_CAUSES),
  policy: Type.String(),
  step: Type.Integer(),
  told: Type.Array(
    Type.Object({
      channel: Type.String(),
      to: Nullable(Type.String()),
      state: Type.Enum(NOTICE_STATES),
      time: Nullable(Time('When it was taken.')),
      receipt: Nullable(Type.String({ description: 'What the other side said; or why it failed.' })),
    }),
  ),
})
export type NoticeEntry = Type.Static<typeof NoticeEntrySchema>
