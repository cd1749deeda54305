import type { StoreConfig } from '../../contracts/facility.ts'

/** Everything a store is opened with; plain data, so that it can be handed to a thread. */
export interface StorePlan {
  readonly config: StoreConfig
  /** File of the embedded store. */
  readonly file: string
  /** DAVYLAMP_STORE_TOKEN. */
  readonly token?: string | undefined
  /** DAVYLAMP_STORE_PASSWORD. */
  readonly password?: string | undefined
  /** Whether lines are compressed on their way; without it they are, but for a database on this machine. */
  readonly gzip?: boolean
}
