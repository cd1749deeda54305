import Type from 'typebox'
import { ADDRESS_PATTERN } from './address.ts'
import { LINE_KEYS } from './bus-schema.ts'
import { TABLES, WRITABLE_TABLES } from './facility-words.ts'
import { MatchSchema } from './notify/schema.ts'
import { closed, Duration, Id } from './schema-parts.ts'

/** What an output shows; docs/annunciator.md has the table of what that is in each state of an alarm. */
export const SHOWS = ['unacknowledged', 'active', 'server-alive'] as const
export type Shows = (typeof SHOWS)[number]

/** The two states of an output. */
export const OUTPUT_STATES = ['on', 'off'] as const
export type OutputState = (typeof OUTPUT_STATES)[number]

const Address = Type.Integer({ minimum: 0, maximum: 65535, description: 'Zero-based protocol address.' })

const Value = (description: string, initial?: number) =>
  Type.Integer({
    minimum: 0,
    maximum: 65535,
    description,
    ...(initial === undefined ? {} : { default: initial }),
  })

const ReadbackSchema = Type.Object(
  {
    table: Type.Enum(TABLES, {
      description: 'Best an input that a contact of the actuator is wired to; else the output itself.',
    }),
    address: Address,
    on: Type.Optional(Value('What it reads while the output is on. Default: what is written.')),
    off: Type.Optional(Value('Likewise while it is off.')),
    after: Duration('How long the output takes until it can be seen there.', '0ms'),
  },
  { ...closed, title: 'readback' },
)

const OutputSchema = Type.Object(
  {
    id: Id('Unique in its annunciator.'),
    name: Type.Optional(
      Type.String({ maxLength: 200, description: 'What people call it. Default: the id.' }),
    ),
    register: Type.Object(
      {
        table: Type.Enum(WRITABLE_TABLES, { description: 'A coil, or a holding register.' }),
        address: Address,
      },
      { ...closed, title: 'register' },
    ),
    on: Value('Written to switch it on.', 1),
    off: Value('Written to switch it off.', 0),
    safe: Type.Enum(OUTPUT_STATES, {
      description: 'The state that it takes while the server is not heard, and when the program is stopped.',
    }),
    shows: Type.Enum(SHOWS, {
      description:
        '`unacknowledged`: somebody has yet to acknowledge; `active`: it stands, acknowledged or not; `server-alive`: the server is heard.',
    }),
    match: MatchSchema,
    flash: Type.Optional(
      Duration(
        'On for half of it and off for the other half while an alarm is unacknowledged; steady once it is acknowledged. With server-alive: as long as the server is heard.',
      ),
    ),
    audible: Type.Boolean({
      default: false,
      description: 'A horn: it is quiet for alarms that somebody has silenced.',
    }),
    readback: Type.Optional(ReadbackSchema),
  },
  { ...closed, title: 'output' },
)

export const AnnunciatorSchema = Type.Object(
  {
    id: Id('Unique among the annunciators. Its failure is the alarm sys.{id}.annunciator.FAIL.'),
    name: Type.Optional(
      Type.String({ maxLength: 200, description: 'What people call it. Default: the id.' }),
    ),
    bus: Type.Object(LINE_KEYS, {
      ...closed,
      title: 'line',
      description: 'The line to its module, of a Modbus driver; no gateway has it too.',
    }),
    unit: Type.Integer({ minimum: 0, maximum: 255, description: 'Modbus unit of its module.' }),
    refresh: Duration(
      'Everything is written again this often: the watchdog of the module has to be longer.',
      '1s',
    ),
    multiple: Type.Boolean({
      default: false,
      description:
        'Neighbouring outputs are written with one request of function 15 or 16, instead of each with function 5 or 6.',
    }),
    metrics: Type.Optional(
      Type.String({
        pattern: ADDRESS_PATTERN,
        title: 'an address such as 127.0.0.1:9468',
        description: 'Where it answers /metrics and /healthz. Default: nowhere.',
      }),
    ),
    confirmed: Type.Optional(
      Type.Object(
        {
          by: Type.String({
            minLength: 2,
            maxLength: 100,
            description: 'Who has checked wiring and effect.',
          }),
          on: Type.String({
            pattern: '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$',
            title: 'a date such as 2026-11-30',
            description: 'When.',
          }),
        },
        {
          ...closed,
          title: 'confirmation',
          description: 'Without it nothing is ever written: `--dry-run` alone works.',
        },
      ),
    ),
    outputs: Type.Array(OutputSchema, { minItems: 1, maxItems: 256, description: 'Lamps, horns, relays.' }),
  },
  { ...closed, title: 'annunciator' },
)

export type AnnunciatorFile = Type.Static<typeof AnnunciatorSchema>
