import { createCipheriv, createDecipheriv } from 'node:crypto'
import { CodedError } from '../../../contracts/errors.ts'
import type { ReportKey, ReportKeys } from './report-keys.ts'

/** How a reporter can be reached; what was not given is left out. */
export interface Contact {
  readonly name?: string
  readonly phone?: string
  readonly email?: string
}

/** A contact as it is kept. */
export interface SealedContact {
  /** Base64 of nonce, tag and what was encrypted. */
  readonly contact: string
  readonly key: string
}

/** Whose contact it is: at another report it does not open. */
export interface SealedFor {
  readonly facility: string
  readonly number: number
}

const CIPHER = 'aes-256-gcm'
const NONCE_BYTES = 12
const TAG_BYTES = 16

export function sealContact(
  contact: Contact,
  to: SealedFor,
  { key, random }: { key: ReportKey; random: (bytes: number) => Buffer },
): SealedContact {
  const nonce = random(NONCE_BYTES)
  const cipher = createCipheriv(CIPHER, key.bytes, nonce, { authTagLength: TAG_BYTES })
  cipher.setAAD(bound(to))
  const sealed = Buffer.concat([cipher.update(JSON.stringify(contact), 'utf8'), cipher.final()])
  return { contact: Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64'), key: key.id }
}

/** @throws CodedError REPORT_CONTACT_SEALED when no key opens it, or it was tampered with */
export function openContact(sealed: SealedContact, of: SealedFor, keys: ReportKeys): Contact {
  const key = keys.all.get(sealed.key)
  if (key === undefined)
    throw new CodedError('REPORT_CONTACT_SEALED', `report ${of.number}: the key ${sealed.key} is not there`)
  const bytes = Buffer.from(sealed.contact, 'base64')
  const nonce = bytes.subarray(0, NONCE_BYTES)
  const tag = bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES)
  try {
    const decipher = createDecipheriv(CIPHER, key.bytes, nonce, { authTagLength: TAG_BYTES })
    decipher.setAAD(bound(of))
    decipher.setAuthTag(tag)
    const text = decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES), undefined, 'utf8')
    return JSON.parse(text + decipher.final('utf8')) as Contact
  } catch (error) {
    throw new CodedError('REPORT_CONTACT_SEALED', `report ${of.number}: it is not as it was sealed`, {
      cause: error,
    })
  }
}

function bound({ facility, number }: SealedFor): Buffer {
  return Buffer.from(`davylamp report contact v1\n${facility}\n${number}`)
}
