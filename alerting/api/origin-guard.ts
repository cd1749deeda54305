import { isLoopback } from '../../contracts/address.ts'
import type { ErrorCode } from '../../contracts/errors.ts'

const FORWARDED = /^(forwarded|x-forwarded-.*|x-real-ip)$/
/** A browser leaves this port out of Host. */
const USUAL_PORT = { http: 80, https: 443 } as const
/** Of a server that listens everywhere; nobody calls it so. */
const EVERYWHERE = ['0.0.0.0', '::']

/**
 * Who may speak to the server: an allow-list of Host against DNS rebinding, of Origin against foreign
 * pages; forwarded headers are refused, since no proxy can be configured yet.
 */
export class OriginGuard {
  readonly #hosts: ReadonlySet<string>
  readonly #isTls: boolean

  /** `host` and `port` are where the server really listens; `hosts` are further names (host or host:port). */
  constructor(options: { host: string; port: number; hosts: readonly string[]; isTls?: boolean }) {
    const { host, port, isTls = false } = options
    this.#isTls = isTls
    const own = host.includes(':') ? `[${host}]` : host
    const isLocal = isLoopback(host) || EVERYWHERE.includes(host)
    const names = isLocal ? [own, '127.0.0.1', 'localhost', '[::1]'] : [own]
    const further = options.hosts.flatMap((name) => (/:\d+$/.test(name) ? [name] : [name, `${name}:${port}`]))
    const listening = names.flatMap((name) => [
      `${name}:${port}`,
      ...(port === USUAL_PORT[isTls ? 'https' : 'http'] ? [name] : []),
    ])
    this.#hosts = new Set([...listening, ...further].map((name) => name.toLowerCase()))
  }

  /** What is wrong with a request, if anything. */
  refuse(
    headers: Readonly<Record<string, string | string[] | undefined>>,
  ): { code: ErrorCode; detail: string } | undefined {
    const host = String(headers.host ?? '').toLowerCase()
    if (!this.#hosts.has(host)) return { code: 'HOST_REFUSED', detail: `host "${host}" is not allowed` }
    const forwarded = Object.keys(headers).find((name) => FORWARDED.test(name))
    if (forwarded !== undefined)
      return { code: 'FORWARDED_REFUSED', detail: `header ${forwarded} is not accepted` }
    const origin = headers.origin
    if (origin === undefined) return undefined
    const isOwn = typeof origin === 'string' && URL.canParse(origin) && this.#isOwn(new URL(origin))
    return isOwn ? undefined : { code: 'ORIGIN_REFUSED', detail: `origin "${String(origin)}" is not allowed` }
  }

  /** A page that came over plain HTTP may have been changed on its way, and is not ours on a server with TLS. */
  #isOwn(origin: URL): boolean {
    if (this.#isTls && origin.protocol !== 'https:') return false
    return this.#hosts.has(withPort(origin)) || (this.#isTls && this.#hosts.has(origin.host))
  }
}

function withPort(url: URL): string {
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port
  return `${url.hostname}:${port}`.toLowerCase()
}
