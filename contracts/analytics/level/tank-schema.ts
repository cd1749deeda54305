import Type from 'typebox'
import { CATEGORY_NAMES } from '../../register/gb18218-table.ts'
import { closed, Duration, Id } from '../../schema-parts.ts'

/** What a strapping table is made of, or a shape whose volume follows from its measures. */
export const TANK_SHAPES = ['vertical-cylinder', 'horizontal-cylinder', 'sphere', 'strapping'] as const
/** Of horizontal cylinders. */
export const TANK_HEADS = ['flat', 'elliptical', 'hemispherical'] as const

const Metres = (description: string) =>
  Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 1_000, description }))

const ShapeSchema = Type.Object(
  {
    kind: Type.Enum(TANK_SHAPES, {
      description: 'A cylinder, a sphere, or the strapping table of its calibration.',
    }),
    diameter: Metres('Inside, m; not of a strapping table.'),
    height: Metres('Of a vertical cylinder: from the zero of the gauge to its rim, m.'),
    length: Metres('Of a horizontal cylinder: without its heads, m.'),
    heads: Type.Optional(
      Type.Enum(TANK_HEADS, { description: 'Of a horizontal cylinder; elliptical is 2:1. Default: flat.' }),
    ),
    rows: Type.Optional(
      Type.Array(Type.Array(Type.Number(), { minItems: 2, maxItems: 2, title: 'two numbers [mm, m3]' }), {
        minItems: 2,
        maxItems: 50_000,
        description:
          'Of a strapping table: level in mm and volume in m3. Levels ascend strictly, volumes never fall.',
      }),
    ),
    file: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          'Instead of `rows`: a CSV file of the same two columns, relative to the folder of this file.',
      }),
    ),
  },
  { ...closed, title: 'shape of a tank' },
)

const RoofSchema = Type.Object(
  {
    mass: Type.Number({ exclusiveMinimum: 0, maximum: 1e7, description: 'Of the roof, kg.' }),
    floats: Type.Number({
      exclusiveMinimum: 0,
      maximum: 1_000,
      description: 'Level from which on it floats freely, m.',
    }),
    zone: Type.Number({
      exclusiveMinimum: 0,
      maximum: 100,
      default: 0.3,
      description: 'So far below it begins to float, m. Within it volumes are uncertain.',
    }),
  },
  {
    ...closed,
    title: 'floating roof',
    description:
      'It displaces liquid of its own mass: mass / density is taken off. Not for a strapping table that has it in its volumes.',
  },
)

const Limit = (description: string) => Type.Optional(Type.Number({ minimum: 0, maximum: 1_000, description }))

const LevelsSchema = Type.Object(
  {
    CH: Limit('Critical high: beyond it comes overflow or damage.'),
    HH: Limit('High-high: a receipt has to be ended before CH.'),
    H: Limit('High.'),
    MW: Limit('Maximum working level.'),
    L: Limit('Low.'),
    LL: Limit('Low-low: pumps stop.'),
  },
  {
    ...closed,
    default: {},
    title: 'levels of concern',
    description: 'API 2350, m: LL < L < MW <= H < HH < CH.',
  },
)

const TankSubstanceSchema = Type.Object(
  {
    cas: Type.String({
      pattern: '^[1-9][0-9]{1,6}-[0-9]{2}-[0-9]$',
      title: 'a CAS number such as 86290-81-5',
      description: 'By it GB 18218 counts what is in the tank.',
    }),
    name: Type.Optional(Type.String({ maxLength: 100, description: 'As people call it.' })),
    category: Type.Optional(
      Type.Enum([...CATEGORY_NAMES], {
        description: 'Its danger by GB 18218, where the substance is not listed by itself.',
      }),
    ),
    form: Type.Optional(
      Type.String({ maxLength: 40, description: 'Of a substance whose forms are told apart.' }),
    ),
    density: Type.Number({
      exclusiveMinimum: 0,
      maximum: 25_000,
      description: 'At the reference temperature, kg/m3.',
    }),
    beta: Type.Number({
      minimum: 0,
      maximum: 0.01,
      default: 0,
      description: 'Thermal expansion by volume, per K: gasoline 0.0012, diesel 0.00083.',
    }),
    referenceTemperature: Type.Number({
      minimum: -50,
      maximum: 100,
      default: 15,
      description: 'Of the density and of standard volumes, degC: 15, or 20 as in China.',
    }),
  },
  { ...closed, title: 'liquid of a tank' },
)

export const TankSchema = Type.Object(
  {
    id: Id('Unique among the tanks.'),
    name: Type.Optional(
      Type.String({ maxLength: 200, description: 'What people call it. Default: the id.' }),
    ),
    area: Type.Optional(Id('The area that it stands in.')),
    shape: ShapeSchema,
    heel: Type.Number({
      minimum: 0,
      maximum: 1e6,
      default: 0,
      description:
        'Deadstock: volume below the zero of the gauge, m3; of a strapping table, below its first row.',
    }),
    roof: Type.Optional(RoofSchema),
    levels: LevelsSchema,
    category: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 3,
        description: 'By API 2350: 1 always attended, 2 attended at first and at last, 3 not attended.',
      }),
    ),
    response: Type.Optional(
      Duration('How long it takes to end a receipt. Default: by category 45m, 30m or 15m.'),
    ),
    maxFlow: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        maximum: 1e6,
        description:
          'Greatest flow in or out, m3/h. A level that changes more than three times as fast is rejected.',
      }),
    ),
    sigma: Type.Number({
      exclusiveMinimum: 0,
      maximum: 1_000,
      default: 1,
      description: 'Standard deviation of the gauge, mm.',
    }),
    substance: Type.Optional(TankSubstanceSchema),
  },
  { ...closed, title: 'tank' },
)

export type TankFile = Type.Static<typeof TankSchema>
export type TankShapeFile = TankFile['shape']
