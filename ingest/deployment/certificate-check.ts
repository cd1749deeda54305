import { createPrivateKey, X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import type { CertificateRequest } from './certificates.ts'
import type { DeploymentProblem } from './problem.ts'

/** Whoever renews by hand has so long, ms. */
export const EXPIRING_MS = 30 * 86_400_000

type Problem = Omit<DeploymentProblem, 'path'>

/** A certificate as it stands in its files, both PEM. */
interface Shown extends CertificateRequest {
  readonly cert: string
  readonly key: string
}

/** Everything that is wrong with a certificate of a deployment. `authority` is the PEM of its CA, `now` epoch ms. */
export function certificateProblems(shown: Shown, authority: string, now: number): Problem[] {
  const certificate = parsed(shown.cert)
  const issuer = parsed(authority)
  if (certificate === undefined)
    return [{ code: 'DEPLOY_CERTIFICATE_UNREADABLE', detail: 'it is no certificate in PEM' }]
  const lacking = shown.names.filter((name) => !isFor(certificate, name))
  return [
    ...validityProblems(certificate, now),
    ...keyProblems(certificate, shown.key),
    ...(issuer === undefined || isSignedBy(certificate, issuer)
      ? []
      : [
          { code: 'DEPLOY_CERTIFICATE_FOREIGN', detail: `signed by ${oneLine(certificate.issuer)}` } as const,
        ]),
    ...(lacking.length === 0
      ? []
      : [{ code: 'DEPLOY_CERTIFICATE_NAMES', detail: `not for ${lacking.join(', ')}` } as const]),
  ]
}

/** Everything that is wrong with a CA of a deployment. */
export function authorityProblems(cert: string, key: string, now: number): Problem[] {
  const certificate = parsed(cert)
  if (certificate === undefined || !certificate.ca)
    return [{ code: 'DEPLOY_CERTIFICATE_UNREADABLE', detail: 'it is no certificate of a CA in PEM' }]
  return [...validityProblems(certificate, now), ...keyProblems(certificate, key)]
}

/** The name that a certificate bears. */
export function commonNameOf(pem: string): string {
  return /CN=([^\n]+)/.exec(new X509Certificate(pem).subject)?.[1] ?? ''
}

function validityProblems({ validFromDate, validToDate }: X509Certificate, now: number): Problem[] {
  const day = (date: Date) => date.toISOString().slice(0, 10)
  const left = validToDate.getTime() - now
  if (left <= 0) return [{ code: 'DEPLOY_CERTIFICATE_EXPIRED', detail: `it ended ${day(validToDate)}` }]
  if (validFromDate.getTime() > now)
    return [{ code: 'DEPLOY_CERTIFICATE_EARLY', detail: `it begins ${day(validFromDate)}` }]
  if (left > EXPIRING_MS) return []
  const days = Math.floor(left / 86_400_000)
  return [{ code: 'DEPLOY_CERTIFICATE_EXPIRING', detail: `it ends ${day(validToDate)}, in ${days} days` }]
}

function keyProblems(certificate: X509Certificate, key: string): Problem[] {
  try {
    if (certificate.checkPrivateKey(createPrivateKey(key))) return []
  } catch {
    return [{ code: 'DEPLOY_KEY_MISMATCH', detail: 'its key cannot be read' }]
  }
  return [{ code: 'DEPLOY_KEY_MISMATCH', detail: 'its key is that of another certificate' }]
}

function isSignedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey)
}

function isFor(certificate: X509Certificate, name: string): boolean {
  return (isIP(name) === 0 ? certificate.checkHost(name) : certificate.checkIP(name)) !== undefined
}

function parsed(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem)
  } catch {
    return undefined
  }
}

function oneLine(name: string): string {
  return name.replaceAll('\n', ', ')
}
