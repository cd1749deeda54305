import { certificateProblems, commonNameOf } from './certificate-check.ts'
import type { PlannedCertificate } from './certificate-plan.ts'
import { type IssueTools, issueAuthority, issueCertificate, type KeyPair } from './certificates.ts'
import type { DeploymentFolder } from './folder.ts'
import { FILES } from './layout.ts'
import type { FileReport } from './template-writer.ts'

/** The certificate of the CA in the folder, which is made when there is none. */
function authorityOf(folder: DeploymentFolder, tools: IssueTools): { pair: KeyPair; report: FileReport } {
  const { cert: certPath, key: keyPath } = FILES.authority
  const [cert, key] = [folder.read(certPath), folder.read(keyPath)]
  if (cert !== undefined && key !== undefined)
    return { pair: { cert, key }, report: { path: certPath, state: 'kept' } }
  const id = tools.random(4).toString('hex')
  const pair = issueAuthority(`Davylamp CA ${id}`, tools)
  folder.write(keyPath, pair.key, { secret: true })
  folder.write(certPath, pair.cert)
  return { pair, report: { path: certPath, state: 'made' } }
}

/**
 * Makes the CA and the certificates that are missing. One that lacks a name is made anew; all others stay, since
 * when one is renewed is for a person to say.
 */
export function ensureCertificates(
  folder: DeploymentFolder,
  planned: readonly PlannedCertificate[],
  tools: IssueTools,
): FileReport[] {
  const { pair, report } = authorityOf(folder, tools)
  return [
    report,
    ...planned.map((one) => {
      const cert = folder.read(one.cert)
      const problems =
        cert === undefined || !folder.has(one.key)
          ? undefined
          : certificateProblems({ ...one, cert, key: folder.read(one.key) ?? '' }, pair.cert, tools.now)
      if (problems !== undefined && !problems.some(({ code }) => code === 'DEPLOY_CERTIFICATE_NAMES'))
        return { path: one.cert, state: 'kept' } as const
      put(folder, one, issueCertificate(one, pair, tools))
      return { path: one.cert, state: problems === undefined ? 'made' : 'renewed' } as const
    }),
  ]
}

export interface Renewal {
  /** The CA too: its key and name stay, so that gateways that know the old one need not hurry. */
  readonly authority: boolean
  /** All, and not only what ends within 30 days or is wrong. */
  readonly all: boolean
}

/** @throws CodedError FILE_UNWRITABLE */
export function renewCertificates(
  folder: DeploymentFolder,
  planned: readonly PlannedCertificate[],
  { renewal, tools }: { renewal: Renewal; tools: IssueTools },
): FileReport[] {
  const before = authorityOf(folder, tools)
  const reports: FileReport[] = []
  let { pair } = before
  if (renewal.authority) {
    pair = issueAuthority(commonNameOf(pair.cert), tools, pair.key)
    folder.write(FILES.authority.cert, pair.cert)
    reports.push({ path: FILES.authority.cert, state: 'renewed' })
  } else reports.push(before.report)
  for (const one of planned) {
    const cert = folder.read(one.cert)
    const isSound =
      cert !== undefined &&
      certificateProblems({ ...one, cert, key: folder.read(one.key) ?? '' }, pair.cert, tools.now).length ===
        0
    if (isSound && !renewal.all) {
      reports.push({ path: one.cert, state: 'kept' })
      continue
    }
    put(folder, one, issueCertificate(one, pair, tools))
    reports.push({ path: one.cert, state: cert === undefined ? 'made' : 'renewed' })
  }
  return reports
}

/** The key first: who reads in between finds a pair that does not fit, and reads again. */
function put(folder: DeploymentFolder, { cert, key }: PlannedCertificate, pair: KeyPair): void {
  folder.write(key, pair.key, { secret: true })
  folder.write(cert, pair.cert)
}
