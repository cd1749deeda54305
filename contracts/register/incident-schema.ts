import Type from 'typebox'
import { SENSOR_KINDS } from '../facility-words.ts'
import { MatchSchema } from '../notify/schema.ts'
import { closed, Duration, Id, LocationSchema } from '../schema-parts.ts'
import { INCIDENT_KINDS, INCIDENT_LEVELS, TEAM_KINDS } from './incident-words.ts'

const Name = (description: string, maxLength = 100) => Type.String({ minLength: 1, maxLength, description })

export const ResponseSchema = Type.Object(
  {
    community: Duration('Until the first responders of plant and neighbourhood are there.', '10m'),
    ground: Duration('Until rescue by road is there.', '30m'),
    air: Duration('Until rescue by air is there.', '60m'),
    autoOpen: Type.Array(
      Type.Object(
        {
          match: MatchSchema,
          plan: Type.Optional(
            Id('The emergency plan that is chosen. Default: the first that the alarm triggers.'),
          ),
          level: Type.Enum(INCIDENT_LEVELS, {
            default: 3,
            description: 'Of the incident, until somebody sets another; 1 is the gravest.',
          }),
        },
        { ...closed, title: 'rule that opens incidents' },
      ),
      {
        default: [],
        description:
          'Alarms that open an incident by themselves, the first rule that matches; while one with the same plan is under way, they join it.',
      },
    ),
  },
  {
    ...closed,
    default: {},
    title: 'response',
    description:
      'The clocks of an incident: the time from its beginning until the first of each has arrived.',
  },
)

export const TeamSchema = Type.Object(
  {
    id: Id('Unique among the teams.'),
    name: Type.Optional(Name('As people call it. Default: the id.')),
    kind: Type.Enum(TEAM_KINDS, {
      description: '`community`, `ground` and `air` stop the clock of that name when they arrive.',
    }),
    responders: Type.Array(Type.String(), {
      default: [],
      description: 'Responders who belong to it at all times.',
    }),
    duty: Type.Optional(Id('Who has this duty of the roster belongs to it.')),
    phone: Type.Optional(Name('How it is called.', 50)),
    base: Type.Optional(LocationSchema),
  },
  { ...closed, title: 'team' },
)

export const StockSchema = Type.Object(
  {
    id: Id('Unique among the stock.'),
    name: Type.Optional(Name('As people call it. Default: the id.')),
    unit: Type.String({
      minLength: 1,
      maxLength: 20,
      description: 'What it is counted in, such as `sets` or `L`.',
    }),
    at: Name('An area, or where else it is.'),
    least: Type.Optional(Type.Number({ minimum: 0, description: 'Less than this is shown.' })),
    category: Type.Optional(Name('Such as `foam` or `breathing apparatus`.', 50)),
  },
  { ...closed, title: 'stock item' },
)

const TriggerSchema = Type.Object(
  {
    kinds: Type.Optional(
      Type.Array(Type.Enum(SENSOR_KINDS), { minItems: 1, description: 'Any of these kinds of sensor.' }),
    ),
    quantities: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 64 }), {
        minItems: 1,
        description: 'Any of these quantities of a sensor, such as `Cl2`; upper and lower case are the same.',
      }),
    ),
    ...MatchSchema.properties,
  },
  {
    ...closed,
    title: 'trigger',
    description:
      'All that is given has to hold of an alarm. Faults and silent sensors trigger only what names their key, such as FAULT.',
  },
)

const StepSchema = Type.Object(
  {
    id: Id('Unique in the plan.'),
    text: Name('What to do.', 500),
    by: Type.Optional(Id('A team, a duty, or a kind of team.')),
    within: Type.Optional(Duration('So long after the incident has begun.')),
  },
  { ...closed, title: 'step of a plan' },
)

const contacts = Type.Array(
  Type.Object(
    { name: Name('Who.'), phone: Name('How they are called.', 50) },
    { ...closed, title: 'contact' },
  ),
  { default: [], description: 'Who else is called.' },
)

/** What a plan of the catalogue and one of a facility have in common. */
const PARTS = {
  name: Type.Optional(Name('As people call it. Default: the id.')),
  kind: Type.Enum(INCIDENT_KINDS, {
    default: 'other',
    description: 'Of incidents that it is chosen for, unless they say another.',
  }),
  triggers: Type.Array(TriggerSchema, {
    default: [],
    description: 'Alarms that it is proposed for: one of these has to hold. None: people choose it.',
  }),
  steps: Type.Array(StepSchema, { default: [], description: 'The checklist, in order.' }),
}

/** A plan of contracts/register/plan-catalogue. */
export const CataloguePlanSchema = Type.Object(PARTS, { ...closed, title: 'plan of the catalogue' })
export type CataloguePlan = Type.Static<typeof CataloguePlanSchema>

export const PlanSchema = Type.Object(
  {
    id: Id('Unique among the plans. With `use` the default is the name of the plan of the catalogue.'),
    use: Type.Optional(
      Id(
        'A plan of the catalogue (docs/incidents.md lists them). Keys given here go before its own, lists as a whole.',
      ),
    ),
    ...PARTS,
    teams: Type.Array(Id('A team.'), { default: [], description: 'Teams that are called.' }),
    stock: Type.Array(Id('An item.'), { default: [], description: 'What is needed of the stock.' }),
    contacts,
    document: Type.Optional(Name('Where the whole plan is: a URL, or number and shelf.', 300)),
  },
  { ...closed, title: 'plan' },
)

/** The sections of `register` that are about incidents. */
export const INCIDENT_SECTIONS = {
  response: ResponseSchema,
  teams: Type.Array(TeamSchema, { default: [], description: 'Who can be sent to an incident.' }),
  stock: Type.Array(StockSchema, {
    default: [],
    description: 'Equipment and material for incidents; quantities are kept in the register.',
  }),
}
export type ResponseFile = Type.Static<typeof ResponseSchema>
export type TeamFile = Type.Static<typeof TeamSchema>
export type StockFile = Type.Static<typeof StockSchema>
export type PlanFile = Type.Static<typeof PlanSchema>
