import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import {
  AcknowledgeManySchema,
  AcknowledgeSchema,
  LiftSchema,
  OccurrenceSchema,
  OccurrencesSchema,
  OutOfServiceSchema,
  ShelveSchema,
  SuppressSchema,
} from '../../contracts/action-api.ts'
import type { AlarmAction } from '../../contracts/alarm.ts'
import {
  type ActionResult,
  ActionResultSchema,
  type AlarmView,
  AlarmViewSchema,
} from '../../contracts/api.ts'
import { CodedError } from '../../contracts/errors.ts'
import { ACTION_ROLES } from '../../contracts/roles.ts'
import { type ActionRequest, actionInput } from '../action.ts'
import { actorOf, refuseFacility, visible } from './access.ts'
import type { ApiPorts } from './ports.ts'
import { problemOf } from './problem.ts'
import { type Api, answers, durationOf, facilityOf, list } from './routes.ts'

const AlarmPath = Type.Object({
  facility: Type.String({ maxLength: 64 }),
  alarm: Type.String({ maxLength: 100 }),
})

/** What each action takes, and what it does. */
const ACTIONS = {
  acknowledge: {
    body: AcknowledgeSchema,
    summary: 'Acknowledge the occurrence that the operator saw',
  },
  silence: {
    body: OccurrenceSchema,
    summary: 'Stop the sound of an occurrence; it stays to be acknowledged',
  },
  reset: {
    body: OccurrenceSchema,
    summary: 'Reset a latched alarm that has returned and is acknowledged',
  },
  shelve: {
    body: ShelveSchema,
    summary: 'Shelve for a time or until the return; how long, and by whom, its class says',
  },
  unshelve: { body: LiftSchema, summary: 'End the shelving' },
  suppress: { body: SuppressSchema, summary: 'Suppress by hand' },
  unsuppress: { body: LiftSchema, summary: 'Lift what was suppressed by hand' },
  'out-of-service': {
    body: OutOfServiceSchema,
    summary: 'Take out of service until an end',
  },
  'return-to-service': { body: LiftSchema, summary: 'Return to service' },
} as const satisfies Record<AlarmAction, { body: Type.TSchema; summary: string }>

/** Actions that many alarms take at once. */
const BULK = {
  acknowledge: AcknowledgeManySchema,
  silence: OccurrencesSchema,
} as const

/** A checked body of any of the actions. */
interface ActionBody {
  occurrence?: string
  comment?: string
  reason?: string
  for?: string
  oneShot?: boolean
  by?: string
  approvedBy?: string
}

/** What people do to alarms. */
export function actionRoutes(app: Api, ports: ApiPorts): void {
  for (const [action, { body, summary }] of Object.entries(ACTIONS) as [AlarmAction, Route][]) {
    app.post(
      `/api/v1/facilities/:facility/alarms/:alarm/${action}`,
      {
        config: { access: ACTION_ROLES[action] },
        schema: { summary, tags: ['alarms'], params: AlarmPath, body, response: answers(AlarmViewSchema) },
      },
      async (request) => act(ports, request, { action, ...request.params, body: request.body as ActionBody }),
    )
  }
  for (const [action, body] of Object.entries(BULK) as [keyof typeof BULK, typeof AcknowledgeManySchema][]) {
    const summary = `${action === 'silence' ? 'Silence' : 'Acknowledge'} many; each has its own result, and one that is refused stops no other`
    app.post(
      `/api/v1/alarms/${action}`,
      {
        config: { access: ACTION_ROLES[action] },
        schema: { summary, tags: ['alarms'], body, response: answers(list(ActionResultSchema)) },
      },
      async (request) => {
        const { items, ...said } = request.body
        const results = items.map(async ({ facility, alarm, occurrence }): Promise<ActionResult> => {
          try {
            refuseFacility(request.principal, facility)
            const state = await act(ports, request, {
              action,
              facility,
              alarm,
              body: { ...said, occurrence },
            })
            return { facility, alarm, ok: true, problem: null, state }
          } catch (error) {
            const state = visible(ports, request).facilities.get(facility)?.alarms.view(alarm) ?? null
            return { facility, alarm, ok: false, problem: problemOf(error), state }
          }
        })
        return { items: await Promise.all(results) }
      },
    )
  }
}

type Route = (typeof ACTIONS)[AlarmAction]

interface Action {
  action: AlarmAction
  facility: string
  alarm: string
  body: ActionBody
}

async function act(
  ports: ApiPorts,
  asked: FastifyRequest,
  { action, facility, alarm, body }: Action,
): Promise<AlarmView> {
  const { alarms } = facilityOf(ports, facility)
  if (alarms.view(alarm) === undefined)
    throw new CodedError('ALARM_UNKNOWN', `no alarm "${alarm}" in ${facility}`)
  const { occurrence, for: duration, ...said } = body
  const request: ActionRequest = {
    action,
    by: asked.principal.name,
    ...said,
    ...(occurrence === undefined ? {} : { occurrence: occurrenceNumber(alarm, occurrence) }),
    ...(duration === undefined ? {} : { forMs: durationOf('for', duration) }),
  }
  return alarms.act(alarm, (now, config) => actionInput(request, now, config), actorOf(asked).address)
}

/** `GT-101.H#3` of GT-101.H is 3; what is no occurrence of this alarm is none that could be current. */
function occurrenceNumber(alarm: string, occurrence: string): number {
  const digits = occurrence.startsWith(`${alarm}#`) ? occurrence.slice(alarm.length + 1) : ''
  return /^[1-9][0-9]{0,9}$/.test(digits) ? Number(digits) : -1
}
