import Type from 'typebox'
import { ProblemSchema } from '../../contracts/api.ts'
import { CodedError } from '../../contracts/errors.ts'
import type { Facility } from '../../contracts/facility.ts'
import { AlarmKpiSchema } from '../../contracts/kpi.ts'
import { monthQuery, windowQuery } from '../kpi/kpi-window.ts'
import { REPORT_FORMATS, reportText } from '../kpi/report/report.ts'
import { visible } from './access.ts'
import type { ApiPorts } from './ports.ts'
import { type Api, answers, closed, facilityOf, TimeQuery, timeOf } from './routes.ts'

const FacilityQuery = Type.Optional(
  Type.String({ maxLength: 64, description: 'May be left out where the server has one only.' }),
)

/** How well the alarms of a plant perform, by ISA-18.2 and EEMUA 191. */
export function kpiRoutes(app: Api, ports: ApiPorts): void {
  app.get(
    '/api/v1/kpi/alarms',
    {
      config: { access: 'viewer' },
      schema: {
        summary: 'Alarm performance in a window; the last 24 hours unless asked for another',
        description:
          'At most 400 days; what is still to come is cut off. It is computed from the journal, in seconds for a month with very many alarms, while everything else goes on.',
        tags: ['alarms'],
        querystring: Type.Object(
          {
            facility: FacilityQuery,
            area: Type.Optional(Type.String({ maxLength: 64, description: 'One area alone.' })),
            ...TimeQuery,
          },
          closed,
        ),
        response: answers(AlarmKpiSchema),
      },
    },
    async (request) => {
      const { query } = request
      const [from, to] = [timeOf('from', query.from), timeOf('to', query.to)]
      const facility = plantOf(visible(ports, request), query.facility)
      return ports.states.alarmKpi(windowQuery(facility, ports.now(), { from, to, area: query.area }))
    },
  )

  app.get(
    '/api/v1/kpi/alarms/report',
    {
      config: { access: 'viewer' },
      schema: {
        summary: 'Alarm performance of a month as a page to read, or as a table',
        description: 'text/markdown or text/csv. `npm run report` writes the same.',
        tags: ['alarms'],
        querystring: Type.Object(
          {
            facility: FacilityQuery,
            month: Type.String({
              maxLength: 10,
              description: 'Of the calendar of the facility, as far as it has come.',
              examples: ['2026-11'],
            }),
            format: Type.Optional(Type.Enum(REPORT_FORMATS, { default: 'markdown' })),
          },
          closed,
        ),
        response: {
          200: {
            description: 'The report.',
            content: { 'text/markdown': { schema: Type.String() }, 'text/csv': { schema: Type.String() } },
          },
          default: ProblemSchema,
        },
      },
    },
    async (request, reply) => {
      const { query } = request
      const facility = plantOf(visible(ports, request), query.facility)
      const { month, format = 'markdown' } = query
      const kpi = await ports.states.alarmKpi(monthQuery(facility, ports.now(), month))
      const file = `alarms-${facility.id}-${month}.${format === 'csv' ? 'csv' : 'md'}`
      return reply
        .type(`text/${format}; charset=utf-8`)
        .header('content-disposition', `${format === 'csv' ? 'attachment' : 'inline'}; filename="${file}"`)
        .send(reportText(kpi, { facility, month, format }))
    },
  )
}

/** @throws CodedError FACILITY_UNKNOWN, or REQUEST_INVALID where there are several to choose from */
function plantOf(ports: ApiPorts, id: string | undefined): Facility {
  if (id !== undefined) return facilityOf(ports, id).facility
  const [only, ...others] = ports.facilities.values()
  if (only === undefined || others.length > 0)
    throw new CodedError('REQUEST_INVALID', `say which facility: ${[...ports.facilities.keys()].join(', ')}`)
  return only.facility
}
