import Type from 'typebox'
import { CodedError } from '../../contracts/errors.ts'
import { ID_PATTERN } from '../../contracts/ids.ts'
import {
  ExportItemViewSchema,
  ExportViewSchema,
  RetriedSchema,
  RetrySchema,
} from '../../contracts/register/export-api.ts'
import { EXPORT_STATES } from '../../contracts/register/export-words.ts'
import { actorOf, visible } from './access.ts'
import type { ApiPorts } from './ports.ts'
import { type Api, answers, closed, list } from './routes.ts'

const Query = Type.Object({ facility: Type.Optional(Type.String({ pattern: ID_PATTERN })) }, closed)
const Params = Type.Object({
  facility: Type.String({ pattern: ID_PATTERN }),
  export: Type.String({ pattern: ID_PATTERN }),
})
const ItemQuery = Type.Object(
  {
    state: Type.Optional(Type.Enum(EXPORT_STATES)),
    before: Type.Optional(
      Type.Integer({ minimum: 1, description: 'Cursor: the `next` of the page before.' }),
    ),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, description: 'Default: 50.' })),
  },
  closed,
)
const tags = ['register']

/** Outside registers, what waits for them, and what they refuse. */
export function exportRoutes(app: Api, ports: ApiPorts): void {
  app.get(
    '/api/v1/exports',
    {
      config: { access: 'viewer' },
      schema: {
        summary: 'Outside registers that hazards and alarms are sent to, and how it is with them',
        tags,
        querystring: Query,
        response: answers(list(ExportViewSchema)),
      },
    },
    async (request) => {
      const { facility } = request.query
      const { facilities } = visible(ports, request)
      if (facility !== undefined && !facilities.has(facility))
        throw new CodedError('FACILITY_UNKNOWN', `no facility "${facility}"`)
      const chosen = facility === undefined ? [...facilities.keys()] : [facility]
      return { items: await ports.register.exports.list(chosen) }
    },
  )
  app.get(
    '/api/v1/exports/:facility/:export/items',
    {
      config: { access: 'viewer' },
      schema: {
        summary: 'What was sent to an outside register, or is to be, newest first',
        tags,
        params: Params,
        querystring: ItemQuery,
        response: answers(list(ExportItemViewSchema)),
      },
    },
    (request) => {
      const { facility, export: id } = request.params
      const { limit = 50, ...query } = request.query
      return ports.register.exports.items({ facility, id }, { ...query, limit })
    },
  )
  app.post(
    '/api/v1/exports/:facility/:export/retry',
    {
      config: { access: 'engineer' },
      schema: {
        summary: 'Send again what an outside register has refused, or what was given up',
        tags,
        params: Params,
        body: RetrySchema,
        response: answers(RetriedSchema),
      },
    },
    (request) => {
      const { facility, export: id } = request.params
      const { by = request.principal.name, sequences } = request.body
      return ports.register.exports.retry({ facility, id }, { by, ...actorOf(request), sequences })
    },
  )
}
