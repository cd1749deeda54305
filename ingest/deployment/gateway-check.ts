import { join } from 'node:path'
import { CodedError } from '../../contracts/errors.ts'
import { loadFacility } from '../../contracts/facility-load.ts'
import type { DeploymentPlan } from './deployment-plan.ts'
import type { DeploymentFolder } from './folder.ts'
import { gatewayFiles } from './layout.ts'
import type { Plants } from './plant.ts'
import type { DeploymentProblem } from './problem.ts'

/** A gateway that has another file than the server reports by other limits. */
export function gatewayProblems(
  folder: DeploymentFolder,
  { users }: DeploymentPlan,
  { plants }: Plants,
): DeploymentProblem[] {
  return users.flatMap(({ name, gateway }): DeploymentProblem[] => {
    const server = plants.find(({ facility }) => facility.id === gateway?.facility)?.facility
    const { facility: path } = gatewayFiles(name)
    if (server === undefined || !folder.has(path)) return []
    try {
      const { digest } = loadFacility(join(folder.path, path))
      const detail = `its digest is ${digest}, that of the server ${server.digest}`
      return digest === server.digest ? [] : [{ code: 'DEPLOY_FACILITY_DIFFERS', path, detail }]
    } catch (error) {
      if (!(error instanceof CodedError)) throw error
      return [{ code: 'DEPLOY_FACILITY_INVALID', path, detail: error.message }]
    }
  })
}
