import Type from 'typebox'
import { ADDRESS_PATTERN } from './address.ts'
import { AlarmClassSchema, AlarmGroupSchema } from './alarm-schema.ts'
import { DerivedSchema } from './analytics/derived-schema.ts'
import { TankSchema } from './analytics/level/tank-schema.ts'
import { AnnunciatorSchema } from './annunciator-schema.ts'
import { BusSchema } from './bus-schema.ts'
import { GAS_RULES } from './facility-words.ts'
import { ForeignDeviceSchema } from './foreign-schema.ts'
import { ID_PATTERN } from './ids.ts'
import { DutySchema, NotifySchema, ResponderSchema } from './notify/schema.ts'
import { PlanSchema } from './register/incident-schema.ts'
import { RegionSchema, RegisterSchema } from './register/schema.ts'
import { closed, Duration, Id, LocationSchema, Size } from './schema-parts.ts'
import { TemplateSchema } from './sensor-schema.ts'
import { MqttSchema, ServerSchema, StoreSchema } from './server-schema.ts'

// Programs import the words of the file from here, with the schema that uses them.
export * from './facility-words.ts'

const GatewaySchema = Type.Object(
  {
    id: Id('Unique in the facility.'),
    name: Type.Optional(Type.String({ maxLength: 200, description: 'What people call it.' })),
    heartbeat: Duration('A live batch at least this often, empty if need be; lost after three missed.', '2s'),
    metrics: Type.Optional(
      Type.String({
        pattern: ADDRESS_PATTERN,
        title: 'an address such as 127.0.0.1:9464',
        description: 'Where it answers /metrics in the form of Prometheus. Default: nowhere.',
      }),
    ),
    outbox: Type.Object(
      {
        path: Type.Optional(
          Type.String({
            minLength: 1,
            description:
              'SQLite file of the outbox, relative to the working directory, or `memory`. Default: data/{facility}.{gateway}.db',
          }),
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

const AreaSchema = Type.Object(
  {
    id: Id('Unique in the facility.'),
    name: Type.Optional(
      Type.String({ maxLength: 200, description: 'What people call it. Default: the id.' }),
    ),
    location: Type.Optional(LocationSchema),
    outline: Type.Optional(
      Type.Array(LocationSchema, {
        minItems: 3,
        maxItems: 1000,
        description:
          'Its border, corner by corner, as the risk map draws it. Default: a point at its location.',
      }),
    ),
  },
  { ...closed, title: 'area' },
)

/**
 * The facility file. With the files it imports this is the only place for its types, defaults, ranges and
 * words: the validation, the JSON Schema for editors and docs/reference/config.md all come from here
 * (DESIGN section 4).
 */
export const FacilitySchema = Type.Object(
  {
    facility: Type.Object(
      {
        id: Id('Id of the plant, in every topic and tag.'),
        name: Type.Optional(
          Type.String({ maxLength: 200, description: 'What people call it. Default: the id.' }),
        ),
        location: Type.Optional(LocationSchema),
        region: Type.Optional(RegionSchema),
        timezone: Type.String({
          default: 'UTC',
          description: 'IANA time zone; the API gives times with its offset.',
        }),
        shifts: Type.Array(
          Type.String({ pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$', title: 'a time of day such as 08:00' }),
          {
            default: ['08:00', '20:00'],
            minItems: 1,
            maxItems: 6,
            description:
              'When shifts begin, local time, in order; each lasts until the next. Alarm figures are given for each shift.',
          },
        ),
        maxInhibit: Duration('How long a detector may be inhibited at most.', '8h'),
        gasRule: Type.Enum(GAS_RULES, {
          default: 'gb50493',
          description:
            'What the set points of gas detectors are checked against: GB/T 50493, or nothing where other law holds.',
        }),
      },
      { ...closed, title: 'facility', description: 'The plant.' },
    ),
    mqtt: MqttSchema,
    store: StoreSchema,
    server: ServerSchema,
    areas: Type.Array(AreaSchema, { default: [], description: 'Parts of the plant.' }),
    classes: Type.Record(Type.String({ pattern: ID_PATTERN }), AlarmClassSchema, {
      ...closed,
      default: {},
      title: 'alarm classes by name',
      description:
        'Classes of alarms; process, environmental and safety are there already and may be changed here.',
    }),
    groups: Type.Array(AlarmGroupSchema, {
      default: [],
      description: 'Groups of alarms that one event sets off: which came first is shown.',
    }),
    templates: Type.Record(Type.String({ pattern: ID_PATTERN }), TemplateSchema, {
      ...closed,
      default: {},
      title: 'templates by name, each with any keys of a sensor but its id',
      description: 'Keys that sensors share: a sensor says use: NAME.',
    }),
    gateways: Type.Array(GatewaySchema, {
      minItems: 1,
      description: 'Edge gateways and what hangs on them.',
    }),
    foreign: Type.Array(ForeignDeviceSchema, {
      default: [],
      description:
        'Devices that publish MQTT themselves. Their sensors stand under the gateway `foreign`, whose id is reserved.',
    }),
    derived: Type.Array(DerivedSchema, {
      default: [],
      description:
        'Sensors that the server computes from others (docs/analytics.md). They stand under the gateway `derived`, whose id is reserved.',
    }),
    tanks: Type.Array(TankSchema, {
      default: [],
      description: 'Tanks that computations of level go by.',
    }),
    responders: Type.Array(ResponderSchema, {
      default: [],
      description: 'People who are told of alarms.',
    }),
    roster: Type.Array(DutySchema, {
      default: [],
      description: 'Duties, and who has them when.',
    }),
    notify: NotifySchema,
    annunciators: Type.Array(AnnunciatorSchema, {
      default: [],
      description:
        'Lamps, horns and relays that show alarms, each driven by `npm run gateway -- annunciator`.',
    }),
    register: RegisterSchema,
    plans: Type.Array(PlanSchema, {
      default: [],
      description: 'Emergency plans: what is done when something happens (docs/incidents.md).',
    }),
  },
  { ...closed, title: 'Davylamp facility file' },
)

export type FacilityFile = Type.Static<typeof FacilitySchema>
