import { CodedError } from '../../../contracts/errors.ts'
import type { Receipt } from '../../../contracts/notify/message.ts'
import type { WebhookFormat } from '../../../contracts/notify/words.ts'
import { said } from './clean.ts'

/** What came back. */
export interface WebhookAnswer {
  readonly status: number
  readonly retryAfter: string | undefined
  /** As much of it as was read. */
  readonly body: string
}

/** Services that answer 200 to everything and say in the body whether they took it. */
const WITH_CODE: ReadonlySet<WebhookFormat> = new Set(['wecom', 'dingtalk'])
/** Too many messages. 45009 is of WeCom, the others of DingTalk. */
const TOO_MANY: ReadonlySet<number> = new Set([45009, 130101, 410100, 90030])
/** The service itself is overloaded. */
const OVERLOADED = -1
/** Both count messages by the minute. */
const MINUTE_S = 60
const LONGEST_WAIT_S = 3_600

/** @throws CodedError CHANNEL_BUSY, CHANNEL_FAILED or CHANNEL_REFUSED. `now` is epoch ms */
export function webhookReceipt(format: WebhookFormat, answer: WebhookAnswer, now: number): Receipt {
  const { status, body } = answer
  const words = body.trim() === '' ? '' : `: ${body}`
  const detail = said(`HTTP ${status}${words}`)
  if (status >= 200 && status < 300)
    return WITH_CODE.has(format) ? codedReceipt(status, body) : { text: `HTTP ${status}` }
  if (status >= 300 && status < 400)
    throw new CodedError(
      'CHANNEL_REFUSED',
      `HTTP ${status}: redirects are not followed; give the URL it leads to`,
    )
  const wait = waitOf(answer.retryAfter, now)
  if (status === 429 || (status === 503 && wait !== undefined)) throw busy(detail, wait)
  if (status >= 500 || status === 408 || status === 425) throw new CodedError('CHANNEL_FAILED', detail)
  throw new CodedError('CHANNEL_REFUSED', detail)
}

function codedReceipt(status: number, body: string): Receipt {
  const { code, message } = codeIn(body)
  // A page to sign in at, or a proxy's own, has taken nothing.
  if (code === undefined)
    throw new CodedError('CHANNEL_FAILED', said(`HTTP ${status} without an errcode: ${body}`))
  const detail = said(`errcode ${code}${message === '' ? '' : `: ${message}`}`)
  if (code === 0) return { text: `HTTP ${status}, errcode 0` }
  if (TOO_MANY.has(code)) throw busy(detail, MINUTE_S)
  throw new CodedError(code === OVERLOADED ? 'CHANNEL_FAILED' : 'CHANNEL_REFUSED', detail)
}

function codeIn(body: string): { code?: number; message: string } {
  try {
    const { errcode, errmsg } = (JSON.parse(body) ?? {}) as { errcode?: unknown; errmsg?: unknown }
    const code = typeof errcode === 'string' && /^-?\d{1,9}$/.test(errcode) ? Number(errcode) : errcode
    const message = typeof errmsg === 'string' ? errmsg : ''
    return typeof code === 'number' ? { code, message } : { message }
  } catch {
    return { message: '' }
  }
}

/** Seconds, or a date. Undefined without either; at most an hour, since an alarm does not wait for a day. */
function waitOf(retryAfter: string | undefined, now: number): number | undefined {
  if (retryAfter === undefined) return undefined
  const seconds = /^\d{1,9}$/.test(retryAfter.trim())
    ? Number(retryAfter)
    : Math.ceil((Date.parse(retryAfter) - now) / 1_000)
  return Number.isNaN(seconds) ? undefined : Math.min(LONGEST_WAIT_S, Math.max(0, seconds))
}

const AFTER = /; again after (\d{1,4}) s$/

/** After how many seconds it may be tried again, as {@link busySeconds} reads it. */
function busy(detail: string, seconds: number | undefined): CodedError {
  return new CodedError(
    'CHANNEL_BUSY',
    seconds === undefined ? detail : `${detail}; again after ${seconds} s`,
  )
}

/** Of a CHANNEL_BUSY: after how many seconds the other side takes messages again, where it said so. */
export function busySeconds({ code, detail }: Pick<CodedError, 'code' | 'detail'>): number | undefined {
  const seconds = code === 'CHANNEL_BUSY' ? AFTER.exec(detail)?.[1] : undefined
  return seconds === undefined ? undefined : Number(seconds)
}
