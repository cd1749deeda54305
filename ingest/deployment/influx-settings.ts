import { CodedError } from '../../contracts/errors.ts'
import type { StoreConfig } from '../../contracts/facility.ts'

/** What a plant's file leaves open is called so. */
const STORE_NAME = 'davylamp'

/** Names in InfluxDB: of 2.x organisation and bucket, of 1.x the database. */
export function storeNames({ org, bucket, database }: Pick<StoreConfig, 'org' | 'bucket' | 'database'>) {
  return { org: org ?? STORE_NAME, bucket: bucket ?? STORE_NAME, database: database ?? STORE_NAME }
}

/**
 * What an administrator of InfluxDB 1.x enters once: users of their own for server and Grafana. The server reads and
 * writes, Grafana reads. Secret, since the passwords are in it.
 */
export function influxUsers(
  database: string,
  passwords: { admin: string; ingest: string; grafana: string },
): string {
  const name = quoted(database)
  return `CREATE USER "admin" WITH PASSWORD '${passwords.admin}' WITH ALL PRIVILEGES
CREATE DATABASE ${name}
CREATE USER "davylamp-ingest" WITH PASSWORD '${passwords.ingest}'
GRANT ALL ON ${name} TO "davylamp-ingest"
CREATE USER "davylamp-grafana" WITH PASSWORD '${passwords.grafana}'
GRANT READ ON ${name} TO "davylamp-grafana"
`
}

/** An identifier of InfluxQL. @throws CodedError CONFIG_INVALID for a name that ends its quotes */
function quoted(name: string): string {
  if (/["\\\n]/.test(name))
    throw new CodedError('CONFIG_INVALID', `store.database: ${JSON.stringify(name)} has a quote in it`)
  return `"${name}"`
}

/** A duration of the facility file in hours, which every release of InfluxDB 2.x takes. */
export function retentionHours(ms: number): string {
  return `${Math.ceil(ms / 3_600_000)}h`
}
