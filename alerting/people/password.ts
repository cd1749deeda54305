import { type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto'

/** Cost of a hash. scrypt takes 128 x r x 2^ln bytes of memory. */
export interface Cost {
  readonly ln: number
  readonly r: number
  readonly p: number
}

/**
 * One of the settings that the OWASP password storage cheat sheet gives as equally strong: 32 MiB and some 0.35 s of a slow processor. Argon2id
 * would be first choice, but Node.js has it from 24.7 on only, and one of the platforms that we bring has 24.0.
 */
export const COST: Cost = { ln: 15, r: 8, p: 3 }
const KEY_BYTES = 32
export const SALT_BYTES = 16
/** Beyond twice what the cost needs nothing is allocated. */
const MEMORY_SLACK = 2
/** A file that was tampered with must not have the server take all memory there is. */
const MAX_LN = 20

/** `$scrypt$ln=15,r=8,p=3$salt$key`, in Base64: what is needed to look at it again, whatever the cost is by then. */
export async function hashPassword(password: string, salt: Uint8Array, cost: Cost = COST): Promise<string> {
  const key = await derive(password, salt, cost)
  return `$scrypt$ln=${cost.ln},r=${cost.r},p=${cost.p}$${base64(salt)}$${base64(key)}`
}

/** Takes as long for a wrong one as for the right one. A hash that cannot be read fits nothing. */
export async function isPassword(password: string, hash: string): Promise<boolean> {
  const parts = parse(hash)
  if (parts === undefined) return false
  const key = await derive(password, parts.salt, parts.cost)
  return key.length === parts.key.length && timingSafeEqual(key, parts.key)
}

/** Made with another cost than today's: to be made anew when the password is there. */
export function isOutdated(hash: string, cost: Cost = COST): boolean {
  const found = parse(hash)?.cost
  return found === undefined || found.ln !== cost.ln || found.r !== cost.r || found.p !== cost.p
}

/** In the thread pool: the evaluation thread goes on meanwhile. */
function derive(password: string, salt: Uint8Array, { ln, r, p }: Cost): Promise<Buffer> {
  const N = 2 ** ln
  const options: ScryptOptions = { N, r, p, maxmem: MEMORY_SLACK * 128 * N * r }
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>()
  // The same password however the keyboard composes its letters.
  scrypt(password.normalize('NFKC'), salt, KEY_BYTES, options, (error, key) => {
    if (error === null) resolve(key)
    else reject(error)
  })
  return promise
}

function parse(hash: string): { cost: Cost; salt: Buffer; key: Buffer } | undefined {
  const match =
    /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]+={0,2})\$([A-Za-z0-9+/]+={0,2})$/.exec(
      hash,
    )
  if (match === null) return undefined
  const [, ln, r, p, salt = '', key = ''] = match
  const cost = { ln: Number(ln), r: Number(r), p: Number(p) }
  if (cost.ln < 1 || cost.ln > MAX_LN || cost.r < 1 || cost.p < 1) return undefined
  return { cost, salt: Buffer.from(salt, 'base64'), key: Buffer.from(key, 'base64') }
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64')
}
