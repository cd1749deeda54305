import { authorityProblems, certificateProblems } from './certificate-check.ts'
import { plannedCertificates } from './certificate-plan.ts'
import type { DeploymentPlan } from './deployment-plan.ts'
import { missing, openProblems } from './file-problem.ts'
import type { DeploymentFolder } from './folder.ts'
import { FILES } from './layout.ts'
import type { DeploymentProblem } from './problem.ts'

/** The CA, what it signed, and the copies of it that others trust. `now` is epoch ms. */
export function certificatesProblems(
  folder: DeploymentFolder,
  { options, users }: DeploymentPlan,
  now: number,
): DeploymentProblem[] {
  const at = (path: string, found: readonly Omit<DeploymentProblem, 'path'>[]) =>
    found.map((problem) => ({ ...problem, path }))
  const { cert: path, key } = FILES.authority
  const authority = folder.read(path)
  if (authority === undefined) return [missing(path)]
  const authorityKey = folder.read(key)
  return [
    ...at(path, authorityProblems(authority, authorityKey, now)),
    // Taken off this machine it cannot be stolen from here.
    ...(authorityKey === undefined ? [] : openProblems(folder, key)),
    ...plannedCertificates(options, users).flatMap((one): DeploymentProblem[] => {
      const cert = folder.read(one.cert)
      const own = folder.read(one.key)
      if (cert === undefined || own === undefined) return [missing(cert === undefined ? one.cert : one.key)]
      return [
        ...at(one.cert, certificateProblems({ ...one, cert, key: own }, authority, now)),
        ...openProblems(folder, one.key),
      ]
    }),
    ...folder
      .list()
      .filter((copy) => copy.endsWith('/ca.crt') && copy !== path && folder.read(copy) !== authority)
      .map(
        (copy): DeploymentProblem => ({
          code: 'DEPLOY_CERTIFICATE_FOREIGN',
          path: copy,
          detail: `it is not ${path}`,
        }),
      ),
  ]
}
