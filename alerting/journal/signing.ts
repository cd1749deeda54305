import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto'
import { dirname, resolve } from 'node:path'
import { canonicalJson } from '../../contracts/canonical-json.ts'
import { CodedError } from '../../contracts/errors.ts'
import type { Facility } from '../../contracts/facility.ts'
import { readSecret } from '../../contracts/secret.ts'
import type { JournalHead } from '../../contracts/wire.ts'
import { formatHead, type Head, type Segment } from './chain.ts'

/** What a signature stands for, as text. */
export type Claim = string

/** Signs with the key of the server: base64, Ed25519. */
export type Sign = (claim: Claim) => string

/** The segment was sealed with these entries. That it is dropped later changes nothing about it. */
export function segmentClaim(facility: string, segment: Omit<Segment, 'dropped' | 'signature'>): Claim {
  const { first, last, previous, head, sealed } = segment
  return canonicalJson({ v: 1, kind: 'segment', facility, first, last, previous, head, sealed })
}

/** The chain of the facility went so far. @param time when that was said, epoch ms */
export function headClaim(facility: string, head: Head, time: number): Claim {
  return canonicalJson({ v: 1, kind: 'head', facility, head: formatHead(head), time })
}

/** As `{prefix}/{facility}/journal` says it. */
export interface PublishedHead extends JournalHead {
  facility: string
}

/** @param time when it is published, epoch ms */
export function publishedHead(
  { facility, n, hash }: Head & { facility: string },
  time: number,
  signHead: Sign | undefined,
): PublishedHead {
  const signature = signHead?.(headClaim(facility, { n, hash }, time))
  const head = formatHead({ n, hash })
  return { facility, head, n, time, ...(signature === undefined ? {} : { signature }) }
}

/**
 * The key of `server.journal`, PEM; undefined when there is none. The path is relative to the facility file.
 * @throws CodedError SECRET_UNREADABLE or SIGNING_KEY_INVALID
 */
export function readSigningKey({ server, file }: Pick<Facility, 'server' | 'file'>): string | undefined {
  const { signingKeyFile } = server.journal
  if (signingKeyFile === undefined) return undefined
  const path = resolve(dirname(file), signingKeyFile)
  const pem = readSecret(path, 'server.journal.signingKeyFile')
  ed25519(() => createPrivateKey(pem), path)
  return pem
}

/** @param pem a key that {@link readSigningKey} gave */
export function signer(pem: string | undefined): Sign | undefined {
  if (pem === undefined) return undefined
  const key = createPrivateKey(pem)
  return (claim) => sign(null, Buffer.from(claim), key).toString('base64')
}

/** @throws CodedError SECRET_UNREADABLE or SIGNING_KEY_INVALID */
export function readPublicKey(path: string): KeyObject {
  // A private key would do as well, but nobody should carry it about.
  const pem = readSecret(path, 'the public key')
  if (pem.includes('PRIVATE KEY'))
    throw new CodedError('SIGNING_KEY_INVALID', `${path}: this is the private key, which stays on the server`)
  return ed25519(() => createPublicKey(pem), path)
}

/** True when any of the keys made the signature. */
export function isSigned(claim: Claim, signature: string, keys: readonly KeyObject[]): boolean {
  const bytes = Buffer.from(signature, 'base64')
  return keys.some((key) => verify(null, Buffer.from(claim), key, bytes))
}

/** Both as PEM. */
export function makeKeyPair(): { privateKey: string; publicKey: string } {
  return generateKeyPairSync('ed25519', {
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  })
}

function ed25519(read: () => KeyObject, path: string): KeyObject {
  let key: KeyObject
  try {
    key = read()
  } catch (error) {
    throw new CodedError('SIGNING_KEY_INVALID', `${path}: ${(error as Error).message}`, { cause: error })
  }
  if (key.asymmetricKeyType !== 'ed25519')
    throw new CodedError('SIGNING_KEY_INVALID', `${path}: this is a key of ${key.asymmetricKeyType}`)
  return key
}
