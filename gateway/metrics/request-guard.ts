import { isIP } from 'node:net'
import { isLoopback } from '../../contracts/address.ts'

/**
 * True when a request with this Host header cannot come from a page that was rebound to us by DNS: an address,
 * `localhost`, or the name that the facility file gives us. A browser always sends the name it looked up.
 */
export function isTrustedHost(header: string | undefined, own: string): boolean {
  const name = hostName(header ?? '')
  return name === 'localhost' || isIP(name) !== 0 || (name !== '' && name === own.toLowerCase())
}

/** `[::1]:9100` is `::1`, `GW-1.plant:9100` is `gw-1.plant`. */
function hostName(header: string): string {
  const match = /^(?:\[([^\]]+)\]|([^:]+))(?::\d+)?$/.exec(header.trim())
  return (match?.[1] ?? match?.[2] ?? '').toLowerCase()
}

/** True when the other end of the connection is this machine. IPv4 comes mapped on a socket that takes both. */
export function isLocalPeer(address: string | undefined): boolean {
  return address !== undefined && isLoopback(address.replace(/^::ffff:/i, ''))
}
