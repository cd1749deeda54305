import Type from 'typebox'
import { SENSOR_KINDS } from '../facility-words.ts'
import { ID_PATTERN } from '../ids.ts'
import { MatchSchema } from '../notify/schema.ts'
import { LocationSchema } from '../schema-parts.ts'
import { AttachmentViewSchema, By, Nullable, StepViewSchema, Text, Time, Version } from './hazard-api.ts'
import {
  CLOCK_STATES,
  CLOCKS,
  INCIDENT_ACTIONS,
  INCIDENT_KINDS,
  INCIDENT_LEVELS,
  INCIDENT_STATUSES,
  TEAM_EVENTS,
  TEAM_KINDS,
} from './incident-words.ts'
import { HAZARD_GRADES, HAZARD_KINDS } from './words.ts'

// Incidents and response, as the HTTP API says them. Times are ISO 8601 with the offset of the facility.

const closed = { additionalProperties: false } as const
const Id = (description: string) => Type.String({ pattern: ID_PATTERN, description })
const PersonName = (description: string) => Type.String({ minLength: 1, maxLength: 64, description })
const Level = Type.Enum(INCIDENT_LEVELS, {
  description: '1 (I, particularly serious), 2 (II, serious), 3 (III, larger) or 4 (IV, general).',
})
/** Of something that was entered, perhaps later. */
const Happened = Type.Object({
  time: Time('When it happened.'),
  entered: Time('When it was entered.'),
  by: Type.String({ description: 'Who entered it.' }),
})
const GivenTime = Type.Optional(
  Type.String({
    maxLength: 40,
    description: 'When it happened: ISO 8601 with offset, not in the future. Default: now.',
  }),
)

export const ClockViewSchema = Type.Object({
  kind: Type.Enum(CLOCKS),
  state: Type.Enum(CLOCK_STATES, {
    description:
      '`met`: the first team arrived in time. `breached`: it arrived later, or has not and the time is over. `ended`: the incident was over before the time was.',
  }),
  targetSeconds: Type.Number({ description: 'From the beginning of the incident.' }),
  due: Time('When it runs out.'),
  arrived: Nullable(Time('When the first team of this kind arrived.')),
  waived: Nullable(Type.Object({ by: Type.String(), reason: Type.String(), time: Time('When.') })),
})
export type ClockView = Type.Static<typeof ClockViewSchema>

export const DispatchViewSchema = Type.Object({
  team: Type.String(),
  name: Type.String(),
  kind: Type.Enum(TEAM_KINDS),
  dispatched: Happened,
  arrived: Nullable(Happened),
  released: Nullable(Happened),
})
export type DispatchView = Type.Static<typeof DispatchViewSchema>

export const ChecklistItemSchema = Type.Object({
  plan: Type.String(),
  step: Type.String(),
  text: Type.String(),
  who: Nullable(Type.String({ description: 'A team, a duty, or a kind of team.' })),
  due: Nullable(Time('By when it should be done.')),
  done: Nullable(Happened),
  note: Nullable(Type.String()),
})

export const IncidentViewSchema = Type.Object({
  number: Type.Integer({ description: 'Of the whole register, never given again.' }),
  facility: Type.String(),
  title: Type.String(),
  description: Type.String(),
  kind: Type.Enum(INCIDENT_KINDS),
  level: Level,
  status: Type.Enum(INCIDENT_STATUSES),
  version: Type.Integer({ description: 'Goes up by one with every transition.' }),
  commander: Nullable(Type.String()),
  plan: Nullable(Type.String({ description: 'The emergency plan that was chosen last.' })),
  area: Nullable(Type.String()),
  location: Nullable(LocationSchema),
  started: Time('When it began: the clocks run from here.'),
  opened: Time('When it was entered.'),
  openedBy: Type.String({ description: 'The person; `alarm` when an alarm opened it by a rule.' }),
  contained: Nullable(Time('When it was contained last.')),
  ended: Nullable(
    Type.Object({
      by: Type.String(),
      time: Time('When it was closed, or found to be a false alarm.'),
      review: Nullable(Type.String({ description: 'Of closed ones: what was learned.' })),
      reason: Nullable(Type.String({ description: 'Of false alarms.' })),
    }),
  ),
  clocks: Type.Array(ClockViewSchema),
  breaches: Type.Integer({ description: 'Clocks that were not met.' }),
  reopens: Nullable(Type.Integer({ description: 'The incident that goes on as this one.' })),
  reopenedAs: Nullable(Type.Integer({ description: 'The incident that this one goes on as.' })),
  updated: Time('When it changed last.'),
})
export type IncidentView = Type.Static<typeof IncidentViewSchema>

export const IncidentDetailSchema = Type.Object({
  ...IncidentViewSchema.properties,
  teams: Type.Array(DispatchViewSchema, { description: 'In the order in which they were dispatched.' }),
  checklist: Type.Array(ChecklistItemSchema),
  alarms: Type.Array(
    Type.Object({ alarm: Type.String(), occurrence: Type.String(), time: Time('When it occurred.') }),
    { description: 'Occurrences that belong to it, the oldest first; at most 200.' },
  ),
  hazards: Type.Array(Type.Integer(), { description: 'Numbers of hazards that belong to it.' }),
  stock: Type.Array(
    Type.Object({
      item: Type.String(),
      name: Type.String(),
      unit: Type.String(),
      quantity: Type.Number({ description: 'Taken, less what was returned.' }),
    }),
  ),
  history: Type.Array(StepViewSchema, { description: 'Oldest first; the log is in it.' }),
  attachments: Type.Array(AttachmentViewSchema),
  actions: Type.Array(Type.Enum(INCIDENT_ACTIONS), {
    description: 'What who asks may do with it as it stands.',
  }),
})
export type IncidentDetail = Type.Static<typeof IncidentDetailSchema>

/** An alarm, as it stands now or by an occurrence of before. */
const AlarmRef = Type.Object(
  {
    alarm: Type.String({ minLength: 3, maxLength: 100 }),
    occurrence: Type.Optional(
      Type.String({ minLength: 1, maxLength: 200, description: 'Default: as the alarm stands now.' }),
    ),
  },
  closed,
)

export const NewIncidentSchema = Type.Object(
  {
    facility: Id('Where it is.'),
    title: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 200,
        description: 'Default: the message of the first alarm, or the name of the plan.',
      }),
    ),
    description: Type.Optional(Text('What is seen.')),
    kind: Type.Optional(Type.Enum(INCIDENT_KINDS, { description: 'Default: that of the plan, else other.' })),
    level: Type.Optional(Level),
    plan: Type.Optional(
      Nullable(Id('The emergency plan; null: none. Default: the first that one of the alarms triggers.')),
    ),
    commander: Type.Optional(PersonName('Who commands.')),
    area: Type.Optional(Id('Where in the plant. Default: the area of the first alarm.')),
    location: Type.Optional(LocationSchema),
    started: Type.Optional(
      Type.String({
        maxLength: 40,
        description:
          'When it began: ISO 8601 with offset, not in the future. Default: when the first of the alarms was raised, else now.',
      }),
    ),
    alarms: Type.Optional(Type.Array(AlarmRef, { maxItems: 100 })),
    by: By,
  },
  closed,
)
export type NewIncident = Type.Static<typeof NewIncidentSchema>

/** What an action may carry; docs/incidents.md says which takes what. */
export const IncidentTransitionSchema = Type.Object(
  {
    action: Type.Enum(INCIDENT_ACTIONS),
    version: Version,
    by: By,
    comment: Type.Optional(Text('Kept with the step.')),
    commander: Type.Optional(PersonName('command')),
    level: Type.Optional(Level),
    plan: Type.Optional(Id('choose-plan')),
    clock: Type.Optional(Type.Enum(CLOCKS, { description: 'waive-clock' })),
    reason: Type.Optional(Text('waive-clock, false-alarm, reopen, resume, set-level')),
    review: Type.Optional(Text('close: what was learned. Needed of levels I and II.', 10_000)),
  },
  closed,
)
export type IncidentTransition = Type.Static<typeof IncidentTransitionSchema>

export const TeamReportSchema = Type.Object(
  { team: Id('A team.'), event: Type.Enum(TEAM_EVENTS), time: GivenTime, by: By },
  closed,
)
export type TeamReport = Type.Static<typeof TeamReportSchema>

export const StepReportSchema = Type.Object(
  { time: GivenTime, note: Type.Optional(Text('What was found, or why it was done otherwise.')), by: By },
  closed,
)
export type StepReport = Type.Static<typeof StepReportSchema>

export const LogEntrySchema = Type.Object(
  {
    text: Type.String({ minLength: 1, maxLength: 4_000, description: 'What is to be remembered.' }),
    time: GivenTime,
    casualties: Type.Optional(
      Type.Object(
        {
          dead: Type.Integer({ minimum: 0, maximum: 100_000 }),
          injured: Type.Integer({ minimum: 0, maximum: 100_000 }),
          missing: Type.Integer({ minimum: 0, maximum: 100_000 }),
        },
        { ...closed, description: 'As known by now, all of them.' },
      ),
    ),
    by: By,
  },
  closed,
)
export type LogEntry = Type.Static<typeof LogEntrySchema>

export const IncidentLinksSchema = Type.Object(
  {
    alarms: Type.Optional(Type.Array(AlarmRef, { maxItems: 100 })),
    hazards: Type.Optional(
      Type.Array(Type.Integer({ minimum: 1 }), { maxItems: 100, description: 'Numbers of hazards.' }),
    ),
    hazard: Type.Optional(
      Type.Object(
        {
          title: Type.String({ minLength: 1, maxLength: 200 }),
          description: Text('What is wrong, and where.'),
          kind: Type.Optional(Type.Enum(HAZARD_KINDS, { description: 'Default: condition.' })),
          grade: Type.Optional(Type.Enum(HAZARD_GRADES, { description: 'Default: general.' })),
        },
        {
          ...closed,
          description:
            'A hazard that is made of the incident; while that of before is open, it is added there.',
        },
      ),
    ),
    by: By,
  },
  closed,
)
export type IncidentLinks = Type.Static<typeof IncidentLinksSchema>

const Quantity = (description: string) =>
  Type.Number({ minimum: -1e9, maximum: 1e9, multipleOf: 0.001, description })

export const StockUseSchema = Type.Object(
  {
    item: Id('Of the stock.'),
    quantity: Quantity('Taken; below zero: returned. In thousandths at the finest.'),
    by: By,
  },
  closed,
)
export type StockUse = Type.Static<typeof StockUseSchema>

export const StockChangeSchema = Type.Object(
  {
    change: Quantity('Put in; below zero: taken out. In thousandths at the finest.'),
    reason: Type.String({ minLength: 1, maxLength: 500 }),
    by: By,
  },
  closed,
)
export type StockChange = Type.Static<typeof StockChangeSchema>

export const StockViewSchema = Type.Object({
  facility: Type.String(),
  id: Type.String(),
  name: Type.String(),
  unit: Type.String(),
  at: Type.String({ description: 'An area, or where else it is.' }),
  category: Nullable(Type.String()),
  quantity: Type.Number(),
  least: Nullable(Type.Number()),
  isShort: Type.Boolean({ description: 'Less than there should be.' }),
  updated: Nullable(Time('When it was counted or moved last; null: never.')),
})
export type StockView = Type.Static<typeof StockViewSchema>

const PersonRef = Type.Object({ id: Type.String(), name: Type.String() })

export const TeamViewSchema = Type.Object({
  facility: Type.String(),
  id: Type.String(),
  name: Type.String(),
  kind: Type.Enum(TEAM_KINDS),
  phone: Nullable(Type.String()),
  base: Nullable(LocationSchema),
  duty: Nullable(Type.String()),
  onDuty: Type.Array(PersonRef, {
    description: 'Its responders, and who has its duty now, after absences.',
  }),
  busy: Nullable(
    Type.Object({
      incident: Type.Integer(),
      dispatched: Time('When it was sent there.'),
      arrived: Nullable(Time('When it arrived.')),
    }),
  ),
})
export type TeamView = Type.Static<typeof TeamViewSchema>

export const PlanViewSchema = Type.Object({
  facility: Type.String(),
  id: Type.String(),
  name: Type.String(),
  kind: Type.Enum(INCIDENT_KINDS),
  triggers: Type.Array(
    Type.Object({
      kinds: Type.Optional(Type.Array(Type.Enum(SENSOR_KINDS))),
      quantities: Type.Optional(Type.Array(Type.String())),
      ...MatchSchema.properties,
    }),
  ),
  teams: Type.Array(Type.String()),
  stock: Type.Array(Type.String()),
  steps: Type.Array(
    Type.Object({
      id: Type.String(),
      text: Type.String(),
      by: Nullable(Type.String()),
      withinSeconds: Nullable(Type.Number()),
    }),
  ),
  contacts: Type.Array(Type.Object({ name: Type.String(), phone: Type.String() })),
  document: Nullable(Type.String()),
  calledFor: Type.Array(Type.String(), {
    description: 'Alarms that call for it and stand active now.',
  }),
})
export type PlanView = Type.Static<typeof PlanViewSchema>

const Seconds = (description: string) => Nullable(Type.Number({ description }))

export const ClockFiguresSchema = Type.Object({
  kind: Type.Enum(CLOCKS),
  met: Type.Integer(),
  breached: Type.Integer(),
  running: Type.Integer(),
  waived: Type.Integer(),
  ended: Type.Integer({ description: 'The incident was over before the time was.' }),
  metRate: Nullable(Type.Number({ description: 'met / (met + breached); null when there is neither.' })),
  meanSeconds: Seconds('Until the first arrival, of those that arrived.'),
  worstSeconds: Seconds('Likewise.'),
})

export const ResponseFiguresSchema = Type.Object({
  facility: Nullable(Type.String({ description: 'null: all that who asks may see.' })),
  from: Time('Of the beginning of incidents, inclusive.'),
  to: Time('Exclusive.'),
  incidents: Type.Integer({ description: 'That began in the window, without false alarms.' }),
  open: Type.Integer({ description: 'Of them, those that are not closed.' }),
  closed: Type.Integer(),
  falseAlarms: Type.Integer({ description: 'Counted nowhere else.' }),
  clocks: Type.Array(ClockFiguresSchema, { description: 'community, ground, air.' }),
})
export type ResponseFigures = Type.Static<typeof ResponseFiguresSchema>
