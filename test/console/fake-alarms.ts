import { type ActionRequest, actionInput } from '../../alerting/action.ts'
import type { AlarmAction, AlarmEvent } from '../../contracts/alarm.ts'
import { PROCESS_CLASS, resolveClasses } from '../../contracts/alarm-class.ts'
import type { ActionResult, AlarmView, Problem } from '../../contracts/api.ts'
import { parseDuration } from '../../contracts/duration.ts'
import { CodedError, ERRORS, type ErrorCode } from '../../contracts/errors.ts'
import { iso } from './fake-plant.ts'

export interface Answer {
  status: number
  body: unknown
}

export function ok(body: unknown): Answer {
  return { status: 200, body }
}

export function problem(code: ErrorCode, detail: string): Answer {
  const { status, remedy } = ERRORS[code]
  const body: Problem = { type: 'about:blank', title: code, status, code, detail, remedy }
  return { status, body }
}

/** What the API takes for the actions. */
export interface ActionBody extends Omit<ActionRequest, 'action' | 'occurrence' | 'forMs'> {
  occurrence?: string
  for?: string
  items?: { facility: string; alarm: string; occurrence: string }[]
}

const EVENTS: Readonly<Record<AlarmAction, AlarmEvent>> = {
  acknowledge: 'acknowledged',
  silence: 'silenced',
  reset: 'reset',
  shelve: 'shelved',
  unshelve: 'unshelved',
  suppress: 'suppressed',
  unsuppress: 'unsuppressed',
  'out-of-service': 'out-of-service',
  'return-to-service': 'returned-to-service',
}

/** The classes of the fake plant: the standard ones, one that takes two people, one of short shelving. */
export const CLASSES = resolveClasses({
  guarded: { shelving: 'two-person', bypass: 'two-person' },
  brief: { maxShelve: '1h' },
})

/**
 * What an action makes of an alarm: the rules of its class are the server's own, the lifecycle a short one.
 * @throws CodedError as the server does
 */
export function acted(
  alarm: AlarmView,
  action: AlarmAction,
  body: ActionBody,
  now: number,
): { event: AlarmEvent; by: string; after: AlarmView } {
  if (body.occurrence !== undefined && body.occurrence !== alarm.occurrence)
    throw new CodedError('OCCURRENCE_PAST', `${alarm.id} has occurred again`)
  const { by = 'demo', comment = '', reason = '', for: lasting, ...more } = body
  const forMs = lasting === undefined ? undefined : parseDuration(lasting)
  const request: ActionRequest = { action, by, comment, reason, ...(forMs === undefined ? {} : { forMs }) }
  if (more.approvedBy !== undefined) request.approvedBy = more.approvedBy
  if (more.oneShot !== undefined) request.oneShot = more.oneShot
  const input = actionInput(request, now, { class: CLASSES.get(alarm.class) ?? PROCESS_CLASS })
  const flag =
    'flag' in input
      ? {
          by,
          reason,
          since: iso(now),
          until: input.flag.until === null ? null : iso(input.flag.until),
          cause: null,
          approvedBy: input.flag.approvedBy ?? null,
          oneShot: input.flag.oneShot ?? false,
        }
      : null
  const changed = changes(alarm, action, { flag, by, comment, now })
  return { event: EVENTS[action], by, after: shown({ ...alarm, ...changed }) }
}

function changes(
  alarm: AlarmView,
  action: AlarmAction,
  said: { flag: AlarmView['shelved']; by: string; comment: string; now: number },
): Partial<AlarmView> {
  const refuse = (code: ErrorCode): never => {
    throw new CodedError(code, `${alarm.id} is ${alarm.state}`)
  }
  switch (action) {
    case 'acknowledge': {
      if (alarm.ack === 'acked') refuse(alarm.live === 'NORM' ? 'NOT_ACTIVE' : 'ALREADY_ACKNOWLEDGED')
      const live =
        alarm.live === 'RTNUN' ? 'NORM' : alarm.live === 'LATCH_UNACK' ? 'LATCH_ACK' : ('ACKED' as const)
      const { by, comment } = said
      return { live, ack: 'acked', since: iso(said.now), acknowledgedBy: by, comment: comment || null }
    }
    case 'silence':
      if (alarm.silenced) refuse('ALREADY_SILENCED')
      return { silenced: true }
    case 'reset':
      if (alarm.live !== 'LATCH_ACK') refuse('NOT_ACKNOWLEDGED')
      return { live: 'NORM', latched: false }
    case 'shelve':
      return { shelved: said.flag }
    case 'unshelve':
      if (alarm.shelved === null) refuse('NOT_SHELVED')
      return { shelved: null }
    case 'suppress':
      return { suppressed: [...alarm.suppressed, ...(said.flag === null ? [] : [said.flag])] }
    case 'unsuppress':
      return { suppressed: alarm.suppressed.filter((flag) => flag.cause !== null) }
    case 'out-of-service':
      return { outOfService: said.flag }
    case 'return-to-service':
      if (alarm.outOfService === null) refuse('NOT_OUT_OF_SERVICE')
      return { outOfService: null }
  }
}

/** OOSRV > DSUPR > SHLVD > the live state. */
export function shown(alarm: AlarmView): AlarmView {
  const state =
    alarm.outOfService !== null
      ? 'OOSRV'
      : alarm.suppressed.length > 0
        ? 'DSUPR'
        : alarm.shelved !== null
          ? 'SHLVD'
          : alarm.live
  return { ...alarm, state }
}

/** As the server answers a bulk action. */
export function resultOf(named: { facility: string; alarm: string }, answer: Answer): ActionResult {
  const { facility, alarm } = named
  return answer.status < 400
    ? { facility, alarm, ok: true, problem: null, state: answer.body as AlarmView }
    : { facility, alarm, ok: false, problem: answer.body as Problem, state: null }
}
