import { CodedError } from './errors.ts'

/** A host, or an IPv6 address in brackets, and a port. */
export const ADDRESS_PATTERN = '^(?:\\[([^\\]]+)\\]|([^:]+)):([0-9]{1,5})$'

/** `127.0.0.1:8080`, `[::1]:8080` or `localhost:8080`. @throws CodedError CONFIG_INVALID */
export function parseAddress(text: string): { host: string; port: number } {
  const match = new RegExp(ADDRESS_PATTERN).exec(text)
  const port = Number(match?.[3])
  const host = match?.[1] ?? match?.[2]
  if (host === undefined || port > 65_535) {
    throw new CodedError('CONFIG_INVALID', `"${text}" is no address such as 127.0.0.1:8080`)
  }
  return { host, port }
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)
}
