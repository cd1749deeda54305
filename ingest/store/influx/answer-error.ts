import { HttpError } from '@influxdata/influxdb-client'
import { CodedError } from '../../../contracts/errors.ts'
import { StoreBusy } from '../store-busy.ts'

/** What a failed write means. */
export type WriteFailure =
  /** Nothing is taken now: all of it is tried again later. */
  | { kind: 'later'; error: CodedError }
  /** Too much at once. */
  | { kind: 'split'; detail: string }
  /** Something in it will never be taken. `isKnown` when the answer certainly speaks of lines. */
  | { kind: 'lines'; detail: string; isKnown: boolean }

/** Longest reason of a database that is passed on, characters: it may repeat a whole line. */
const MAX_DETAIL = 300
/** What 1.x, 2.x and 3.x say of lines that they will not take. */
const OF_LINES =
  /unable to parse|partial write|field type conflict|retention policy|line protocol|invalid (field|number|boolean|tag)|timestamp|missing (tag|field)|max.key.length/i
/** Then whatever follows is a line, and may say anything. */
const BEGINS_OF_LINES = /^\d+: (unable to parse|partial write|failure writing points|field type conflict)/
const OF_PLACE = /(database|bucket|retention policy|organization)\b.*not found/i

/** @param now epoch ms, for a Retry-After that is a date */
export function writeFailure(error: unknown, now: number): WriteFailure {
  if (!(error instanceof HttpError)) return { kind: 'later', error: codedError(error, now) }
  const detail = detailOf(error)
  if (error.statusCode === 413) return { kind: 'split', detail }
  // 400 may also say that the database does not exist, and a proxy may say anything with it.
  const isOfLines = BEGINS_OF_LINES.test(detail) || !OF_PLACE.test(detail)
  if ((error.statusCode === 400 || error.statusCode === 422) && isOfLines)
    return { kind: 'lines', detail, isKnown: OF_LINES.test(detail) }
  return { kind: 'later', error: codedError(error, now) }
}

/** The error as ours. */
export function codedError(error: unknown, now: number): CodedError {
  if (error instanceof CodedError) return error
  if (!(error instanceof HttpError))
    return new CodedError('STORE_UNREACHABLE', causeOf(error), { cause: error })
  const detail = detailOf(error)
  const { statusCode } = error
  if (OF_PLACE.test(detail)) return new CodedError('STORE_MISSING', detail)
  switch (statusCode) {
    case 401:
    case 403:
      return new CodedError('STORE_UNAUTHORIZED', detail)
    case 404:
      return new CodedError('STORE_MISSING', detail)
    case 429:
    case 503: {
      const after = retryAfterMs(error, now)
      return statusCode === 503 && after === undefined
        ? new CodedError('STORE_UNREACHABLE', detail)
        : new StoreBusy(detail, after)
    }
    default:
      return new CodedError('STORE_UNREACHABLE', detail)
  }
}

/** Retry-After in seconds or as a date (RFC 9110 10.2.3); the client library takes the seconds for ms. */
function retryAfterMs({ headers }: HttpError, now: number): number | undefined {
  const text = String(headers?.['retry-after'] ?? '')
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1_000
  const date = Date.parse(text)
  return Number.isNaN(date) ? undefined : Math.max(0, date - now)
}

/** What the database says itself: `error` in 1.x and 3.x, `message` in 2.x. */
function detailOf(error: HttpError): string {
  const said = reasonIn(error.body) ?? error.body?.trim() ?? ''
  const text =
    said === '' ? `${error.statusCode} ${error.statusMessage ?? ''}` : `${error.statusCode}: ${said}`
  return text.length > MAX_DETAIL ? `${text.slice(0, MAX_DETAIL)}...` : text
}

function reasonIn(body: string | undefined): string | undefined {
  try {
    const { error, message } = JSON.parse(body ?? '') as Record<string, unknown>
    return [error, message].find((text) => typeof text === 'string')
  } catch {
    return undefined // A proxy answers in HTML.
  }
}

function causeOf(error: unknown): string {
  const { code, message, errors } = error as Error & { code?: string; errors?: Error[] }
  // Tried on several addresses of a host, each with an error of its own.
  const text = message || errors?.map((one) => one.message).join(', ') || String(error)
  return code === undefined || text.includes(code) ? text : `${code}: ${text}`
}
