import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { CodedError } from './errors.ts'
import type { Facility } from './facility.ts'
import { readSecret } from './secret.ts'

/** What a client shows a broker. Key material as it stands in its files. */
export interface BrokerCredentials {
  readonly username?: string
  readonly password?: string
  readonly ca?: Buffer
  readonly cert?: Buffer
  readonly key?: Buffer
}

/**
 * User, password and certificates of a facility's `mqtt` section. Files are relative to the facility
 * file; a password that is given wins over the password file. @throws CodedError CONFIG_UNREADABLE
 */
export function brokerCredentials(
  { mqtt, file }: Pick<Facility, 'mqtt' | 'file'>,
  given?: string,
): BrokerCredentials {
  const folder = dirname(file)
  const password =
    given ?? (mqtt.passwordFile === undefined ? undefined : readSecret(resolve(folder, mqtt.passwordFile)))
  return {
    ...(mqtt.username === undefined ? {} : { username: mqtt.username }),
    ...(password === undefined ? {} : { password }),
    ...(mqtt.ca === undefined ? {} : { ca: read(folder, mqtt.ca) }),
    ...(mqtt.cert === undefined ? {} : { cert: read(folder, mqtt.cert) }),
    ...(mqtt.key === undefined ? {} : { key: read(folder, mqtt.key) }),
  }
}

/** A URL may carry user and password; logs may not. */
export function withoutSecrets(url: string): string {
  return url.replace(/\/\/[^/]*@/, '//')
}

function read(folder: string, file: string): Buffer {
  const path = resolve(folder, file)
  try {
    return readFileSync(path)
  } catch (error) {
    throw new CodedError('CONFIG_UNREADABLE', `${path}: ${(error as Error).message}`, { cause: error })
  }
}
