import Type from 'typebox'
import { ALARM_STATES, isUnacknowledged } from '../../contracts/alarm.ts'
import { type AlarmView, AlarmViewSchema } from '../../contracts/api.ts'
import { PRIORITIES } from '../../contracts/facility-schema.ts'
import type { ApiPorts } from './ports.ts'
import { type Api, answers, closed, facilityOf, list } from './routes.ts'

const PAGE = 1_000

export function alarmRoutes(app: Api, ports: ApiPorts): void {
  app.get(
    '/api/v1/alarms',
    {
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
      const { facility, area, state, priority, after } = request.query
      const places = facility === undefined ? [...ports.facilities.values()] : [facilityOf(ports, facility)]
      const current = places
        .flatMap((place) => [...place.alarms.views()])
        .filter((view) => (state === undefined ? view.state !== 'NORM' : view.state === state))
        .filter((view) => area === undefined || view.area === area)
        .filter((view) => priority === undefined || view.priority === priority)
        .sort(byUrgency)
      const start = Number(after ?? 0)
      const items = current.slice(start, start + PAGE)
      return start + PAGE < current.length ? { items, next: String(start + PAGE) } : { items }
    },
  )
}

/** Shelved, suppressed or out of service: not annunciated. */
export function alarmIsHidden(view: AlarmView): boolean {
  return view.state === 'SHLVD' || view.state === 'DSUPR' || view.state === 'OOSRV'
}

/** Unacknowledged first, then by priority, then the newest. */
function byUrgency(a: AlarmView, b: AlarmView): number {
  const unacknowledged = Number(isUnacknowledged(b.state)) - Number(isUnacknowledged(a.state))
  const priority = PRIORITIES.indexOf(b.priority) - PRIORITIES.indexOf(a.priority)
  return unacknowledged || priority || Date.parse(b.since) - Date.parse(a.since) || a.id.localeCompare(b.id)
}
