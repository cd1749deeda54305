import Type from 'typebox'
import { ID_PATTERN } from '../../contracts/ids.ts'
import { AttachmentViewSchema } from '../../contracts/register/hazard-api.ts'
import {
  AbandonRoundSchema,
  AnswersSchema,
  FinishRoundSchema,
  InspectionViewSchema,
  ResponsibilitySchema,
  RoundAttachmentSchema,
  RoundDetailSchema,
  RoundViewSchema,
  StartRoundSchema,
} from '../../contracts/register/inspection-api.ts'
import { ROUND_STATES } from '../../contracts/register/inspection-words.ts'
import { attachmentHeaders } from '../register/attachment/attachment-headers.ts'
import { visible } from './access.ts'
import { hazardActor } from './hazard-routes.ts'
import type { ApiPorts } from './ports.ts'
import { type Api, answers, closed, facilityOf, list } from './routes.ts'

const PAGE = 50
/** Ten megabytes in base64, and the JSON around them. */
const FILE_LIMIT = 14_000_000
const tags = ['inspections']

const Name = Type.String({ pattern: ID_PATTERN })
const Facility = Type.Object({ facility: Type.String({ maxLength: 64 }) })
const Numbered = Type.Object({ number: Type.Integer({ minimum: 1 }) })
const File = Type.Object({ number: Type.Integer({ minimum: 1 }), id: Type.Integer({ minimum: 1 }) })

/** What is inspected when, the rounds, and who answers for the major-hazard sources. */
export function inspectionRoutes(app: Api, ports: ApiPorts): void {
  app.get(
    '/api/v1/inspections',
    {
      config: { access: 'viewer' },
      schema: {
        summary: 'Inspections as they stand: the last round, the next, and how many were missed',
        tags,
        querystring: Type.Object(
          {
            facility: Type.Optional(Name),
            due: Type.Optional(
              Type.Enum(['true', 'false'], {
                description: 'Only those that are due or overdue; or only those that are not yet.',
              }),
            ),
          },
          closed,
        ),
        response: answers(list(InspectionViewSchema)),
      },
    },
    async (request) => {
      const { facility, due } = request.query
      const seen = visible(ports, request)
      const facilities = facility === undefined ? [...seen.facilities.keys()] : [facility]
      if (facility !== undefined) facilityOf(ports, facility)
      const isDue = due === undefined ? undefined : due === 'true'
      return { items: await ports.register.inspectionPlans.list(facilities, isDue) }
    },
  )

  app.get(
    '/api/v1/facilities/:facility/responsibility',
    {
      config: { access: 'viewer' },
      schema: {
        summary: 'Major-hazard sources by GB 18218, their three people, duties and records',
        tags,
        params: Facility,
        response: answers(list(ResponsibilitySchema)),
      },
    },
    async (request) => ({
      items: await ports.register.inspectionPlans.responsibility(request.params.facility),
    }),
  )

  roundReadingRoutes(app, ports)
  roundRoutes(app, ports)
}

function roundReadingRoutes(app: Api, ports: ApiPorts): void {
  app.get(
    '/api/v1/rounds',
    {
      config: { access: 'viewer' },
      schema: {
        summary: 'Rounds, newest first',
        tags,
        querystring: Type.Object(
          {
            facility: Type.Optional(Name),
            plan: Type.Optional(Name),
            state: Type.Optional(Type.Enum(ROUND_STATES)),
            before: Type.Optional(
              Type.String({ pattern: '^[0-9]{1,15}$', description: 'Cursor: `next` of the page before.' }),
            ),
            limit: Type.Optional(
              Type.Integer({ minimum: 1, maximum: 500, description: `Default: ${PAGE}.` }),
            ),
          },
          closed,
        ),
        response: answers(list(RoundViewSchema)),
      },
    },
    (request) => {
      const { facility, before, limit = PAGE, ...same } = request.query
      const facilities = facility === undefined ? request.principal.facilities : [facility]
      return ports.register.inspections.list({
        ...same,
        limit,
        ...(facilities === null ? {} : { facilities }),
        ...(before === undefined ? {} : { before: Number(before) }),
      })
    },
  )

  app.get(
    '/api/v1/rounds/:number',
    {
      config: { access: 'viewer' },
      schema: {
        summary: 'A round with its checklist, answers, photos and history',
        tags,
        params: Numbered,
        response: answers(RoundDetailSchema),
      },
    },
    (request) => ports.register.inspections.detail(request.params.number, hazardActor(request)),
  )

  app.get(
    '/api/v1/rounds/:number/attachments/:id',
    {
      config: { access: 'viewer' },
      schema: {
        summary: 'A photo or file of a round',
        tags,
        params: File,
        response: { 200: { description: 'Its bytes.', type: 'string', format: 'binary' } },
      },
    },
    async (request, reply) => {
      const { number, id } = request.params
      const file = await ports.register.inspections.file(number, id, hazardActor(request))
      reply.headers(attachmentHeaders(file))
      return Buffer.from(file.bytes) as never
    },
  )
}

function roundRoutes(app: Api, ports: ApiPorts): void {
  app.post(
    '/api/v1/facilities/:facility/rounds',
    {
      config: { access: 'operator' },
      schema: {
        summary: 'Start a round: a plan has one at a time',
        tags,
        params: Facility,
        body: StartRoundSchema,
        response: answers(RoundDetailSchema),
      },
    },
    (request) => {
      const { by: _, ...given } = request.body
      return ports.register.inspections.start(
        request.params.facility,
        given,
        hazardActor(request, request.body),
      )
    },
  )

  app.post(
    '/api/v1/rounds/:number/answers',
    {
      config: { access: 'operator' },
      schema: {
        summary: 'Answer items of the checklist; findings become hazards. All are taken, or none',
        description: 'The same answers may come again, as from a phone that has heard no answer.',
        tags,
        params: Numbered,
        body: AnswersSchema,
        response: answers(RoundDetailSchema),
      },
    },
    (request) =>
      ports.register.inspections.answer(
        request.params.number,
        request.body.answers,
        hazardActor(request, request.body),
      ),
  )

  app.post(
    '/api/v1/rounds/:number/finish',
    {
      config: { access: 'operator' },
      schema: {
        summary: 'Finish a round: every item is answered, with photos where they are asked for',
        tags,
        params: Numbered,
        body: FinishRoundSchema,
        response: answers(RoundDetailSchema),
      },
    },
    (request) =>
      ports.register.inspections.finish(
        request.params.number,
        request.body.version,
        hazardActor(request, request.body),
      ),
  )

  app.post(
    '/api/v1/rounds/:number/abandon',
    {
      config: { access: 'operator' },
      schema: {
        summary: 'Give a round up: it counts as none, and its hazards stay',
        tags,
        params: Numbered,
        body: AbandonRoundSchema,
        response: answers(RoundDetailSchema),
      },
    },
    (request) => {
      const { by: _, ...given } = request.body
      return ports.register.inspections.abandon(
        request.params.number,
        given,
        hazardActor(request, request.body),
      )
    },
  )

  app.post(
    '/api/v1/rounds/:number/attachments',
    {
      config: { access: 'operator' },
      bodyLimit: FILE_LIMIT,
      schema: {
        summary: 'Add a photo or file, to an item or to the round',
        tags,
        params: Numbered,
        body: RoundAttachmentSchema,
        response: answers(AttachmentViewSchema),
      },
    },
    (request) => {
      const { by: _, ...given } = request.body
      return ports.register.inspections.attach(
        request.params.number,
        given,
        hazardActor(request, request.body),
      )
    },
  )
}
