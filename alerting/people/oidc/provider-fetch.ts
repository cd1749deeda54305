import { request as requestPlain } from 'node:http'
import { request as requestSecure } from 'node:https'
import type { CustomFetch } from 'openid-client'
import { isTlsTrouble } from '../../../contracts/broker-trouble.ts'
import { CodedError } from '../../../contracts/errors.ts'
import { isSafeUrl } from '../../../contracts/oidc-rules.ts'

export interface ProviderFetchOptions {
  /** PEM, instead of the authorities that Node.js brings. */
  ca: Buffer | undefined
  /** From the first byte to the last, ms. */
  timeoutMs: number
}

/** Discovery, keys and tokens take a few KB. */
const MAX_BYTES = 512 * 1024

/**
 * How the provider is asked: with its own CA, for so long and for so much, and never without TLS beyond this machine.
 * The answer throws CodedError OIDC_UNREACHABLE, OIDC_UNTRUSTED or OIDC_MISCONFIGURED.
 */
export function providerFetch({ ca, timeoutMs }: ProviderFetchOptions): CustomFetch {
  return async (address, { method, headers, body }) => {
    if (!isSafeUrl(address))
      throw new CodedError(
        'OIDC_MISCONFIGURED',
        `the provider names ${address.slice(0, 200)}, which is not https`,
      )
    const url = new URL(address)
    const sent = body === undefined || body === null ? undefined : String(body)
    const request = url.protocol === 'https:' ? requestSecure : requestPlain
    const { promise, resolve, reject } = Promise.withResolvers<Response>()
    const signal = AbortSignal.timeout(timeoutMs)
    const fail = (error: unknown) => reject(troubleOf(url, signal.aborted ? undefined : error))
    const asked = request(
      url,
      {
        method,
        headers: { ...headers, ...(sent === undefined ? {} : { 'content-length': Buffer.byteLength(sent) }) },
        signal,
        agent: false,
        ...(ca === undefined ? {} : { ca }),
      },
      (response) => {
        const chunks: Buffer[] = []
        let bytes = 0
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length
          if (bytes > MAX_BYTES) asked.destroy(new Error(`more than ${MAX_BYTES} bytes`))
          else chunks.push(chunk)
        })
        response.on('error', fail)
        response.on('end', () => {
          const { statusCode: status = 0 } = response
          const type = response.headers['content-type']
          const isEmpty = bytes === 0
          const init = { status, headers: type === undefined ? {} : { 'content-type': type } }
          try {
            resolve(new Response(isEmpty ? null : Buffer.concat(chunks), init))
          } catch (error) {
            // A status that no answer has.
            fail(error)
          }
        })
      },
    )
    asked.on('error', fail)
    asked.end(sent)
    return promise
  }
}

/** Without an error it took too long. */
function troubleOf({ host }: URL, error: unknown): CodedError {
  if (error === undefined) return new CodedError('OIDC_UNREACHABLE', `${host} did not answer in time`)
  const { code, message } = error as { code?: unknown; message?: unknown }
  const detail = `${host}: ${typeof message === 'string' && message !== '' ? message : String(code)}`
  return new CodedError(isTlsTrouble(code) ? 'OIDC_UNTRUSTED' : 'OIDC_UNREACHABLE', detail, { cause: error })
}
