import type { ServerInfo } from '../../contracts/api.ts'
import { brokerCertificates, type GivenCredentials } from '../../contracts/broker-credentials.ts'
import type { Clock } from '../../contracts/clock.ts'
import type { Facility } from '../../contracts/facility.ts'
import type { Logger } from '../../contracts/logger.ts'
import type { TlsPair } from '../../contracts/tls/certificate.ts'
import { CertificateWatch, type WatchedCertificate } from '../../contracts/tls/certificate-watch.ts'
import { ServerTls } from './server-tls.ts'

/** All certificates that the server shows or trusts by its facility file, and when they end. */
export class ServerCertificates {
  readonly #tls: ServerTls | undefined
  readonly #watch: CertificateWatch
  readonly now: () => number

  /** @throws CodedError as {@link ServerTls.open} */
  constructor(
    facility: Pick<Facility, 'mqtt' | 'server' | 'file'>,
    options: { credentials: GivenCredentials | undefined; clock: Clock; logger: Logger },
  ) {
    const { credentials, clock, logger } = options
    this.now = () => clock.wall()
    this.#tls = ServerTls.open(facility, { now: this.now, logger })
    const own = this.#tls === undefined ? [] : [this.#tls.source]
    const sources = [...own, ...brokerCertificates(facility, credentials)]
    this.#watch = new CertificateWatch({ sources, now: this.now, logger })
    this.#watch.start()
  }

  /** What is shown to browsers; undefined without `server.tls`. */
  get pair(): TlsPair | undefined {
    return this.#tls?.pair
  }

  /** Takes what was renewed on the disk. Never throws. */
  renew(apply: (pair: TlsPair) => void): void {
    this.#tls?.renew(apply)
    this.#watch.look()
  }

  stop(): void {
    this.#watch.stop()
  }

  certificates(): WatchedCertificate[] {
    return this.#watch.certificates()
  }

  /** As the API shows them. */
  views(iso: (ms: number) => string): NonNullable<ServerInfo['certificates']> {
    return this.certificates().map((one) => ({ ...one, until: iso(one.until) }))
  }
}
