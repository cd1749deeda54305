import { join } from 'node:path'
import { CodedError } from '../../contracts/errors.ts'
import { brokerProblems } from './broker-check.ts'
import { certificatesProblems } from './certificates-check.ts'
import { composeFileProblems } from './compose-files-check.ts'
import { type DeploymentPlan, planDeployment } from './deployment-plan.ts'
import type { DeploymentFolder } from './folder.ts'
import { gatewayProblems } from './gateway-check.ts'
import { givenProblems } from './given-check.ts'
import { type GrafanaProvision, provisionedGrafana } from './grafana-provision.ts'
import { FILES } from './layout.ts'
import type { Manifest } from './manifest.ts'
import { type Plants, readPlants } from './plant.ts'
import type { DeploymentProblem } from './problem.ts'
import { secretProblems } from './secret-check.ts'
import { templateProblems } from './template-check.ts'

export interface CheckTools {
  /** Epoch ms. */
  readonly now: number
  /** docker-compose.yml. */
  readonly compose: string
  readonly provision: GrafanaProvision
}

/** Everything that is wrong with a deployment; it is only looked at. */
export function checkDeployment(
  folder: DeploymentFolder,
  manifest: Manifest,
  tools: CheckTools,
): DeploymentProblem[] {
  const plants = plantsOf(folder)
  if (!('plants' in plants)) return [plants]
  const plan = planDeployment(manifest.options, plants)
  return [
    ...secretProblems(folder, plan),
    ...certificatesProblems(folder, plan, tools.now),
    ...templateProblems(folder, plan, { manifest, given: plants.given }),
    ...givenProblems(folder, plants.given),
    ...gatewayProblems(folder, plan, plants),
    ...brokerProblems(folder, plan),
    ...grafanaProblems(folder, plan, { plants, provision: tools.provision }),
    ...(manifest.options.native ? [] : composeFileProblems(folder, tools.compose)),
  ]
}

/** What the server runs on stands for the files of the plant, which need not be on this machine. */
function plantsOf(folder: DeploymentFolder): Plants | DeploymentProblem {
  const path = FILES.server.facilities
  try {
    return readPlants([join(folder.path, path)])
  } catch (error) {
    if (!(error instanceof CodedError)) throw error
    return { code: 'DEPLOY_FACILITY_INVALID', path, detail: error.message }
  }
}

function grafanaProblems(
  folder: DeploymentFolder,
  plan: DeploymentPlan,
  { plants, provision }: { plants: Plants; provision: GrafanaProvision },
): DeploymentProblem[] {
  const facilities = plants.plants.map(({ facility }) => facility)
  return provisionedGrafana(plan, provision, { facilities })
    .filter(({ path, text }) => folder.read(path) !== text)
    .map(({ path }) => ({
      code: 'DEPLOY_GRAFANA_DRIFTED',
      path,
      detail: 'it is not what the facility files say',
    }))
}
