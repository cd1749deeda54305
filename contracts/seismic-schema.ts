import Type from 'typebox'
import { BYTE_ORDERS } from './facility-words.ts'
import { closed, Duration } from './schema-parts.ts'

/** How the samples of an instrument come: docs/seismic-protocols.md. */
export const SEISMIC_PROTOCOLS = ['frames', 'registers', 'seedlink'] as const
export type SeismicProtocol = (typeof SEISMIC_PROTOCOLS)[number]

/** How the registers of an instrument are asked for. */
export const SEISMIC_LINKS = ['modbus-tcp', 'modbus-rtu', 'modbus-rtu-over-tcp', 'modbus-ascii'] as const
export type SeismicLink = (typeof SEISMIC_LINKS)[number]

/** What a channel of an instrument is: an axis, or one that counts the other way. */
export const SIGNED_AXES = ['ns', 'ew', 'ud', '-ns', '-ew', '-ud'] as const
export type SignedAxis = (typeof SIGNED_AXES)[number]

/** Keys of a bus of driver seismic; none has a default here, so that the digest of other files stays as it was. */
export const SEISMIC_BUS_KEYS = {
  protocol: Type.Optional(
    Type.Enum(SEISMIC_PROTOCOLS, {
      description:
        'For driver seismic: how the samples come, see docs/seismic-protocols.md. Default: frames.',
    }),
  ),
  link: Type.Optional(
    Type.Enum(SEISMIC_LINKS, {
      description:
        'For driver seismic with protocol registers: how they are asked for. Default: modbus-tcp, and modbus-rtu on a serial line.',
    }),
  ),
}

const RegistersSchema = Type.Object(
  {
    table: Type.Enum(['holding', 'input'], { default: 'holding', description: 'Modbus table of both.' }),
    head: Type.Integer({
      minimum: 0,
      maximum: 65_527,
      default: 0,
      description: 'Zero-based address of the 9 registers that tell what the ring holds.',
    }),
    ring: Type.Integer({
      minimum: 0,
      maximum: 65_535,
      default: 100,
      description: 'Zero-based address of the first slot of the ring.',
    }),
    type: Type.Enum(['int16', 'int32'], { default: 'int16', description: 'What a count is.' }),
    order: Type.Enum(BYTE_ORDERS, { default: 'ABCD', description: 'Byte order of counts of 32 bits.' }),
  },
  {
    ...closed,
    title: 'ring buffer',
    description: 'With protocol registers: where the samples stand.',
  },
)

const TriggerSchema = Type.Object(
  {
    sta: Duration('Short term average.', '0.5s'),
    lta: Duration('Long term average; nothing triggers before it has settled.', '30s'),
    on: Type.Number({
      exclusiveMinimum: 1,
      maximum: 1000,
      default: 5,
      description: 'An event begins at this ratio.',
    }),
    off: Type.Number({
      exclusiveMinimum: 0,
      maximum: 1000,
      default: 2,
      description: 'It ends below this ratio.',
    }),
    pre: Duration('How much before it is kept with it.', '20s'),
    post: Duration('How much behind it.', '40s'),
    maxEvent: Duration('What is kept of an event is no longer than this.', '180s'),
  },
  {
    ...closed,
    default: {},
    title: 'seismic trigger',
    description: 'When an event begins and ends, and what is kept of it.',
  },
)

const RawSchema = Type.Object(
  {
    path: Type.String({
      minLength: 1,
      description: 'Folder of the day files, below it one for each station.',
    }),
    keep: Duration('Day files older than this are deleted.', '7d'),
  },
  {
    ...closed,
    title: 'raw waveforms',
    description: 'Everything is kept as miniSEED day files on the gateway. Default: events alone are kept.',
  },
)

const Code = (what: string, most: number) =>
  Type.String({ pattern: `^[A-Z0-9]{1,${most}}$`, title: `1 to ${most} of A-Z 0-9`, description: what })

export const SeismicSchema = Type.Object(
  {
    rate: Type.Integer({
      minimum: 10,
      maximum: 1000,
      default: 100,
      description: 'Samples per second of each axis.',
    }),
    scale: Type.Optional(
      Type.Number({ exclusiveMinimum: 0, description: 'Counts per Gal (cm/s2). This or sensitivity.' }),
    ),
    sensitivity: Type.Optional(
      Type.Number({ exclusiveMinimum: 0, description: 'Counts per m/s2, as a StationXML file gives it.' }),
    ),
    fullScale: Type.Number({
      exclusiveMinimum: 0,
      default: 1961.33,
      description: 'Where an axis clips, Gal. The default is 2 g.',
    }),
    axes: Type.Array(Type.Enum(SIGNED_AXES), {
      minItems: 3,
      maxItems: 3,
      default: ['ns', 'ew', 'ud'],
      title: 'three of ns, ew, ud, each once, with a - where it counts the other way',
      description: 'What its channels are, in their order.',
    }),
    network: Type.Optional(Code('Network code, for SeedLink and in miniSEED. Default: XX.', 2)),
    station: Type.Optional(Code('Station code likewise. Default: made of the id.', 5)),
    location: Type.Optional(
      Type.String({
        pattern: '^[A-Z0-9]{0,2}$',
        title: 'up to 2 of A-Z 0-9',
        description: 'Location code likewise. Default: empty.',
      }),
    ),
    channels: Type.Optional(
      Type.Array(Type.String({ pattern: '^[A-Z0-9]{3}$', title: '3 of A-Z 0-9' }), {
        minItems: 3,
        maxItems: 3,
        title: 'three channel codes such as HNN, HNE, HNZ',
        description:
          'Channel codes likewise, in the order of `axes`. Default: HNN, HNE and HNZ for ns, ew and ud.',
      }),
    ),
    registers: Type.Optional(RegistersSchema),
    trigger: TriggerSchema,
    noiseLimit: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        description:
          'Noise beyond this without an event is out-of-spec, Gal root mean square. Default: not checked.',
      }),
    ),
    deadAfter: Duration('An axis that does not move by a digit for so long is dead: frozen.', '30s'),
    raw: Type.Optional(RawSchema),
  },
  {
    ...closed,
    title: 'seismic',
    description: 'An instrument of driver seismic. Its sensors say `register: { field: pga }`.',
  },
)

export type SeismicFile = Type.Static<typeof SeismicSchema>
export type RegistersFile = Type.Static<typeof RegistersSchema>
