import Type from 'typebox'
import { PRIORITIES } from './facility-words.ts'
import { Duration } from './schema-parts.ts'

/** What an engineer may change of an alarm while the server runs (DESIGN section 7), as people see it. */
const closed = { additionalProperties: false } as const
const Nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()])

const Limit = Type.Number({ title: 'a number', description: 'Set point in the unit of the sensor.' })
const Deadband = Type.Number({ minimum: 0, description: 'As in the facility file.' })
const OnDelay = Duration('As in the facility file.')
const OffDelay = Duration('As in the facility file.')
const Priority = Type.Enum(PRIORITIES, { description: 'Before it rises.' })

export const SettingValuesSchema = Type.Object({
  limit: Nullable(Limit),
  deadband: Deadband,
  onDelay: OnDelay,
  offDelay: OffDelay,
  priority: Priority,
})
export type SettingValues = Type.Static<typeof SettingValuesSchema>
export type SettingField = keyof SettingValues

/** In the order in which they are shown. */
export const SETTING_FIELDS = Object.keys(SettingValuesSchema.properties) as SettingField[]

/** What is asked for: unknown fields are refused. */
export const WantedValuesSchema = Type.Object(
  {
    limit: Type.Optional(Limit),
    deadband: Type.Optional(Deadband),
    onDelay: Type.Optional(OnDelay),
    offDelay: Type.Optional(OffDelay),
    priority: Type.Optional(Priority),
  },
  closed,
)
export type WantedValues = Type.Static<typeof WantedValuesSchema>

/** [from, to]. */
function Step<T extends Type.TSchema>(schema: T) {
  const step = { type: 'array', items: schema, minItems: 2, maxItems: 2, description: '[from, to]' }
  return Type.Optional(Type.Unsafe<readonly [Type.Static<T>, Type.Static<T>]>(step))
}

/** What is in force after a change, and was before. */
export const SettingStepsSchema = Type.Object({
  limit: Step(Nullable(Type.Number())),
  deadband: Step(Type.Number()),
  onDelay: Step(Type.String()),
  offDelay: Step(Type.String()),
  priority: Step(Type.Enum(PRIORITIES)),
})
export type SettingSteps = Type.Static<typeof SettingStepsSchema>

/** How a value that stood against an edited facility file was settled. */
export const SETTLED = ['file', 'kept'] as const
export type Settled = (typeof SETTLED)[number]

/** What the journal says of a change beside who made it. */
export const SettingChangeSchema = Type.Object({
  revision: Type.Integer({ description: 'Of the settings of the alarm, counted from 1.' }),
  reason: Type.String(),
  approvedBy: Type.String({ description: 'The second person.' }),
  settled: Nullable(Type.Enum(SETTLED, { description: 'Against an edited facility file.' })),
  changes: SettingStepsSchema,
})
export type SettingChange = Type.Static<typeof SettingChangeSchema>
