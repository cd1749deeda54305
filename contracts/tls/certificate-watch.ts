import { CodedError, ERRORS, type ErrorCode } from '../errors.ts'
import type { Logger } from '../logger.ts'
import { type Certificate, certificatesIn, dateText } from './certificate.ts'

/** A certificate that somebody has to renew one day. */
export interface CertificateSource {
  /** Its place in the facility file, such as `server.tls.cert`. */
  readonly what: string
  readonly file: string
  /** A file of authorities is good for as long as one of them is; a chain ends with the first of its certificates. */
  readonly isAuthority: boolean
  /** As it is in use now. @throws CodedError */
  read(): Buffer
}

/** How a certificate stands. */
export interface WatchedCertificate {
  readonly what: string
  readonly file: string
  readonly subject: string
  /** Epoch ms. */
  readonly until: number
  readonly state: 'valid' | 'expiring' | 'expired' | 'not-yet-valid'
}

/** Warned of from so long before the end, ms. */
export const EXPIRING_MS = 30 * 86_400_000
/** They are looked at again this often, ms. */
const LOOK_MS = 86_400_000

/** What is said of a certificate that is not valid, or soon will not be. Key: its state. */
export const CERTIFICATE_CODES = {
  expiring: 'CERTIFICATE_EXPIRES_SOON',
  expired: 'CERTIFICATE_EXPIRED',
  'not-yet-valid': 'CERTIFICATE_NOT_YET_VALID',
} as const satisfies Record<string, ErrorCode>

/** Keeps in view when certificates end, and says so in time. */
export class CertificateWatch {
  readonly #sources: readonly CertificateSource[]
  readonly now: () => number
  readonly #logger: Logger
  #timer: NodeJS.Timeout | undefined
  #seen: { source: CertificateSource; certificate: Certificate }[] = []

  /** `now` is epoch ms. */
  constructor(options: { sources: readonly CertificateSource[]; now: () => number; logger: Logger }) {
    this.#sources = options.sources
    this.now = options.now
    this.#logger = options.logger
  }

  /** Looks at once, and daily from then on. */
  start(): void {
    this.look()
    this.#timer = setInterval(() => this.look(), LOOK_MS)
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  /** Reads them all, and warns of those that need a person. Never throws. */
  look(): void {
    this.#seen = this.#sources.flatMap((source) => {
      const certificate = this.#read(source)
      return certificate === undefined ? [] : [{ source, certificate }]
    })
    for (const { what, file, subject, until, state } of this.certificates()) {
      if (state === 'valid') continue
      const code = CERTIFICATE_CODES[state]
      const fields = { code, what, file, subject, until: dateText(until), days: this.#days(until) }
      const sentence = `a certificate needs a person: ${ERRORS[code].remedy}`
      if (state === 'expiring') this.#logger.warn(fields, sentence)
      else this.#logger.error(fields, sentence)
    }
  }

  /** As they were at the last look, judged by the time it is now. */
  certificates(): WatchedCertificate[] {
    const now = this.now()
    return this.#seen.map(({ source: { what, file }, certificate: { subject, from, until } }) => ({
      what,
      file,
      subject,
      until,
      state: stateOf({ from, until }, now),
    }))
  }

  #days(until: number): number {
    return Math.floor((until - this.now()) / 86_400_000)
  }

  #read(source: CertificateSource): Certificate | undefined {
    const { what, file, isAuthority } = source
    try {
      const [first, ...others] = certificatesIn(source.read(), file)
      return others.reduce(
        (end, next) => (next.until > end.until === isAuthority ? next : end),
        first as Certificate,
      )
    } catch (error) {
      const { code, detail } =
        error instanceof CodedError ? error : { code: 'INTERNAL' as const, detail: String(error) }
      const fields = { code, what, detail }
      this.#logger.error(fields, `a certificate cannot be looked at: ${ERRORS[code].remedy}`)
      return undefined
    }
  }
}

/** Judged at a time, epoch ms. */
export function stateOf(
  { from, until }: Pick<Certificate, 'from' | 'until'>,
  now: number,
): WatchedCertificate['state'] {
  if (now >= until) return 'expired'
  if (now < from) return 'not-yet-valid'
  return until - now <= EXPIRING_MS ? 'expiring' : 'valid'
}
