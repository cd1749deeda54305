import type { DeploymentFolder } from './folder.ts'
import type { DeploymentProblem } from './problem.ts'

/** A secret that others than its owner may read. */
export function openProblems(folder: DeploymentFolder, path: string): DeploymentProblem[] {
  const mode = (folder.mode(path) ?? 0) & 0o777
  return (mode & 0o077) === 0 ? [] : [{ code: 'DEPLOY_FILE_OPEN', path, detail: `mode ${mode.toString(8)}` }]
}

export function missing(path: string): DeploymentProblem {
  return { code: 'DEPLOY_FILE_MISSING', path, detail: 'it is not there' }
}
