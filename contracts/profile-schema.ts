import Type from 'typebox'
import { DeviceSchema } from './device-schema.ts'
import { DRIVERS } from './facility-words.ts'
import { closed, Id } from './schema-parts.ts'
import { SensorSchema } from './sensor-schema.ts'

/** Point names come after the id of the device: `midas-1.gas`. */
export const POINT_PATTERN = '^[a-z][a-z0-9]*(-[a-z0-9]+)*$'

const ChannelsSchema = Type.Object(
  {
    max: Type.Integer({ minimum: 1, maximum: 999, description: 'The last channel; the first is 1.' }),
    stride: Type.Integer({
      minimum: 1,
      maximum: 10_000,
      default: 1,
      description: 'From one channel to the next: address of channel n = address + (n - 1) * stride.',
    }),
    statusStride: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 10_000,
        description: 'The same for the registers of its status. Default: the stride.',
      }),
    ),
  },
  { ...closed, title: 'channels', description: 'The point is there many times, once per channel.' },
)

const { kind, unit, quantity, name, range, valid, register, status, plausibility, report } =
  SensorSchema.properties

const PointSchema = Type.Object(
  {
    ...{ kind, unit, quantity, name, range, valid, register, status, plausibility, report },
    optional: Type.Boolean({
      default: false,
      description: 'A sensor only where one lists it with `point`, such as a diagnostic.',
    }),
    channels: Type.Optional(ChannelsSchema),
  },
  { ...closed, title: 'point' },
)

const { poll, maxGap, maxRegisters, addressBase, workarounds, heartbeat, line } = DeviceSchema.properties

const ProfileDeviceSchema = Type.Partial(
  Type.Object({
    ...{ poll, maxGap, maxRegisters, addressBase, workarounds, heartbeat, line },
    status: DeviceSchema.properties.status,
  }),
  {
    ...closed,
    default: {},
    title: 'device',
    description: 'Keys of a device; those that a facility file gives go before them.',
  },
)

/**
 * A device profile: what an instrument has in which register, once for all plants. `drivers` are those it can be
 * read with. The reference page and the check of profile files come from here, as for the facility file.
 */
export const ProfileSchema = Type.Object(
  {
    profile: Id('Its name; that of the file without .yaml.'),
    title: Type.String({ minLength: 1, maxLength: 200, description: 'Maker, model and what it measures.' }),
    source: Type.String({
      minLength: 1,
      maxLength: 500,
      description: 'Manual and page of the register map.',
    }),
    verifiedOnHardware: Type.Boolean({
      description: 'True once somebody has read a real instrument with it and compared the display.',
    }),
    notes: Type.Optional(
      Type.String({ maxLength: 4000, description: 'What to know and to check when it is commissioned.' }),
    ),
    drivers: Type.Array(Type.Enum(DRIVERS, { description: 'Driver of a bus.' }), {
      minItems: 1,
      description: 'Drivers it can be read with.',
    }),
    device: ProfileDeviceSchema,
    points: Type.Record(Type.String({ pattern: POINT_PATTERN }), PointSchema, {
      ...closed,
      title: 'points by name, each name of a-z 0-9 and - in between',
      description: 'What it measures, by name.',
    }),
  },
  { ...closed, title: 'device profile' },
)

export type ProfileFile = Type.Static<typeof ProfileSchema>
export type PointFile = ProfileFile['points'][string]
