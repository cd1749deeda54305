import type { Facility } from '../../../contracts/facility.ts'
import type { Links } from '../rules/links.ts'

/** What Grafana is to be provisioned with beside what the facility files say. */
export interface ProvisionOptions {
  /** What differs from the section `store` of the facility files, as seen from where Grafana runs. */
  readonly datasource?: DatasourceOptions
  /** Folder of the dashboards' JSON on the machine of Grafana. */
  readonly dashboards?: string
  /** Where alerts lead to. */
  readonly links?: Partial<Links>
  /** Who is told; without any, what Grafana's own contact point does. */
  readonly contacts?: ContactOptions
  /** False leaves contact points, policies and templates to people: provisioned policies replace all others. */
  readonly notifications?: boolean
  /** Alarms of the server that nobody has acknowledged for so long are told of, ms; 15 minutes. */
  readonly unacknowledgedMs?: number
  /**
   * What the folder held before. Key: path within it. Rules that were there and are no more are deleted by name,
   * since Grafana keeps what is only left out.
   */
  readonly previous?: ReadonlyMap<string, string>
}

export interface DatasourceOptions {
  /** URL of InfluxDB. */
  readonly url?: string
  /** InfluxDB 1.x: user that reads. */
  readonly user?: string
  /** InfluxDB 1.x: file of that user's password, on the machine of Grafana. */
  readonly passwordFile?: string
  /** InfluxDB 2.x and 3.x: file of the token that reads, on the machine of Grafana. */
  readonly tokenFile?: string
}

export interface ContactOptions {
  readonly emails?: readonly string[]
  /** URL that alerts are posted to. */
  readonly webhook?: string
}

/** What of a facility its rules come from. */
export type RuledFacility = Pick<
  Facility,
  'id' | 'name' | 'sensors' | 'gateways' | 'foreign' | 'store' | 'server'
>
