import type { GivenCredentials } from '../contracts/broker-credentials.ts'
import type { Clock } from '../contracts/clock.ts'
import type { Facility } from '../contracts/facility.ts'
import type { Logger } from '../contracts/logger.ts'
import type { ReloadView } from '../contracts/reload-api.ts'
import type { ReadFiles } from './reload.ts'
import type { StoreSecrets } from './store/store-plan.ts'

/** What a server is started with. */
export interface ServerOptions {
  /** One or more, sharing mqtt, store and server. */
  facilities: readonly Facility[]
  clock: Clock
  randomId: () => string
  random: () => number
  logger: Logger
  /** Without it there is no reload. */
  read?: ReadFiles | undefined
  /** For the broker, from the environment. */
  credentials?: GivenCredentials
  /** For the database, from the environment. */
  store?: StoreSecrets
  /** Where further secrets may stand. */
  env?: Readonly<Record<string, string | undefined>>
  /** Addresses that stand in for those of the file: tests listen on port 0. */
  listen?: { http?: string; mqtt?: string }
}

/** The server at work: ingest, alarms, API and console in one process. */
export interface RunningServer {
  http: { host: string; port: number; isTls: boolean }
  /** Of the embedded broker; undefined with an external one. */
  broker: { host: string; port: number } | undefined
  openapi: () => object
  /** For the first administrator, when sign-in is required and there is none. */
  firstLink: { code: string; until: number } | undefined
  /** Reads the facility files again. @throws CodedError with all that is wrong; it has been logged */
  reload: () => Promise<ReloadView>
  stop(): Promise<void>
}
