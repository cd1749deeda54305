import { CodedError } from '../../../contracts/errors.ts'
import type { StoreConfig } from '../../../contracts/facility.ts'
import { DATASOURCE_UID } from '../rules/rule.ts'
import type { DatasourceOptions } from './provision-options.ts'
import { fromFile, literal, yamlFile } from './yaml-file.ts'

/** Where secrets lie on the machine of Grafana unless somebody says otherwise. */
const TOKEN_FILE = '/run/secrets/grafana-token'
const PASSWORD_FILE = '/run/secrets/grafana-password'

/**
 * Grafana's data source: InfluxQL over InfluxDB 1.x with a user, or over 2.x and 3.x with a token.
 * @throws CodedError GRAFANA_NO_STORE when the server keeps its readings in a file of its own
 */
export function datasourceFile(store: StoreConfig, options: DatasourceOptions = {}): string {
  const { kind, api, bucket, database = bucket ?? 'davylamp' } = store
  if (kind !== 'influxdb') throw new CodedError('GRAFANA_NO_STORE', 'store.kind is embedded')
  const url = options.url ?? store.url ?? 'http://127.0.0.1:8086'
  const shared = {
    name: 'Davylamp',
    uid: DATASOURCE_UID,
    type: 'influxdb',
    access: 'proxy',
    orgId: 1,
    url: literal(url),
    // Grafana 9.4 reads `database`, later ones dbName: each passes over the other.
    database: literal(database),
    isDefault: false,
    editable: false,
    version: 1,
  }
  // POST: a rule over hundreds of sensors is longer than what a URL holds.
  const json = { version: 'InfluxQL', dbName: literal(database), httpMode: 'POST', timeInterval: '1s' }
  return yamlFile({
    prune: true,
    datasources: [
      api === 'v1'
        ? { ...shared, ...withUser(options.user ?? store.username, options.passwordFile), jsonData: json }
        : {
            ...shared,
            jsonData: { ...json, httpHeaderName1: 'Authorization' },
            secureJsonData: { httpHeaderValue1: `Token ${fromFile(options.tokenFile ?? TOKEN_FILE)}` },
          },
    ],
  })
}

/** A database that lets everybody in has neither. */
function withUser(user: string | undefined, passwordFile = PASSWORD_FILE): object {
  return user === undefined
    ? {}
    : { user: literal(user), secureJsonData: { password: fromFile(passwordFile) } }
}
