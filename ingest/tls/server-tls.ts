import { dirname, resolve } from 'node:path'
import { createSecureContext } from 'node:tls'
import { CodedError, ERRORS } from '../../contracts/errors.ts'
import type { Facility } from '../../contracts/facility.ts'
import type { Logger } from '../../contracts/logger.ts'
import { readNamed } from '../../contracts/secret.ts'
import {
  certificatesIn,
  dateText,
  requireInForce,
  requirePair,
  type TlsPair,
} from '../../contracts/tls/certificate.ts'
import type { CertificateSource } from '../../contracts/tls/certificate-watch.ts'

interface Paths {
  readonly cert: string
  readonly key: string
}

export interface ServerTlsOptions {
  /** Epoch ms. */
  now: () => number
  logger: Logger
}

/** Certificate and key that the server shows, as they are in use; a renewed pair is taken when it is asked to. */
export class ServerTls {
  readonly #paths: Paths
  readonly #options: ServerTlsOptions
  #pair: TlsPair

  private constructor(paths: Paths, options: ServerTlsOptions) {
    this.#paths = paths
    this.#options = options
    this.#pair = readPair(paths, options.now())
  }

  /**
   * Undefined without `server.tls`, whose paths are relative to the facility file.
   * @throws CodedError SECRET_UNREADABLE, CERTIFICATE_UNREADABLE, CERTIFICATE_EXPIRED, CERTIFICATE_NOT_YET_VALID,
   * KEY_UNREADABLE or KEY_MISMATCH
   */
  static open(
    { server, file }: Pick<Facility, 'server' | 'file'>,
    options: ServerTlsOptions,
  ): ServerTls | undefined {
    const paths = tlsPaths({ server, file })
    return paths && new ServerTls(paths, options)
  }

  get pair(): TlsPair {
    return this.#pair
  }

  /** To be watched: what browsers are shown, not what may lie on the disk by now. */
  get source(): CertificateSource {
    return {
      what: 'server.tls.cert',
      file: this.#paths.cert,
      isAuthority: false,
      read: () => this.#pair.cert,
    }
  }

  /** Reads the files again and has a new pair applied. Never throws: one that cannot be used is told and left alone. */
  renew(apply: (pair: TlsPair) => void): void {
    const { now, logger } = this.#options
    try {
      const pair = readPair(this.#paths, now())
      if (pair.cert.equals(this.#pair.cert) && pair.key.equals(this.#pair.key)) return
      apply(pair)
      this.#pair = pair
      const [own] = certificatesIn(pair.cert, this.#paths.cert)
      const fields = { subject: own?.subject, until: own && dateText(own.until) }
      logger.info(fields, 'the renewed certificate of the server was taken')
    } catch (error) {
      const { code, detail } =
        error instanceof CodedError ? error : { code: 'INTERNAL' as const, detail: String(error) }
      const sentence = `the certificate of the server stays as it was: ${ERRORS[code].remedy}`
      logger.error({ code, detail }, sentence)
    }
  }
}

/** Where `server.tls` points to; undefined without it. */
export function tlsPaths({ server: { tls }, file }: Pick<Facility, 'server' | 'file'>): Paths | undefined {
  return tls && { cert: resolve(dirname(file), tls.cert), key: resolve(dirname(file), tls.key) }
}

function readPair(paths: Paths, now: number): TlsPair {
  const cert = readNamed(paths.cert, 'server.tls.cert')
  const key = readNamed(paths.key, 'server.tls.key')
  const [own] = certificatesIn(cert, paths.cert)
  requirePair({ pem: cert, where: paths.cert }, { pem: key, where: paths.key })
  if (own !== undefined) requireInForce(own, paths.cert, now)
  try {
    createSecureContext({ cert, key })
  } catch (error) {
    // A key that is too short for TLS, for one.
    throw new CodedError('CERTIFICATE_UNREADABLE', `${paths.cert}: ${(error as Error).message}`, {
      cause: error,
    })
  }
  return { cert, key, names: own?.names ?? [] }
}
