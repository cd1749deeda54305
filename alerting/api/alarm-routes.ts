import Type from 'typebox'
import { ALARM_STATES, isUnacknowledged } from '../../contracts/alarm.ts'
import {
  AcknowledgeManySchema,
  AcknowledgeSchema,
  type ActionResult,
  ActionResultSchema,
  type AlarmView,
  AlarmViewSchema,
  ResetSchema,
} from '../../contracts/api.ts'
import { CodedError } from '../../contracts/errors.ts'
import { PRIORITIES } from '../../contracts/facility-schema.ts'
import { actionInput } from '../action.ts'
import type { ApiPorts } from './ports.ts'
import { problemOf } from './problem.ts'
import { type Api, answers, closed, facilityOf, list } from './routes.ts'

/** Who acts, until there is sign-in. */
const DEMO = 'demo'
const PAGE = 1_000
const AlarmPath = Type.Object({
  facility: Type.String({ maxLength: 64 }),
  alarm: Type.String({ maxLength: 100 }),
})

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

  app.post(
    '/api/v1/facilities/:facility/alarms/:alarm/acknowledge',
    {
      schema: {
        summary: 'Acknowledge the occurrence that the operator saw',
        tags: ['alarms'],
        params: AlarmPath,
        body: AcknowledgeSchema,
        response: answers(AlarmViewSchema),
      },
    },
    async (request) => act(ports, { action: 'acknowledge', ...request.params, ...request.body }),
  )

  app.post(
    '/api/v1/facilities/:facility/alarms/:alarm/reset',
    {
      schema: {
        summary: 'Reset a latched alarm that has returned and is acknowledged',
        tags: ['alarms'],
        params: AlarmPath,
        body: ResetSchema,
        response: answers(AlarmViewSchema),
      },
    },
    async (request) => act(ports, { action: 'reset', ...request.params, ...request.body }),
  )

  app.post(
    '/api/v1/alarms/acknowledge',
    {
      schema: {
        summary: 'Acknowledge many; each has its own result, and one that is refused stops no other',
        tags: ['alarms'],
        body: AcknowledgeManySchema,
        response: answers(list(ActionResultSchema)),
      },
    },
    async (request) => {
      const { items, comment } = request.body
      const results = items.map(async ({ facility, alarm, occurrence }): Promise<ActionResult> => {
        try {
          const state = await act(ports, {
            action: 'acknowledge',
            facility,
            alarm,
            occurrence,
            ...(comment === undefined ? {} : { comment }),
          })
          return { facility, alarm, ok: true, problem: null, state }
        } catch (error) {
          const state = ports.facilities.get(facility)?.alarms.view(alarm) ?? null
          return { facility, alarm, ok: false, problem: problemOf(error), state }
        }
      })
      return { items: await Promise.all(results) }
    },
  )
}

/** An action of a person on the occurrence that they saw. */
interface Action {
  action: 'acknowledge' | 'reset'
  facility: string
  alarm: string
  occurrence: string
  comment?: string
}

function act(ports: ApiPorts, request: Action): Promise<AlarmView> {
  const { alarms } = facilityOf(ports, request.facility)
  if (alarms.view(request.alarm) === undefined) {
    throw new CodedError('ALARM_UNKNOWN', `no alarm "${request.alarm}" in ${request.facility}`)
  }
  const { action, alarm, comment } = request
  const occurrence = occurrenceNumber(request)
  const said = comment === undefined ? {} : { comment }
  return alarms.act(alarm, (now) => actionInput({ action, by: DEMO, occurrence, ...said }, now))
}

/** `GT-101.H#3` of GT-101.H is 3; what is no occurrence of this alarm is none that could be current. */
function occurrenceNumber({ alarm, occurrence }: Action): number {
  const digits = occurrence.startsWith(`${alarm}#`) ? occurrence.slice(alarm.length + 1) : ''
  return /^[1-9][0-9]{0,9}$/.test(digits) ? Number(digits) : -1
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
