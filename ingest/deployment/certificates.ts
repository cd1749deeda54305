import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto'
import { isIP } from 'node:net'
import { BitString, Integer, OctetString, Primitive, Sequence, Utf8String } from 'asn1js'
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  BasicConstraints,
  Certificate,
  Extension,
  ExtKeyUsage,
  PublicKeyInfo,
  RelativeDistinguishedNames,
  Time,
  TimeType,
} from 'pkijs'
import { addressBytes } from './address-bytes.ts'

/** A certificate and its private key, both PEM. */
export interface KeyPair {
  readonly cert: string
  readonly key: string
}

export interface CertificateRequest {
  readonly commonName: string
  /** `server` shows it to clients, `client` to servers. */
  readonly usage: 'server' | 'client'
  /** Host names and IP addresses that it is for. */
  readonly names: readonly string[]
}

/** What issuing takes from outside. */
export interface IssueTools {
  /** Epoch ms. */
  readonly now: number
  readonly random: (bytes: number) => Buffer
}

const DAY_MS = 86_400_000
const CA_DAYS = 3_650
/** Browsers take a certificate of a server for 398 days at most. */
const LEAF_DAYS = 397
/** The clock of a small box may be this far behind when it first connects. */
const BACKDATED_MS = DAY_MS
const SERIAL_BYTES = 16

/** Object identifiers of RFC 5280, RFC 5480 and RFC 5758. */
const OID = {
  commonName: '2.5.4.3',
  subjectKey: '2.5.29.14',
  keyUsage: '2.5.29.15',
  names: '2.5.29.17',
  constraints: '2.5.29.19',
  authorityKey: '2.5.29.35',
  extendedUsage: '2.5.29.37',
  server: '1.3.6.1.5.5.7.3.1',
  client: '1.3.6.1.5.5.7.3.2',
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
} as const

/** KeyUsage, RFC 5280 4.2.1.3: the byte, and how many of its bits at the end are none. */
const KEY_USAGE = { signsCertificates: [0b0000_0110, 1], signsHandshakes: [0b1000_0000, 7] } as const

/** ECDSA on P-256, PKCS #8 as PEM. */
export function newKey(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
}

/** A CA. With the key of an old one, and its name, what that one signed stays good, and it knows what this one signs. */
export function issueAuthority(commonName: string, tools: IssueTools, key = newKey()): KeyPair {
  const certificate = blank(commonName, key, { ...tools, days: CA_DAYS })
  certificate.issuer = certificate.subject
  certificate.extensions = [
    extension(OID.constraints, new BasicConstraints({ cA: true, pathLenConstraint: 0 }).toSchema(), true),
    extension(OID.keyUsage, usage(KEY_USAGE.signsCertificates), true),
    extension(OID.subjectKey, new OctetString({ valueHex: keyId(certificate) })),
  ]
  return { cert: signed(certificate, key), key }
}

/** A certificate for a server or a client, signed by the CA, with a key of its own. */
export function issueCertificate(
  request: CertificateRequest,
  authority: KeyPair,
  tools: IssueTools,
): KeyPair {
  const key = newKey()
  const issuer = Certificate.fromBER(derOf(authority.cert))
  const certificate = blank(request.commonName, key, { ...tools, days: LEAF_DAYS })
  certificate.issuer = issuer.subject
  certificate.extensions = [
    extension(OID.constraints, new BasicConstraints({ cA: false }).toSchema(), true),
    extension(OID.keyUsage, usage(KEY_USAGE.signsHandshakes), true),
    extension(OID.extendedUsage, new ExtKeyUsage({ keyPurposes: [OID[request.usage]] }).toSchema()),
    extension(OID.subjectKey, new OctetString({ valueHex: keyId(certificate) })),
    extension(OID.authorityKey, new Sequence({ value: [implicit(0, keyId(issuer))] })),
    ...(request.names.length === 0 ? [] : [extension(OID.names, alternativeNames(request.names))]),
  ]
  return { cert: signed(certificate, authority.key), key }
}

function blank(commonName: string, key: string, { now, random, days }: IssueTools & { days: number }) {
  const certificate = new Certificate()
  certificate.version = 2 // v3
  const serial = random(SERIAL_BYTES)
  // Positive, and never with zeros in front.
  serial[0] = 0x40 | ((serial[0] ?? 0) & 0x3f)
  certificate.serialNumber = new Integer({ valueHex: bytes(serial) })
  certificate.subject = new RelativeDistinguishedNames({
    typesAndValues: [
      new AttributeTypeAndValue({ type: OID.commonName, value: new Utf8String({ value: commonName }) }),
    ],
  })
  certificate.notBefore = time(now - BACKDATED_MS)
  certificate.notAfter = time(now + days * DAY_MS)
  const spki = createPublicKey(createPrivateKey(key)).export({ type: 'spki', format: 'der' })
  certificate.subjectPublicKeyInfo = PublicKeyInfo.fromBER(bytes(spki))
  return certificate
}

function signed(certificate: Certificate, key: string): string {
  const algorithm = () => new AlgorithmIdentifier({ algorithmId: OID.ecdsaWithSha256 })
  certificate.signature = algorithm()
  certificate.signatureAlgorithm = algorithm()
  const body = certificate.encodeTBS().toBER()
  certificate.tbsView = new Uint8Array(body)
  certificate.signatureValue = new BitString({
    valueHex: bytes(sign('sha256', Buffer.from(body), createPrivateKey(key))),
  })
  const text = Buffer.from(certificate.toSchema(true).toBER()).toString('base64')
  const lines = text.match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}

function extension(extnID: string, value: { toBER(): ArrayBuffer }, critical = false): Extension {
  return new Extension({ extnID, critical, extnValue: value.toBER() })
}

function usage([byte, unusedBits]: readonly [number, number]): BitString {
  return new BitString({ valueHex: bytes([byte]), unusedBits })
}

/** RFC 7093 method 1: the leftmost 160 bits of the SHA-256 of the key. */
function keyId({ subjectPublicKeyInfo }: Certificate): ArrayBuffer {
  const key = subjectPublicKeyInfo.subjectPublicKey.valueBlock.valueHexView
  return bytes(createHash('sha256').update(key).digest().subarray(0, 20))
}

/** GeneralNames, RFC 5280 4.2.1.6: dNSName is [2], iPAddress [7]. */
function alternativeNames(names: readonly string[]): Sequence {
  return new Sequence({
    value: names.map((name) =>
      isIP(name) === 0
        ? implicit(2, bytes(Buffer.from(name, 'latin1')))
        : implicit(7, bytes(addressBytes(name))),
    ),
  })
}

function implicit(tagNumber: number, valueHex: ArrayBuffer): Primitive {
  return new Primitive({ idBlock: { tagClass: 3, tagNumber }, valueHex })
}

function derOf(pem: string): ArrayBuffer {
  return bytes(Buffer.from(pem.replaceAll(/-----[A-Z ]+-----/g, ''), 'base64'))
}

/** UTCTime until 2049, GeneralizedTime from then on (RFC 5280 4.1.2.5); both to the second. */
function time(ms: number): Time {
  const value = new Date(Math.floor(ms / 1_000) * 1_000)
  return new Time({
    type: value.getUTCFullYear() < 2050 ? TimeType.UTCTime : TimeType.GeneralizedTime,
    value,
  })
}

/** A copy in a buffer of its own, which is what the encoder takes. */
function bytes(from: ArrayLike<number>): ArrayBuffer {
  return Uint8Array.from(from).buffer
}
