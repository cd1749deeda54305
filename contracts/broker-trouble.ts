import type { ErrorCode } from './errors.ts'

/** Why there is no connection to a broker. */
export interface BrokerTrouble {
  readonly code: Extract<ErrorCode, 'BROKER_UNREACHABLE' | 'BROKER_REFUSED' | 'BROKER_UNTRUSTED'>
  readonly detail: string
}

/** Errors of TLS, by the names that Node and OpenSSL give them: certificates, chains, names, keys, alerts. */
const TLS_ERROR =
  /^(CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|HOSTNAME_|INVALID_CA|ERR_TLS_|ERR_SSL_|ERR_OSSL_|EPROTO$)/

/** Whose certificate it is, which the error does not say. */
const WHOSE: readonly (readonly [RegExp, string])[] = [
  [/^CERT_HAS_EXPIRED$/, 'the certificate of the broker, or of its CA, has expired'],
  [
    /^CERT_NOT_YET_VALID$/,
    'the certificate of the broker is not valid yet, or the clock of this machine is wrong',
  ],
  [/ALERT_CERTIFICATE_EXPIRED$/, 'the broker says that the certificate shown to it has expired'],
  [/ALERT_CERTIFICATE_REQUIRED$/, 'the broker asks for a certificate'],
  [/ALERT_(UNKNOWN_CA|BAD_CERTIFICATE)$/, 'the broker does not trust the certificate shown to it'],
]

/** It is about a certificate, its chain or its name, or about TLS itself. */
export function isTlsTrouble(code: unknown): boolean {
  return typeof code === 'string' && TLS_ERROR.test(code)
}

/** What an error of the MQTT client says of the broker. */
export function brokerTrouble(error: unknown): BrokerTrouble {
  const { code, message } = error as { code?: unknown; message?: unknown }
  const detail = typeof message === 'string' && message !== '' ? message : String(code)
  // A number is the return code of a CONNACK; other errors have names.
  if (typeof code === 'number') return { code: 'BROKER_REFUSED', detail }
  if (typeof code !== 'string' || !isTlsTrouble(code)) return { code: 'BROKER_UNREACHABLE', detail }
  const whose = WHOSE.find(([pattern]) => pattern.test(code))?.[1]
  return { code: 'BROKER_UNTRUSTED', detail: whose === undefined ? detail : `${whose}: ${detail}` }
}
