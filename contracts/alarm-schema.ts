import Type from 'typebox'
import { ACKNOWLEDGING, BYPASSING, CONDITIONS, CONSEQUENCES, PRIORITIES, SHELVING } from './facility-words.ts'
import { RationalizationSchema } from './rationalization-schema.ts'
import { closed, Duration, Id } from './schema-parts.ts'

export const ALARM = { ...closed, title: 'alarm' }

const RiseSchema = Type.Object(
  {
    after: Duration('Counted from when it was raised, in sensor time.'),
    priority: Type.Enum(PRIORITIES, { description: 'Priority from then on.' }),
  },
  { ...closed, title: 'rise' },
)

const SuppressWhenSchema = Type.Object(
  {
    sensor: Type.Optional(
      Type.String({ description: 'Sensor that decides, such as the state of a pump. Or give an alarm.' }),
    ),
    when: Type.Optional(
      Type.Enum(['high', 'low', 'equals', 'not-equals'], {
        description: 'With sensor: how its value is compared. Default: equals.',
      }),
    ),
    limit: Type.Optional(Type.Number({ description: 'With sensor: what its value is compared with.' })),
    deadband: Type.Optional(Type.Number({ minimum: 0, description: 'With sensor: as of an alarm.' })),
    alarm: Type.Optional(
      Type.String({ description: 'Alarm that decides: while its condition is active. Or give a sensor.' }),
    ),
    hold: Duration('Goes on for so long after the condition has ended: a start-up.', '0s'),
    reason: Type.Optional(Type.String({ maxLength: 200, description: 'What the operator reads.' })),
  },
  { ...closed, title: 'suppression' },
)

export const AlarmSchema = Type.Object(
  {
    when: Type.Enum(CONDITIONS, {
      description: 'The condition. `high` is beyond at value >= limit, `low` at value <= limit.',
    }),
    limit: Type.Optional(
      Type.Number({
        description: 'Set point in the unit of the sensor; required for all conditions but stale and fault.',
      }),
    ),
    deadband: Type.Number({
      minimum: 0,
      default: 0,
      description: 'Reset side only: `high` returns at value < limit - deadband.',
    }),
    onDelay: Duration('The condition must hold for this long, in sensor time.', '0s'),
    offDelay: Duration('The return must hold for this long and end with good evidence.', '0s'),
    priority: Type.Enum(PRIORITIES, { default: 'medium', description: 'Priority shown to the operator.' }),
    latching: Type.Boolean({
      default: false,
      description: 'Stays after the return until it is reset by hand.',
    }),
    onBad: Type.Enum(['freeze', 'alarm'], {
      default: 'freeze',
      description: 'What bad quality without a direction does: keep the state, or count as beyond.',
    }),
    message: Type.Optional(
      Type.String({
        maxLength: 500,
        description: 'What the operator reads; the default names sensor, value and limit.',
      }),
    ),
    class: Type.String({
      default: 'process',
      description: 'Its class: one of `classes`, or process, environmental or safety.',
    }),
    reAlarm: Type.Optional(
      Duration('Acknowledged and still active for so long, it is unacknowledged once more.'),
    ),
    rise: Type.Array(RiseSchema, {
      default: [],
      description: 'Its priority rises while it is active; every rise annunciates it once more.',
    }),
    group: Type.Optional(Id('Group of alarms that it belongs to: one of `groups`.')),
    suppressWhen: Type.Array(SuppressWhenSchema, {
      default: [],
      description:
        'Suppressed by design while any of these holds. What is bad or stale suppresses nothing. No circles: alarms that suppress each other are refused.',
    }),
    rationalization: Type.Optional(RationalizationSchema),
  },
  ALARM,
)

export const AlarmClassSchema = Type.Object(
  {
    acknowledge: Type.Optional(
      Type.Enum(ACKNOWLEDGING, {
        description:
          '`required`: by a person; `return`: the return to normal does it; `auto`: nobody needs to. Default: required.',
      }),
    ),
    shelving: Type.Optional(
      Type.Enum(SHELVING, {
        description: '`allowed`, by two persons only, or `never`. Default: allowed; safety: never.',
      }),
    ),
    maxShelve: Type.Optional(Duration('Longest shelving. Default 24h.')),
    bypass: Type.Optional(
      Type.Enum(BYPASSING, {
        description:
          'Who suppresses by hand or takes out of service: `allowed`, or two persons only. Default: allowed; safety: two-person.',
      }),
    ),
    lifeSafety: Type.Optional(
      Type.Boolean({
        description:
          'Stands apart in a flood, and no group suppresses it as a consequence. Default: false; safety: true.',
      }),
    ),
  },
  { ...closed, title: 'alarm class' },
)

export const AlarmGroupSchema = Type.Object(
  {
    id: Id('Unique in the facility; alarms say group: ID.'),
    name: Type.Optional(
      Type.String({ maxLength: 200, description: 'What people call it. Default: the id.' }),
    ),
    consequences: Type.Enum(CONSEQUENCES, {
      default: 'show',
      description:
        'What follows the first alarm of the group: shown beside it, or suppressed until the first is normal again.',
    }),
  },
  { ...closed, title: 'alarm group' },
)

export type AlarmFile = Type.Static<typeof AlarmSchema>
export type AlarmClassFile = Type.Static<typeof AlarmClassSchema>
export type AlarmGroupFile = Type.Static<typeof AlarmGroupSchema>
