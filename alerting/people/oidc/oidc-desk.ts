import { CodedError } from '../../../contracts/errors.ts'
import { NAME_PATTERN } from '../../../contracts/people-api.ts'
import type { PeopleBook } from '../people-book.ts'
import { type Person, type ProviderIdentity, personKey, type Session } from '../person.ts'
import { put } from '../put.ts'
import { hashSecret, newSecret, type RandomBytes } from '../secrets.ts'
import type { Caller, SignInDesk } from '../sign-in-desk.ts'
import { plainAddress } from '../throttle.ts'
import { type Attempt, Attempts } from './attempts.ts'
import type { Claims, Provider } from './provider.ts'
import { plain } from './provider-error.ts'
import { StartLimit } from './start-limit.ts'

export interface OidcDeskOptions {
  provider: Pick<Provider, 'address' | 'claims'>
  /** What the button says. */
  label: string
  /** Credentials at every sign-in, not only behind a locked screen. */
  reauthenticate: boolean
  book: PeopleBook
  signIn: Pick<SignInDesk, 'open'>
  /** Ends the session that another takes the place of. */
  end: (session: Session, by: Caller) => Promise<void>
  random: RandomBytes
  /** Epoch ms. */
  now: () => number
}

/** Longer ones are no names and no subjects (OpenID Connect Core, 2). */
const MAX_CLAIM = 255
/** The clock of the provider may count otherwise, s. */
const TOLERANCE_S = 60

/** Where people sign in who show a provider who they are. Role and facilities are what was entered here. */
export class OidcDesk {
  readonly label: string
  readonly #options: OidcDeskOptions
  readonly #attempts = new Attempts()
  readonly #limit = new StartLimit()

  constructor(options: OidcDeskOptions) {
    this.#options = options
    this.label = options.label
  }

  /**
   * Answers with where to go, and what the browser keeps until it comes back. `session` is the one that it has now.
   * @throws TooSoon OIDC_TOO_MANY; CodedError OIDC_UNREACHABLE, OIDC_UNTRUSTED or OIDC_MISCONFIGURED
   */
  async start(
    from: Caller,
    { to, session }: { to: string; session: Session | undefined },
  ): Promise<{ url: string; browser: string }> {
    const { provider, random, now, reauthenticate } = this.#options
    const started = now()
    this.#limit.take(from.address, started)
    const secret = () => newSecret(random)
    const attempt: Attempt = {
      state: secret(),
      nonce: secret(),
      verifier: secret(),
      started,
      // Else the session at the provider would unlock the screen for whoever stands before it.
      isFresh: reauthenticate || session?.isLocked === true,
      to,
      replaces: session?.hash,
    }
    const url = await provider.address(attempt)
    const browser = secret()
    this.#attempts.add(hashSecret(browser), attempt)
    return { url, browser }
  }

  /**
   * Somebody comes back: a session, and where in the console to go.
   * @throws CodedError OIDC_ATTEMPT_UNKNOWN, OIDC_REFUSED, OIDC_TOKEN_INVALID, OIDC_NOT_FRESH, OIDC_CLAIM_INVALID,
   * OIDC_PERSON_REFUSED, OIDC_OTHER_IDENTITY, JOURNAL_UNWRITABLE, and as {@link start}
   */
  async finish(
    from: Caller,
    { browser, query }: { browser: string | undefined; query: URLSearchParams },
  ): Promise<{ id: string; session: Session; to: string }> {
    const { signIn, book, now, end } = this.#options
    const state = query.get('state')
    const attempt =
      browser === undefined || state === null
        ? undefined
        : this.#attempts.take(hashSecret(browser), state, now())
    if (attempt === undefined)
      throw new CodedError('OIDC_ATTEMPT_UNKNOWN', 'no sign-in of this browser waits')
    const person = await this.#admitted(from, query, attempt)
    const opened = await signIn.open(person, from, 'signed-in', 'oidc')
    const replaced = attempt.replaces === undefined ? undefined : book.session(attempt.replaces)
    if (replaced !== undefined) await end(replaced, from)
    return { ...opened, to: attempt.to }
  }

  /** Who it is, and may come in; who is refused by more than the provider stands in the audit record. */
  async #admitted(from: Caller, query: URLSearchParams, attempt: Attempt): Promise<Person> {
    const { provider, book, now } = this.#options
    let claims: Claims | undefined
    try {
      claims = await provider.claims(query, attempt)
      if (attempt.isFresh) refuseStale(claims, now() - attempt.started)
      return await this.#person(nameOf(claims), identityOf(claims), from)
    } catch (error) {
      if (error instanceof CodedError && TOLD.includes(error.code)) {
        const { name } = claims ?? {}
        const subject = typeof name === 'string' ? (book.person(name)?.name ?? null) : null
        const detail = `oidc: ${error.code}, ${error.detail}`
        const address = plainAddress(from.address)
        await book.note({
          audit: [{ kind: 'sign-in-failed', by: null, address, subject, detail }],
          result: undefined,
        })
      }
      throw error
    }
  }

  /** From the first time on it is this account and no other; that is kept before they are let in. */
  async #person(name: string, identity: ProviderIdentity, from: Caller): Promise<Person> {
    const { book } = this.#options
    const known = this.#found(name, identity)
    if (known.oidc !== undefined) return known
    return book.change(() => {
      const latest = this.#found(name, identity)
      if (latest.oidc !== undefined) return { result: latest }
      const person: Person = { ...latest, oidc: identity }
      const address = plainAddress(from.address)
      const detail = 'linked with the provider of sign-in'
      return {
        puts: [put.person(person)],
        audit: [{ kind: 'person-changed', by: person.name, address, subject: person.name, detail }],
        result: person,
      }
    })
  }

  /** @throws CodedError OIDC_PERSON_REFUSED or OIDC_OTHER_IDENTITY */
  #found(name: string, identity: ProviderIdentity): Person {
    const { book } = this.#options
    const owner = book.persons().find(({ oidc }) => isSame(oidc, identity))
    // Who was given another name at the provider does not come in as somebody else here.
    if (owner !== undefined && personKey(owner.name) !== personKey(name))
      throw new CodedError('OIDC_OTHER_IDENTITY', `"${name}" is linked as ${owner.name}`)
    const person = book.person(name)
    if (person === undefined) throw new CodedError('OIDC_PERSON_REFUSED', `nobody is called "${name}"`)
    if (person.isDisabled) throw new CodedError('OIDC_PERSON_REFUSED', `${person.name} is disabled`)
    if (person.oidc !== undefined && owner === undefined)
      throw new CodedError('OIDC_OTHER_IDENTITY', `${person.name} is linked with another account`)
    return person
  }
}

/** Refusals that the audit record tells: the others cost nobody an account at the provider. */
const TOLD: readonly string[] = [
  'OIDC_TOKEN_INVALID',
  'OIDC_NOT_FRESH',
  'OIDC_CLAIM_INVALID',
  'OIDC_PERSON_REFUSED',
  'OIDC_OTHER_IDENTITY',
]

function isSame(kept: ProviderIdentity | undefined, { issuer, sub }: ProviderIdentity): boolean {
  return kept?.issuer === issuer && kept.sub === sub
}

/** By the clock of the provider alone. @throws CodedError OIDC_NOT_FRESH */
function refuseStale({ issued, authenticated }: Claims, elapsedMs: number): void {
  if (authenticated === undefined) throw new CodedError('OIDC_NOT_FRESH', 'the token has no auth_time')
  const age = issued - authenticated
  if (!(age <= elapsedMs / 1_000 + TOLERANCE_S))
    throw new CodedError('OIDC_NOT_FRESH', `the provider saw credentials ${Math.round(age)} s ago`)
}

/** @throws CodedError OIDC_CLAIM_INVALID */
function nameOf({ name }: Claims): string {
  if (typeof name !== 'string') throw new CodedError('OIDC_CLAIM_INVALID', 'the claim of the name is no text')
  if (name.length > MAX_CLAIM)
    throw new CodedError('OIDC_CLAIM_INVALID', `the claim of the name has ${name.length} characters`)
  const normal = name.normalize('NFKC')
  if (!new RegExp(NAME_PATTERN, 'u').test(normal))
    throw new CodedError('OIDC_CLAIM_INVALID', `"${plain([name])}" is no name`)
  return normal
}

/** @throws CodedError OIDC_CLAIM_INVALID */
function identityOf({ issuer, sub }: Claims): ProviderIdentity {
  if (sub === '' || sub.length > MAX_CLAIM)
    throw new CodedError('OIDC_CLAIM_INVALID', `sub has ${sub.length} characters`)
  return { issuer, sub }
}
