import type { Quality } from '../../../contracts/quality.ts'

/** A reading as it stands in the database. */
export interface StoredRow {
  /** Epoch ms. */
  readonly time: number
  /** Undefined of a reading without one: a device that was silent has none. */
  readonly value: number | undefined
  readonly quality: Quality
}

/** Reads the database as others do, not through the server. */
export interface Database {
  /** Every row of a sensor, in order of time. */
  rows(sensor: string): Promise<StoredRow[]>
  close(): Promise<void>
}
