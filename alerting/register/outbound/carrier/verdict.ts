import { CodedError } from '../../../../contracts/errors.ts'
import type { ExportAnswer } from '../../../../contracts/register/export-document.ts'
import { said } from '../../../notify/channels/clean.ts'
import { type WebhookAnswer, webhookReceipt } from '../../../notify/channels/webhook-answer.ts'
import type { Result, Verdict } from './carrier.ts'

/** They say of who asks, or of where, not of what is sent: mended there, the same is taken. */
const OF_THE_WAY: ReadonlySet<number> = new Set([401, 403, 404, 405, 407])
/** Told to come again. */
const LATER: ReadonlySet<number> = new Set([408, 425, 429])

/** @throws CodedError CHANNEL_* or OUTBOUND_ANSWER_INVALID when it is worth another try. `now` is epoch ms */
export function verdictOf(answer: WebhookAnswer, now: number): Verdict {
  const { status, body } = answer
  if (status >= 400 && status < 500 && !OF_THE_WAY.has(status) && !LATER.has(status))
    return { kind: 'refused', detail: said(`HTTP ${status}${body.trim() === '' ? '' : `: ${body}`}`) }
  // Throws for whatever is not 2xx.
  webhookReceipt('davylamp', answer, now)
  if (body.trim() === '') return { kind: 'taken', receipt: null }
  const { receipt, results } = answerIn(body)
  const kept = receipt === undefined ? null : said(receipt)
  return results === undefined
    ? { kind: 'taken', receipt: kept }
    : { kind: 'results', receipt: kept, results: results.map((each) => resultOf(each, receipt)) }
}

/** @throws CodedError OUTBOUND_ANSWER_INVALID: a page to sign in at, or a proxy's own, has taken nothing */
export function answerIn(text: string): ExportAnswer {
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch {
    throw new CodedError('OUTBOUND_ANSWER_INVALID', said(`no JSON: ${text}`))
  }
  if (!isAnswer(content)) throw new CodedError('OUTBOUND_ANSWER_INVALID', said(`another shape: ${text}`))
  return content
}

/** `all` is the receipt of everything that came with it. */
export function resultOf(
  { id, version, ok, receipt, error }: NonNullable<ExportAnswer['results']>[number],
  all: string | undefined,
): Result {
  const own = receipt ?? all
  return {
    id,
    ...(version === undefined ? {} : { version }),
    ok,
    receipt: own === undefined ? null : said(own),
    error: error === undefined ? null : said(error),
  }
}

/** Results of one answer. */
const MOST_RESULTS = 1_000

/** The meaning of ExportAnswerSchema, without the library of schemas: a thread that sends starts without it. */
function isAnswer(content: unknown): content is ExportAnswer {
  if (!isObject(content) || !isOptional(content.receipt, 'string')) return false
  const { results } = content
  if (results === undefined) return true
  return Array.isArray(results) && results.length <= MOST_RESULTS && results.every(isResult)
}

function isResult(content: unknown): boolean {
  if (!isObject(content)) return false
  const { id, version, ok, receipt, error } = content
  return (
    typeof id === 'string' &&
    typeof ok === 'boolean' &&
    (version === undefined || Number.isInteger(version)) &&
    isOptional(receipt, 'string') &&
    isOptional(error, 'string')
  )
}

function isObject(content: unknown): content is Readonly<Record<string, unknown>> {
  return typeof content === 'object' && content !== null && !Array.isArray(content)
}

function isOptional(value: unknown, type: string): boolean {
  return value === undefined || typeof value === type
}
