import Type from 'typebox'
import { closed, Duration } from '../schema-parts.ts'

const Yuan = (initial: number, description: string) =>
  Type.Number({ minimum: 0, maximum: 1e9, default: initial, description: `${description} CNY.` })

const Percent = (initial: number, description: string) =>
  Type.Number({ minimum: 0, maximum: 100, default: initial, description })

const RewardSchema = Type.Object(
  {
    percent: Percent(15, 'Of the fine.'),
    minimum: Yuan(3_000, 'The least that is paid for what turned out to be so, also without a fine;'),
    maximum: Yuan(300_000, 'The most, whatever the rest comes to;'),
    employeePercent: Percent(20, 'What somebody who works in the plant gets on top, percent.'),
    perDeath: Type.Object(
      {
        general: Yuan(30_000, 'Fewer than 3 deaths;'),
        larger: Yuan(40_000, 'From 3 deaths;'),
        major: Yuan(50_000, 'From 10 deaths;'),
        extraordinary: Yuan(60_000, 'From 30 deaths;'),
      },
      {
        ...closed,
        default: {},
        title: 'reward for concealed deaths',
        description:
          'For each death that an accident had and nobody was told of, by the grade of the accident.',
      },
    ),
  },
  { ...closed, default: {}, title: 'reward', description: 'How much a reporter is paid.' },
)

const KeyFile = (description: string) => Type.String({ minLength: 1, description })

export const ReportsSchema = Type.Object(
  {
    open: Type.Boolean({
      default: false,
      description: 'Anybody who reaches the server may report a hazard, at /report.',
    }),
    title: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 100,
        description: 'The plant as the public knows it. Default: facility.name.',
      }),
    ),
    hotline: Type.String({
      minLength: 1,
      maxLength: 40,
      default: '12350',
      description: 'The number that is shown for those who would rather call.',
    }),
    keyFile: Type.Optional(
      KeyFile(
        'A file with a key of 32 bytes, base64 or hex, that contacts of reporters are encrypted with. Needed when open. Relative to this file.',
      ),
    ),
    previousKeyFiles: Type.Array(KeyFile('Likewise.'), {
      default: [],
      description: 'Keys that were in use before: what was encrypted with them can still be read.',
    }),
    perAddress: Type.Object(
      {
        count: Type.Integer({ minimum: 1, maximum: 1_000, default: 5, description: 'So many reports.' }),
        per: Duration('In so long.', '1h'),
      },
      {
        ...closed,
        default: {},
        title: 'reports of one address',
        description: 'Reports taken from one address; an IPv6 network of /64 counts as one.',
      },
    ),
    perDay: Type.Integer({
      minimum: 1,
      maximum: 100_000,
      default: 200,
      description: 'Reports taken in 24 h, from all addresses together.',
    }),
    proofBits: Type.Integer({
      minimum: 4,
      maximum: 24,
      default: 16,
      description:
        'What the browser has to compute before it may send: each bit doubles it. 16 takes a phone a few seconds, while the form is filled in.',
    }),
    contactFor: Duration('The contact of a reporter is deleted so long after the report was closed.', '365d'),
    reward: RewardSchema,
  },
  {
    ...closed,
    default: {},
    title: 'public reports',
    description: 'Hazards that the public reports (docs/public-reports.md).',
  },
)
export type ReportsFile = Type.Static<typeof ReportsSchema>
