import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Certificates as X.509 writes them (RFC 5280), enough for tests that need no outside program. */
export interface MadeCertificate {
  name: string
  pem: string
  keyPem: string
  key: KeyObject
}

export interface CertificateWishes {
  name: string
  /** Epoch ms. */
  from?: number
  until?: number
  /** Addresses of IPv4 and names. */
  names?: readonly string[]
  /** Self-signed without one. */
  by?: MadeCertificate
  isAuthority?: boolean
}

const DAY = 86_400_000

export function makeCertificate(wishes: CertificateWishes): MadeCertificate {
  const { name, from = Date.now() - DAY, until = Date.now() + 365 * DAY, names = [], by } = wishes
  const { publicKey, privateKey: key } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const algorithm = sequence(oid([0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02]))
  const body = sequence(
    tagged(0xa0, integer(Buffer.from([2]))),
    integer(
      Buffer.concat([
        Buffer.from([1]),
        sign(null, Buffer.from(`${name}${from}${until}`), seedKey).subarray(0, 8),
      ]),
    ),
    algorithm,
    distinguished(by?.name ?? name),
    sequence(time(from), time(until)),
    distinguished(name),
    publicKey.export({ format: 'der', type: 'spki' }),
    tagged(0xa3, sequence(...extensions(names, wishes.isAuthority ?? false))),
  )
  const signature = sign('sha256', body, by?.key ?? key)
  const der = sequence(body, algorithm, tagged(0x03, Buffer.concat([Buffer.from([0]), signature])))
  return {
    name,
    key,
    keyPem: String(key.export({ format: 'pem', type: 'pkcs8' })),
    pem: `-----BEGIN CERTIFICATE-----\n${der
      .toString('base64')
      .match(/.{1,64}/g)
      ?.join('\n')}\n-----END CERTIFICATE-----\n`,
  }
}

/** As `{file}.pem` and `{file}.key` in this folder. */
export function keepCertificate(folder: string, file: string, { pem, keyPem }: MadeCertificate): void {
  writeFileSync(join(folder, `${file}.pem`), pem)
  writeFileSync(join(folder, `${file}.key`), keyPem)
}

const seedKey = generateKeyPairSync('ed25519').privateKey

function extensions(names: readonly string[], isAuthority: boolean): Buffer[] {
  const basic = sequence(
    oid([0x55, 0x1d, 0x13]),
    octets(sequence(...(isAuthority ? [tagged(0x01, Buffer.from([0xff]))] : []))),
  )
  if (names.length === 0) return [basic]
  const alternatives = names.map((name) =>
    /^[\d.]+$/.test(name)
      ? tagged(0x87, Buffer.from(name.split('.').map(Number)))
      : tagged(0x82, Buffer.from(name)),
  )
  return [basic, sequence(oid([0x55, 0x1d, 0x11]), octets(sequence(...alternatives)))]
}

function distinguished(name: string): Buffer {
  return sequence(tagged(0x31, sequence(oid([0x55, 0x04, 0x03]), tagged(0x0c, Buffer.from(name)))))
}

/** GeneralizedTime, which takes every year. */
function time(ms: number): Buffer {
  return tagged(0x18, Buffer.from(`${new Date(ms).toISOString().replaceAll(/[-:T]|\.\d+/g, '')}`))
}

function integer(bytes: Buffer): Buffer {
  return tagged(0x02, bytes)
}

function octets(content: Buffer): Buffer {
  return tagged(0x04, content)
}

function oid(bytes: number[]): Buffer {
  return tagged(0x06, Buffer.from(bytes))
}

function sequence(...parts: Buffer[]): Buffer {
  return tagged(0x30, Buffer.concat(parts))
}

function tagged(tag: number, content: Buffer): Buffer {
  const { length } = content
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}
