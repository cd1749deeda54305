import Type from 'typebox'
import { ADDRESS_BASES, CHECKSUMS, TABLES } from './facility-words.ts'
import { closed, Duration, Id } from './schema-parts.ts'
import { SeismicSchema } from './seismic-schema.ts'
import { RegisterSchema, SensorSchema, StatusSchema } from './sensor-schema.ts'

const WorkaroundsSchema = Type.Object(
  {
    singleReads: Type.Boolean({ default: false, description: 'Ask for every value alone.' }),
    blocks: Type.Array(
      Type.Object(
        {
          table: Type.Enum(TABLES, { default: 'holding', description: 'Modbus table.' }),
          address: Type.Integer({ minimum: 0, maximum: 65535, description: 'Zero-based protocol address.' }),
          count: Type.Integer({ minimum: 1, maximum: 2000, description: 'Registers or bits.' }),
        },
        { ...closed, title: 'block' },
      ),
      {
        default: [],
        description: 'Blocks that the device answers as a whole only; every value lies in one of them.',
      },
    ),
    replyUnit: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 255,
        description: 'Unit id it answers with, when that is not its own.',
      }),
    ),
    pause: Duration('Pause before each request to it.', '0s'),
  },
  { ...closed, default: {}, title: 'workarounds', description: 'Quirks to put up with.' },
)

const LineSchema = Type.Object(
  {
    request: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 256,
        description: 'What asks for a record, such as "#01\\r". Default: the instrument sends by itself.',
      }),
    ),
    start: Type.String({
      default: '',
      maxLength: 16,
      description: 'What a record begins with; bytes before it are skipped.',
    }),
    end: Type.Optional(
      Type.String({ minLength: 1, maxLength: 16, description: 'What ends a record. Default "\\r\\n".' }),
    ),
    length: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 1024,
        description: 'Bytes of a record with its start and checksum, instead of an end.',
      }),
    ),
    separator: Type.Optional(
      Type.String({ minLength: 1, maxLength: 8, description: 'What stands between fields. Default ",".' }),
    ),
    pattern: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 500,
        description: 'Regular expression whose groups are the fields, instead of a separator.',
      }),
    ),
    checksum: Type.Object(
      {
        kind: Type.Enum(CHECKSUMS, {
          default: 'none',
          description:
            'xor and sum of one byte, crc16 as in Modbus: high byte first in hex, low byte first in binary.',
        }),
        encoding: Type.Enum(['hex', 'binary'], { default: 'hex', description: 'How it is written.' }),
        marker: Type.String({
          default: '',
          maxLength: 4,
          description: 'Between data and checksum, such as "*"; it is not covered.',
        }),
      },
      { ...closed, default: {}, title: 'checksum', description: 'Stands at the end of the data.' },
    ),
  },
  { ...closed, title: 'line', description: 'What an instrument of driver serial-line sends.' },
)

export const DeviceSchema = Type.Object(
  {
    id: Id('Unique in the facility.'),
    name: Type.Optional(Type.String({ maxLength: 200, description: 'What people call it.' })),
    profile: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          'Instrument that it is: a name from docs/reference/profiles.md, or the path of a profile file.',
      }),
    ),
    channels: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 999,
        description: 'How many channels of the profile are fitted, when no sensors are listed.',
      }),
    ),
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
    addressBase: Type.Enum(ADDRESS_BASES, {
      default: 'pdu',
      description:
        'What its manual counts in: pdu as sent, oneBased one more, modicon5 and modicon6 references such as 40001 and 400001.',
    }),
    workarounds: WorkaroundsSchema,
    heartbeat: Type.Optional(
      Type.Object(
        {
          register: RegisterSchema,
          within: Duration('The data are frozen when it has stood still for so long.', '15s'),
        },
        { ...closed, title: 'heartbeat', description: 'A register that moves while the device is alive.' },
      ),
    ),
    status: Type.Array(StatusSchema, {
      default: [],
      description: 'What the device says about all of its sensors.',
    }),
    line: Type.Optional(LineSchema),
    seismic: Type.Optional(SeismicSchema),
    sensors: Type.Optional(
      Type.Array(SensorSchema, { description: 'What it measures. Default: all points of its profile.' }),
    ),
  },
  { ...closed, title: 'device' },
)

export type DeviceFile = Type.Static<typeof DeviceSchema>
