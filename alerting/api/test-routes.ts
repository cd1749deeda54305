import Type from 'typebox'
import { ACTION_ROLES } from '../../contracts/roles.ts'
import { EndTestSchema, StartTestSchema, TestViewSchema } from '../../contracts/test-api.ts'
import { actorOf } from './access.ts'
import type { ApiPorts } from './ports.ts'
import { type Api, answers, closed, durationOf, facilityOf, list } from './routes.ts'

const PAGE = 50

/** Bump and proof tests. */
export function testRoutes(app: Api, ports: ApiPorts): void {
  const params = Type.Object({ facility: Type.String({ maxLength: 64 }) })
  const tags = ['tests']

  app.get(
    '/api/v1/facilities/:facility/tests',
    {
      config: { access: 'viewer' },
      schema: {
        summary: 'Bump and proof tests with their evidence, newest first',
        tags,
        params,
        querystring: Type.Object(
          {
            running: Type.Optional(
              Type.Boolean({ description: 'Only those that run, or only those that have ended.' }),
            ),
            before: Type.Optional(
              Type.String({ pattern: '^[0-9]{1,15}$', description: 'Cursor: `next` of the page before.' }),
            ),
            limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: PAGE })),
          },
          closed,
        ),
        response: answers(list(TestViewSchema)),
      },
    },
    async (request) => {
      const { running, before, limit = PAGE } = request.query
      const { tests } = facilityOf(ports, request.params.facility).alarms
      const items = await tests.list({
        ...(running === undefined ? {} : { isRunning: running }),
        ...(before === undefined ? {} : { before: Number(before) }),
        limit,
      })
      const last = items.at(-1)
      return last === undefined || items.length < limit ? { items } : { items, next: last.id }
    },
  )

  app.post(
    '/api/v1/facilities/:facility/tests',
    {
      config: { access: ACTION_ROLES['start-test'] },
      schema: {
        summary: 'Start a bump or proof test: its alarms go on, and nobody is paged until it ends by itself',
        tags,
        params,
        body: StartTestSchema,
        response: answers(TestViewSchema),
      },
    },
    async (request) => {
      const { for: duration, by = request.principal.name, ...order } = request.body
      return facilityOf(ports, request.params.facility).alarms.tests.start({
        ...order,
        ...actorOf(request),
        by,
        forMs: durationOf('for', duration),
      })
    },
  )

  app.post(
    '/api/v1/facilities/:facility/tests/:test/end',
    {
      config: { access: ACTION_ROLES['end-test'] },
      schema: {
        summary: 'End a test before its time: what is still active is to be acknowledged',
        tags,
        params: Type.Object({ ...params.properties, test: Type.String({ maxLength: 20 }) }),
        body: EndTestSchema,
        response: answers(TestViewSchema),
      },
    },
    async (request) => {
      const { facility, test } = request.params
      const { by = request.principal.name } = request.body
      return facilityOf(ports, facility).alarms.tests.end(test, { by, ...actorOf(request) })
    },
  )
}
