import { readNamed } from '../../contracts/secret.ts'
import { certificatesIn, requireInForce, requirePair } from '../../contracts/tls/certificate.ts'

/**
 * What the watchdog shows to who sends to it; undefined without `tls`.
 * @throws CodedError SECRET_UNREADABLE, CERTIFICATE_UNREADABLE, CERTIFICATE_EXPIRED, CERTIFICATE_NOT_YET_VALID,
 * KEY_UNREADABLE or KEY_MISMATCH
 */
export function watchdogTls(
  paths: { readonly cert: string; readonly key: string } | undefined,
  now: number,
): { cert: Buffer; key: Buffer } | undefined {
  if (paths === undefined) return undefined
  const cert = readNamed(paths.cert, 'notify.watchdog.tls.cert')
  const key = readNamed(paths.key, 'notify.watchdog.tls.key')
  const [own] = certificatesIn(cert, paths.cert)
  requirePair({ pem: cert, where: paths.cert }, { pem: key, where: paths.key })
  if (own !== undefined) requireInForce(own, paths.cert, now)
  return { cert, key }
}
