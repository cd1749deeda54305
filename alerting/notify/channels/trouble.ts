import { CodedError } from '../../../contracts/errors.ts'
import { said } from './clean.ts'

/** What Node and OpenSSL call a certificate that is not to be trusted. */
const CERTIFICATE =
  /^(CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|HOSTNAME_|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH|ERR_TLS_CERT_|ERR_SSL_TLSV1_ALERT_UNKNOWN_CA)/
/** TLS that failed otherwise: the other side speaks none, or none that is in use any more. */
const TLS = /^(ERR_SSL_|ERR_TLS_|ERR_OSSL_|EPROTO$)/
/** Nobody was there. Others, such as ECONNRESET, come from who was. */
const UNREACHABLE =
  /^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENOTFOUND|EAI_|EADDRNOTAVAIL|EACCES$|EPERM$)/

/** An error of a socket as ours. A host name that is looked up stands in it; nothing else of a URL does. */
export function socketTrouble(error: unknown, isConnected: boolean): CodedError {
  if (error instanceof CodedError) return error
  const { code, message } = describe(error)
  const detail = said(message === '' ? code : message)
  const options = { cause: error }
  if (CERTIFICATE.test(code)) return new CodedError('CHANNEL_CERTIFICATE', detail, options)
  if (TLS.test(code)) return new CodedError('CHANNEL_FAILED', `TLS: ${detail}`, options)
  if (UNREACHABLE.test(code) || !isConnected) return new CodedError('CHANNEL_UNREACHABLE', detail, options)
  if (code === 'ETIMEDOUT') return new CodedError('CHANNEL_TIMEOUT', detail, options)
  return new CodedError('CHANNEL_FAILED', `the connection was lost (${detail})`, options)
}

/** Several addresses may have been tried; the first says as much as all of them. */
function describe(error: unknown): { code: string; message: string } {
  const { code, message, errors } = (error ?? {}) as { code?: unknown; message?: unknown; errors?: unknown }
  const [first] = Array.isArray(errors) ? errors : []
  const inner = first === undefined ? undefined : describe(first)
  return {
    code: typeof code === 'string' ? code : (inner?.code ?? ''),
    message: typeof message === 'string' && message !== '' ? message : (inner?.message ?? String(error)),
  }
}
