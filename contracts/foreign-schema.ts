import Type from 'typebox'
import { FOREIGN_REASONS, STATUS_REASONS, TIME_UNITS } from './facility-words.ts'
import { closed, Duration, Id } from './schema-parts.ts'
import { careKeys, describingKeys, lifeKeys } from './sensor-schema.ts'

const Path = (description: string) => Type.String({ minLength: 1, maxLength: 256, description })

const StatusSchema = Type.Object(
  {
    path: Path('Where the message says it, such as $.fault.'),
    means: Type.Record(Type.String({ maxLength: 64 }), Type.Enum(['good', ...STATUS_REASONS]), {
      ...closed,
      title: 'meanings by value',
      description:
        'What a text, number, true or false means for the quality of the sensor: { "true": device-fault }.',
    }),
    others: Type.Enum(['good', ...STATUS_REASONS], {
      default: 'good',
      description: 'What all other values mean. A message without it says nothing.',
    }),
  },
  { ...closed, title: 'status in a message', description: 'How a message tells how its sensors do.' },
)

const ForeignSensorSchema = Type.Object(
  {
    id: Id('Unique in the facility, whatever its case.'),
    ...describingKeys,
    path: Type.Optional(
      Path(
        "Where its value stands: $.gas, $.a.b[0]['c d'], or $ when the payload is the value. Required, but for payload text.",
      ),
    ),
    scale: Type.Optional(Type.Number({ description: 'value = number * scale + offset. Default 1.' })),
    offset: Type.Optional(Type.Number({ description: 'value = number * scale + offset. Default 0.' })),
    text: Type.Boolean({
      default: false,
      description: 'Take a number that is written as text, such as "23.5". With payload text it always is.',
    }),
    map: Type.Optional(
      Type.Record(
        Type.String({ maxLength: 64 }),
        Type.Union([Type.Number(), Type.Enum(FOREIGN_REASONS)], {
          title: `a number in the unit of the sensor, or why there is none: ${FOREIGN_REASONS.join(', ')}`,
        }),
        {
          ...closed,
          title: `by text: a number, or one of ${FOREIGN_REASONS.join(', ')}`,
          description:
            'What texts, true and false stand for: { "ON": 1, "OFF": 0, "unavailable": comm-lost }. What is not in it has to be a number.',
        },
      ),
    ),
    required: Type.Boolean({
      default: false,
      description: 'A message without its value is refused. Otherwise the device did not send it this time.',
    }),
    status: Type.Array(StatusSchema, {
      default: [],
      description: 'What a message says about this sensor; before what it says about all.',
    }),
    staleAfter: Type.Optional(
      Duration('Stale without a message of its own for this long. Default: that of its device.'),
    ),
    ...careKeys,
    ...lifeKeys,
  },
  { ...closed, title: 'sensor of a foreign device' },
)

export const ForeignDeviceSchema = Type.Object(
  {
    id: Id('Unique among all devices of the facility.'),
    name: Type.Optional(Type.String({ maxLength: 200, description: 'What people call it.' })),
    topic: Type.String({
      minLength: 1,
      description:
        'Where it publishes, below {prefix}/{facility}/foreign/. A level + stands for any one level. All that publish there are this one device.',
    }),
    absolute: Type.Boolean({
      default: false,
      description: 'The topic is as the broker has it, for devices that cannot choose.',
    }),
    payload: Type.Enum(['json', 'text'], {
      default: 'json',
      description: 'JSON, a bare number among it; or a text that is the value as a whole, such as ON.',
    }),
    area: Type.Optional(Id('Area of its sensors unless they say otherwise.')),
    staleAfter: Duration('Its sensors are stale without a message of theirs for this long.', '10m'),
    time: Type.Optional(
      Type.Object(
        {
          path: Path('Where it stands, such as $.timestamp.'),
          unit: Type.Enum(TIME_UNITS, {
            default: 'ms',
            description: 'Milliseconds or seconds since 1970, or ISO 8601 with an offset or Z.',
          }),
        },
        {
          ...closed,
          title: 'time in a message',
          description:
            'When it was sampled. Default: when it arrives, and so for a device whose clock nobody sets.',
        },
      ),
    ),
    status: Type.Array(StatusSchema, {
      default: [],
      description: 'What a message says about all sensors of the device.',
    }),
    sensors: Type.Array(ForeignSensorSchema, { description: 'What it measures.' }),
  },
  { ...closed, title: 'foreign device' },
)

export type ForeignDeviceFile = Type.Static<typeof ForeignDeviceSchema>
export type ForeignSensorFile = Type.Static<typeof ForeignSensorSchema>
export type ForeignStatusFile = Type.Static<typeof StatusSchema>
export { ForeignSensorSchema }
