import type { AlarmAction } from '../contracts/alarm.ts'
import { CodedError } from '../contracts/errors.ts'
import type { AlarmInput } from './lifecycle.ts'

/** What a person asks of an alarm. */
export interface ActionRequest {
  action: AlarmAction
  by?: string
  /** Number of the occurrence that is acknowledged or reset; null takes the present one. */
  occurrence?: number | null
  comment?: string
  reason?: string
  /** How long a flag lasts, ms. */
  forMs?: number
}

/** Who acts when a record does not say. */
const SOMEBODY = 'unknown'

/**
 * The input of the lifecycle that a request at `now` is. Shelving has a reason, a person and an end; out
 * of service an owner and an end. @throws CodedError REASON_REQUIRED
 */
export function actionInput(request: ActionRequest, now: number): AlarmInput {
  const { action, by = SOMEBODY } = request
  switch (action) {
    case 'acknowledge': {
      const { occurrence = null, comment = null } = request
      return { kind: 'acknowledge', time: now, occurrence, by, comment }
    }
    case 'reset':
      return { kind: 'reset', time: now, occurrence: request.occurrence ?? null, by }
    case 'shelve': {
      const [owner, reason] = [required(request, 'by'), required(request, 'reason')]
      return { kind: action, time: now, flag: { by: owner, cause: null, reason, until: end(request, now) } }
    }
    case 'out-of-service': {
      const [owner, { reason = '' }] = [required(request, 'by'), request]
      return { kind: action, time: now, flag: { by: owner, cause: null, reason, until: end(request, now) } }
    }
    case 'suppress': {
      const [owner, reason] = [required(request, 'by'), required(request, 'reason')]
      const until = request.forMs === undefined ? null : now + request.forMs
      return { kind: action, time: now, by: owner, flag: { by: owner, cause: null, reason, until } }
    }
    case 'unshelve':
      return { kind: 'unshelve', time: now, by }
    case 'return-to-service':
      return { kind: 'return-to-service', time: now, by }
    case 'unsuppress':
      return { kind: 'unsuppress', time: now, cause: null, by }
  }
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
