import type { Facility } from '../../contracts/facility.ts'
import type { DeploymentPlan } from './deployment-plan.ts'
import { consoleUrl } from './grafana-settings.ts'
import { FILES } from './layout.ts'
import type { Contacts } from './options.ts'
import type { PlannedFile } from './planned-file.ts'
import { PROGRAM } from './systemd-units.ts'

/** The dashboards are part of the program, not of the folder: docker-compose.yml mounts them there. */
export const CONTAINER_DASHBOARDS = '/usr/share/davylamp/dashboards'

/** What Grafana is to be provisioned for. Paths are those of the machine or container of Grafana. */
export interface GrafanaRequest {
  /** As the server of the deployment has them: with its store. */
  readonly facilities: readonly Facility[]
  readonly datasource: {
    /** InfluxDB 2.x. */
    readonly tokenFile: string
    /** InfluxDB 1.x. */
    readonly user: string
    readonly passwordFile: string
  }
  /** Folder of the dashboards. */
  readonly dashboards: string
  /** Where people open the console. */
  readonly links: { readonly console: string }
  readonly contacts: Contacts
  /** What the folder holds now. Key: path within the folder of Grafana. */
  readonly previous?: ReadonlyMap<string, string>
}

/** Makes the files that Grafana is provisioned with. Key: path within its folder. The composition root gives it. */
export type GrafanaProvision = (request: GrafanaRequest) => ReadonlyMap<string, string>

/** @throws CodedError GRAFANA_* */
export function provisionedGrafana(
  { options, places }: Pick<DeploymentPlan, 'options' | 'places'>,
  provision: GrafanaProvision,
  given: Pick<GrafanaRequest, 'facilities' | 'previous'>,
): PlannedFile[] {
  const { folder, storePassword } = FILES.grafana
  const made = provision({
    ...given,
    datasource: {
      tokenFile: places.grafanaToken,
      user: 'davylamp-grafana',
      passwordFile: `${places.grafana}/${storePassword.slice(folder.length + 1)}`,
    },
    dashboards: options.native ? `${PROGRAM}/dashboards/grafana` : CONTAINER_DASHBOARDS,
    links: { console: consoleUrl(options) },
    contacts: options.contacts,
  })
  return Array.from(made, ([path, text]) => ({ path: `${folder}/${path}`, text }))
}
