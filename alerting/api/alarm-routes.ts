import Type from 'typebox'
import { ALARM_STATES } from '../../contracts/alarm.ts'
import { AlarmViewSchema } from '../../contracts/api.ts'
import { PRIORITIES } from '../../contracts/facility-schema.ts'
import { visible } from './access.ts'
import { listAlarms } from './alarm-list.ts'
import type { ApiPorts } from './ports.ts'
import { type Api, answers, closed, facilityOf, list } from './routes.ts'

const PAGE = 1_000

export function alarmRoutes(app: Api, ports: ApiPorts): void {
  app.get(
    '/api/v1/alarms',
    {
      config: { access: 'viewer' },
      schema: {
        summary: 'Current alarms: all that are not NORM, or those in the state asked for',
        tags: ['alarms'],
        querystring: Type.Object(
          {
            facility: Type.Optional(Type.String({ maxLength: 64 })),
            area: Type.Optional(Type.String({ maxLength: 64 })),
            state: Type.Optional(Type.Enum(ALARM_STATES)),
            priority: Type.Optional(Type.Enum(PRIORITIES)),
            after: Type.Optional(
              Type.String({ pattern: '^[0-9]{1,9}$', description: 'Cursor: `next` of the page before.' }),
            ),
          },
          closed,
        ),
        response: answers(list(AlarmViewSchema)),
      },
    },
    async (request) => {
      const { facility, after, ...query } = request.query
      const places =
        facility === undefined ? visible(ports, request).facilities.values() : [facilityOf(ports, facility)]
      const current = listAlarms(places, query)
      const start = Number(after ?? 0)
      const items = current.slice(start, start + PAGE).flatMap(({ place, id }) => place.alarms.view(id) ?? [])
      return start + PAGE < current.length ? { items, next: String(start + PAGE) } : { items }
    },
  )
}
