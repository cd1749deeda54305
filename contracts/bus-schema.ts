import Type from 'typebox'
import { ADDRESS_PATTERN } from './address.ts'
import { DeviceSchema } from './device-schema.ts'
import { DRIVERS, PARITIES } from './facility-words.ts'
import { closed, Duration, Id } from './schema-parts.ts'
import { SEISMIC_BUS_KEYS } from './seismic-schema.ts'

const SerialSchema = Type.Object(
  {
    path: Type.String({
      minLength: 1,
      description:
        'Device file or COM port, best a stable one such as /dev/serial/by-id/...; or the serial number of a USB adapter.',
    }),
    baudRate: Type.Integer({
      minimum: 50,
      maximum: 4_000_000,
      default: 9600,
      description: 'Bits per second.',
    }),
    dataBits: Type.Enum([7, 8], { default: 8, description: 'Modbus RTU needs 8; ASCII often has 7.' }),
    parity: Type.Enum(PARITIES, { default: 'none', description: 'Parity bit.' }),
    stopBits: Type.Enum([1, 2], { default: 1, description: 'Stop bits.' }),
  },
  { ...closed, title: 'serial line' },
)

const ListenSchema = Type.Object(
  {
    address: Type.String({
      pattern: ADDRESS_PATTERN,
      title: 'an address such as 0.0.0.0:5020',
      description: 'Where the gateway listens. Several buses may share it.',
    }),
    registration: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 64,
        description:
          'Text that the unit sends when it has connected. Buses that share an address each need one.',
      }),
    ),
    keepalive: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 64,
        description: 'Text that the unit sends now and then; it is skipped.',
      }),
    ),
  },
  { ...closed, title: 'units that dial in, such as 4G modems' },
)

/** What says how a line is reached, and how patient one is with it. */
export const LINE_KEYS = {
  driver: Type.Enum(DRIVERS, {
    description: 'How the line is spoken to.',
  }),
  host: Type.Optional(Type.String({ minLength: 1, description: 'Host that is connected to.' })),
  port: Type.Integer({
    minimum: 1,
    maximum: 65535,
    default: 502,
    description: 'Its TCP port. Driver seismic needs it, but for protocol registers.',
  }),
  serial: Type.Optional(SerialSchema),
  listen: Type.Optional(ListenSchema),
  timeout: Duration('How long to wait for an answer.', '1s'),
  lateness: Type.Optional(
    Duration(
      'How long after a timeout an answer may still come: the unit is left alone for so long. It has to cover the worst delay of the line: over 4G that is seconds. Not for modbus-tcp, whose answers bear a number. Default: the timeout, at least 100ms.',
    ),
  ),
  gap: Type.Optional(
    Duration('Silence before a request. Default: 3.5 characters on a serial line, none on TCP.'),
  ),
}

export const BusSchema = Type.Object(
  {
    id: Id('Unique in its gateway.'),
    ...LINE_KEYS,
    ...SEISMIC_BUS_KEYS,
    devices: Type.Array(DeviceSchema, { description: 'Units on this line or connection.' }),
  },
  { ...closed, title: 'bus' },
)

export type BusFile = Type.Static<typeof BusSchema>
export type LineFile = Omit<BusFile, 'id' | 'devices'>
