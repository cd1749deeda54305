import type { ErrorCode } from '../../contracts/errors.ts'

/** One thing that is wrong with a deployment. */
export interface DeploymentProblem {
  readonly code: Extract<ErrorCode, `DEPLOY_${string}`>
  /** The file it is about, from the folder of the deployment, or the compose file. */
  readonly path: string
  readonly detail: string
}
