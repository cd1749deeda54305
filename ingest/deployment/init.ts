import { join } from 'node:path'
import { loadFacilities } from '../../contracts/facility-set.ts'
import { VERSION } from '../../contracts/version.ts'
import { healthOptions } from './broker-config.ts'
import { brokerPasswords } from './broker-passwords.ts'
import { keepCertificates } from './certificate-keeper.ts'
import { plannedCertificates } from './certificate-plan.ts'
import type { IssueTools } from './certificates.ts'
import { type ComposeSetting, composeEnvironment, composeGateways } from './compose-files.ts'
import { composeSetting, type DeploymentPlan, planDeployment } from './deployment-plan.ts'
import type { DeploymentFolder } from './folder.ts'
import { type GrafanaProvision, provisionedGrafana } from './grafana-provision.ts'
import { influxUsers, storeNames } from './influx-settings.ts'
import { FILES } from './layout.ts'
import { formatManifest, type Manifest } from './manifest.ts'
import type { MqttUser } from './mqtt-users.ts'
import type { DeploymentOptions } from './options.ts'
import type { PlannedFile } from './planned-file.ts'
import type { Plants } from './plant.ts'
import { passwordFile, plannedSecrets } from './secret-plan.ts'
import { type FileReport, TemplateWriter } from './template-writer.ts'

export interface InitTools extends IssueTools {
  readonly provision: GrafanaProvision
}

export interface Initialised {
  readonly plan: DeploymentPlan
  readonly files: readonly FileReport[]
}

interface Init {
  readonly folder: DeploymentFolder
  readonly options: DeploymentOptions
  readonly plants: Plants
  /** Of a run before this one. */
  readonly before: Manifest | undefined
  readonly compose: Pick<ComposeSetting, 'folder' | 'owner'>
  readonly tools: InitTools
}

/**
 * Writes what is missing of a deployment, and anew what templates make. Secrets and certificates that are there stay, and so
 * does what somebody has changed. @throws CodedError FILE_UNWRITABLE, DEPLOY_USER_CLASH, GRAFANA_*
 */
export function initDeployment({ folder, options, plants, before, compose, tools }: Init): Initialised {
  const plan = planDeployment(options, plants)
  const { users } = plan
  const secrets = plannedSecrets(options, users, plants.signingKey).map(({ path, make }): FileReport => {
    if (folder.has(path)) return { path, state: 'kept' }
    folder.write(path, make(tools.random), { secret: true })
    return { path, state: 'made' }
  })
  const certificates = keepCertificates(folder, plannedCertificates(options, users), { tools })
  const writer = new TemplateWriter(folder, before?.files ?? {})
  writer.write([
    ...plan.files,
    ...authorityCopies(folder, users),
    ...fromSecrets(folder, plan, { plants, tools }),
    ...(options.native ? [] : composeFiles(folder, composeSetting(plan, plants, compose))),
  ])
  // Facility files that somebody has changed are in force as they are.
  const facilities = loadFacilities([join(folder.path, FILES.server.facilities)])
  writer.write(provisionedGrafana(plan, tools.provision, { facilities, previous: provisionedBefore(folder) }))
  writer.removeOthers()
  folder.write(FILES.manifest, formatManifest({ options, files: writer.digests }, VERSION))
  return { plan, files: [...secrets, ...certificates, ...writer.reports] }
}

/** Key: path within the folder of Grafana. */
function provisionedBefore(folder: DeploymentFolder): Map<string, string> {
  const within = `${FILES.grafana.folder}/`
  return new Map(
    folder.list(`${within}provisioning`).map((path) => [path.slice(within.length), folder.read(path) ?? '']),
  )
}

/** Everybody who connects to something of ours knows the CA. */
export function authorityCopies(folder: DeploymentFolder, users: readonly MqttUser[]): PlannedFile[] {
  const text = folder.read(FILES.authority.cert) ?? ''
  const gateways = users.flatMap(({ kind, name }) => (kind === 'gateway' ? [`gateways/${name}`] : []))
  const clients = users.flatMap(({ kind, name }) =>
    kind === 'foreign' || kind === 'annunciator' ? [`clients/${name}`] : [],
  )
  const folders = [FILES.broker.folder, FILES.server.folder, FILES.grafana.folder, ...gateways, ...clients]
  return folders.map((path) => ({ path: `${path}/ca.crt`, text }))
}

/** Files that repeat a secret in the form that somebody else's program wants. */
function fromSecrets(
  folder: DeploymentFolder,
  { options, places, users }: DeploymentPlan,
  { plants, tools }: { plants: Plants; tools: Pick<IssueTools, 'random'> },
): PlannedFile[] {
  const secret = (path: string) => folder.read(path) ?? ''
  const passwords = new Map(users.map((user) => [user.name, secret(passwordFile(user))]))
  const text = brokerPasswords(passwords, secret(FILES.broker.passwords), tools.random)
  const health = healthOptions(options, places, passwords.get('health') ?? '')
  const files: PlannedFile[] = [
    { path: FILES.broker.passwords, text, secret: true },
    { path: FILES.broker.health, text: health, secret: true },
  ]
  if (options.influxdb === 2) return files
  const { influxdb, storePassword, grafana } = FILES
  const entered = influxUsers(storeNames(plants.shared.store).database, {
    admin: secret(influxdb.adminPassword),
    ingest: secret(storePassword),
    grafana: secret(grafana.storePassword),
  })
  return [...files, { path: influxdb.users, text: entered, secret: true }]
}

function composeFiles(folder: DeploymentFolder, setting: ComposeSetting): PlannedFile[] {
  const before = folder.read(FILES.environment) ?? ''
  const more = composeGateways(setting)
  return [
    { path: FILES.environment, text: composeEnvironment(setting, before) },
    ...(more === undefined ? [] : [{ path: FILES.moreGateways, text: more }]),
  ]
}
