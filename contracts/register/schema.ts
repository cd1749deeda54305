import Type from 'typebox'
import { MatchSchema } from '../notify/schema.ts'
import { closed, Duration, Id } from '../schema-parts.ts'
import { ExportSchema } from './export-schema.ts'
import { ReportsSchema } from './report-schema.ts'
import { HAZARD_GRADES, HAZARD_KINDS, HAZARD_SOURCES, RISK_METHODS, RULE_TRIGGERS } from './words.ts'

const Name = (description: string) => Type.String({ minLength: 1, maxLength: 100, description })

export const RegionSchema = Type.Object(
  {
    city: Name('The widest level.'),
    county: Type.Optional(Name('Within the city.')),
    town: Type.Optional(Name('Within the county.')),
    grid: Type.Optional(Name('Within the town: the smallest that somebody answers for.')),
  },
  {
    ...closed,
    title: 'region',
    description: 'Where the plant belongs in the region tree, from the widest level; none may be skipped.',
  },
)

const Band = (description: string, initial: number) =>
  Type.Number({ exclusiveMinimum: 0, default: initial, description })

const RiskSchema = Type.Object(
  {
    method: Type.Enum(RISK_METHODS, {
      default: 'LS',
      description:
        'LS: likelihood 1-5 x severity 1-5. LEC: likelihood x exposure x consequence, each on its own scale.',
    }),
    ls: Type.Object(
      {
        red: Band('Red from here on.', 20),
        orange: Band('Orange from here on.', 10),
        yellow: Band('Yellow from here on; blue below.', 4),
      },
      { ...closed, default: {}, title: 'bands of LS', description: 'Least score of each colour.' },
    ),
    lec: Type.Object(
      {
        red: Band('Red from here on.', 320),
        orange: Band('Orange from here on.', 160),
        yellow: Band('Yellow from here on; blue below.', 70),
      },
      { ...closed, default: {}, title: 'bands of LEC', description: 'Least score of each colour.' },
    ),
  },
  { ...closed, default: {}, title: 'risk', description: 'How the risk of a hazard becomes a colour.' },
)

export const HazardRuleSchema = Type.Object(
  {
    id: Id('Unique among the rules.'),
    when: Type.Enum(RULE_TRIGGERS, {
      description:
        '`raised`: at once. `repeated`: raised `count` times `within`. `lasting`: active `for` so long. `bypassed`: shelved or suppressed by hand `for` so long. `out-of-service`: `for` so long. `test-overdue`: no test for longer than `rationalization.testInterval`, by `for`.',
    }),
    match: MatchSchema,
    count: Type.Optional(Type.Integer({ minimum: 2, maximum: 1000, description: 'Of `repeated`.' })),
    within: Type.Optional(Duration('Of `repeated`.')),
    for: Type.Optional(
      Duration('Of `lasting`, `bypassed`, `out-of-service` and `test-overdue`. Default: at once.'),
    ),
    grade: Type.Enum(HAZARD_GRADES, {
      default: 'general',
      description: 'Of the hazard, until somebody assesses it.',
    }),
    kind: Type.Enum(HAZARD_KINDS, { default: 'condition', description: 'Of the hazard.' }),
    title: Type.Optional(
      Type.String({ maxLength: 200, description: 'Of the hazard. Default: the message of the alarm.' }),
    ),
  },
  { ...closed, title: 'hazard rule' },
)

export const MajorRuleSchema = Type.Object(
  {
    id: Id('Unique among these; it is shown with the hazard as the reason of its grade.'),
    colours: Type.Optional(
      Type.Array(Type.Enum(['orange', 'red']), { minItems: 1, description: 'Colours of its risk.' }),
    ),
    sources: Type.Optional(
      Type.Array(Type.Enum(HAZARD_SOURCES), { minItems: 1, description: 'From what it came to be known.' }),
    ),
    areas: Type.Optional(Type.Array(Id('An area.'), { minItems: 1, description: 'Where it is.' })),
    needsShutdown: Type.Optional(
      Type.Boolean({ description: 'Putting it right takes a shutdown of all or part of the plant.' }),
    ),
  },
  { ...closed, title: 'rule of major hazards', description: 'All that is given has to hold.' },
)

/** What the register of hazards goes by. Each further part of the register has its section beside these. */
export const RegisterSchema = Type.Object(
  {
    risk: RiskSchema,
    deadline: Type.Object(
      {
        general: Duration('Of general hazards.', '15d'),
        major: Duration('Of major hazards.', '90d'),
      },
      {
        ...closed,
        default: {},
        title: 'deadline',
        description: 'What is offered as deadline when a hazard is assigned, and the most that may be given.',
      },
    ),
    rules: Type.Array(HazardRuleSchema, {
      default: [],
      description: 'When an alarm becomes a hazard.',
    }),
    major: Type.Array(MajorRuleSchema, {
      default: [
        { id: 'red-risk', colours: ['red'] },
        { id: 'needs-shutdown', needsShutdown: true },
      ],
      description: 'When an assessed hazard is major whatever was put in.',
    }),
    exports: Type.Array(ExportSchema, {
      default: [],
      description: 'Outside registers that hazards and alarms are sent to.',
    }),
    reports: ReportsSchema,
  },
  {
    ...closed,
    default: {},
    title: 'hazard register',
    description: 'The register of hazards (docs/hazards.md).',
  },
)
export type RegisterFile = Type.Static<typeof RegisterSchema>
export type RegionFile = Type.Static<typeof RegionSchema>
