import type { ErrorCode } from '../../contracts/errors.ts'

/** What a deployment shares with a start: secrets and certificates are judged alike. */
type SharedCode = Extract<ErrorCode, `CERTIFICATE_${string}` | `KEY_${string}`>

export type DeploymentCode = Extract<ErrorCode, `DEPLOY_${string}`> | SharedCode

/** One thing that is wrong with a deployment. */
export interface DeploymentProblem {
  readonly code: DeploymentCode
  /** The file it is about, from the folder of the deployment, or the compose file. */
  readonly path: string
  readonly detail: string
}

export function isProblemCode(code: ErrorCode): code is DeploymentCode {
  return /^(DEPLOY|CERTIFICATE|KEY)_/.test(code)
}
