import Type from 'typebox'
import { ApprovedBy, ApproverPassword, By, For, Reason } from './action-api.ts'
import { QUALITIES } from './quality.ts'
import { TEST_KINDS } from './test-words.ts'

/** What the API takes and says of tests in the field (DESIGN section 8). Times are ISO 8601 with an offset. */
const closed = { additionalProperties: false } as const
const Time = (description: string) => Type.String({ description, examples: ['2026-11-21T10:00:00+08:00'] })
const Nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()])

export const StartTestSchema = Type.Object(
  {
    kind: Type.Enum(TEST_KINDS),
    sensors: Type.Optional(
      Type.Array(Type.String({ maxLength: 64 }), {
        minItems: 1,
        maxItems: 1000,
        uniqueItems: true,
        description: 'The sensors under test; or give an area.',
      }),
    ),
    area: Type.Optional(
      Type.String({
        maxLength: 64,
        description: 'All sensors that the area has now, and none that it gets.',
      }),
    ),
    for: For('For how long, from 1m to 8h.'),
    reason: Reason,
    by: By,
    approvedBy: ApprovedBy,
    approverPassword: ApproverPassword,
  },
  closed,
)
export type TestOrder = Type.Static<typeof StartTestSchema>

export const EndTestSchema = Type.Object({ by: By }, closed)

/** What an alarm did while it was under test. */
const Response = {
  responded: Type.Boolean({ description: 'It was raised during the test.' }),
  raised: Nullable(Time('When it was raised first.')),
  returned: Nullable(Time('When it returned last; null while it is active.')),
  peak: Nullable(
    Type.Number({
      description: 'The value furthest in the direction of the alarm, beyond the limit or not.',
    }),
  ),
}

const TestReadingSchema = Type.Object({
  time: Time('When it was sampled at the device.'),
  value: Nullable(Type.Number()),
  quality: Type.Enum(QUALITIES),
  reason: Nullable(Type.String()),
})

/** What a sensor reported while it was under test: what came late does not count. */
const Readings = {
  count: Type.Integer({ description: 'Readings that came live during the test.' }),
  first: Nullable(TestReadingSchema),
  last: Nullable(TestReadingSchema),
}

const Terms = {
  id: Type.String({ description: 'A number; the flags of its alarms have the cause `test.{id}`.' }),
  kind: Type.Enum(TEST_KINDS),
  by: Type.String(),
  approvedBy: Nullable(Type.String({ description: 'The second person, where it took two.' })),
  reason: Type.String(),
  started: Time('When it began.'),
}

/** The evidence of one alarm, as it stands in the journal when its test has ended. */
export const TestOutcomeSchema = Type.Object(
  { ...Terms, ...Response, readings: Type.Object(Readings, { description: 'Of its sensor.' }) },
  { description: 'Of event unsuppressed, when a test ends: its evidence.' },
)
export type TestOutcome = Type.Static<typeof TestOutcomeSchema>

export const TestViewSchema = Type.Object({
  facility: Type.String(),
  ...Terms,
  sensors: Type.Array(Type.String()),
  area: Nullable(Type.String({ description: 'The area whose sensors these were when it began.' })),
  until: Time('When it ends by itself.'),
  ended: Nullable(Time('When it ended; null while it runs.')),
  endedBy: Nullable(Type.String({ description: 'Who ended it before its time.' })),
  evidence: Type.Array(Type.Object({ sensor: Type.String(), alarm: Type.String(), ...Response }), {
    description: 'Alarm by alarm.',
  }),
  readings: Type.Array(Type.Object({ sensor: Type.String(), ...Readings }), {
    description: 'Sensor by sensor.',
  }),
})
export type TestView = Type.Static<typeof TestViewSchema>
