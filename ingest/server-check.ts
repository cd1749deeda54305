import { isLoopback, parseAddress } from '../contracts/address.ts'
import { CodedError } from '../contracts/errors.ts'
import type { Facility } from '../contracts/facility.ts'

/**
 * Refuses what this release cannot do safely. `listen` stands in for the address of the file.
 * @throws CodedError AUTH_OFF_NOT_LOOPBACK or CONFIG_NOT_BUILT
 */
export function checkServer({ file, server }: Facility, listen = server.listen): void {
  if (server.auth === 'off' && !isLoopback(parseAddress(listen).host)) {
    throw new CodedError('AUTH_OFF_NOT_LOOPBACK', `${file}: server.listen is ${listen}`)
  }
  if (server.tls !== undefined) throw new CodedError('CONFIG_NOT_BUILT', `${file}: server.tls`)
}
