import { CodedError } from '../../contracts/errors.ts'
import { authorityProblems, certificateProblems, commonNameOf } from './certificate-check.ts'
import type { PlannedCertificate } from './certificate-plan.ts'
import { type IssueTools, issueAuthority, issueCertificate, type KeyPair } from './certificates.ts'
import type { DeploymentFolder } from './folder.ts'
import { FILES } from './layout.ts'
import type { FileReport } from './template-writer.ts'

/** What a person has asked to be made anew. */
export interface Renewal {
  /** The CA too: its key and name stay, so that gateways that know the old one need not hurry. */
  readonly authority: boolean
  /** All, and not only what ends within 30 days or is wrong. */
  readonly all: boolean
}

/**
 * Makes the CA and the certificates that are missing. One that lacks a name is made anew; others only when `renewal` says so,
 * since when one is renewed is for a person to say. Nothing is written when something has to be signed and cannot be.
 * @throws CodedError FILE_UNWRITABLE; DEPLOY_AUTHORITY_KEY, CERTIFICATE_UNREADABLE, KEY_UNREADABLE or KEY_MISMATCH of the CA
 */
export function keepCertificates(
  folder: DeploymentFolder,
  planned: readonly PlannedCertificate[],
  { tools, renewal }: { tools: IssueTools; renewal?: Renewal },
): FileReport[] {
  const { cert: path, key: keyPath } = FILES.authority
  const [cert, key] = [folder.read(path), folder.read(keyPath)]
  // Without either there is no CA yet, and with a new one everything is to be signed.
  const isNew = cert === undefined
  const toSign = planned.filter(
    (one) => isNew || isToBeSigned(folder, one, { authority: cert, tools, renewal }),
  )
  const isRenewed = !isNew && renewal?.authority === true
  let pair: KeyPair | undefined
  if (isNew) pair = issueAuthority(`Davylamp CA ${tools.random(4).toString('hex')}`, tools)
  else if (isRenewed || toSign.length > 0) pair = signing(cert, key, tools.now)
  if (pair !== undefined && isRenewed) pair = issueAuthority(commonNameOf(pair.cert), tools, pair.key)
  if (pair !== undefined && (isNew || isRenewed)) put(folder, FILES.authority, pair)
  return [
    { path, state: isNew ? 'made' : isRenewed ? 'renewed' : 'kept' },
    ...planned.map((one): FileReport => {
      if (pair === undefined || !toSign.includes(one)) return { path: one.cert, state: 'kept' }
      const state = folder.has(one.cert) ? 'renewed' : 'made'
      put(folder, one, issueCertificate(one, pair, tools))
      return { path: one.cert, state }
    }),
  ]
}

function isToBeSigned(
  folder: DeploymentFolder,
  one: PlannedCertificate,
  { authority, tools, renewal }: { authority: string; tools: IssueTools; renewal: Renewal | undefined },
): boolean {
  const [cert, key] = [folder.read(one.cert), folder.read(one.key)]
  if (cert === undefined || key === undefined || renewal?.all === true) return true
  const problems = certificateProblems({ ...one, cert, key }, authority, tools.now)
  return problems.some(({ code }) => renewal !== undefined || code === 'DEPLOY_CERTIFICATE_NAMES')
}

/** A CA that can sign: that it soon ends keeps nobody from it. */
function signing(cert: string, key: string | undefined, now: number): KeyPair {
  const { cert: path, key: keyPath } = FILES.authority
  if (key === undefined)
    throw new CodedError('DEPLOY_AUTHORITY_KEY', `${keyPath} is not there, and something is to be signed`)
  const broken = authorityProblems(cert, key, now).find(
    ({ code }) => code === 'CERTIFICATE_UNREADABLE' || code.startsWith('KEY_'),
  )
  if (broken !== undefined) throw new CodedError(broken.code, `${path}: ${broken.detail}`)
  return { cert, key }
}

/** The key first: who reads in between finds a pair that does not fit, and reads again. */
function put(
  folder: DeploymentFolder,
  at: Pick<PlannedCertificate, 'cert' | 'key'>,
  { cert, key }: KeyPair,
): void {
  if (folder.read(at.key) !== key) folder.write(at.key, key, { secret: true })
  folder.write(at.cert, cert)
}
