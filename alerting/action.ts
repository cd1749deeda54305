import type { AlarmAction } from '../contracts/alarm.ts'
import type { AlarmClass } from '../contracts/alarm-class.ts'
import { CodedError } from '../contracts/errors.ts'
import type { Flag } from './alarm-record.ts'
import type { AlarmInput } from './lifecycle.ts'

/** What a person asks of an alarm. */
export interface ActionRequest {
  action: AlarmAction
  by?: string
  /** The second person, where it takes two. */
  approvedBy?: string
  /** Number of the occurrence that is acknowledged, silenced or reset; null takes the present one. */
  occurrence?: number | null
  comment?: string
  reason?: string
  /** How long a flag lasts, ms. */
  forMs?: number
  /** Of shelving: until the alarm has returned, and no longer than the time given or that of its class. */
  oneShot?: boolean
}

/** Who acts when a record does not say. */
const SOMEBODY = 'unknown'

/**
 * The input of the lifecycle that a request at `now` is, for an alarm of this class. Shelving has a reason, a
 * person and an end; out of service an owner and an end. @throws CodedError REASON_REQUIRED,
 * SHELVING_FORBIDDEN, SHELVE_TOO_LONG or SECOND_PERSON_REQUIRED
 */
export function actionInput(request: ActionRequest, now: number, of: { class: AlarmClass }): AlarmInput {
  const { action, by = SOMEBODY, occurrence = null, comment = null } = request
  switch (action) {
    case 'acknowledge':
      return { kind: 'acknowledge', time: now, occurrence, by, comment }
    case 'reset':
    case 'silence':
      return { kind: action, time: now, occurrence, by }
    case 'shelve':
      return { kind: action, time: now, flag: shelving(request, now, of.class) }
    case 'out-of-service': {
      const [owner, { reason = '' }] = [required(request, 'by'), request]
      const flag = {
        by: owner,
        cause: null,
        reason,
        until: end(request, now),
        ...second(request, of.class.bypass),
      }
      return { kind: action, time: now, flag }
    }
    case 'suppress': {
      const [owner, reason] = [required(request, 'by'), required(request, 'reason')]
      const until = request.forMs === undefined ? null : now + request.forMs
      const flag = { by: owner, cause: null, reason, until, ...second(request, of.class.bypass) }
      return { kind: action, time: now, by: owner, flag }
    }
    case 'unshelve':
      return { kind: 'unshelve', time: now, by }
    case 'return-to-service':
      return { kind: 'return-to-service', time: now, by }
    case 'unsuppress':
      return { kind: 'unsuppress', time: now, cause: null, by }
  }
}

function shelving(request: ActionRequest, now: number, { shelving: who, maxShelveMs }: AlarmClass): Flag {
  const [by, reason] = [required(request, 'by'), required(request, 'reason')]
  const oneShot = request.oneShot === true
  const until = oneShot && request.forMs === undefined ? now + maxShelveMs : end(request, now)
  if (who === 'never') throw new CodedError('SHELVING_FORBIDDEN', 'its class is never shelved')
  if (until > now + maxShelveMs)
    throw new CodedError('SHELVE_TOO_LONG', `at most ${maxShelveMs / 60_000} minutes`)
  return { by, cause: null, reason, until, ...(oneShot ? { oneShot } : {}), ...second(request, who) }
}

/** Who approved it; somebody else than who asks, where it takes two. */
function second({ by, approvedBy }: ActionRequest, rule: 'allowed' | 'two-person'): Pick<Flag, 'approvedBy'> {
  const name = approvedBy?.trim() ?? ''
  const isSomebodyElse = name !== '' && name.toLowerCase() !== by?.trim().toLowerCase()
  if (rule === 'two-person' && !isSomebodyElse)
    throw new CodedError('SECOND_PERSON_REQUIRED', 'its class takes two people')
  return isSomebodyElse ? { approvedBy: name } : {}
}

function required(request: ActionRequest, what: 'by' | 'reason'): string {
  const text = request[what]
  if (text === undefined || text.trim() === '')
    throw new CodedError(
      'REASON_REQUIRED',
      `${request.action} needs ${what === 'by' ? 'a person' : 'a reason'}`,
    )
  return text
}

function end({ action, forMs }: ActionRequest, now: number): number {
  if (forMs === undefined || forMs <= 0) throw new CodedError('REASON_REQUIRED', `${action} needs an end`)
  return now + forMs
}
