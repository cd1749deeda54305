import Type from 'typebox'
import { ALARM, AlarmSchema } from './alarm-schema.ts'
import { CalibrationSchema } from './calibration-schema.ts'
import { BYTE_ORDERS, REGISTER_TYPES, SENSOR_KINDS, STATUS_REASONS, TABLES } from './facility-words.ts'
import { ALARM_KEY_PATTERN } from './ids.ts'
import { closed, Duration, Id, Pair } from './schema-parts.ts'
import { UNIT_NAMES } from './units.ts'

const REGISTER = {
  ...closed,
  title: 'register',
  description: 'Where the value stands in the device, and how it is read.',
}
export const RegisterSchema = Type.Object(
  {
    table: Type.Optional(
      Type.Enum(TABLES, { description: 'Modbus table. Default: holding, or what a Modicon reference says.' }),
    ),
    address: Type.Optional(
      Type.Union(
        [
          Type.Integer({ minimum: 0, maximum: 465_536 }),
          Type.String({ pattern: '^([0134][0-9]{4}|[0134][0-9]{5})$' }),
        ],
        {
          title:
            'a zero-based protocol address 0 to 65535, or a quoted Modicon reference such as "40001" or "400001"',
          description:
            'Zero-based protocol address, or a quoted Modicon reference. Required, but for driver serial-line.',
        },
      ),
    ),
    field: Type.Optional(
      Type.Union(
        [
          Type.Integer({ minimum: 1, maximum: 200 }),
          Type.String({ pattern: '^(?:[1-9]\\d{0,2}|[A-Za-z_]\\w*)$' }),
        ],
        {
          title: 'the number of a column or group, from 1, or the name of a group',
          description:
            'Which field of the record, for driver serial-line; which feature, such as pga, for driver seismic. Instead of an address.',
        },
      ),
    ),
    type: Type.Optional(
      Type.Enum(REGISTER_TYPES, {
        description:
          'How the registers are to be read. Default: uint16, and bit in coil and discrete tables.',
      }),
    ),
    bit: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 15,
        description: 'Which bit of a register, 0 is the least significant; for type bit.',
      }),
    ),
    length: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 250, description: 'Characters of a string, two to a register.' }),
    ),
    order: Type.Enum(BYTE_ORDERS, {
      default: 'ABCD',
      description:
        'Byte order of 32 and 64 bit values: ABCD big-endian, CDAB word-swapped, BADC byte-swapped, DCBA little-endian.',
    }),
    scale: Type.Optional(Type.Number({ description: 'value = raw * scale + offset. Default 1.' })),
    offset: Type.Optional(Type.Number({ description: 'value = raw * scale + offset. Default 0.' })),
    from: Type.Optional(Pair('Raw span that `to` maps to, instead of scale and offset: [4000, 20000].')),
    to: Type.Optional(Pair('Span in the unit of the sensor that `from` maps to.')),
    signal: Type.Optional(
      Type.Enum(['ne43'], {
        description:
          'The raw value is a 4-20 mA current: NAMUR NE 43 quality. `from` is what it reads at 4 and 20 mA; without it, mA.',
      }),
    ),
    persist: Type.Optional(
      Duration('With signal: a fault current is declared once it has lasted this long. Default 4s.'),
    ),
    subRanges: Type.Optional(
      Type.Array(
        Type.Object(
          {
            mA: Pair('Currents from the first up to the second, without that.'),
            means: Type.Enum(STATUS_REASONS, { description: 'What the device says with them.' }),
          },
          { ...closed, title: 'sub-range' },
        ),
        { description: 'With signal: what currents outside of 4-20 mA mean on this device; before NE 43.' },
      ),
    ),
    valid: Type.Optional(Pair('Raw values outside are bad: above-range or below-range.')),
  },
  REGISTER,
)

const Meaning = (description: string) => Type.Enum(['good', ...STATUS_REASONS], { description })

export const StatusSchema = Type.Object(
  {
    register: RegisterSchema,
    bits: Type.Optional(
      Type.Array(Type.Integer({ minimum: 0, maximum: 31 }), {
        minItems: 1,
        maxItems: 2,
        title: 'a bit, or the lowest and the highest of a field, such as [5] or [0, 3]',
        description: 'Which bits are looked at, 0 is the least significant. Default: the whole value.',
      }),
    ),
    means: Type.Record(Type.String({ pattern: '^[^\\s].{0,31}$' }), Meaning('What this value means.'), {
      ...closed,
      title: 'meanings by value',
      description: 'What a value means for the quality of the sensor: 2: warm-up.',
    }),
    others: Type.Enum(['good', ...STATUS_REASONS], {
      default: 'good',
      description: 'What all other values mean.',
    }),
  },
  { ...closed, title: 'status', description: 'A register with which the device tells how a sensor does.' },
)

const PlausibilitySchema = Type.Object(
  {
    maxRate: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        description: 'Fastest credible change, unit of the sensor per second; beyond: implausible-rate.',
      }),
    ),
    frozenAfter: Type.Optional(
      Duration('The raw value has not moved by a digit for so long: frozen. For signals that always move.'),
    ),
    overRangeAt: Type.Optional(
      Type.Number({
        description:
          'Catalytic detectors: a reading this high latches as over-range-latched until it is released by a calibration or by hand.',
      }),
    ),
  },
  {
    ...closed,
    default: {},
    title: 'plausibility',
    description: 'What the value of this sensor cannot honestly do.',
  },
)

export const ReportSchema = Type.Object(
  {
    deadband: Type.Union([Type.Number({ minimum: 0 }), Type.String({ pattern: '^\\d+(\\.\\d+)?%$' })], {
      default: 0,
      title: 'a number in the unit of the sensor, or a share of its range such as "0.5%"',
      description: 'Report when the value moved by more than this since it was last sent.',
    }),
    maxInterval: Duration('Report at least this often.', '30s'),
  },
  { ...closed, default: {}, title: 'report by exception', description: 'When a reading is worth sending.' },
)

const AlarmsByKey = <T extends Type.TSchema>(alarm: T) =>
  Type.Record(Type.String({ pattern: ALARM_KEY_PATTERN }), alarm, {
    ...closed,
    title: 'alarms by key, each key 1 to 16 of A-Z a-z 0-9 _ -',
    description:
      'Alarms by key; the id of an alarm is {sensor}.{key}. Every sensor has FAULT, which may be overridden here.',
  })

/** What a sensor says of itself, whoever reads it. */
export const describingKeys = {
  use: Type.Optional(Type.String({ description: 'Template whose keys this one takes and may override.' })),
  name: Type.Optional(Type.String({ maxLength: 200, description: 'What people call it. Default: the id.' })),
  kind: Type.Enum(SENSOR_KINDS, { description: 'What is measured; also the measurement in the store.' }),
  unit: Type.Enum(UNIT_NAMES, { description: 'Unit of value, limits and ranges: one of the closed list.' }),
  quantity: Type.Optional(
    Type.String({ maxLength: 64, description: 'What exactly: CH4, Cl2, level, PGA. Default: the kind.' }),
  ),
  area: Type.Optional(Id('Area where the sensor stands. Default: that of its device.')),
  range: Type.Optional(Pair('Display span; never a quality check.')),
  valid: Type.Optional(
    Pair('Values outside, in the unit of the sensor, are bad: above-range or below-range.'),
  ),
}

/** Of what stands in the field. */
export const careKeys = { calibration: Type.Optional(CalibrationSchema) }

export const lifeKeys = {
  retired: Type.Boolean({ default: false, description: 'No longer read; the id stays taken.' }),
  alarms: Type.Optional(AlarmsByKey(AlarmSchema)),
}

const sensorKeys = {
  ...describingKeys,
  register: RegisterSchema,
  point: Type.Optional(
    Type.String({
      description: 'Point of the profile of its device, from which it takes what is not given.',
    }),
  ),
  channel: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 999, description: 'Which channel of that point.' }),
  ),
  status: Type.Array(StatusSchema, {
    default: [],
    description: 'What the device says about this sensor; before what it says about all.',
  }),
  plausibility: PlausibilitySchema,
  report: ReportSchema,
  staleAfter: Type.Optional(
    Duration('Stale without evidence for this long. Default: the longer of 3 polls and 10s.'),
  ),
  ...careKeys,
  ...lifeKeys,
}

export const SensorSchema = Type.Object(
  { id: Id('Unique in the facility, whatever its case.'), ...sensorKeys },
  { ...closed, title: 'sensor' },
)

export const TemplateSchema = Type.Partial(
  Type.Object({
    ...sensorKeys,
    register: Type.Partial(RegisterSchema, REGISTER),
    alarms: AlarmsByKey(Type.Partial(AlarmSchema, ALARM)),
  }),
  { ...closed, title: 'template' },
)

export type SensorFile = Type.Static<typeof SensorSchema>
export type StatusFile = Type.Static<typeof StatusSchema>
export type RegisterFile = Type.Static<typeof RegisterSchema>
