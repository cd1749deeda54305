import Type from 'typebox'
import { ProblemSchema } from '../../contracts/api.ts'
import {
  FIGURE_DIMENSIONS,
  FiguresQueryFields,
  FiguresViewSchema,
  RegionsViewSchema,
} from '../../contracts/register/figures-api.ts'
import { HAZARD_KINDS } from '../../contracts/register/words.ts'
import type { Principal } from '../people/person.ts'
import type { HazardFilter } from '../register/figures/figures-query.ts'
import { type AskedPeriod, periodOf } from '../register/figures/period.ts'
import { HAZARD_REPORT_FORMATS, REPORT_KINDS } from '../register/figures/report/words.ts'
import type { ApiPorts } from './ports.ts'
import { type Api, answers, closed, TimeQuery, timeOf } from './routes.ts'

const { kind: _, ...ReportFields } = FiguresQueryFields

type Asked = Partial<Omit<HazardFilter, 'scope' | 'period'>> &
  Omit<AskedPeriod, 'from' | 'to'> & { from?: string | undefined; to?: string | undefined }

/** Figures of the hazard register, and the region tree. */
export function figuresRoutes(app: Api, ports: ApiPorts): void {
  app.get(
    '/api/v1/figures/hazards',
    {
      config: { access: 'viewer' },
      schema: {
        summary: 'Rectification rate, on-time rate, days to close and what is overdue',
        description: 'Of hazards found in the period: docs/regions-and-figures.md defines each figure.',
        tags: ['hazards'],
        querystring: Type.Object(
          {
            ...FiguresQueryFields,
            ...TimeQuery,
            by: Type.Optional(Type.Enum(FIGURE_DIMENSIONS, { description: 'Items to tell apart.' })),
          },
          closed,
        ),
        response: answers(FiguresViewSchema),
      },
    },
    async ({ query, principal }) =>
      ports.register.figures.figures({ ...filterOf(query, principal, ports.now()), by: query.by }),
  )

  app.get(
    '/api/v1/figures/hazards/report',
    {
      config: { access: 'viewer' },
      schema: {
        summary: 'The same as a file: figures, or the list of hazards',
        description: 'CSV is UTF-8 with a byte order mark; XLSX has at most 50,000 hazards, HTML 5,000.',
        tags: ['hazards'],
        querystring: Type.Object(
          {
            ...ReportFields,
            ...TimeQuery,
            kind: Type.Optional(Type.Enum(REPORT_KINDS, { default: 'figures' })),
            hazardKind: Type.Optional(Type.Enum(HAZARD_KINDS)),
            format: Type.Optional(Type.Enum(HAZARD_REPORT_FORMATS, { default: 'html' })),
          },
          closed,
        ),
        response: {
          200: {
            description: 'The report.',
            content: {
              'text/csv': { schema: Type.String() },
              'text/html': { schema: Type.String() },
              'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': { schema: Type.String() },
            },
          },
          default: ProblemSchema,
        },
      },
    },
    async ({ query, principal }, reply) => {
      const { kind = 'figures', format = 'html', hazardKind, ...asked } = query
      const filter = filterOf({ ...asked, kind: hazardKind }, principal, ports.now())
      const { name, type, body } = await ports.register.figures.report(filter, { kind, format })
      return reply
        .type(type)
        .header('content-disposition', `${format === 'html' ? 'inline' : 'attachment'}; filename="${name}"`)
        .send(body as never)
    },
  )

  app.get(
    '/api/v1/regions',
    {
      config: { access: 'viewer' },
      schema: {
        summary: 'The region tree, a level at a time',
        tags: ['hazards'],
        querystring: Type.Object(
          {
            under: Type.Optional(
              Type.String({ minLength: 1, maxLength: 410, description: 'Path of a node.' }),
            ),
          },
          closed,
        ),
        response: answers(RegionsViewSchema),
      },
    },
    async ({ query: { under }, principal }) => ports.register.figures.regions(under, principal.facilities),
  )
}

/** @throws CodedError FIGURES_PERIOD, REQUEST_INVALID */
function filterOf(query: Asked, { facilities: scope }: Principal, now: number): HazardFilter {
  const { region, facility, grade, kind, source, month, quarter, year } = query
  const [from, to] = [timeOf('from', query.from), timeOf('to', query.to)]
  const period = periodOf({ month, quarter, year, from, to }, now)
  return { scope, region, facility, grade, kind, source, period }
}
