import { hash } from 'node:crypto'
import { SALT_BYTES } from './password.ts'

/** So many bytes that nobody can foretell. */
export type RandomBytes = (bytes: number) => Uint8Array

const SECRET_BYTES = 32
/** A token that strayed into a file or a page is found by it. */
export const TOKEN_PREFIX = 'dlt_'

/** 256 bits of chance: nobody guesses it, so that a plain hash of it is enough to keep. */
export function newSecret(random: RandomBytes): string {
  return Buffer.from(random(SECRET_BYTES)).toString('base64url')
}

export function hashSecret(secret: string): string {
  return hash('sha256', secret)
}

export function newSalt(random: RandomBytes): Uint8Array {
  return random(SALT_BYTES)
}

/** Names a session or a token to people; nobody gets in with it. */
export function publicId(hashed: string): string {
  return hashed.slice(0, 16)
}
