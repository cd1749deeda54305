import Type from 'typebox'
import { By } from './action-api.ts'
import { CALIBRATION_KINDS, CALIBRATION_RESULTS, DUE_STATES } from './calibration-words.ts'

/** What the API takes and says of calibrations and bump tests. Times are ISO 8601 with an offset. */
const closed = { additionalProperties: false } as const
const Time = (description: string) => Type.String({ description, examples: ['2026-11-21T10:00:00+08:00'] })
const Nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()])
const Word = (description: string, maxLength = 100) => Type.String({ minLength: 1, maxLength, description })

const ReadingsSchema = Type.Object(
  {
    zero: Type.Optional(Type.Number({ description: 'With zero gas, in the unit of the sensor.' })),
    span: Type.Optional(Type.Number({ description: 'With span gas, in the unit of the sensor.' })),
  },
  closed,
)

const Facts = {
  kind: Type.Enum(CALIBRATION_KINDS),
  result: Type.Enum(CALIBRATION_RESULTS),
  gas: Type.Optional(Word('What was put to it, with its concentration: CH4 50 %LEL.')),
  bottle: Type.Optional(Word('Id of the bottle.')),
  certificate: Type.Optional(Word('Number of the certificate of the gas.')),
  certificateExpiry: Type.Optional(
    Type.String({ pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$', description: 'Last day of the certificate.' }),
  ),
  asFound: Type.Optional(ReadingsSchema),
  asLeft: Type.Optional(ReadingsSchema),
  t50: Type.Optional(Type.Number({ minimum: 0, maximum: 3600, description: 'To half of the span, s.' })),
  t90: Type.Optional(Type.Number({ minimum: 0, maximum: 3600, description: 'To 90 % of the span, s.' })),
  technician: Type.Optional(Word('Who did it, if not who records it.')),
  note: Type.Optional(Word('What else there is to say; needed with `fail`.', 2000)),
}

export const NewCalibrationSchema = Type.Object(
  {
    ...Facts,
    time: Type.Optional(Type.String({ maxLength: 40, description: 'When it was done; default: now.' })),
    by: By,
  },
  closed,
)
export type NewCalibration = Type.Static<typeof NewCalibrationSchema>

export const CalibrationViewSchema = Type.Object({
  facility: Type.String(),
  sensor: Type.String(),
  id: Type.String({ description: 'A number; `test.{id}` for a bump or proof test that the server watched.' }),
  time: Time('When it was done.'),
  recorded: Nullable(Time('When it was entered; null for a watched test.')),
  by: Type.String(),
  due: Nullable(Time('When it is to be done again; null when the file gives no interval, or it failed.')),
  ...Facts,
})
export type CalibrationView = Type.Static<typeof CalibrationViewSchema>

export const DueViewSchema = Type.Object({
  facility: Type.String(),
  sensor: Type.String(),
  sensorName: Type.String(),
  area: Type.String(),
  kind: Type.Enum(CALIBRATION_KINDS),
  everyMs: Nullable(Type.Integer({ description: 'Its interval; null for one that failed and has none.' })),
  lastDone: Nullable(Time('When it was done last, and did not fail.')),
  lastResult: Nullable(Type.Enum(CALIBRATION_RESULTS)),
  due: Time('By when it is to be done.'),
  overdueByMs: Type.Integer({ description: '0 unless overdue.' }),
  state: Type.Enum(DUE_STATES),
})
export type DueView = Type.Static<typeof DueViewSchema>
