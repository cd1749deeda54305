import { isLoopback, parseAddress } from '../contracts/address.ts'
import { CodedError } from '../contracts/errors.ts'
import type { Facility } from '../contracts/facility.ts'

/**
 * Refuses what this release cannot do safely. `listen` stands in for the address of the file.
 * @throws CodedError AUTH_NOT_BUILT, AUTH_OFF_NOT_LOOPBACK or TLS_REQUIRED
 */
export function checkServer({ file, server }: Facility, listen = server.listen): void {
  const isLocal = isLoopback(parseAddress(listen).host)
  if (server.auth === 'required' && !isLocal && server.tls === undefined)
    throw new CodedError('TLS_REQUIRED', `${file}: server.listen is ${listen}, and there is no server.tls`)
  if (server.auth === 'required') throw new CodedError('AUTH_NOT_BUILT', `${file}: server.auth is required`)
  if (!isLocal) {
    throw new CodedError('AUTH_OFF_NOT_LOOPBACK', `${file}: server.listen is ${listen}`)
  }
}
