import type { DeploymentPlan } from './deployment-plan.ts'
import { missing, openProblems } from './file-problem.ts'
import type { DeploymentFolder } from './folder.ts'
import type { DeploymentProblem } from './problem.ts'
import { plannedSecrets } from './secret-plan.ts'

/** Characters of a secret that somebody made up are fewer. */
const SHORTEST_SECRET = 24

/** Secrets that are not there, that others may read, or that somebody made up. */
export function secretProblems(
  folder: DeploymentFolder,
  { options, users }: DeploymentPlan,
): DeploymentProblem[] {
  return plannedSecrets(options, users).flatMap(({ path }): DeploymentProblem[] => {
    const text = folder.read(path)
    if (text === undefined) return [missing(path)]
    const secret = text.trim()
    const isWeak = secret.length < SHORTEST_SECRET || new Set(secret).size < SHORTEST_SECRET / 3
    return [
      ...openProblems(folder, path),
      ...(isWeak
        ? [{ code: 'DEPLOY_SECRET_WEAK', path, detail: `${secret.length} characters, not random` } as const]
        : []),
    ]
  })
}
