import type { Logger } from '../../contracts/logger.ts'
import { AUDIT } from '../journal/audit-table.ts'
import { AccountDesk, type MadeLink } from './account-desk.ts'
import { LinkDesk } from './link-desk.ts'
import { OidcDesk } from './oidc/oidc-desk.ts'
import type { Provider } from './oidc/provider.ts'
import type { Cost } from './password.ts'
import { PeopleBook } from './people-book.ts'
import type { PeopleStore } from './people-change.ts'
import type { Person, Principal, Session } from './person.ts'
import { put } from './put.ts'
import { hashSecret, type RandomBytes } from './secrets.ts'
import { endOf, type SessionLimits } from './session-rules.ts'
import { type Caller, SignInDesk } from './sign-in-desk.ts'
import { plainAddress } from './throttle.ts'
import { TokenDesk } from './token-desk.ts'

export interface PeopleOptions {
  store: PeopleStore
  limits: SessionLimits
  /** The facilities of the server. */
  facilities: { has(id: string): boolean }
  /** Words of the place that make no password. */
  words: readonly string[]
  /** Streams that are open, and how they end. Keys: hashes of sessions and tokens. */
  stream: { credentials(): ReadonlySet<string>; end(credential: string): void }
  /** Epoch ms. */
  now: () => number
  random: RandomBytes
  logger: Logger
  /** Where people may sign in too; undefined: with a password alone. */
  oidc?:
    | { provider: Pick<Provider, 'address' | 'claims'>; label: string; reauthenticate: boolean }
    | undefined
  /** Of password hashes; tests take a cheaper one. */
  cost?: Cost
}

/** Sessions and tokens that have ended, and what another process changed, are looked for this often, ms. */
const LOOK_MS = 1_000
/** When sessions were used is kept this often, ms. */
const KEEP_MS = 60_000

/** The people of a server with sign-in: who asks, and where they are entered and sign in. */
export class People {
  readonly limits: SessionLimits
  readonly signIn: SignInDesk
  readonly accounts: AccountDesk
  readonly tokens: TokenDesk
  readonly links: LinkDesk
  readonly oidc: OidcDesk | undefined
  readonly book: PeopleBook
  readonly store: Pick<PeopleStore, 'audit' | 'auditHead'>
  /** For the first administrator, when there is none. */
  readonly firstLink: MadeLink | undefined
  readonly #options: PeopleOptions
  #timer: NodeJS.Timeout | undefined
  #keptAt: number
  #isLooking = false
  #toldHead = ''
  /** When each session was used as it is kept. Key: hash. */
  readonly #kept = new Map<string, number>()

  private constructor(options: PeopleOptions, parts: Parts, firstLink: MadeLink | undefined) {
    const { limits, store, now } = options
    this.#options = options
    this.limits = limits
    this.store = store
    this.book = parts.book
    this.signIn = parts.signIn
    this.accounts = parts.accounts
    this.tokens = parts.tokens
    this.links = parts.links
    this.firstLink = firstLink
    this.oidc = this.#oidcDesk()
    this.#keptAt = now()
    for (const { hash, used } of parts.book.sessions()) this.#kept.set(hash, used)
  }

  static async open(options: PeopleOptions): Promise<People> {
    const { store, now, random, words, logger, stream, facilities, cost } = options
    const book = await PeopleBook.open({ store, now, logger })
    const onEnd = (credential: string) => stream.end(credential)
    const shared = { book, random, now, onEnd }
    const signIn = new SignInDesk({ ...shared, words, logger, ...(cost === undefined ? {} : { cost }) })
    const accounting = { ...shared, hasFacility: (id: string) => facilities.has(id) }
    const links = new LinkDesk({ ...shared, signIn })
    const parts = {
      book,
      signIn,
      links,
      accounts: new AccountDesk(accounting),
      tokens: new TokenDesk(accounting),
    }
    return new People(options, parts, await links.first())
  }

  start(): void {
    this.#timer = setInterval(() => void this.look(), LOOK_MS)
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.#keepUses()
    await this.book.settled()
  }

  /** Who shows this session id; undefined when it is none, or over. Counts as a use of it. */
  ofSession(id: string, address: string): Principal | undefined {
    const session = this.book.session(hashSecret(id))
    const person = session && this.book.person(session.person)
    if (session === undefined || person === undefined) return undefined
    const now = this.#options.now()
    if (endOf(session, person, this.limits, now) !== undefined) return undefined
    this.book.touch({ ...session, used: Math.max(session.used, now) })
    return principalOf(person, session, plainAddress(address))
  }

  /** Who shows this token. */
  ofToken(secret: string, address: string): Principal | undefined {
    const token = this.book.token(hashSecret(secret))
    if (token === undefined || token.until <= this.#options.now()) return undefined
    const at = plainAddress(address)
    this.tokens.used(token, at)?.catch((error: unknown) => {
      this.#options.logger.warn({ error: String(error) }, 'the use of a token is not kept')
    })
    return {
      name: `token:${token.name}`,
      fullName: '',
      kind: 'token',
      role: token.role,
      facilities: token.facilities,
      isLocked: false,
      credential: token.hash,
      address: at,
    }
  }

  /** Ends one; by whom and from where, as far as a person did. */
  async end(
    session: Session,
    kind: 'signed-out' | 'session-ended',
    asks: Principal | null,
    why: string | null,
  ) {
    const subject = this.book.person(session.person)?.name ?? session.person
    const by = asks?.name ?? null
    await this.book.note({
      drops: [{ kind: 'session', key: session.hash }],
      audit: [{ kind, by, address: asks?.address ?? null, subject, detail: why }],
      result: undefined,
    })
    this.#options.stream.end(session.hash)
  }

  async lock(session: Session, asks: Principal): Promise<void> {
    if (session.isLocked) return
    await this.book.note({
      puts: [put.session({ ...session, isLocked: true })],
      audit: [{ kind: 'locked', by: asks.name, address: asks.address, subject: asks.name, detail: null }],
      result: undefined,
    })
  }

  /** What time brings: sessions and tokens end, an open stream is a use, and what another process changed is taken. */
  async look(): Promise<void> {
    // Who reads the journal for seconds holds it up; the next turn need not wait behind it.
    if (this.#isLooking) return
    this.#isLooking = true
    const { stream, now, logger } = this.#options
    try {
      const time = now()
      const streaming = stream.credentials()
      for (const session of this.book.sessions()) {
        const why = endOf(session, this.book.person(session.person), this.limits, time)
        const isUsed = streaming.has(session.hash)
        if (why !== undefined && !(why === 'idle' && isUsed))
          await this.end(session, 'session-ended', null, why)
        else if (isUsed) this.book.touch({ ...session, used: Math.max(session.used, time) })
      }
      for (const credential of streaming) if (!this.#isGood(credential, time)) stream.end(credential)
      if (time - this.#keptAt >= KEEP_MS || time < this.#keptAt) await this.#keepUses()
      for (const account of await this.book.refresh()) this.signIn.throttle.forgive(account)
    } catch (error) {
      logger.warn({ error: String(error) }, 'people could not be looked after')
    } finally {
      this.#isLooking = false
    }
  }

  #oidcDesk(): OidcDesk | undefined {
    const { oidc, random, now } = this.#options
    if (oidc === undefined) return undefined
    const { book, signIn } = this
    const end = async (session: Session, { address }: Caller) => {
      const person = book.person(session.person)
      const asks = person && principalOf(person, session, plainAddress(address))
      await this.end(session, 'signed-out', asks ?? null, 'another sign-in took its place')
    }
    return new OidcDesk({ ...oidc, book, signIn, end, random, now })
  }

  #isGood(credential: string, now: number): boolean {
    const token = this.book.token(credential)
    return token === undefined ? this.book.session(credential) !== undefined : token.until > now
  }

  async #keepUses(): Promise<void> {
    this.#keptAt = this.#options.now()
    const used = this.book.sessions().filter(({ hash, used }) => this.#kept.get(hash) !== used)
    this.#kept.clear()
    for (const session of this.book.sessions()) this.#kept.set(session.hash, session.used)
    if (used.length > 0) await this.book.note({ puts: used.map(put.session), result: undefined })
    const head = await this.store.auditHead()
    if (head === this.#toldHead) return
    this.#toldHead = head
    this.#options.logger.info({ facility: AUDIT, head }, 'the audit record goes so far')
  }
}

type Parts = Pick<People, 'book' | 'signIn' | 'accounts' | 'tokens' | 'links'>

/** A person who is signed in. */
function principalOf(person: Person, session: Session, address: string): Principal {
  return {
    name: person.name,
    fullName: person.fullName,
    kind: 'person',
    role: person.role,
    facilities: person.facilities,
    isLocked: session.isLocked,
    credential: session.hash,
    address,
  }
}
