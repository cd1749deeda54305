import { join } from 'node:path'
import type { Facility, StoreConfig } from '../../contracts/facility.ts'
import { secretFrom } from '../../contracts/secret.ts'

/** Everything a store is opened with; plain data, so that it can be handed to a thread. */
export interface StorePlan {
  readonly config: StoreConfig
  /** File of the embedded store. */
  readonly file: string
  /** DAVYLAMP_STORE_USERNAME, of api v1; wins over that of the facility file. */
  readonly username?: string | undefined
  /** DAVYLAMP_STORE_TOKEN. */
  readonly token?: string | undefined
  /** DAVYLAMP_STORE_PASSWORD. */
  readonly password?: string | undefined
  /** Whether lines are compressed on their way; without it they are, but for a database on this machine. */
  readonly gzip?: boolean
  /** An embedded store is only looked at: the file has to be there, and nothing is changed in it. */
  readonly readOnly?: boolean
}

/** What the environment says of the way into a store. */
export type StoreSecrets = Pick<StorePlan, 'username' | 'token' | 'password'>

/** @throws CodedError as {@link secretFrom} */
export function storeSecrets(env: Readonly<Record<string, string | undefined>>): StoreSecrets {
  const { DAVYLAMP_STORE_USERNAME: username } = env
  return {
    username: username === '' ? undefined : username,
    token: secretFrom(env, 'DAVYLAMP_STORE_TOKEN'),
    password: secretFrom(env, 'DAVYLAMP_STORE_PASSWORD'),
  }
}

/** The plan of a facility file, with the secrets of an environment. @throws CodedError as {@link secretFrom} */
export function storePlan(
  { store, server }: Pick<Facility, 'store' | 'server'>,
  env: Readonly<Record<string, string | undefined>>,
): StorePlan {
  return { config: store, file: join(server.data, 'readings.db'), ...storeSecrets(env) }
}
