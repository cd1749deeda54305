import Type from 'typebox'
import { AXES } from '../contracts/analytics/seismic/wave.ts'
import { DURATION_PATTERN } from '../contracts/duration.ts'
import { ID_PATTERN } from '../contracts/ids.ts'
import { FAULT_KINDS } from './fault/fault-kinds.ts'
import { SURPLUSES } from './fault/faulty-wire.ts'
import { GASES } from './plant/substances.ts'
import { TANK_GAUGE_NAMES, TANK_GAUGES, type TankGauge } from './plant/tank-gauges.ts'
import { FAIL_MODES } from './scenario.ts'
import { MACHINERY_GAL } from './seismic/machinery.ts'
import { TROUBLE_KINDS, TROUBLES } from './seismic/trouble.ts'

/** The scenario file, the only place for its keys, defaults and words. */
const closed = { additionalProperties: false } as const
const Duration = (description: string, initial?: string) =>
  Type.String({
    pattern: DURATION_PATTERN,
    title: 'a duration such as 500ms, 20s or 4m',
    description,
    ...(initial === undefined ? {} : { default: initial }),
  })
const Place = Type.Array(Type.Number(), {
  minItems: 2,
  maxItems: 2,
  title: 'two numbers [east, north] in m',
  description: 'Metres east and north of a point of your choice.',
})
const Id = (description: string) => Type.String({ description })
const Positive = (description: string, initial?: number) =>
  Type.Number({
    exclusiveMinimum: 0,
    title: 'a number above 0',
    description,
    ...(initial === undefined ? {} : { default: initial }),
  })
const Degrees = (initial: number) =>
  Type.Number({
    minimum: 0,
    maximum: 360,
    default: initial,
    description: 'Where it comes from, degrees clockwise from north.',
  })
const Byid = <T extends Type.TSchema>(item: T, title: string) =>
  Type.Record(Type.String({ pattern: ID_PATTERN }), item, { ...closed, default: {}, title })

const WindKeys = {
  speed: Type.Number({ minimum: 0, maximum: 60, default: 2, description: 'Mean speed, m/s.' }),
  from: Degrees(225),
}

const Height = Type.Number({
  minimum: 0,
  maximum: 200,
  default: 0,
  description: 'Above ground, m.',
})

const GAUGE_KEYS = Object.fromEntries(
  TANK_GAUGE_NAMES.map((name) => [name, Type.Optional(Id(TANK_GAUGES[name].about))]),
) as Record<TankGauge, Type.TOptional<Type.TString>>

const TankSchema = Type.Object(
  {
    diameter: Positive('Inner diameter, m.', 8),
    height: Positive('Up to the rim, m; what comes on top is spilled.', 12),
    start: Type.Number({ minimum: 0, default: 6, description: 'Level at the start, m.' }),
    between: Type.Array(Type.Number({ minimum: 0 }), {
      minItems: 2,
      maxItems: 2,
      default: [5, 7],
      title: 'two levels [low, high] in m',
      description: 'It is filled up to the second and emptied down to the first, by turns.',
    }),
    flow: Type.Number({
      minimum: 0,
      default: 40,
      description: 'Inflow and outflow of everyday work, m3/h; 0: it stands still but for transfers.',
    }),
    drain: Positive('Outflow while it stands above its band, m3/h.', 500),
    switchAt: Positive('Level at which the overfill switch trips, m.', 11),
    expansion: Type.Number({
      minimum: 0,
      maximum: 0.01,
      default: 0,
      description: 'Thermal expansion of what is in it, 1/K: 0.0012 for gasoline, 0.00083 for diesel.',
    }),
    sigma: Type.Number({
      minimum: 0,
      maximum: 100,
      default: 1.5,
      description: 'Standard deviation of each level sensor, mm.',
    }),
    resolution: Type.Number({
      minimum: 0,
      maximum: 100,
      default: 0,
      description: 'Step in which the level sensors tell, mm. Default: none.',
    }),
    waves: Type.Number({
      minimum: 0,
      maximum: 1,
      default: 1,
      description: 'Share of the waves that the level sensors see; 0.05 in a stilling well.',
    }),
    ...GAUGE_KEYS,
  },
  { ...closed, default: {}, title: 'tank' },
)

export const PlantSchema = Type.Object(
  {
    wind: Type.Object(WindKeys, { ...closed, default: {}, title: 'wind' }),
    tanks: Byid(TankSchema, 'tanks by name'),
    detectors: Byid(
      Type.Object(
        { at: Place, height: Height, t90: Duration('Time to 90 % of a step.', '8s') },
        { ...closed, default: {}, title: 'detector' },
      ),
      'gas detectors by sensor id',
    ),
    sources: Byid(
      Type.Object(
        { at: Place, height: Height, gas: Type.Enum(GASES, { description: 'What leaks.' }) },
        { ...closed, default: {}, title: 'source' },
      ),
      'places that can leak, by name',
    ),
    accelerographs: Byid(
      Type.Object(
        { at: Place, site: Positive("Its ground's share of the shaking.", 1) },
        { ...closed, default: {}, title: 'accelerograph' },
      ),
      'accelerographs by sensor id',
    ),
    seismographs: Byid(
      Type.Object(
        {
          at: Place,
          site: Positive("Its ground's share of the shaking.", 1),
          machinery: Type.Number({
            minimum: 0,
            default: MACHINERY_GAL,
            description: 'What pumps and motors do to it, Gal root mean square.',
          }),
        },
        { ...closed, default: {}, title: 'seismograph' },
      ),
      'seismographs by device id; those that are not named stand at the origin',
    ),
    drums: Byid(
      Type.Object(
        {
          full: Positive('Weight of a full drum, kg.', 1000),
          spent: Positive('It is exchanged at this weight, kg.', 300),
          draw: Positive('Drawn from it, kg/h.', 20),
        },
        { ...closed, default: {}, title: 'drum' },
      ),
      'drums by sensor id of their scale',
    ),
  },
  { ...closed, default: {}, title: 'plant' },
)

/** What an entry may do; it does exactly one of them. Key: the kind. */
export const EffectSchemas = {
  leak: Type.Object(
    {
      source: Type.Optional(Id('A source of the plant; or say where and what with at and gas.')),
      at: Type.Optional(Place),
      height: Height,
      gas: Type.Optional(Type.Enum(GASES, { description: 'What leaks.' })),
      rate: Positive('kg/s'),
    },
    { ...closed, title: 'leak' },
  ),
  overfill: Type.Object(
    { tank: Id('A tank of the plant.'), inflow: Positive('Inflow that nobody stops, m3/h.') },
    { ...closed, title: 'overfill' },
  ),
  transfer: Type.Object(
    {
      from: Type.Optional(Id('A tank of the plant. Default: a ship or pipeline.')),
      to: Type.Optional(Id('A tank of the plant. Default: a ship or pipeline.')),
      flow: Positive('m3/h'),
      temperature: Type.Optional(
        Type.Number({
          minimum: -50,
          maximum: 150,
          description: 'Of what comes from outside, degC. Default: as in the tank.',
        }),
      ),
    },
    { ...closed, title: 'transfer' },
  ),
  'tank-leak': Type.Object(
    { tank: Id('A tank of the plant.'), rate: Positive('Out of a hole in its bottom, L/h.') },
    { ...closed, title: 'leak of a tank' },
  ),
  heat: Type.Object(
    {
      tank: Type.Optional(Id('A tank of the plant. Default: all of them, as the sun does.')),
      rate: Type.Number({ minimum: -100, maximum: 100, description: 'How fast it warms (or cools), K/h.' }),
    },
    { ...closed, title: 'heat' },
  ),
  earthquake: Type.Object(
    {
      peak: Type.Optional(Positive('Peak acceleration on ground with site 1, Gal; or magnitude.')),
      magnitude: Type.Optional(
        Type.Number({ minimum: 1, maximum: 9, description: 'Magnitude, with a distance.' }),
      ),
      distance: Positive('Distance of the focus, km.', 30),
      from: Degrees(315),
    },
    { ...closed, title: 'earthquake' },
  ),
  accelerogram: Type.Object(
    {
      file: Type.String({
        description:
          'CSV with columns ns, ew, ud (or ns_gal, ns_g, ns_ms2 ...), seen from the folder of the scenario.',
      }),
      rate: Positive('Samples per second.', 100),
      factor: Positive('It shakes so many times as strongly.', 1),
      from: Duration('Where in the record it begins.', '0s'),
      length: Type.Optional(Duration('How much of it is played. Default: all that follows.')),
      devices: Type.Array(Type.String(), { default: [], description: 'Seismographs. Default: all.' }),
    },
    { ...closed, title: 'recorded accelerogram' },
  ),
  bump: Type.Object(
    {
      device: Id('The seismograph whose housing is struck.'),
      peak: Positive('Greatest acceleration, Gal.', 150),
    },
    { ...closed, title: 'bumped housing' },
  ),
  'seismograph-fault': Type.Object(
    {
      device: Id('A seismograph.'),
      kind: Type.Enum(TROUBLE_KINDS, {
        description: Object.entries(TROUBLES)
          .map(([kind, means]) => `${kind}: ${means}.`)
          .join(' '),
      }),
      axis: Type.Optional(Type.Enum(AXES, { description: 'Of dead-channel. Default: ud.' })),
      offset: Type.Optional(
        Type.Number({ description: 'Of clock: s ahead, or behind below 0. Default: 5.' }),
      ),
    },
    { ...closed, title: 'fault of a seismograph' },
  ),
  'dead-detector': Type.Object(
    {
      sensor: Id('A sensor of the facility.'),
      mode: Type.Enum(FAIL_MODES, {
        default: 'nan',
        description:
          'nan: NaN, or the value its type has for no measurement. frozen: the last value. exception: its registers answer with one.',
      }),
      exception: Type.Integer({
        minimum: 1,
        maximum: 11,
        default: 4,
        description: 'Which exception, for mode exception.',
      }),
    },
    { ...closed, title: 'dead detector' },
  ),
  'silent-device': Type.Object(
    { device: Id('Device that gives no answer.') },
    { ...closed, title: 'silent device' },
  ),
  disconnect: Type.Object(
    {
      device: Type.Optional(Id('Every connection to the port of this device is lost; or bus.')),
      bus: Type.Optional(Id('Bus, as {gateway}/{bus}, or its id alone when only one gateway has it.')),
    },
    { ...closed, title: 'disconnect' },
  ),
  fault: Type.Object(
    {
      device: Id('A device of the facility.'),
      kind: Type.Enum(FAULT_KINDS, {
        description: 'What is wrong with it: docs/reference/faults.md says what each needs and takes.',
      }),
      sensor: Type.Optional(Id('The only sensor of the device that has the fault. Default: all.')),
      delay: Type.Optional(Duration('Of late-answer: after the timeout of the bus. Default 200ms.')),
      silence: Type.Optional(Duration('Of reboot: how long nothing is answered. Default 5s.')),
      surplus: Type.Optional(
        Type.Enum(SURPLUSES, { description: 'Of merged: what hangs on the answer. Default answer.' }),
      ),
      rate: Type.Optional(
        Type.Number({ description: 'Of drift: how fast it falls, unit of the sensor per second.' }),
      ),
      amplitude: Type.Optional(Positive('Of noise: to either side, in the unit of the sensor.')),
    },
    { ...closed, title: 'fault of a device' },
  ),
  set: Type.Object(
    {
      sensor: Id('A sensor of the facility.'),
      value: Type.Number({ description: 'In the unit of the sensor.' }),
    },
    { ...closed, title: 'set' },
  ),
  wind: Type.Object(
    {
      ...WindKeys,
      turn: Type.Number({
        minimum: -360,
        maximum: 360,
        default: 0,
        description: 'How fast it veers (above 0) or backs, degrees a minute.',
      }),
    },
    { ...closed, title: 'wind' },
  ),
}

const EntrySchema = Type.Object(
  {
    at: Duration('When it begins, from the start of the timeline or of its loop.'),
    duration: Type.Optional(Duration('How long it lasts. Default: to the end.')),
    note: Type.Optional(Type.String({ maxLength: 200, description: 'What people read when it begins.' })),
    ...Type.Partial(Type.Object(EffectSchemas)).properties,
  },
  { ...closed, title: 'timeline entry' },
)

export const ScenarioSchema = Type.Object(
  {
    description: Type.String({ default: '', maxLength: 500, description: 'What it plays.' }),
    loop: Type.Optional(Duration('The timeline begins anew this often. Default: it is played once.')),
    plant: PlantSchema,
    timeline: Type.Array(EntrySchema, { default: [], description: 'What happens, and when.' }),
  },
  { ...closed, title: 'scenario' },
)

export type ScenarioFile = Type.Static<typeof ScenarioSchema>
export type EntryFile = ScenarioFile['timeline'][number]
export type EffectKind = keyof typeof EffectSchemas
export const EFFECT_KINDS = Object.keys(EffectSchemas) as EffectKind[]
