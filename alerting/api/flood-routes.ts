import Type from 'typebox'
import { FloodViewSchema } from '../../contracts/api.ts'
import { visible } from './access.ts'
import type { ApiPorts } from './ports.ts'
import { type Api, answers, closed, facilityOf, list } from './routes.ts'

/** Alarm floods, as they are now; those of the past are among the figures of alarm performance. */
export function floodRoutes(app: Api, ports: ApiPorts): void {
  app.get(
    '/api/v1/floods',
    {
      config: { access: 'viewer' },
      schema: {
        summary: 'Whether a flood of alarms goes on in each facility',
        description:
          'It begins when the last 10 minutes hold more than 10 annunciated alarms, and ends when they hold fewer than 5.',
        tags: ['alarms'],
        querystring: Type.Object({ facility: Type.Optional(Type.String({ maxLength: 64 })) }, closed),
        response: answers(list(FloodViewSchema)),
      },
    },
    async (request) => {
      const { facility } = request.query
      const seen = visible(ports, request)
      const places = facility === undefined ? [...seen.facilities.values()] : [facilityOf(ports, facility)]
      return { items: places.map(({ floods }) => floods.view()) }
    },
  )
}
