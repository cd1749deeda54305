import Type from 'typebox'
import { ID_PATTERN } from '../../contracts/ids.ts'
import {
  NewReportSchema,
  PublicReportSchema,
  REPORT_BODY_LIMIT,
  ReceiptSchema,
  ReportContactSchema,
  ReportDetailSchema,
  ReportFormSchema,
  ReportTransitionSchema,
  ReportViewSchema,
} from '../../contracts/register/report-api.ts'
import { REPORT_STATES } from '../../contracts/register/report-words.ts'
import { attachmentHeaders } from '../register/attachment/attachment-headers.ts'
import { refuseFacility } from './access.ts'
import { hazardActor } from './hazard-routes.ts'
import type { ApiPorts } from './ports.ts'
import { type Api, answers, closed, list } from './routes.ts'

const PAGE = 50
const tags = ['public reports']
const Numbered = Type.Object({ number: Type.Integer({ minimum: 1 }) })
const ReportQuerySchema = Type.Object(
  {
    facility: Type.Optional(Type.String({ pattern: ID_PATTERN })),
    state: Type.Optional(Type.Enum(REPORT_STATES)),
    before: Type.Optional(
      Type.String({ pattern: '^[0-9]{1,15}$', description: 'Cursor: `next` of the page before.' }),
    ),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, description: `Default: ${PAGE}.` })),
  },
  closed,
)

/** Hazards that the public reports. */
export function reportRoutes(app: Api, ports: ApiPorts): void {
  openRoutes(app, ports)
  staffRoutes(app, ports)
}

/** Without sign-in; what they cost is limited by address. */
function openRoutes(app: Api, ports: ApiPorts): void {
  app.get(
    '/api/v1/public/reports/form',
    {
      config: { access: 'open' },
      schema: {
        summary: 'What a report of a hazard takes: plants, limits and a challenge',
        tags,
        response: answers(ReportFormSchema),
      },
    },
    async (request) => ports.register.reports.intake.form(request.ip),
  )
  app.post(
    '/api/v1/public/reports',
    {
      config: { access: 'open' },
      bodyLimit: REPORT_BODY_LIMIT,
      // Before the body, which may be large.
      onRequest: async (request) => ports.register.reports.intake.admit(request.ip),
      schema: {
        summary: 'Report a hazard; answers with the receipt',
        description: 'docs/public-reports.md says how the challenge is solved.',
        tags,
        body: NewReportSchema,
        response: answers(ReceiptSchema),
      },
    },
    (request) => ports.register.reports.intake.submit(request.body, request.ip),
  )
  app.get(
    '/api/v1/public/reports/:receipt',
    {
      config: { access: 'open' },
      schema: {
        summary: 'How far a report has come, for whoever has its receipt',
        tags,
        params: Type.Object({ receipt: Type.String({ maxLength: 60 }) }),
        response: answers(PublicReportSchema),
      },
    },
    (request) => ports.register.reports.intake.look(request.params.receipt, request.ip),
  )
}

function staffRoutes(app: Api, ports: ApiPorts): void {
  app.get(
    '/api/v1/reports',
    {
      config: { access: 'engineer' },
      schema: {
        summary: 'Public reports, newest first',
        tags,
        querystring: ReportQuerySchema,
        response: answers(list(ReportViewSchema)),
      },
    },
    ({ query, principal }) => {
      const { facility, state, before, limit = PAGE } = query
      return ports.register.reports.reading.list({
        limit,
        scope: facility === undefined ? principal.facilities : [facility],
        ...(state === undefined ? {} : { state }),
        ...(before === undefined ? {} : { before: Number(before) }),
      })
    },
  )
  app.get(
    '/api/v1/reports/:number',
    {
      config: { access: 'engineer' },
      schema: {
        summary: 'A public report with its history and photos, and what who asks may do with it',
        tags,
        params: Numbered,
        response: answers(ReportDetailSchema),
      },
    },
    (request) => ports.register.reports.reading.detail(request.params.number, hazardActor(request)),
  )
  app.post(
    '/api/v1/reports/:number/transitions',
    {
      config: { access: 'engineer' },
      schema: {
        summary: 'One step with a public report, from received to closed',
        description: 'docs/public-reports.md has the table: what each takes, and who may do it.',
        tags,
        params: Numbered,
        body: ReportTransitionSchema,
        response: answers(ReportDetailSchema),
      },
    },
    async (request) => {
      const { number } = request.params
      const { triage, reading } = ports.register.reports
      const actor = hazardActor(request, request.body)
      if (request.body.facility !== undefined) refuseFacility(request.principal, request.body.facility)
      await triage.act(number, request.body, actor)
      return reading.detail(number, actor)
    },
  )
  app.get(
    '/api/v1/reports/:number/contact',
    {
      config: { access: 'admin' },
      schema: {
        summary: 'How the reporter can be reached; every look is a step',
        tags,
        params: Numbered,
        response: answers(ReportContactSchema),
      },
    },
    async (request, reply) => {
      const { contacts } = ports.register.reports
      const contact = await contacts.show(request.params.number, hazardActor(request))
      reply.header('cache-control', 'no-store')
      return contact
    },
  )
  app.get(
    '/api/v1/reports/:number/attachments/:id',
    {
      config: { access: 'engineer' },
      schema: {
        summary: 'A photo of a public report',
        tags,
        params: Type.Object({ number: Type.Integer({ minimum: 1 }), id: Type.Integer({ minimum: 1 }) }),
        response: { 200: { description: 'Its bytes.', type: 'string', format: 'binary' } },
      },
    },
    async (request, reply) => {
      const { number, id } = request.params
      const photo = await ports.register.reports.reading.photo(number, id, hazardActor(request))
      reply.headers(attachmentHeaders(photo))
      return Buffer.from(photo.bytes) as never
    },
  )
}
