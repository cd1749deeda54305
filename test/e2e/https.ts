import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import type { TLSSocket } from 'node:tls'

export interface HttpsAnswer {
  status: number
  body: string
  /** `name=value` of the first cookie that was set. */
  cookie: string
  /** SHA-256 of the certificate that was shown. */
  fingerprint: string
}

/** Whatever the header Host says, the certificate is asked to be for this name, unless another is given. */
const NAME = 'console.plant.example'

/** Asks a server on this machine, on a connection of its own; `ca` is what it is trusted by. */
export async function ask(
  port: number,
  path: string,
  options: {
    ca: string
    headers?: Record<string, string>
    method?: string
    /** Of a POST; an empty object unless given. */
    body?: object
    maxVersion?: 'TLSv1.1' | 'TLSv1.2'
    /** What the certificate is asked to be for. */
    name?: string
  },
): Promise<HttpsAnswer> {
  const response = await opened(port, path, options)
  const { fingerprint256 } = (response.socket as TLSSocket).getPeerCertificate()
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk)
  return {
    status: response.statusCode ?? 0,
    body: Buffer.concat(chunks).toString('utf8'),
    cookie: response.headers['set-cookie']?.[0]?.split(';')[0] ?? '',
    fingerprint: fingerprint256,
  }
}

/** The same, as soon as the answer begins. */
export function opened(
  port: number,
  path: string,
  options: Parameters<typeof ask>[2],
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const asked = request(
      { host: '127.0.0.1', port, path, agent: false, servername: options.name ?? NAME, ...options },
      resolve,
    )
    asked.on('error', reject).end(options.method === 'POST' ? JSON.stringify(options.body ?? {}) : undefined)
  })
}
