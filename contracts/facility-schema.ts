import Type from 'typebox'
import { DURATION_PATTERN, SIZE_PATTERN } from './duration.ts'
import { ALARM_KEY_PATTERN, ID_PATTERN } from './ids.ts'
import { UNIT_NAMES } from './units.ts'

/**
 * The facility file, the only place for its types, defaults, ranges and words: the validation, the JSON
 * Schema for editors and docs/reference/config.md all come from here (DESIGN section 4).
 */
export const SENSOR_KINDS = [
  'gas',
  'level',
  'seismic',
  'temperature',
  'pressure',
  'flow',
  'electrical',
  'state',
  'other',
] as const
export const PRIORITIES = ['low', 'medium', 'high', 'critical'] as const
export const CONDITIONS = ['high', 'low', 'equals', 'not-equals', 'stale', 'fault'] as const
export const DRIVERS = [
  'modbus-tcp',
  'modbus-rtu',
  'modbus-rtu-over-tcp',
  'modbus-ascii',
  'serial-line',
  'seismic',
] as const
export const TABLES = ['coil', 'discrete', 'holding', 'input'] as const
export const REGISTER_TYPES = [
  'bit',
  'int8l',
  'int8h',
  'uint8l',
  'uint8h',
  'int16',
  'uint16',
  'int32',
  'uint32',
  'int64',
  'uint64',
  'float16',
  'float32',
  'float64',
  'bcd16',
  'bcd32',
  'string',
] as const
export const BYTE_ORDERS = ['ABCD', 'DCBA', 'BADC', 'CDAB'] as const

const closed = { additionalProperties: false } as const
const Duration = (description: string, initial?: string) =>
  Type.String({
    pattern: DURATION_PATTERN,
    title: 'a duration such as 250ms, 2s, 10m, 8h or 7d',
    description,
    ...(initial === undefined ? {} : { default: initial }),
  })
const Size = (description: string, initial: string) =>
  Type.String({ pattern: SIZE_PATTERN, title: 'a size such as 64MB or 2GB', description, default: initial })
const Id = (description: string) =>
  Type.String({
    pattern: ID_PATTERN,
    title: 'an id: a letter or digit, then up to 63 of A-Z a-z 0-9 . _ -',
    description,
  })
const Pair = (description: string) =>
  Type.Array(Type.Number(), { minItems: 2, maxItems: 2, title: 'two numbers [low, high]', description })

export const LocationSchema = Type.Object(
  {
    lat: Type.Number({ minimum: -90, maximum: 90, description: 'Latitude, degrees north.' }),
    lon: Type.Number({ minimum: -180, maximum: 180, description: 'Longitude, degrees east.' }),
  },
  { ...closed, description: 'Where it is, WGS 84.' },
)

export const AlarmSchema = Type.Object(
  {
    when: Type.Enum(CONDITIONS, {
      description: 'The condition. `high` is beyond at value >= limit, `low` at value <= limit.',
    }),
    limit: Type.Optional(
      Type.Number({
        description: 'Set point in the unit of the sensor; required for all conditions but stale and fault.',
      }),
    ),
    deadband: Type.Number({
      minimum: 0,
      default: 0,
      description: 'Reset side only: `high` returns at value < limit - deadband.',
    }),
    onDelay: Duration('The condition must hold for this long, in sensor time.', '0s'),
    offDelay: Duration('The return must hold for this long and end with good evidence.', '0s'),
    priority: Type.Enum(PRIORITIES, { default: 'medium', description: 'Priority shown to the operator.' }),
    latching: Type.Boolean({
      default: false,
      description: 'Stays after the return until it is reset by hand.',
    }),
    onBad: Type.Enum(['freeze', 'alarm'], {
      default: 'freeze',
      description: 'What bad quality without a direction does: keep the state, or count as beyond.',
    }),
    message: Type.Optional(
      Type.String({
        maxLength: 500,
        description: 'What the operator reads; the default names sensor, value and limit.',
      }),
    ),
  },
  // TypeBox fills defaults inside the values of a record only where the value has a default of its own.
  { ...closed, title: 'alarm', default: {} },
)

export const RegisterSchema = Type.Object(
  {
    table: Type.Optional(
      Type.Enum(TABLES, { description: 'Modbus table. Default: holding, or what a Modicon reference says.' }),
    ),
    address: Type.Union(
      [
        Type.Integer({ minimum: 0, maximum: 65535 }),
        Type.String({ pattern: '^([0134][0-9]{4}|[0134][0-9]{5})$' }),
      ],
      {
        title:
          'a zero-based protocol address 0 to 65535, or a quoted Modicon reference such as "40001" or "400001"',
        description: 'Zero-based protocol address, or a quoted Modicon reference.',
      },
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
      Type.Enum(['ne43'], { description: 'The raw value is a 4-20 mA current in mA: NAMUR NE 43 quality.' }),
    ),
    valid: Type.Optional(Pair('Raw values outside are bad: above-range or below-range.')),
  },
  { ...closed, title: 'register' },
)

export const ReportSchema = Type.Object(
  {
    deadband: Type.Number({
      minimum: 0,
      default: 0,
      description:
        'Report when the value moved by more than this since it was last sent, in the unit of the sensor.',
    }),
    maxInterval: Duration('Report at least this often.', '30s'),
  },
  { ...closed, default: {}, title: 'report by exception', description: 'When a reading is worth sending.' },
)

const sensorKeys = {
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
  register: RegisterSchema,
  report: ReportSchema,
  staleAfter: Type.Optional(
    Duration('Stale without evidence for this long. Default: the longer of 3 polls and 10s.'),
  ),
  retired: Type.Boolean({ default: false, description: 'No longer read; the id stays taken.' }),
  alarms: Type.Optional(
    Type.Record(Type.String({ pattern: ALARM_KEY_PATTERN }), AlarmSchema, {
      ...closed,
      title: 'alarms by key, each key 1 to 16 of A-Z a-z 0-9 _ -',
      description:
        'Alarms by key; the id of an alarm is {sensor}.{key}. Every sensor has FAULT, which may be overridden here.',
    }),
  ),
}

export const SensorSchema = Type.Object(
  { id: Id('Unique in the facility, whatever its case.'), ...sensorKeys },
  { ...closed, title: 'sensor' },
)

export const TemplateSchema = Type.Partial(
  Type.Object({
    ...sensorKeys,
    register: Type.Partial(RegisterSchema),
    alarms: Type.Record(Type.String({ pattern: ALARM_KEY_PATTERN }), Type.Partial(AlarmSchema), closed),
  }),
  { ...closed, title: 'template' },
)

export const DeviceSchema = Type.Object(
  {
    id: Id('Unique in the facility.'),
    name: Type.Optional(Type.String({ maxLength: 200, description: 'What people call it.' })),
    unitId: Type.Integer({ minimum: 0, maximum: 255, default: 1, description: 'Modbus unit id.' }),
    poll: Duration('Read it this often, at a fixed rate.', '1s'),
    area: Type.Optional(Id('Area of its sensors unless they say otherwise.')),
    maxGap: Type.Integer({
      minimum: 0,
      maximum: 124,
      default: 0,
      description: 'Read across holes of up to this many registers.',
    }),
    maxRegisters: Type.Integer({
      minimum: 1,
      maximum: 125,
      default: 125,
      description: 'Largest block this device answers.',
    }),
    sensors: Type.Array(SensorSchema, { description: 'What it measures.' }),
  },
  { ...closed, title: 'device' },
)

export const BusSchema = Type.Object(
  {
    id: Id('Unique in its gateway.'),
    driver: Type.Enum(DRIVERS, { description: 'How the line is spoken to. This release reads modbus-tcp.' }),
    host: Type.Optional(Type.String({ description: 'Host of a TCP driver.' })),
    port: Type.Integer({ minimum: 1, maximum: 65535, default: 502, description: 'Port of a TCP driver.' }),
    timeout: Duration('How long to wait for an answer.', '1s'),
    devices: Type.Array(DeviceSchema, { description: 'Units on this line or connection.' }),
  },
  { ...closed, title: 'bus' },
)

export const GatewaySchema = Type.Object(
  {
    id: Id('Unique in the facility.'),
    name: Type.Optional(Type.String({ maxLength: 200, description: 'What people call it.' })),
    heartbeat: Duration('A live batch at least this often, empty if need be; lost after three missed.', '2s'),
    outbox: Type.Object(
      {
        path: Type.Optional(
          Type.String({ description: 'SQLite file of the outbox. This release keeps it in memory.' }),
        ),
        maxSize: Size('Oldest whole batches are evicted, and counted, beyond this.', '2GB'),
        maxAge: Duration('Batches older than this are evicted and counted.', '7d'),
      },
      {
        ...closed,
        default: {},
        title: 'outbox',
        description: 'Readings that the server has not confirmed yet.',
      },
    ),
    buses: Type.Array(BusSchema, { description: 'Serial lines and TCP connections of this gateway.' }),
  },
  { ...closed, title: 'gateway' },
)

const MqttSchema = Type.Object(
  {
    url: Type.String({
      pattern: '^(embedded|mqtts?://.+)$',
      default: 'embedded',
      title: 'embedded, or mqtt:// or mqtts:// and a host',
      description: '`embedded` runs a broker inside the server; else the URL of a broker.',
    }),
    listen: Type.String({
      default: '127.0.0.1:1883',
      description: 'Where the embedded broker listens; loopback only.',
    }),
    prefix: Type.String({
      pattern: '^[^+#\\s/]+(/[^+#\\s/]+)*$',
      default: 'davylamp/v1',
      description: 'First levels of every topic.',
    }),
    username: Type.Optional(Type.String({ description: 'User name at the broker.' })),
    passwordFile: Type.Optional(
      Type.String({ description: 'File that holds the password, relative to this file.' }),
    ),
    ca: Type.Optional(Type.String({ description: 'PEM file of the CA of the broker.' })),
    cert: Type.Optional(Type.String({ description: 'PEM file of the client certificate.' })),
    key: Type.Optional(Type.String({ description: 'PEM file of the key of the client certificate.' })),
  },
  { ...closed, default: {}, title: 'mqtt', description: 'The message broker.' },
)

const StoreSchema = Type.Object(
  {
    kind: Type.Enum(['embedded', 'influxdb'], {
      default: 'embedded',
      description: 'Where time series go. This release has embedded.',
    }),
    url: Type.Optional(Type.String({ description: 'URL of InfluxDB.' })),
    org: Type.Optional(Type.String({ description: 'Organisation (InfluxDB 2).' })),
    bucket: Type.Optional(Type.String({ description: 'Bucket (InfluxDB 2 and 3).' })),
    api: Type.Optional(Type.Enum(['v1', 'v2'], { description: 'Which write path to use.' })),
    database: Type.Optional(Type.String({ description: 'Database (api v1).' })),
    retention: Duration('Raw readings are kept this long; never under 30d.', '400d'),
  },
  { ...closed, default: {}, title: 'store', description: 'The time-series store.' },
)

const ServerSchema = Type.Object(
  {
    listen: Type.String({
      default: '127.0.0.1:8080',
      description: 'Address and port of the API and the console.',
    }),
    data: Type.String({
      default: 'data/server',
      description: 'Folder of journal, states and embedded store, relative to the working directory.',
    }),
    auth: Type.Enum(['required', 'off'], {
      default: 'required',
      description: '`off` on a loopback address only: the demo. This release has no sign-in yet.',
    }),
    hosts: Type.Array(Type.String(), {
      default: [],
      description: 'Further host names under which browsers may open the console (host or host:port).',
    }),
    tls: Type.Optional(
      Type.Object(
        {
          cert: Type.String({ description: 'PEM file of the certificate.' }),
          key: Type.String({ description: 'PEM file of its key.' }),
        },
        { ...closed, title: 'tls', description: 'Serve HTTPS. Not built yet: refused.' },
      ),
    ),
  },
  { ...closed, default: {}, title: 'server', description: 'The server: ingest, alarms, API and console.' },
)

const AreaSchema = Type.Object(
  {
    id: Id('Unique in the facility.'),
    name: Type.Optional(
      Type.String({ maxLength: 200, description: 'What people call it. Default: the id.' }),
    ),
    location: Type.Optional(LocationSchema),
  },
  { ...closed, title: 'area' },
)

const DerivedSchema = Type.Object(
  {
    id: Id('Unique among all sensors of the facility.'),
    of: Type.Union([Type.String(), Type.Array(Type.String(), { minItems: 1 })], {
      title: 'a sensor id or a list of them',
      description: 'What it is computed from.',
    }),
    compute: Type.String({ description: 'What is computed: rate, stel, twa, volume, vote ...' }),
    name: Type.Optional(Type.String({ maxLength: 200, description: 'What people call it.' })),
    kind: Type.Optional(Type.Enum(SENSOR_KINDS, { description: 'Default: that of the first input.' })),
    unit: Type.Optional(Type.Enum(UNIT_NAMES, { description: 'Unit of the result.' })),
    window: Type.Optional(Duration('Window of the computation.')),
    every: Type.Optional(Duration('Grid on which it ticks.')),
    range: Type.Optional(Pair('Display span.')),
    alarms: Type.Optional(
      Type.Record(Type.String({ pattern: ALARM_KEY_PATTERN }), AlarmSchema, {
        ...closed,
        description: 'Alarms by key.',
      }),
    ),
  },
  { ...closed, title: 'derived sensor' },
)

export const FacilitySchema = Type.Object(
  {
    facility: Type.Object(
      {
        id: Id('Id of the plant, in every topic and tag.'),
        name: Type.Optional(
          Type.String({ maxLength: 200, description: 'What people call it. Default: the id.' }),
        ),
        location: Type.Optional(LocationSchema),
        timezone: Type.String({
          default: 'UTC',
          description: 'IANA time zone; the API gives times with its offset.',
        }),
      },
      { ...closed, title: 'facility', description: 'The plant.' },
    ),
    mqtt: MqttSchema,
    store: StoreSchema,
    server: ServerSchema,
    areas: Type.Array(AreaSchema, { default: [], description: 'Parts of the plant.' }),
    templates: Type.Record(Type.String({ pattern: ID_PATTERN }), TemplateSchema, {
      ...closed,
      default: {},
      title: 'templates',
      description: 'Keys that sensors share, by name.',
    }),
    gateways: Type.Array(GatewaySchema, {
      minItems: 1,
      description: 'Edge gateways and what hangs on them.',
    }),
    derived: Type.Array(DerivedSchema, {
      default: [],
      description: 'Sensors computed from others. Checked, not computed yet.',
    }),
    responders: Type.Array(Type.Object({}), {
      default: [],
      description: 'People and escalation. Not used yet.',
    }),
    plans: Type.Array(Type.Object({}), { default: [], description: 'Emergency plans. Not used yet.' }),
  },
  { ...closed, title: 'Davylamp facility file' },
)

export type FacilityFile = Type.Static<typeof FacilitySchema>
export type SensorFile = Type.Static<typeof SensorSchema>
export type AlarmFile = Type.Static<typeof AlarmSchema>
export type RegisterFile = Type.Static<typeof RegisterSchema>
export type SensorKind = (typeof SENSOR_KINDS)[number]
export type Priority = (typeof PRIORITIES)[number]
export type Condition = (typeof CONDITIONS)[number]
export type RegisterType = (typeof REGISTER_TYPES)[number]
export type RegisterTable = (typeof TABLES)[number]
export type ByteOrder = (typeof BYTE_ORDERS)[number]
