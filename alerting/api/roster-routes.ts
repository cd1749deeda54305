import Type from 'typebox'
import { CodedError } from '../../contracts/errors.ts'
import {
  AbsenceViewSchema,
  DutyViewSchema,
  HandoverViewSchema,
  NewAbsenceSchema,
  NewHandoverSchema,
  ShiftViewSchema,
} from '../../contracts/notify/api.ts'
import { visible } from './access.ts'
import type { ApiPorts } from './ports.ts'
import { type Api, answers, closed, facilityOf, list, TimeQuery, timeOf } from './routes.ts'

const DAY_MS = 86_400_000
/** Shifts of this long a time are given unless asked for another, ms. */
const USUAL_MS = 28 * DAY_MS
const LONGEST_MS = 400 * DAY_MS
/** Calendars are kept for times between these, epoch ms. */
const [EARLIEST, LATEST] = [Date.UTC(1971, 0, 1), Date.UTC(2200, 0, 1)]

const tags = ['roster']
const params = Type.Object({ facility: Type.String({ maxLength: 64 }) })
const DutyQuery = Type.String({ maxLength: 64, description: 'Its id.' })

/** Who has which duty, who is absent, and what a shift tells the next. */
export function rosterRoutes(app: Api, ports: ApiPorts): void {
  app.get(
    '/api/v1/roster',
    {
      config: { access: 'viewer' },
      schema: {
        summary: 'Who is on duty, and what comes next',
        description:
          'After absences and substitutes. When somebody began, and when that changes, is looked for 31 days back and ahead; `next` is null where nothing changes by then.',
        tags,
        querystring: Type.Object(
          {
            facility: Type.Optional(Type.String({ maxLength: 64 })),
            at: Type.Optional(
              Type.String({
                maxLength: 40,
                description: 'At this moment: ISO 8601 with offset, or epoch ms. Default: now.',
              }),
            ),
          },
          closed,
        ),
        response: answers(list(DutyViewSchema)),
      },
    },
    async (request) => {
      const { facility } = request.query
      const seen = visible(ports, request)
      const places = facility === undefined ? [...seen.facilities.values()] : [facilityOf(ports, facility)]
      const at = momentOf('at', request.query.at) ?? ports.now()
      return { items: places.flatMap(({ roster }) => roster.duties(at)) }
    },
  )

  app.get(
    '/api/v1/facilities/:facility/roster',
    {
      config: { access: 'viewer' },
      schema: {
        summary:
          'Who has a duty, from change to change, in a window; the next 28 days unless asked for another',
        tags,
        params,
        querystring: Type.Object({ duty: DutyQuery, ...TimeQuery }, closed),
        response: answers(list(ShiftViewSchema)),
      },
    },
    async (request) => {
      const { roster } = facilityOf(ports, request.params.facility)
      const from = momentOf('from', request.query.from) ?? ports.now()
      const to = momentOf('to', request.query.to) ?? from + USUAL_MS
      if (from >= to) throw new CodedError('REQUEST_INVALID', 'from must be before to')
      if (to - from > LONGEST_MS) throw new CodedError('REQUEST_INVALID', 'ask for 400 days at most')
      return { items: roster.shifts(request.query.duty, from, to) }
    },
  )

  absenceRoutes(app, ports)

  app.get(
    '/api/v1/facilities/:facility/handovers',
    {
      config: { access: 'viewer' },
      schema: {
        summary: 'Hand-over notes, newest first; the newest 200 of a facility are kept',
        tags,
        params,
        querystring: Type.Object({ duty: Type.Optional(DutyQuery) }, closed),
        response: answers(list(HandoverViewSchema)),
      },
    },
    async (request) => ({
      items: facilityOf(ports, request.params.facility).roster.handovers(request.query.duty),
    }),
  )

  app.post(
    '/api/v1/facilities/:facility/handovers',
    {
      config: { access: 'operator' },
      schema: {
        summary: 'Write a hand-over note; the answer comes when it is kept',
        tags,
        params,
        body: NewHandoverSchema,
        response: answers(HandoverViewSchema),
      },
    },
    async (request) => {
      const { by = request.principal.name, ...note } = request.body
      return facilityOf(ports, request.params.facility).roster.handOver({ ...note, by }, request.principal)
    },
  )
}

function absenceRoutes(app: Api, ports: ApiPorts): void {
  const path = '/api/v1/facilities/:facility/absences'

  app.get(
    path,
    {
      config: { access: 'viewer' },
      schema: {
        summary: 'Absences that are, will be, or ended within 30 days, in order of time',
        tags,
        params,
        response: answers(list(AbsenceViewSchema)),
      },
    },
    async (request) => ({ items: facilityOf(ports, request.params.facility).roster.absences() }),
  )

  app.post(
    path,
    {
      config: { access: 'operator' },
      schema: {
        summary: 'Enter an absence: operators their own, engineers that of anybody',
        description: 'The answer comes when it is kept and in force.',
        tags,
        params,
        body: NewAbsenceSchema,
        response: answers(AbsenceViewSchema),
      },
    },
    async (request) => {
      const { from, to, by = request.principal.name, ...order } = request.body
      const times = { from: timeOf('from', from), to: timeOf('to', to) }
      const { roster } = facilityOf(ports, request.params.facility)
      return roster.enter({ ...order, ...times, by }, request.principal)
    },
  )

  app.delete(
    `${path}/:absence`,
    {
      config: { access: 'operator' },
      schema: {
        summary: 'Take an absence back: operators their own, engineers that of anybody',
        tags,
        params: Type.Object({ ...params.properties, absence: Type.String({ maxLength: 20 }) }),
        response: answers(AbsenceViewSchema),
      },
    },
    async (request) => {
      const { facility, absence } = request.params
      return facilityOf(ports, facility).roster.remove(absence, request.principal)
    },
  )
}

/** @throws CodedError REQUEST_INVALID */
function momentOf(name: string, text: string | undefined): number | undefined {
  const at = timeOf(name, text)
  if (at !== undefined && (at < EARLIEST || at >= LATEST))
    throw new CodedError('REQUEST_INVALID', `${name}: "${text}" lies outside of 1971 to 2199`)
  return at
}
