import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import { CodedError } from '../../contracts/errors.ts'
import { ID_PATTERN } from '../../contracts/ids.ts'
import {
  AttachmentViewSchema,
  HazardDetailSchema,
  HazardViewSchema,
  NewAttachmentSchema,
  NewHazardSchema,
  RegisterEntrySchema,
  TransitionSchema,
} from '../../contracts/register/hazard-api.ts'
import {
  HAZARD_GRADES,
  HAZARD_KINDS,
  HAZARD_SOURCES,
  HAZARD_STATUSES,
  type HazardStatus,
  RISK_COLOURS,
  SUBJECTS,
} from '../../contracts/register/words.ts'
import { attachmentHeaders } from '../register/attachment/attachment-headers.ts'
import type { Actor } from '../register/hazard/hazard-desk.ts'
import { actorOf, refuseFacility } from './access.ts'
import type { ApiPorts } from './ports.ts'
import { type Api, answers, closed, list } from './routes.ts'

const PAGE = 50
/** Ten megabytes in base64, and the JSON around them. */
const FILE_LIMIT = 14_000_000
const tags = ['hazards']

const Flag = (description: string) => Type.Optional(Type.Enum(['true', 'false'], { description }))
const Cursor = Type.Optional(
  Type.String({ pattern: '^[0-9]{1,15}$', description: 'Cursor: `next` of the page before.' }),
)
const Limit = Type.Optional(Type.Integer({ minimum: 1, maximum: 500, description: `Default: ${PAGE}.` }))
const Facility = Type.Optional(Type.String({ pattern: ID_PATTERN }))

const HazardQuerySchema = Type.Object(
  {
    facility: Facility,
    area: Type.Optional(Type.String({ pattern: ID_PATTERN })),
    region: Type.Optional(
      Type.String({ maxLength: 500, description: 'A node of the region tree, with its whole path.' }),
    ),
    status: Type.Optional(
      Type.String({
        pattern: `^(${HAZARD_STATUSES.join('|')}|open)(,(${HAZARD_STATUSES.join('|')}))*$`,
        description: `Any of ${HAZARD_STATUSES.join(', ')}, between commas; or open.`,
      }),
    ),
    grade: Type.Optional(Type.Enum(HAZARD_GRADES)),
    colour: Type.Optional(Type.Enum(RISK_COLOURS)),
    source: Type.Optional(Type.Enum(HAZARD_SOURCES)),
    kind: Type.Optional(Type.Enum(HAZARD_KINDS)),
    alarm: Type.Optional(Type.String({ maxLength: 100 })),
    responsible: Type.Optional(Type.String({ maxLength: 64 })),
    overdue: Flag('Only those whose deadline has passed.'),
    supervised: Flag('Only those listed for supervision.'),
    q: Type.Optional(Type.String({ maxLength: 200, description: 'Words, all of which it has.' })),
    before: Cursor,
    limit: Limit,
  },
  closed,
)
const Numbered = Type.Object({ number: Type.Integer({ minimum: 1 }) })
const File = Type.Object({ number: Type.Integer({ minimum: 1 }), id: Type.Integer({ minimum: 1 }) })

/** The register of hazards. */
export function hazardRoutes(app: Api, ports: ApiPorts): void {
  app.get(
    '/api/v1/hazards',
    {
      config: { access: 'viewer' },
      schema: {
        summary: 'Hazards, newest first',
        tags,
        querystring: HazardQuerySchema,
        response: answers(list(HazardViewSchema)),
      },
    },
    (request) => {
      const { facility, status, overdue, supervised, q, before, limit = PAGE, ...same } = request.query
      const facilities = facility === undefined ? request.principal.facilities : [facility]
      const isOpen = status === 'open'
      return ports.register.hazards.list({
        ...same,
        limit,
        ...(facilities === null ? {} : { facilities }),
        ...(isOpen ? { isOpen } : {}),
        ...(status === undefined || isOpen ? {} : { statuses: status.split(',') as HazardStatus[] }),
        ...(overdue === 'true' ? { isOverdue: true } : {}),
        ...(supervised === 'true' ? { isSupervised: true } : {}),
        ...(q === undefined ? {} : { words: q }),
        ...(before === undefined ? {} : { before: Number(before) }),
      })
    },
  )

  app.get(
    '/api/v1/hazards/:number',
    {
      config: { access: 'viewer' },
      schema: {
        summary: 'A hazard with its history, files and occurrences, and what who asks may do with it',
        tags,
        params: Numbered,
        response: answers(HazardDetailSchema),
      },
    },
    (request) => ports.register.hazards.detail(request.params.number, hazardActor(request)),
  )

  app.post(
    '/api/v1/hazards',
    {
      config: { access: 'operator' },
      schema: {
        summary: 'Enter what was found; of an alarm whose hazard is open it becomes part of that',
        tags,
        body: NewHazardSchema,
        response: answers(HazardViewSchema),
      },
    },
    (request) => ports.register.hazards.create(request.body, hazardActor(request, request.body)),
  )

  app.post(
    '/api/v1/hazards/:number/transitions',
    {
      config: { access: 'operator' },
      schema: {
        summary: 'One step of the closed loop, from found to closed',
        description: 'docs/reference/hazard-lifecycle.md has the table: what each takes, and who may do it.',
        tags,
        params: Numbered,
        body: TransitionSchema,
        response: answers(HazardViewSchema),
      },
    },
    (request) =>
      ports.register.hazards.transition(
        request.params.number,
        request.body,
        hazardActor(request, request.body),
      ),
  )

  app.post(
    '/api/v1/hazards/:number/attachments',
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
      ports.register.hazards.attach(request.params.number, request.body, hazardActor(request, request.body)),
  )

  app.get(
    '/api/v1/hazards/:number/attachments/:id',
    {
      config: { access: 'viewer' },
      schema: {
        summary: 'A photo or file',
        tags,
        params: File,
        response: { 200: { description: 'Its bytes.', type: 'string', format: 'binary' } },
      },
    },
    async (request, reply) => {
      const { number, id } = request.params
      const file = await ports.register.hazards.file(number, id, hazardActor(request))
      reply.headers(attachmentHeaders(file))
      return Buffer.from(file.bytes) as never
    },
  )

  app.get(
    '/api/v1/register/journal',
    {
      config: { access: 'viewer' },
      schema: {
        summary: 'What was done in the register, as the hash-chained journal has it, newest first',
        tags: ['journal'],
        querystring: Type.Object(
          {
            facility: Facility,
            subject: Type.Optional(Type.Enum(SUBJECTS)),
            number: Type.Optional(Type.Integer({ minimum: 1, description: 'With subject.' })),
            before: Cursor,
            limit: Limit,
          },
          closed,
        ),
        response: answers(list(RegisterEntrySchema)),
      },
    },
    async (request) => {
      const { before, limit = PAGE, number, subject, facility } = request.query
      const { facilities } = request.principal
      if (number !== undefined && subject === undefined)
        throw new CodedError('REQUEST_INVALID', 'number: give the subject too')
      const items = await ports.register.entries({
        limit,
        ...(facility === undefined ? {} : { facility }),
        ...(subject === undefined ? {} : { subject }),
        ...(number === undefined ? {} : { number }),
        ...(facilities === null ? {} : { facilities }),
        ...(before === undefined ? {} : { before: Number(before) }),
      })
      const last = items.at(-1)
      return last === undefined || items.length < limit ? { items } : { items, next: String(last.seq) }
    },
  )
}

/** Who asks: of a body that says so, under that name. */
export function hazardActor(request: FastifyRequest, body: { by?: string } = {}): Actor {
  const { principal } = request
  return {
    by: body.by ?? principal.name,
    role: principal.role,
    ...actorOf(request),
    refuse: (facility) => refuseFacility(principal, facility),
  }
}
