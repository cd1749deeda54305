import Type from 'typebox'
import { JournalHeadSchema, JournalItemSchema } from '../../contracts/api.ts'
import { formatIso } from '../../contracts/iso-time.ts'
import type { Logger } from '../../contracts/logger.ts'
import { formatHead } from '../journal/chain.ts'
import { isInScope } from '../people/person.ts'
import { visible } from './access.ts'
import type { ApiPorts } from './ports.ts'
import { type Api, answers, closed, facilityOf, list, TimeQuery, timeOf } from './routes.ts'
import { format } from './stream.ts'

const PAGE = 100
const REPLAY_PAGE = 500

/** The journal, and the stream that follows it. */
export function recordRoutes(app: Api, ports: ApiPorts, logger: Logger): void {
  app.get(
    '/api/v1/journal',
    {
      config: { access: 'viewer' },
      schema: {
        summary: 'The record, newest first',
        tags: ['journal'],
        querystring: Type.Object(
          {
            facility: Type.Optional(Type.String({ maxLength: 64 })),
            sensor: Type.Optional(Type.String({ maxLength: 100 })),
            alarm: Type.Optional(Type.String({ maxLength: 100 })),
            ...TimeQuery,
            before: Type.Optional(
              Type.String({ pattern: '^[0-9]{1,15}$', description: 'Cursor: `next` of the page before.' }),
            ),
            limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: PAGE })),
          },
          closed,
        ),
        response: answers(list(JournalItemSchema)),
      },
    },
    async (request) => {
      const { facility, sensor, alarm, before, limit = PAGE } = request.query
      if (facility !== undefined) facilityOf(ports, facility)
      const from = timeOf('from', request.query.from)
      const to = timeOf('to', request.query.to)
      const { facilities } = request.principal
      const items = await ports.states.journal({
        ...(facility === undefined ? {} : { facility }),
        ...(facilities === null ? {} : { facilities }),
        ...(sensor === undefined ? {} : { sensor }),
        ...(alarm === undefined ? {} : { alarm }),
        ...(from === undefined ? {} : { from }),
        ...(to === undefined ? {} : { to }),
        ...(before === undefined ? {} : { before: Number(before) }),
        limit,
      })
      const last = items.at(-1)
      return last === undefined || items.length < limit ? { items } : { items, next: String(last.seq) }
    },
  )

  app.get(
    '/api/v1/journal/head',
    {
      config: { access: 'viewer' },
      schema: {
        summary:
          'How far the chain of the journal goes: keep it elsewhere, and nothing before it can be changed unseen',
        tags: ['journal'],
        querystring: Type.Object({ facility: Type.Optional(Type.String({ maxLength: 64 })) }, closed),
        response: answers(list(JournalHeadSchema)),
      },
    },
    async (request) => {
      const { facility } = request.query
      if (facility !== undefined) facilityOf(ports, facility)
      const heads = await ports.states.heads(
        facility === undefined ? [...visible(ports, request).facilities.keys()] : [facility],
      )
      const items = heads.map(({ facility: of, n, hash, recorded }) => ({
        facility: of,
        n,
        head: formatHead({ n, hash }),
        time: recorded === null ? null : formatIso(recorded, facilityOf(ports, of).facility.timezone),
      }))
      return { items }
    },
  )

  app.get(
    '/api/v1/stream',
    {
      config: { access: 'viewer' },
      // The answer to a HEAD would never end.
      exposeHeadRoute: false,
      schema: {
        summary:
          'Server-sent events: reading, alarm, gateway, flood, hazard, incident, heartbeat; resumes after Last-Event-ID',
        description:
          "The event id is the journal's sequence. Alarm events after Last-Event-ID are sent first.",
        tags: ['stream'],
        headers: Type.Object({ 'last-event-id': Type.Optional(Type.String({ maxLength: 20 })) }),
        querystring: Type.Object(
          {
            after: Type.Optional(
              Type.String({
                pattern: '^[0-9]{1,15}$',
                description: 'As Last-Event-ID, for clients that cannot send it.',
              }),
            ),
          },
          closed,
        ),
        response: { 200: { description: 'text/event-stream', type: 'string' } },
      },
    },
    async (request, reply) => {
      const given = request.headers['last-event-id'] ?? request.query.after
      const after = given !== undefined && /^[0-9]{1,15}$/.test(given) ? Number(given) : undefined
      const { credential, facilities } = request.principal
      const sees = (facility: string) => isInScope(facilities, facility)
      reply.hijack()
      for (const [name, value] of Object.entries(reply.getHeaders()))
        if (value !== undefined) reply.raw.setHeader(name, value)
      reply.raw.writeHead(200, {
        'content-type': 'text/event-stream',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      })
      await ports.stream
        .attach(reply.raw, (reached) => missed(ports, { after, reached, sees }), { credential, sees })
        .catch((error: unknown) => logger.error({ error: String(error) }, 'a stream broke off'))
    },
  )
}

/** What somebody missed who comes again. */
interface Missed {
  /** The last entry that they had. */
  after: number | undefined
  reached: (seq: number) => void
  sees: (facility: string) => boolean
}

async function* missed(ports: ApiPorts, { after, reached, sees }: Missed): AsyncIterable<string> {
  for (let last = after; last !== undefined; ) {
    const items = await ports.states.after(last, REPLAY_PAGE)
    for (const item of items) {
      reached(item.seq)
      if (sees(item.facility)) yield format('alarm', item, item.seq)
    }
    last = items.length < REPLAY_PAGE ? undefined : items.at(-1)?.seq
  }
}
