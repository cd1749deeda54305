import Type from 'typebox'
import { CodedError } from '../../contracts/errors.ts'
import { ID_PATTERN } from '../../contracts/ids.ts'
import {
  PlanViewSchema,
  ResponseFiguresSchema,
  StockChangeSchema,
  StockViewSchema,
  TeamViewSchema,
} from '../../contracts/register/incident-api.ts'
import { visible } from './access.ts'
import { hazardActor } from './hazard-routes.ts'
import type { ApiPorts } from './ports.ts'
import { type Api, answers, closed, facilityOf, list, TimeQuery, timeOf } from './routes.ts'

const DAY_MS = 86_400_000
const USUAL_MS = 30 * DAY_MS
const tags = ['incidents']
const Facility = Type.Optional(Type.String({ pattern: ID_PATTERN }))
const querystring = Type.Object({ facility: Facility }, closed)

/** What there is to respond with: plans, teams and stock; and how it went. */
export function responseRoutes(app: Api, ports: ApiPorts): void {
  const asked = (request: Parameters<typeof visible>[1], facility: string | undefined) =>
    facility === undefined
      ? [...visible(ports, request).facilities.keys()]
      : [facilityOf(ports, facility).facility.id]

  app.get(
    '/api/v1/plans',
    {
      config: { access: 'viewer' },
      schema: {
        summary: 'Emergency plans with their steps, and the active alarms that call for each',
        tags,
        querystring,
        response: answers(list(PlanViewSchema)),
      },
    },
    async (request) => ({
      items: await ports.register.response.plans(asked(request, request.query.facility)),
    }),
  )

  app.get(
    '/api/v1/teams',
    {
      config: { access: 'viewer' },
      schema: {
        summary: 'Teams: who has them now, and where they are',
        tags,
        querystring,
        response: answers(list(TeamViewSchema)),
      },
    },
    async (request) => ({
      items: await ports.register.response.teams(asked(request, request.query.facility)),
    }),
  )

  app.get(
    '/api/v1/stock',
    {
      config: { access: 'viewer' },
      schema: {
        summary: 'Equipment and material: how much there is',
        tags,
        querystring,
        response: answers(list(StockViewSchema)),
      },
    },
    async (request) => ({
      items: await ports.register.response.stock(asked(request, request.query.facility)),
    }),
  )

  app.post(
    '/api/v1/facilities/:facility/stock/:item',
    {
      config: { access: 'operator' },
      schema: {
        summary: 'Put into the stock, or take out of it, without an incident',
        tags,
        params: Type.Object({
          facility: Type.String({ maxLength: 64 }),
          item: Type.String({ maxLength: 64 }),
        }),
        body: StockChangeSchema,
        response: answers(StockViewSchema),
      },
    },
    (request) => {
      const { facility, item } = request.params
      return ports.register.response.move(facility, item, request.body, hazardActor(request, request.body))
    },
  )

  app.get(
    '/api/v1/figures/response',
    {
      config: { access: 'viewer' },
      schema: {
        summary:
          'How response clocks were met, of incidents that began in a window; the last 30 days unless asked for another',
        tags: ['figures'],
        querystring: Type.Object({ facility: Facility, ...TimeQuery }, closed),
        response: answers(ResponseFiguresSchema),
      },
    },
    (request) => {
      const { facility } = request.query
      const to = timeOf('to', request.query.to) ?? ports.now()
      const from = timeOf('from', request.query.from) ?? to - USUAL_MS
      if (from >= to) throw new CodedError('REQUEST_INVALID', 'from must be before to')
      return ports.register.response.figures({
        facility,
        facilities: facility === undefined ? (request.principal.facilities ?? undefined) : [facility],
        from,
        to,
      })
    },
  )
}
