import Type from 'typebox'
import { CodedError } from '../../contracts/errors.ts'
import { ID_PATTERN } from '../../contracts/ids.ts'
import { ChannelViewSchema, NoticeViewSchema, PathViewSchema } from '../../contracts/notify/api.ts'
import { visible } from './access.ts'
import type { ApiPorts } from './ports.ts'
import { type Api, answers, closed, facilityOf, list } from './routes.ts'

const Facility = Type.Object({ facility: Type.Optional(Type.String({ pattern: ID_PATTERN })) }, closed)
const NoticeQuerySchema = Type.Object(
  {
    facility: Type.Optional(Type.String({ pattern: ID_PATTERN })),
    alarm: Type.Optional(Type.String({ maxLength: 200 })),
    occurrence: Type.Optional(Type.String({ maxLength: 200 })),
    state: Type.Optional(Type.Enum(['waiting', 'sent', 'failed', 'dropped'])),
    before: Type.Optional(
      Type.Integer({ minimum: 1, description: 'Cursor: the `next` of the page before.' }),
    ),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, description: 'Default: 100.' })),
  },
  closed,
)
const ChannelParams = Type.Object({
  facility: Type.String({ pattern: ID_PATTERN }),
  channel: Type.String({ pattern: ID_PATTERN }),
})
const tags = ['notification']

/** Who was told of alarms, by what, and how the ways to people are. */
export function noticeRoutes(app: Api, ports: ApiPorts): void {
  app.get(
    '/api/v1/notices',
    {
      config: { access: 'viewer' },
      schema: {
        summary: 'Who was told of alarms, newest first',
        tags,
        querystring: NoticeQuerySchema,
        response: answers(list(NoticeViewSchema)),
      },
    },
    (request) => {
      const { facility, limit = 100, ...query } = request.query
      const facilities = chosen(visible(ports, request), facility)
      return ports.notices.list({ ...query, limit, facilities })
    },
  )
  app.get(
    '/api/v1/channels',
    {
      config: { access: 'viewer' },
      schema: {
        summary: 'The ways by which people are told, and how they are',
        tags,
        querystring: Facility,
        response: answers(list(ChannelViewSchema)),
      },
    },
    async (request) => ({
      items: ports.notices.channels(chosen(visible(ports, request), request.query.facility)),
    }),
  )
  app.post(
    '/api/v1/facilities/:facility/channels/:channel/test',
    {
      config: { access: 'engineer' },
      schema: {
        summary: 'Send a message that says that it is a test, to yourself or to the group of the channel',
        tags,
        params: ChannelParams,
        response: answers(NoticeViewSchema),
      },
    },
    (request) => {
      const { facility, channel } = request.params
      facilityOf(ports, facility)
      return ports.notices.test(facility, channel, request.principal.name)
    },
  )
  app.get(
    '/api/v1/path',
    {
      config: { access: 'viewer' },
      schema: {
        summary:
          'How long the way from a reading to a person takes, leg by leg, and whether the watchdog is heard',
        tags,
        response: answers(PathViewSchema),
      },
    },
    async (request) => ports.notices.path(visible(ports, request).facilities.keys()),
  )
}

function chosen({ facilities }: ApiPorts, facility: string | undefined): string[] {
  if (facility === undefined) return [...facilities.keys()]
  if (!facilities.has(facility)) throw new CodedError('FACILITY_UNKNOWN', `no facility "${facility}"`)
  return [facility]
}
