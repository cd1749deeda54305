import type { StoreConfig } from '../../../contracts/facility.ts'
import type { Precision } from './line-protocol.ts'

/** Name of the retention policy of roll-ups and alarms. */
export const ROLL_UP_POLICY = 'rollup'

/** `raw` holds readings, `rollup` their one-minute roll-ups; alarms are in both (docs/decisions/0012). */
export type Place = 'raw' | 'rollup'

/**
 * The bucket of roll-ups beside a bucket of readings. InfluxDB reads such a name as database/retention policy
 * by itself, 2.x for buckets without a mapping of their own and 3.x always.
 */
export function rollUpBucket(bucket: string): string {
  return `${bucket}/${ROLL_UP_POLICY}`
}

/** The database that queries name. */
export function databaseOf({ database, bucket }: Pick<StoreConfig, 'database' | 'bucket'>): string {
  return database ?? bucket ?? ''
}

type Names = Pick<StoreConfig, 'api' | 'org' | 'bucket' | 'database'>

/** Readings go to the database's default retention policy, whatever its name is. */
export function writePath(names: Names, place: Place, precision: Precision): string {
  if (names.api === 'v1') {
    const unit = precision === 'ns' ? 'n' : precision
    return `/write?${query({ db: databaseOf(names), ...policy(place), precision: unit })}`
  }
  const bucket = names.bucket ?? ''
  const target = place === 'raw' ? bucket : rollUpBucket(bucket)
  return `/api/v2/write?${query({ org: names.org ?? '', bucket: target, precision })}`
}

/** One InfluxQL statement; 3.x takes no more at once. Times come back in ms. */
export function queryPath(names: Names, place: Place, statement: string): string {
  return `/query?${query({ db: databaseOf(names), ...policy(place), epoch: 'ms', q: statement })}`
}

function policy(place: Place): Record<string, string> {
  return place === 'raw' ? {} : { rp: ROLL_UP_POLICY }
}

function query(parameters: Record<string, string>): string {
  return new URLSearchParams(parameters).toString()
}
