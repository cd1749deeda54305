import { CodedError, type ErrorCode } from '../../../contracts/errors.ts'
import { said } from './clean.ts'
import { socketTrouble } from './trouble.ts'

/** What the mail library says of an attempt that failed. */
export interface MailTrouble {
  readonly code?: string
  /** Of the socket, where that failed. */
  readonly originalCode?: string
  readonly message?: string
  /** What the server said. */
  readonly response?: string
  readonly responseCode?: number
  /** At which command. */
  readonly command?: string
  readonly rejectedErrors?: readonly RejectedReceiver[]
}

export interface RejectedReceiver {
  readonly recipient?: string
  readonly response?: string
}

/** As ours. An answer of the server counts more than what the library calls it. */
export function smtpTrouble(error: unknown): CodedError {
  if (error instanceof CodedError) return error
  const trouble = (error ?? {}) as MailTrouble
  const options = { cause: error }
  const { response, responseCode, command = '' } = trouble
  if (responseCode !== undefined && response !== undefined) {
    const who = refusedOf(trouble.rejectedErrors ?? [])
    const detail = said(`${command === '' ? '' : `${command}: `}${who === '' ? response : who}`)
    // A server that will not go on without TLS, or has none, may have it tomorrow; until then nothing is sent.
    if (trouble.code === 'ETLS')
      return new CodedError('CHANNEL_FAILED', said(`no STARTTLS: ${response}`), options)
    return new CodedError(codeOf(responseCode), detail, options)
  }
  const { originalCode, message = String(error) } = trouble
  if (originalCode !== undefined) return socketTrouble({ code: originalCode, message }, true)
  const detail = said(message)
  return new CodedError(codeWithoutAnswer(trouble), detail, options)
}

function codeOf(responseCode: number): ErrorCode {
  if (responseCode === 421 || (responseCode >= 450 && responseCode <= 452)) return 'CHANNEL_BUSY'
  if (responseCode >= 500) return 'CHANNEL_REFUSED'
  return 'CHANNEL_FAILED'
}

function codeWithoutAnswer({ code, message = '' }: MailTrouble): ErrorCode {
  switch (code) {
    case 'ETIMEDOUT':
      return 'CHANNEL_TIMEOUT'
    case 'ETLS':
      // The library keeps the words alone.
      return /certificate|altname|CA /i.test(message) ? 'CHANNEL_CERTIFICATE' : 'CHANNEL_FAILED'
    case 'EAUTH':
    case 'ENOAUTH':
    case 'EENVELOPE':
    case 'EMESSAGE':
      return 'CHANNEL_REFUSED'
    default:
      return 'CHANNEL_FAILED'
  }
}

/** What the server said as it took a message, and whom it did not take it for. */
export function smtpReceipt(
  response: string,
  rejected: readonly RejectedReceiver[],
  without: readonly string[],
): string {
  return said(
    [
      response,
      ...(rejected.length === 0 ? [] : [`refused: ${refusedOf(rejected)}`]),
      ...(without.length === 0 ? [] : [`no address: ${without.join(', ')}`]),
    ].join('; '),
  )
}

function refusedOf(rejected: readonly RejectedReceiver[]): string {
  return rejected.map(({ recipient = '?', response = '' }) => `${recipient} (${response})`).join(', ')
}
