import Type from 'typebox'
import { SENSOR_KINDS } from '../facility-words.ts'
import { closed, Duration, Id, Pair } from '../schema-parts.ts'
import { lifeKeys, ReportSchema } from '../sensor-schema.ts'
import { UNIT_NAMES } from '../units.ts'

const Ids = (description: string) =>
  Type.Union([Type.String(), Type.Array(Type.String(), { minItems: 1, maxItems: 1_000 })], {
    title: 'an id or a list of them',
    description,
  })

const Percent = Type.Number({ minimum: 0, maximum: 100 })

export const FAULT_VOTES = ['vote', 'drop-out'] as const
export const INHIBIT_VOTES = ['drop-out', 'lower'] as const
export const RESETS = ['never', 'shift', 'day'] as const
export const TWA_MODES = ['moving', 'accumulated'] as const
export const TANK_LIMITS = ['CH', 'HH', 'H', 'MW', 'L', 'LL'] as const
/** Whose table of explosive limits: NFPA 325 and 497, or IEC 60079-20-1, which differ by up to a fifth. */
export const LEL_SOURCES = ['nfpa', 'iec'] as const
/** Whose exposure limits; those of China by what they bound. */
export const EXPOSURE_BASES = [
  'MAC',
  'PC-TWA',
  'PC-STEL',
  'OSHA-PEL',
  'OSHA-STEL',
  'OSHA-C',
  'NIOSH-REL',
  'NIOSH-STEL',
  'NIOSH-C',
  'ACGIH-TWA',
  'ACGIH-STEL',
  'ACGIH-C',
  'IDLH',
] as const

/** Keys of single computations: which of them a computation takes is in docs/reference/analytics.md. */
export const COMPUTE_KEYS = {
  weights: Type.Optional(
    Type.Array(Type.Number(), { minItems: 1, description: 'linear: what each input is multiplied by.' }),
  ),
  constant: Type.Optional(Type.Number({ description: 'linear: what is added.' })),
  absolute: Type.Optional(Type.Boolean({ description: 'deviation: without its sign. Default: true.' })),
  reset: Type.Optional(
    Type.Enum(RESETS, { description: 'total, twa: when it begins anew. Default: never; twa: shift.' }),
  ),
  need: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, description: 'M of a vote M out of N.' })),
  when: Type.Optional(
    Type.Enum(['high', 'low'], { description: 'vote: which side is beyond. Default: high.' }),
  ),
  limit: Type.Optional(
    Type.Number({ description: 'vote, coincidence: set point, in the unit of the inputs.' }),
  ),
  deadband: Type.Optional(
    Type.Number({ minimum: 0, description: 'vote: how far an input has to return. Default: 0.' }),
  ),
  onFault: Type.Optional(
    Type.Enum(FAULT_VOTES, {
      description: 'vote: an input without a usable value votes, or drops out of the vote. Default: vote.',
    }),
  ),
  onInhibit: Type.Optional(
    Type.Enum(INHIBIT_VOTES, {
      description:
        'vote: an inhibited input drops out (2oo3 becomes 2oo2), or lowers what is needed as well (1oo2). Default: drop-out.',
    }),
  ),
  onOverdue: Type.Optional(
    Type.Enum([...FAULT_VOTES, 'ignore'], {
      description:
        'vote: an input whose calibration or test is overdue counts as faulted and votes, drops out, or is ignored as overdue. Default: drop-out.',
    }),
  ),
  minHealthy: Type.Optional(
    Type.Integer({
      minimum: 1,
      description: 'vote: with fewer healthy inputs there is no protection. Default: 1.',
    }),
  ),
  substance: Type.Optional(
    Ids('Gas: CAS number, or name in the table of substances; mixture: one for each input.'),
  ),
  basis: Type.Optional(
    Type.Enum(EXPOSURE_BASES, {
      description:
        'mixture: whose limits. Default: PC-TWA. stel, ceiling: the limit that periods beyond are counted by. Default: the first that the substance has.',
    }),
  ),
  mode: Type.Optional(
    Type.Enum(TWA_MODES, {
      description: 'twa: moving window, or accumulated since the shift began. Default: moving.',
    }),
  ),
  at: Type.Optional(
    Type.Number({
      minimum: -50,
      maximum: 100,
      description: 'Gas: reference temperature of mg/m3, degC, at 101.325 kPa. Default: 20.',
    }),
  ),
  lelSource: Type.Optional(
    Type.Enum(LEL_SOURCES, {
      description: 'Gas: whose explosive limit 100 %LEL is, as the detector is calibrated. Default: nfpa.',
    }),
  ),
  tank: Type.Optional(Type.String({ description: 'Level: id of the tank.' })),
  to: Type.Optional(
    Type.Enum(TANK_LIMITS, { description: 'time-to-limit: which level of the tank. Default: HH.' }),
  ),
  response: Type.Optional(Duration('overfill: response time. Default: that of the tank.')),
  temperature: Type.Optional(Type.String({ description: 'Level: sensor of the temperature of the liquid.' })),
  density: Type.Optional(
    Type.String({ description: 'inventory: sensor of the density of the liquid, kg/m3.' }),
  ),
  inflow: Type.Optional(Ids('balance: sensors of what flows in.')),
  outflow: Type.Optional(Ids('balance: sensors of what flows out.')),
  permit: Type.Optional(Ids('movement: state sensors that say, when not 0, that the tank may move.')),
  sigma: Type.Optional(
    Type.Number({
      exclusiveMinimum: 0,
      description: 'movement, balance: standard deviation of the gauge, mm. Default: that of the tank.',
    }),
  ),
  meterSigma: Type.Optional(
    Type.Union([Percent, Type.Array(Percent, { minItems: 1, maxItems: 100 })], {
      title: 'a number or a list of them',
      description:
        'balance: standard deviation of what a flow meter has measured, % of it; one for all meters, or one for each, those of `inflow` first. Default: 0.',
    }),
  ),
  period: Type.Optional(Duration('balance: how long one period of the account is. Default: 1h.')),
  allowance: Type.Optional(
    Type.Number({
      minimum: 0,
      description: 'balance: drift that is not summed up, in standard deviations. Default: 0.5.',
    }),
  ),
}
export type DerivedKey = keyof typeof COMPUTE_KEYS

export const DerivedSchema = Type.Object(
  {
    id: Id('Unique among all sensors of the facility.'),
    of: Ids('What it is computed from: sensors, derived ones among them; for a vote alarms too.'),
    compute: Type.String({ description: 'What is computed: one of docs/reference/analytics.md.' }),
    name: Type.Optional(
      Type.String({ maxLength: 200, description: 'What people call it. Default: the id.' }),
    ),
    kind: Type.Optional(Type.Enum(SENSOR_KINDS, { description: 'Default: that of the first input.' })),
    unit: Type.Optional(
      Type.Enum(UNIT_NAMES, { description: 'Unit of the result. Default: by the computation.' }),
    ),
    quantity: Type.Optional(
      Type.String({ maxLength: 64, description: 'What exactly. Default: by the computation.' }),
    ),
    area: Type.Optional(Id('Default: that of its tank; where it has none, that of the first input.')),
    window: Type.Optional(Duration('Window of the computation.')),
    every: Type.Optional(
      Duration(
        'Grid on which it ticks. Default: the slowest poll of its inputs, at least 1s, and coarser where its window is longer than 5m.',
      ),
    ),
    lateness: Type.Optional(
      Duration(
        'How long a point of the grid waits for its inputs. Default: twice their slowest poll, at least 2s, and as long as derived ones among them wait themselves.',
      ),
    ),
    minCoverage: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 1,
        description:
          'With less of its window usable it has no value. Default: 0.75; stel: 0.8; mixture and ceiling: 0.',
      }),
    ),
    range: Type.Optional(Pair('Display span; never a quality check.')),
    report: ReportSchema,
    ...COMPUTE_KEYS,
    ...lifeKeys,
  },
  { ...closed, title: 'derived sensor' },
)

export type DerivedFile = Type.Static<typeof DerivedSchema>
