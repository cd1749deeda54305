import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { CodedError } from '../errors.ts'

/** What a server shows, and proves that it is its own; PEM as it stands in its files. */
export interface TlsPair {
  readonly cert: Buffer
  readonly key: Buffer
  /** Names that the certificate is for. */
  readonly names: readonly string[]
}

/** What a certificate says of itself. Times are epoch ms. */
export interface Certificate {
  readonly subject: string
  /** Host names and addresses that it is for, as they are written in a URL. */
  readonly names: readonly string[]
  readonly from: number
  readonly until: number
  /** SHA-256 of the certificate, as Node writes it. */
  readonly fingerprint: string
}

const PEM =
  /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----[\s\S]+?-----END (?:TRUSTED |X509 )?CERTIFICATE-----/g

/** All certificates of a PEM file, at least one. `where` names the file. @throws CodedError CERTIFICATE_UNREADABLE */
export function certificatesIn(pem: Buffer, where: string): Certificate[] {
  return parsed(pem, where).map((certificate) => ({
    subject: certificate.subject.replaceAll('\n', ', '),
    names: namesOf(certificate),
    from: certificate.validFromDate.getTime(),
    until: certificate.validToDate.getTime(),
    fingerprint: certificate.fingerprint256,
  }))
}

/**
 * A client or a server that shows this certificate has its key.
 * @throws CodedError CERTIFICATE_UNREADABLE, KEY_UNREADABLE or KEY_MISMATCH
 */
export function requirePair(cert: { pem: Buffer; where: string }, key: { pem: Buffer; where: string }): void {
  const [own] = parsed(cert.pem, cert.where)
  if (own?.checkPrivateKey(privateKey(key.pem, key.where)) === true) return
  throw new CodedError('KEY_MISMATCH', `${key.where} is not the key of ${cert.where} (${own?.subject})`)
}

/** @throws CodedError CERTIFICATE_EXPIRED or CERTIFICATE_NOT_YET_VALID */
export function requireInForce({ subject, from, until }: Certificate, where: string, now: number): void {
  const words = `${where} (${subject.replaceAll('\n', ', ')})`
  if (now >= until) throw new CodedError('CERTIFICATE_EXPIRED', `${words} ended ${dateText(until)}`)
  if (now < from) {
    throw new CodedError(
      'CERTIFICATE_NOT_YET_VALID',
      `${words} begins ${dateText(from)}, and by this machine it is ${dateText(now)}`,
    )
  }
}

/** The date of a certificate, UTC to the second as its file has it. */
export function dateText(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z')
}

function parsed(pem: Buffer, where: string): X509Certificate[] {
  const blocks = pem.toString('latin1').match(PEM) ?? []
  if (blocks.length === 0)
    throw new CodedError('CERTIFICATE_UNREADABLE', `${where}: there is no certificate in PEM in it`)
  return blocks.map((block, index) => {
    try {
      return new X509Certificate(block)
    } catch (error) {
      const which = blocks.length === 1 ? '' : `certificate ${index + 1}: `
      throw new CodedError('CERTIFICATE_UNREADABLE', `${where}: ${which}${(error as Error).message}`, {
        cause: error,
      })
    }
  })
}

function privateKey(pem: Buffer, where: string): KeyObject {
  try {
    return createPrivateKey(pem)
  } catch (error) {
    // OpenSSL calls it an interruption that nobody was there to type one.
    const reason = pem.includes('ENCRYPTED') ? 'it wants a passphrase' : (error as Error).message
    throw new CodedError('KEY_UNREADABLE', `${where}: ${reason}`, { cause: error })
  }
}

/** `DNS:plant.example, IP Address:10.0.0.5` without the words, IPv6 in brackets; names with a wildcard are none. */
function namesOf({ subjectAltName }: X509Certificate): string[] {
  return [...(subjectAltName ?? '').matchAll(/(DNS|IP Address):([^,\s"]+)/g)]
    .map(([, , name = '']) =>
      name.includes(':') ? new URL(`http://[${name}]`).hostname : name.toLowerCase(),
    )
    .filter((name) => !name.includes('*'))
}
