import { VERSION } from '../../contracts/version.ts'
import { brokerAcl } from './broker-acl.ts'
import { brokerConfig } from './broker-config.ts'
import type { ComposeSetting } from './compose-files.ts'
import { edgeFacility, serverFacilities } from './facility-files.ts'
import { grafanaSettings } from './grafana-settings.ts'
import { retentionHours, storeNames } from './influx-settings.ts'
import { annunciatorFiles, FILES, gatewayFiles, type Places, placesOf } from './layout.ts'
import { type MqttUser, mqttUsers } from './mqtt-users.ts'
import { exportFolders } from './named-files.ts'
import type { DeploymentOptions } from './options.ts'
import type { PlannedFile } from './planned-file.ts'
import type { Plants } from './plant.ts'
import { annunciatorUnit, brokerDropIn, gatewayUnit, serverUnit, serviceUser } from './systemd-units.ts'

/** Everything that follows from the options and the facility files alone. */
export interface DeploymentPlan {
  readonly options: DeploymentOptions
  readonly places: Places
  readonly users: readonly MqttUser[]
  readonly files: readonly PlannedFile[]
  /** Folders that exports write to, where the server sees them. */
  readonly exportFolders: readonly string[]
  /** Names in InfluxDB. */
  readonly store: ReturnType<typeof storeNames>
}

/** @throws CodedError DEPLOY_USER_CLASH */
export function planDeployment(options: DeploymentOptions, plants: Plants): DeploymentPlan {
  const places = placesOf(options)
  const users = mqttUsers(plants.plants.map(({ facility }) => facility))
  const given = { options, places, shared: plants.shared }
  const edge = users.flatMap((user) => {
    const part = user.gateway ?? user.annunciator
    const plant = plants.plants.find(({ facility }) => facility.id === part?.facility)
    if (plant === undefined) return []
    const unit =
      user.kind === 'annunciator'
        ? { path: annunciatorFiles(user.name).unit, text: annunciatorUnit(user) }
        : { path: gatewayFiles(user.name).unit, text: gatewayUnit(user) }
    return [...edgeFacility(plant, user, given), unit]
  })
  const files: PlannedFile[] = [
    { path: FILES.broker.config, text: brokerConfig(options, places) },
    { path: FILES.broker.acl, text: brokerAcl(users), secret: true },
    ...serverFacilities(plants.plants, given),
    ...edge,
    { path: FILES.grafana.settings, text: grafanaSettings(options, places) },
    ...(options.native
      ? [
          { path: FILES.units.server, text: serverUnit(options, places) },
          { path: FILES.units.broker, text: brokerDropIn(places) },
        ]
      : []),
    { path: FILES.units.user, text: serviceUser() },
  ]
  const folders = plants.plants.flatMap(({ facility }) => exportFolders(facility, places.serverData))
  return {
    options,
    places,
    users,
    files,
    exportFolders: folders.map(({ path }) => path),
    store: storeNames(plants.shared.store),
  }
}

/** What the compose files need beside the plan. */
export function composeSetting(
  { options, users }: DeploymentPlan,
  plants: Plants,
  { folder, owner }: Pick<ComposeSetting, 'folder' | 'owner'>,
): ComposeSetting {
  const { org, bucket } = storeNames(plants.shared.store)
  const [first] = plants.plants
  return {
    options,
    users,
    folder,
    owner,
    version: VERSION,
    timezone: first?.facility.timezone ?? 'UTC',
    influx: {
      org,
      bucket,
      retention: retentionHours(first?.facility.store.retentionMs ?? 0),
    },
    moreGateways: FILES.moreGateways,
  }
}
