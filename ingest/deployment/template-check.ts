import type { DeploymentPlan } from './deployment-plan.ts'
import { missing, openProblems } from './file-problem.ts'
import type { DeploymentFolder } from './folder.ts'
import type { GivenFile } from './given-files.ts'
import { FILES } from './layout.ts'
import type { Manifest } from './manifest.ts'
import type { DeploymentProblem } from './problem.ts'

/** Files of which another code says more. */
const TOLD_ELSEWHERE: readonly string[] = [FILES.broker.acl, FILES.broker.passwords]

/** Files that templates made, and what has become of them. */
export function templateProblems(
  folder: DeploymentFolder,
  { files }: DeploymentPlan,
  { manifest, given }: { manifest: Manifest; given: readonly GivenFile[] },
): DeploymentProblem[] {
  const planned = files.flatMap(({ path, text, secret }): DeploymentProblem[] => {
    const there = folder.read(path)
    if (there === undefined) return [missing(path)]
    const isChanged = there !== text && !TOLD_ELSEWHERE.includes(path)
    return [
      ...(secret === true ? openProblems(folder, path) : []),
      ...(isChanged
        ? [
            {
              code: 'DEPLOY_FILE_CHANGED',
              path,
              detail: 'it is not what the facility files ask for',
            } as const,
          ]
        : []),
    ]
  })
  const known = new Set([...files, ...given].map(({ path }) => path))
  const others = Object.keys(manifest.files).filter((path) => !known.has(path))
  const secret: readonly string[] = [FILES.broker.passwords, FILES.broker.health, FILES.influxdb.users]
  return [
    ...planned,
    ...others.flatMap((path) => {
      if (!folder.has(path)) return [missing(path)]
      return secret.includes(path) ? openProblems(folder, path) : []
    }),
  ]
}
