import Type from 'typebox'
import { AlarmViewSchema } from '../api.ts'
import { PRIORITIES } from '../facility-words.ts'
import {
  ALARM_LEGS,
  CHANNEL_KINDS,
  CHANNEL_STATES,
  NOTICE_CAUSES,
  NOTICE_RULES,
  NOTICE_STATES,
} from './words.ts'

export { type NoticeEntry, NoticeEntrySchema } from './entry.ts'

/** What the API takes and says of notices, channels, the roster and answers. Times are ISO 8601 with an offset. */
const closed = { additionalProperties: false } as const
const Nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()])
const Time = (description: string) => Type.String({ description, examples: ['2026-11-29T10:00:00+08:00'] })
const PersonRef = Type.Object({ id: Type.String(), name: Type.String() })

/** One message about one occurrence, to one receiver by one channel. */
export const NoticeViewSchema = Type.Object({
  id: Type.String(),
  facility: Type.String(),
  alarm: Type.String(),
  occurrence: Type.String(),
  cause: Type.Enum(NOTICE_CAUSES),
  policy: Type.String(),
  step: Type.Integer({ description: 'Of the escalation, from 1; 0: none of it, such as a return.' }),
  duties: Type.Array(Type.String()),
  channel: Type.String(),
  to: Nullable(Type.String({ description: 'The responder; null: a group.' })),
  priority: Type.Enum(PRIORITIES),
  lifeSafety: Type.Boolean(),
  state: Type.Enum(NOTICE_STATES),
  created: Time('When it was made.'),
  attempts: Type.Integer(),
  sent: Nullable(Time('When it was taken.')),
  receipt: Nullable(Type.String({ description: 'What the other side said as it took it.' })),
  error: Nullable(Type.String({ description: 'Code and detail of the last attempt that failed.' })),
  why: Nullable(
    Type.String({
      description: `Of one that was dropped or waits, the rule: ${NOTICE_RULES.join(', ')}. Of a test: who asked for it.`,
    }),
  ),
  together: Nullable(Type.String({ description: 'The notice that it was sent with, in one message.' })),
  answered: Nullable(
    Type.Object(
      { by: Type.String(), time: Time('When its link was used.') },
      { description: 'By its link.' },
    ),
  ),
})
export type NoticeView = Type.Static<typeof NoticeViewSchema>

export const ChannelViewSchema = Type.Object({
  facility: Type.String(),
  id: Type.String(),
  kind: Type.Enum(CHANNEL_KINDS),
  target: Type.String({ description: 'Host of the mail server, or of the URL; never a secret.' }),
  state: Type.Enum(CHANNEL_STATES),
  since: Nullable(Time('Since when.')),
  lastSent: Nullable(Time('When a message was taken last.')),
  error: Nullable(Type.String({ description: 'Code and detail of the last failure.' })),
  waiting: Type.Integer({ description: 'Messages that wait for it.' }),
})
export type ChannelView = Type.Static<typeof ChannelViewSchema>

export const OnDutySchema = Type.Object({
  ...PersonRef.properties,
  substituteFor: Nullable(Type.String({ description: 'Who is absent.' })),
  reachable: Type.Boolean({ description: 'Has an e-mail address or a mobile number.' }),
})
export const AbsenceViewSchema = Type.Object({
  id: Type.String(),
  person: Type.String(),
  from: Time('When it begins.'),
  to: Time('When it ends.'),
  substitute: Nullable(Type.String()),
  reason: Type.String(),
  by: Type.String({ description: 'Who entered it.' }),
})
export type AbsenceView = Type.Static<typeof AbsenceViewSchema>
export const HandoverViewSchema = Type.Object({
  time: Time('When it was written.'),
  duty: Type.String(),
  by: Type.String(),
  text: Type.String(),
})
export type HandoverView = Type.Static<typeof HandoverViewSchema>

/** Who has a duty from one moment to the next at which that changes. */
export const ShiftViewSchema = Type.Object({
  from: Time('Inclusive.'),
  to: Time('Exclusive.'),
  team: Nullable(Type.String({ description: 'null without shifts, or where nobody is planned.' })),
  persons: Type.Array(OnDutySchema),
  absent: Type.Array(Type.String({ description: 'Planned, and away without a substitute.' })),
})
export type ShiftView = Type.Static<typeof ShiftViewSchema>
export const DutyViewSchema = Type.Object({
  facility: Type.String(),
  duty: Type.String(),
  name: Type.String(),
  now: ShiftViewSchema,
  next: Nullable(ShiftViewSchema),
  hole: Nullable(Time('When nobody has it, now or within the next 7 days.')),
  handover: Nullable(HandoverViewSchema),
})
export type DutyView = Type.Static<typeof DutyViewSchema>

export const NewAbsenceSchema = Type.Object(
  {
    person: Type.String({ minLength: 1, maxLength: 40 }),
    from: Type.String({ maxLength: 40, description: 'ISO 8601 with offset.' }),
    to: Type.String({ maxLength: 40, description: 'ISO 8601 with offset.' }),
    substitute: Type.Optional(Type.String({ minLength: 1, maxLength: 40 })),
    reason: Type.String({ minLength: 1, maxLength: 200 }),
    by: Type.Optional(Type.String({ maxLength: 100 })),
  },
  closed,
)
export const NewHandoverSchema = Type.Object(
  {
    duty: Type.String({ minLength: 1, maxLength: 64 }),
    text: Type.String({ minLength: 1, maxLength: 4000 }),
    by: Type.Optional(Type.String({ maxLength: 100 })),
  },
  closed,
)

export const AnswerCodeSchema = Type.Object({ code: Type.String({ minLength: 1, maxLength: 400 }) }, closed)
/** What a link from a message leads to. */
export const AnswerViewSchema = Type.Object({
  facility: Type.String(),
  facilityName: Type.String(),
  to: Nullable(Type.String({ description: 'Who is to answer: they sign in under this name.' })),
  until: Time('How long the link is good.'),
  alarm: AlarmViewSchema,
  action: Type.Optional(Type.String({ description: 'What to do, where that is laid down for it.' })),
  consequence: Type.Optional(Type.String({ description: 'What comes of doing nothing; as action.' })),
  isCurrent: Type.Boolean({ description: 'False when a newer occurrence stands there, or none.' }),
})
export type AnswerView = Type.Static<typeof AnswerViewSchema>
export const AnswerSchema = Type.Object(
  {
    code: Type.String({ minLength: 1, maxLength: 400 }),
    comment: Type.Optional(Type.String({ maxLength: 500 })),
    by: Type.Optional(Type.String({ maxLength: 100 })),
  },
  closed,
)

/** How long the legs of the way from a reading to a person took, since the server started. */
export const LegViewSchema = Type.Object({
  leg: Type.Enum(ALARM_LEGS, { description: 'Counted from the one before it; evaluated: from the reading.' }),
  count: Type.Integer(),
  p50: Nullable(Type.Number({ description: 'ms, at most: the bound of its bucket.' })),
  p95: Nullable(Type.Number({ description: 'ms, as p50.' })),
  max: Nullable(Type.Number({ description: 'ms.' })),
})
export type LegView = Type.Static<typeof LegViewSchema>
export const PathViewSchema = Type.Object({
  legs: Type.Array(LegViewSchema),
  watchdog: Nullable(
    Type.Object({
      facility: Type.String(),
      sensor: Type.String(),
      every: Type.Integer({ description: 'ms.' }),
      last: Nullable(Time('When its alarm was raised last.')),
      isLate: Type.Boolean({ description: 'Nothing came of it for three times as long.' }),
    }),
  ),
})
export type PathView = Type.Static<typeof PathViewSchema>
