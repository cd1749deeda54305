import { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import { CodedError } from '../../contracts/errors.ts'
import { certificatesIn, dateText, requirePair } from '../../contracts/tls/certificate.ts'
import { CERTIFICATE_CODES, stateOf } from '../../contracts/tls/certificate-watch.ts'
import type { CertificateRequest } from './certificates.ts'
import { type DeploymentProblem, isProblemCode } from './problem.ts'

type Problem = Omit<DeploymentProblem, 'path'>

/** A certificate as it stands in its files, both PEM. */
interface Shown extends CertificateRequest {
  readonly cert: string
  readonly key: string
}

/** Everything that is wrong with a certificate of a deployment. `authority` is the PEM of its CA, `now` epoch ms. */
export function certificateProblems(shown: Shown, authority: string, now: number): Problem[] {
  const own = ownProblems(shown, now)
  const certificate = parsed(shown.cert)
  if (certificate === undefined) return own
  const issuer = parsed(authority)
  const lacking = shown.names.filter((name) => !isFor(certificate, name))
  if (issuer !== undefined && !isSignedBy(certificate, issuer))
    own.push({ code: 'DEPLOY_CERTIFICATE_FOREIGN', detail: `signed by ${oneLine(certificate.issuer)}` })
  if (lacking.length > 0)
    own.push({ code: 'DEPLOY_CERTIFICATE_NAMES', detail: `not for ${lacking.join(', ')}` })
  return own
}

/** Everything that is wrong with a CA of a deployment; its key may be kept elsewhere. */
export function authorityProblems(cert: string, key: string | undefined, now: number): Problem[] {
  const certificate = parsed(cert)
  if (certificate?.ca === false)
    return [{ code: 'CERTIFICATE_UNREADABLE', detail: 'it is no certificate of a CA' }]
  return ownProblems({ cert, key }, now)
}

/** The name that a certificate bears. */
export function commonNameOf(pem: string): string {
  return /CN=([^\n]+)/.exec(new X509Certificate(pem).subject)?.[1] ?? ''
}

/** As a start of the server judges it, and with what soon will be wrong. */
function ownProblems({ cert, key }: { cert: string; key: string | undefined }, now: number): Problem[] {
  const pem = Buffer.from(cert)
  const problems: Problem[] = []
  try {
    const [own] = certificatesIn(pem, 'it')
    const state = own === undefined ? 'valid' : stateOf(own, now)
    if (own !== undefined && state !== 'valid')
      problems.push({
        code: CERTIFICATE_CODES[state],
        detail: `good from ${dateText(own.from)} until ${dateText(own.until)}`,
      })
    if (key !== undefined) requirePair({ pem, where: 'it' }, { pem: Buffer.from(key), where: 'its key' })
  } catch (error) {
    if (!(error instanceof CodedError) || !isProblemCode(error.code)) throw error
    problems.push({ code: error.code, detail: error.detail })
  }
  return problems
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
