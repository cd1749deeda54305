import { CodedError } from '../../contracts/errors.ts'
import { isAtLeast, type Role } from '../../contracts/roles.ts'
import { type AccountDeskOptions, note, refuseScope, scopeText } from './account-desk.ts'
import { isWithin, type Principal, type Scope, type Token } from './person.ts'
import { put } from './put.ts'
import { hashSecret, newSecret, publicId, TOKEN_PREFIX } from './secrets.ts'

const MIN_MS = 3_600_000
const MAX_MS = 400 * 86_400_000
/** That it is used is kept this often at the most, ms. */
const USE_MS = 60_000
/** A use is told again when so much has passed, or when it comes from another address, ms. */
const TOLD_MS = 86_400_000

/** What machines show instead of a password. */
export class TokenDesk {
  readonly #options: AccountDeskOptions

  constructor(options: AccountDeskOptions) {
    this.#options = options
  }

  list(asks: Principal): Token[] {
    return this.#options.book.tokens().filter((token) => isWithin(token.facilities, asks.facilities))
  }

  /** @throws CodedError TOKEN_EXISTS, TOKEN_LENGTH, ROLE_REQUIRED, OUT_OF_SCOPE, FACILITY_UNKNOWN */
  make(
    given: { name: string; role: Role; facilities: Scope; forMs: number },
    asks: Principal,
  ): Promise<{ token: Token; secret: string }> {
    const { book, random, now, hasFacility } = this.#options
    const { name, role, facilities, forMs } = given
    if (!(forMs >= MIN_MS && forMs <= MAX_MS)) throw new CodedError('TOKEN_LENGTH', `${forMs / MIN_MS} hours`)
    if (!isAtLeast(asks.role, role)) throw new CodedError('ROLE_REQUIRED', `you are no ${role}`)
    const secret = `${TOKEN_PREFIX}${newSecret(random)}`
    const hashed = hashSecret(secret)
    return book.change(() => {
      refuseScope(facilities, asks, hasFacility)
      if (book.tokens().some((token) => token.name.toLowerCase() === name.toLowerCase()))
        throw new CodedError('TOKEN_EXISTS', `"${name}"`)
      const token: Token = {
        hash: hashed,
        id: publicId(hashed),
        name,
        role,
        facilities,
        by: asks.name,
        created: now(),
        until: now() + forMs,
        lastUsed: null,
        lastAddress: null,
      }
      return {
        puts: [put.token(token)],
        audit: [note('token-made', asks, `token:${name}`, `${role}, ${scopeText(facilities)}`)],
        result: { token, secret },
      }
    })
  }

  /** @throws CodedError TOKEN_UNKNOWN, OUT_OF_SCOPE */
  async revoke(id: string, asks: Principal): Promise<Token> {
    const { book, onEnd } = this.#options
    const token = await book.change(() => {
      const found = book.tokens().find((token) => token.id === id)
      if (found === undefined) throw new CodedError('TOKEN_UNKNOWN', `"${id}"`)
      if (!isWithin(found.facilities, asks.facilities)) throw new CodedError('OUT_OF_SCOPE', found.name)
      return {
        drops: [{ kind: 'token' as const, key: found.hash }],
        audit: [note('token-revoked', asks, `token:${found.name}`, null)],
        result: found,
      }
    })
    onEnd(token.hash)
    return token
  }

  /** It was shown, from there. Nobody waits for it to be kept. */
  used(token: Token, address: string): Promise<void> | undefined {
    const { book, now } = this.#options
    const time = now()
    const isElsewhere = token.lastAddress !== address
    const since = token.lastUsed === null ? Number.POSITIVE_INFINITY : time - token.lastUsed
    if (!isElsewhere && since < USE_MS) return undefined
    const by = `token:${token.name}`
    const isNews = isElsewhere || since >= TOLD_MS
    return book.change(() => {
      const latest = book.token(token.hash)
      if (latest === undefined) return { result: undefined }
      return {
        puts: [put.token({ ...latest, lastUsed: time, lastAddress: address })],
        audit: isNews ? [{ kind: 'token-used' as const, by, address, subject: by, detail: null }] : [],
        result: undefined,
      }
    })
  }
}
