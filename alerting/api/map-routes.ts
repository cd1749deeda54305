import Type from 'typebox'
import { ProblemSchema } from '../../contracts/api.ts'
import { ID_PATTERN } from '../../contracts/ids.ts'
import { MAP_LEVELS, RiskMapSchema } from '../../contracts/register/map-api.ts'
import type { ApiPorts } from './ports.ts'
import { type Api, closed } from './routes.ts'

/** The risk map. */
export function mapRoutes(app: Api, ports: ApiPorts): void {
  app.get(
    '/api/v1/map',
    {
      config: { access: 'viewer' },
      schema: {
        summary: 'Risk map as GeoJSON: areas, plants or regions by their colour now',
        description:
          'RFC 7946. Up to 20 plants are shown with their areas, up to 1,000 one by one, more by town, unless another level is asked for.',
        tags: ['hazards'],
        querystring: Type.Object(
          {
            region: Type.Optional(
              Type.String({
                minLength: 1,
                maxLength: 410,
                description: 'Path of a node of the region tree.',
              }),
            ),
            facility: Type.Optional(Type.String({ pattern: ID_PATTERN })),
            level: Type.Optional(Type.Enum(MAP_LEVELS)),
          },
          closed,
        ),
        response: {
          200: { description: 'The map.', content: { 'application/geo+json': { schema: RiskMapSchema } } },
          default: ProblemSchema,
        },
      },
    },
    async ({ query, principal }, reply) =>
      reply
        .type('application/geo+json')
        .send(await ports.register.map.map({ ...query, scope: principal.facilities })),
  )
}
