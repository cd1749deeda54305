import Type from 'typebox'
import { NOTICE_CAUSES, NOTICE_STATES } from './words.ts'

const Nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()])

/** What was told of an occurrence in one step of its escalation, as the journal has it. */
export const NoticeEntrySchema = Type.Object({
  occurrence: Type.String(),
  cause: Type.Enum(NOTICE_CAUSES),
  policy: Type.String(),
  step: Type.Integer({ description: 'Of the escalation, from 1; 0: none of it.' }),
  told: Type.Array(
    Type.Object({
      channel: Type.String(),
      to: Nullable(Type.String({ description: 'The responder; null: a group.' })),
      state: Type.Enum(NOTICE_STATES),
      time: Nullable(Type.String({ description: 'When it was taken.' })),
      receipt: Nullable(
        Type.String({ description: 'What the other side said; or why it failed or was dropped.' }),
      ),
    }),
  ),
})
export type NoticeEntry = Type.Static<typeof NoticeEntrySchema>
