import Type from 'typebox'
import { ID_PATTERN } from '../../contracts/ids.ts'
import { AttachmentViewSchema, NewAttachmentSchema } from '../../contracts/register/hazard-api.ts'
import {
  IncidentDetailSchema,
  IncidentLinksSchema,
  IncidentTransitionSchema,
  IncidentViewSchema,
  LogEntrySchema,
  NewIncidentSchema,
  StepReportSchema,
  StockUseSchema,
  TeamReportSchema,
} from '../../contracts/register/incident-api.ts'
import { INCIDENT_STATUSES, type IncidentStatus } from '../../contracts/register/incident-words.ts'
import { attachmentHeaders } from '../register/attachment/attachment-headers.ts'
import { hazardActor } from './hazard-routes.ts'
import type { ApiPorts } from './ports.ts'
import { type Api, answers, closed, list, TimeQuery, timeOf } from './routes.ts'

const PAGE = 50
/** Ten megabytes in base64, and the JSON around them. */
const FILE_LIMIT = 14_000_000
const tags = ['incidents']
const Numbered = Type.Object({ number: Type.Integer({ minimum: 1 }) })

const IncidentQuerySchema = Type.Object(
  {
    facility: Type.Optional(Type.String({ pattern: ID_PATTERN })),
    status: Type.Optional(
      Type.Enum([...INCIDENT_STATUSES, 'under-way'], {
        description: '`under-way`: open, responding or contained.',
      }),
    ),
    ...TimeQuery,
    breached: Type.Optional(
      Type.Enum(['true', 'false'], { description: 'Whether a clock of it was not met.' }),
    ),
    before: Type.Optional(
      Type.String({ pattern: '^[0-9]{1,15}$', description: 'Cursor: `next` of the page before.' }),
    ),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, description: `Default: ${PAGE}.` })),
  },
  closed,
)

/** Incidents: what happens, who responds, and against which clock. */
export function incidentRoutes(app: Api, ports: ApiPorts): void {
  app.get(
    '/api/v1/incidents',
    {
      config: { access: 'viewer' },
      schema: {
        summary: 'Incidents, newest first; from and to are of their beginning',
        tags,
        querystring: IncidentQuerySchema,
        response: answers(list(IncidentViewSchema)),
      },
    },
    (request) => {
      const { facility, status, from, to, breached, before, limit = PAGE } = request.query
      const isUnderWay = status === 'under-way'
      return ports.register.incidents.list({
        facilities: facility === undefined ? (request.principal.facilities ?? undefined) : [facility],
        status: isUnderWay ? undefined : (status as IncidentStatus | undefined),
        isOpen: isUnderWay ? true : undefined,
        from: timeOf('from', from),
        to: timeOf('to', to),
        isBreached: breached === undefined ? undefined : breached === 'true',
        before: before === undefined ? undefined : Number(before),
        limit,
      })
    },
  )

  app.get(
    '/api/v1/incidents/:number',
    {
      config: { access: 'viewer' },
      schema: {
        summary: 'An incident with teams, checklist, links, stock, files and history',
        tags,
        params: Numbered,
        response: answers(IncidentDetailSchema),
      },
    },
    (request) => ports.register.incidents.detail(request.params.number, hazardActor(request)),
  )

  app.post(
    '/api/v1/incidents',
    {
      config: { access: 'operator' },
      schema: {
        summary:
          'Open an incident: its clocks run from its beginning; of alarms it takes plan, title and area',
        tags,
        body: NewIncidentSchema,
        response: answers(IncidentViewSchema),
      },
    },
    (request) => ports.register.incidents.open(request.body, hazardActor(request, request.body)),
  )

  app.post(
    '/api/v1/incidents/:number/transitions',
    {
      config: { access: 'operator' },
      schema: {
        summary: 'One step in the life of an incident',
        description: 'docs/incidents.md has the table: what each takes, and who may do it.',
        tags,
        params: Numbered,
        body: IncidentTransitionSchema,
        response: answers(IncidentViewSchema),
      },
    },
    (request) =>
      ports.register.incidents.transition(
        request.params.number,
        request.body,
        hazardActor(request, request.body),
      ),
  )

  enterRoutes(app, ports)
  fileRoutes(app, ports)
}

/** What is entered with an incident under way. */
function enterRoutes(app: Api, { register }: ApiPorts): void {
  const options = <B extends Type.TSchema>(summary: string, body: B) =>
    ({
      config: { access: 'operator' },
      schema: { summary, tags, params: Numbered, body, response: answers(IncidentViewSchema) },
    }) as const

  app.post(
    '/api/v1/incidents/:number/teams',
    options('A team was dispatched, has arrived, or was released; perhaps some time ago', TeamReportSchema),
    (request) =>
      register.response.team(request.params.number, request.body, hazardActor(request, request.body)),
  )

  app.post(
    '/api/v1/incidents/:number/steps/:step',
    {
      config: { access: 'operator' },
      schema: {
        summary: 'A step of the checklist is done',
        tags,
        params: Type.Object({ ...Numbered.properties, step: Type.String({ maxLength: 64 }) }),
        body: StepReportSchema,
        response: answers(IncidentViewSchema),
      },
    },
    (request) => {
      const { number, step } = request.params
      return register.response.step(number, step, request.body, hazardActor(request, request.body))
    },
  )

  app.post(
    '/api/v1/incidents/:number/log',
    options('A note, or the number of casualties', LogEntrySchema),
    (request) =>
      register.response.log(request.params.number, request.body, hazardActor(request, request.body)),
  )

  app.post(
    '/api/v1/incidents/:number/links',
    options('Alarms and hazards that belong to it; or a new hazard', IncidentLinksSchema),
    (request) =>
      register.response.link(request.params.number, request.body, hazardActor(request, request.body)),
  )

  app.post(
    '/api/v1/incidents/:number/stock',
    options('Stock that it takes, or gives back', StockUseSchema),
    (request) =>
      register.response.use(request.params.number, request.body, hazardActor(request, request.body)),
  )
}

function fileRoutes(app: Api, { register }: ApiPorts): void {
  app.post(
    '/api/v1/incidents/:number/attachments',
    {
      config: { access: 'operator' },
      bodyLimit: FILE_LIMIT,
      schema: {
        summary: 'Add a photo or file',
        tags,
        params: Numbered,
        body: NewAttachmentSchema,
        response: answers(AttachmentViewSchema),
      },
    },
    (request) =>
      register.incidents.attach(request.params.number, request.body, hazardActor(request, request.body)),
  )

  app.get(
    '/api/v1/incidents/:number/attachments/:id',
    {
      config: { access: 'viewer' },
      schema: {
        summary: 'A photo or file',
        tags,
        params: Type.Object({ ...Numbered.properties, id: Type.Integer({ minimum: 1 }) }),
        response: { 200: { description: 'Its bytes.', type: 'string', format: 'binary' } },
      },
    },
    async (request, reply) => {
      const { number, id } = request.params
      const file = await register.incidents.file(number, id, hazardActor(request))
      reply.headers(attachmentHeaders(file))
      return Buffer.from(file.bytes) as never
    },
  )
}
