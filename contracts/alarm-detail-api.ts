import Type from 'typebox'
import { AlarmViewSchema } from './api.ts'
import { ACKNOWLEDGING, BYPASSING, CONDITIONS, PRIORITIES, SENSOR_KINDS, SHELVING } from './facility-words.ts'
import { RationalizationSchema } from './rationalization-schema.ts'
import { WaveformViewSchema } from './waveform-api.ts'

const Nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()])
const Span = (description: string) => Type.String({ description: `${description}, such as 2s.` })

const ConfigurationSchema = Type.Object(
  {
    deadband: Type.Number({ description: 'Reset side only, in the unit of the sensor.' }),
    onDelay: Span('The condition must hold for this long'),
    offDelay: Span('The return must hold for this long'),
    latching: Type.Boolean({ description: 'Stays until it is reset by hand.' }),
    onBad: Type.Enum(['freeze', 'alarm'], { description: 'What bad quality without a direction does.' }),
    reAlarm: Nullable(Span('Acknowledged and still active for so long, it is unacknowledged once more')),
    rise: Type.Array(Type.Object({ after: Span('Active for so long'), priority: Type.Enum(PRIORITIES) }), {
      description: 'Its priority rises while it is active.',
    }),
    class: Type.Object({
      id: Type.String(),
      acknowledge: Type.Enum(ACKNOWLEDGING),
      shelving: Type.Enum(SHELVING),
      maxShelve: Span('Longest shelving'),
      bypass: Type.Enum(BYPASSING),
      lifeSafety: Type.Boolean(),
    }),
    suppressWhen: Type.Array(
      Type.Object({
        reason: Type.String({ description: 'What the operator reads.' }),
        hold: Span('Goes on for so long after the condition has ended'),
        alarm: Nullable(Type.String({ description: 'Alarm that decides.' })),
        sensor: Nullable(Type.String({ description: 'Sensor that decides.' })),
        when: Nullable(Type.Enum(['high', 'low', 'equals', 'not-equals'])),
        limit: Nullable(Type.Number()),
        deadband: Nullable(Type.Number()),
      }),
      { description: 'Suppressed by design while any of these holds.' },
    ),
  },
  { description: 'How it is set.' },
)
export type AlarmConfiguration = Type.Static<typeof ConfigurationSchema>
/** What the class of an alarm allows. */
export type ClassView = AlarmConfiguration['class']

const Reasons = Nullable(RationalizationSchema)

/** An alarm with all that is known of it. */
export const AlarmDetailSchema = Type.Object({
  ...AlarmViewSchema.properties,
  rationalization: Reasons,
  configuration: ConfigurationSchema,
  waveforms: Type.Array(WaveformViewSchema, {
    description:
      'Seismic events of its station, or of the stations it is computed from, within which it was raised; newest first.',
  }),
})
export type AlarmDetail = Type.Static<typeof AlarmDetailSchema>

/** An entry of the master alarm database: what an alarm is set to and why, whatever its state. */
export const ConfiguredAlarmSchema = Type.Object({
  facility: Type.String(),
  id: Type.String(),
  sensor: Type.String(),
  sensorName: Type.String(),
  key: Type.String(),
  area: Type.String(),
  kind: Type.Enum(SENSOR_KINDS),
  quantity: Type.String(),
  unit: Type.String(),
  when: Type.Enum(CONDITIONS),
  limit: Nullable(Type.Number({ description: 'Null for stale and fault.' })),
  priority: Type.Enum(PRIORITIES),
  message: Nullable(Type.String({ description: 'Null: the default names sensor and limit.' })),
  group: Nullable(Type.String()),
  rationalization: Reasons,
  configuration: ConfigurationSchema,
})
export type ConfiguredAlarm = Type.Static<typeof ConfiguredAlarmSchema>
