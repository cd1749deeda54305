/**
 * An id for what a request may carry twice, of bytes that nobody else has. `crypto.randomUUID` is not there where a page
 * came over plain http.
 */
export function clientIdOf(bytes: Uint8Array): string {
  return `c-${[...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`
}
