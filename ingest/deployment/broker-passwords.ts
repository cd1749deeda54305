import { pbkdf2Sync, timingSafeEqual } from 'node:crypto'

/** As Mosquitto 2.x writes them: `user:$7$iterations$salt$hash`, PBKDF2 with SHA-512, both in base64. */
const LINE = /^([^:]+):\$7\$(\d+)\$([A-Za-z0-9+/=]+)\$([A-Za-z0-9+/=]+)$/
/** The passwords are random, 192 bits of them: nobody guesses one, however cheap a guess is. */
const ITERATIONS = 1_000
const SALT_BYTES = 12
const HASH_BYTES = 64

export type Passwords = ReadonlyMap<string, string>

/**
 * The password file of the broker. A line that is right already stays as it is, so that the file changes only when
 * a password does. `passwords` by user, `before` is the file as it was.
 */
export function brokerPasswords(
  passwords: Passwords,
  before: string,
  random: (bytes: number) => Buffer,
): string {
  const known = new Map(before.split('\n').map((line) => [line.split(':')[0] ?? '', line]))
  const lines = Array.from(passwords, ([user, password]) => {
    const line = known.get(user)
    return line !== undefined && isPasswordOf(line, password)
      ? line
      : hashed(user, password, random(SALT_BYTES))
  })
  return `${lines.join('\n')}\n`
}

/** Users of a password file. */
export function usersOfPasswords(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split(':')[0] ?? '')
}

/** The line of a password file lets this password in. */
export function isPasswordOf(line: string, password: string): boolean {
  const [, , iterations = '', salt = '', hash = ''] = LINE.exec(line) ?? []
  if (hash === '') return false
  const wanted = Buffer.from(hash, 'base64')
  const found = pbkdf2Sync(password, Buffer.from(salt, 'base64'), Number(iterations), wanted.length, 'sha512')
  return timingSafeEqual(found, wanted)
}

function hashed(user: string, password: string, salt: Buffer): string {
  const hash = pbkdf2Sync(password, salt, ITERATIONS, HASH_BYTES, 'sha512')
  return `${user}:$7$${ITERATIONS}$${salt.toString('base64')}$${hash.toString('base64')}`
}
