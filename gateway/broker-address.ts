import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { CodedError } from '../contracts/errors.ts'
import type { Facility } from '../contracts/facility.ts'
import type { BrokerAddress } from './broker-link.ts'

/**
 * How this gateway reaches its broker. Files are relative to the facility file; a password that is given
 * wins over the password file. @throws CodedError CONFIG_UNREADABLE
 */
export function brokerAddress(
  facility: Facility,
  options: { gateway: string; password?: string; broker?: { host: string; port: number } },
): BrokerAddress {
  const { mqtt } = facility
  const folder = dirname(facility.file)
  const password = options.password ?? readSecret(folder, mqtt.passwordFile)
  return {
    url: brokerUrl(mqtt, options.broker),
    clientId: `${facility.id}.${options.gateway}`,
    ...(mqtt.username === undefined ? {} : { username: mqtt.username }),
    ...(password === undefined ? {} : { password }),
    ...(mqtt.ca === undefined ? {} : { ca: read(folder, mqtt.ca) }),
    ...(mqtt.cert === undefined ? {} : { cert: read(folder, mqtt.cert) }),
    ...(mqtt.key === undefined ? {} : { key: read(folder, mqtt.key) }),
  }
}

function brokerUrl(mqtt: Facility['mqtt'], broker: { host: string; port: number } | undefined): string {
  if (broker !== undefined) return `mqtt://${broker.host}:${broker.port}`
  return mqtt.url === 'embedded' ? `mqtt://${mqtt.listen}` : mqtt.url
}

function readSecret(folder: string, file: string | undefined): string | undefined {
  // Editors end a file with a line feed that is no part of the password.
  return file === undefined
    ? undefined
    : read(folder, file)
        .toString('utf8')
        .replace(/\r?\n$/, '')
}

function read(folder: string, file: string): Buffer {
  const path = resolve(folder, file)
  try {
    return readFileSync(path)
  } catch (error) {
    throw new CodedError('CONFIG_UNREADABLE', `${path}: ${(error as Error).message}`, { cause: error })
  }
}
