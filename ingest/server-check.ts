import { isLoopback, parseAddress } from '../contracts/address.ts'
import { CodedError } from '../contracts/errors.ts'
import type { Facility } from '../contracts/facility.ts'

/**
 * Refuses what cannot be done safely. `listen` stands in for the address of the file.
 * @throws CodedError AUTH_OFF_NOT_LOOPBACK or TLS_REQUIRED
 */
export function checkServer({ file, server }: Facility, listen = server.listen): void {
  if (isLoopback(parseAddress(listen).host)) return
  if (server.auth === 'off')
    throw new CodedError('AUTH_OFF_NOT_LOOPBACK', `${file}: server.listen is ${listen}`)
  if (server.tls === undefined)
    throw new CodedError('TLS_REQUIRED', `${file}: server.listen is ${listen}, and there is no server.tls`)
}
