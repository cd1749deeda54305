import { CodedError } from '../../contracts/errors.ts'
import type { Logger } from '../../contracts/logger.ts'
import type { AuditKind } from '../../contracts/people-api.ts'
import { isAtLeast, type Role } from '../../contracts/roles.ts'
import { HashingQueue } from './hashing-queue.ts'
import { COST, type Cost, hashPassword, isOutdated, isPassword } from './password.ts'
import { checkPassword } from './password-rules.ts'
import type { PeopleBook } from './people-book.ts'
import { isInScope, type Person, type Principal, personKey, type Session } from './person.ts'
import { put } from './put.ts'
import { hashSecret, newSalt, newSecret, type RandomBytes } from './secrets.ts'
import { plainAddress, Throttle, throttleAddress } from './throttle.ts'

/** Where a request comes from. */
export interface Caller {
  readonly address: string
  /** As the browser names itself. */
  readonly agent: string
}

export interface SignInDeskOptions {
  book: PeopleBook
  random: RandomBytes
  /** Epoch ms. */
  now: () => number
  /** Words of the place that make no password. */
  words: readonly string[]
  /** It has ended: nothing of it goes on. */
  onEnd: (session: string) => void
  cost?: Cost
  logger: Logger
}

/** A person is signed in at so many places at the most; the one used least lately is signed out. */
const MAX_SESSIONS = 20
const MAX_ADDRESSES = 16
const MAX_AGENT = 200

/** What is told of one who is not let in. */
interface Failing {
  kind: AuditKind
  by: string | null
  code: 'SIGN_IN_FAILED' | 'APPROVAL_REFUSED'
}

/** Where people show who they are: with their password, which is looked at here and nowhere else. */
export class SignInDesk {
  readonly #options: SignInDeskOptions
  readonly #cost: Cost
  readonly #queue = new HashingQueue()
  readonly throttle = new Throttle()
  /** Fits no password, and takes as long as one that does: names that nobody has are not told apart. */
  readonly #nobody: string
  /** Tries that were not looked at since a failure was last told. */
  #heldBack = 0

  constructor(options: SignInDeskOptions) {
    this.#options = options
    this.#cost = options.cost ?? COST
    const { ln, r, p } = this.#cost
    const text = () => Buffer.from(options.random(32)).toString('base64')
    this.#nobody = `$scrypt$ln=${ln},r=${r},p=${p}$${text()}$${text()}`
  }

  /**
   * Answers with the id of the new session, which is kept nowhere, and the session.
   * @throws CodedError SIGN_IN_FAILED; TooSoon
   */
  async signIn(name: string, password: string, from: Caller): Promise<{ id: string; session: Session }> {
    const person = await this.#check(name, password, from, {
      kind: 'sign-in-failed',
      by: null,
      code: 'SIGN_IN_FAILED',
    })
    return this.open(person, from, 'signed-in')
  }

  /** A session of somebody who has shown who they are; `detail` says how, for the audit record. */
  async open(
    person: Person,
    from: Caller,
    kind: 'signed-in' | 'link-used',
    detail: string | null = null,
  ): Promise<{ id: string; session: Session }> {
    const { book, random, now, onEnd } = this.#options
    const id = newSecret(random)
    const time = now()
    const address = plainAddress(from.address)
    const session: Session = {
      hash: hashSecret(id),
      person: personKey(person.name),
      started: time,
      used: time,
      address,
      agent: from.agent.slice(0, MAX_AGENT),
      isLocked: false,
    }
    const open = book.sessions(session.person).sort((a, b) => a.used - b.used)
    const surplus = open.slice(0, Math.max(0, open.length + 1 - MAX_SESSIONS))
    await book.note({
      puts: [put.session(session)],
      drops: surplus.map(({ hash }) => ({ kind: 'session' as const, key: hash })),
      audit: [{ kind, by: person.name, address, subject: person.name, detail }],
      result: undefined,
    })
    for (const { hash } of surplus) onEnd(hash)
    this.#alter(person, (latest) => {
      const known = throttleAddress(address)
      const addresses = [...latest.addresses.filter((other) => other !== known), known].slice(-MAX_ADDRESSES)
      return { ...latest, addresses, lastSignIn: time }
    })
    return { id, session }
  }

  /** Of who is signed in and has locked their screen. @throws as {@link signIn} */
  async unlock(session: Session, password: string, from: Caller): Promise<void> {
    const { book, now } = this.#options
    const { name } = await this.#check(session.person, password, from, {
      kind: 'unlock-failed',
      by: null,
      code: 'SIGN_IN_FAILED',
    })
    const latest = book.session(session.hash)
    if (latest === undefined) throw new CodedError('AUTH_REQUIRED', 'the session has ended')
    await book.note({
      puts: [put.session({ ...latest, isLocked: false, used: now() })],
      audit: [
        { kind: 'unlocked', by: name, address: plainAddress(from.address), subject: name, detail: null },
      ],
      result: undefined,
    })
  }

  /** Ends all other sessions of that person. @throws as {@link signIn}; PASSWORD_*; JOURNAL_UNWRITABLE */
  async changePassword(
    session: Session,
    { password, newPassword }: { password: string; newPassword: string },
    from: Caller,
  ): Promise<void> {
    const { book, onEnd } = this.#options
    const person = await this.#check(session.person, password, from, {
      kind: 'password-change-failed',
      by: null,
      code: 'SIGN_IN_FAILED',
    })
    const hash = await this.hash(newPassword, person)
    const others = book.sessions(session.person).filter((other) => other.hash !== session.hash)
    const { name } = person
    await book.change(() => ({
      puts: [put.person({ ...(book.person(name) ?? person), password: hash })],
      drops: others.map((other) => ({ kind: 'session' as const, key: other.hash })),
      audit: [
        {
          kind: 'password-changed',
          by: name,
          address: plainAddress(from.address),
          subject: name,
          detail: null,
        },
      ],
      result: undefined,
    }))
    for (const other of others) onEnd(other.hash)
  }

  /**
   * The second person of an action shows that it is them, at the place of the first. Answers with their name.
   * @throws CodedError APPROVAL_REFUSED; TooSoon
   */
  async approve(
    given: { name: string; password: string },
    needed: { role: Role; facility: string | undefined },
    asks: { by: Principal; from: Caller; what: string },
  ): Promise<string> {
    const { book } = this.#options
    const { by, from, what } = asks
    const failing = { kind: 'approval-failed', by: by.name, code: 'APPROVAL_REFUSED' } as const
    const person = await this.#check(given.name, given.password, from, failing)
    const isIn = needed.facility === undefined || isInScope(person.facilities, needed.facility)
    const address = plainAddress(from.address)
    const note = (kind: AuditKind, detail: string) =>
      book.note({
        audit: [{ kind, by: by.name, address, subject: person.name, detail }],
        result: undefined,
      })
    if (!isAtLeast(person.role, needed.role) || !isIn) {
      await note('approval-failed', `${what}: not their role or facility`)
      throw new CodedError('APPROVAL_REFUSED', `${person.name} may not do this either`)
    }
    await note('approved', what)
    return person.name
  }

  /** @throws CodedError PASSWORD_TOO_SHORT or PASSWORD_TOO_EASY; TooSoon */
  async hash(password: string, of: Pick<Person, 'name' | 'fullName' | 'role'>): Promise<string> {
    const { random, words } = this.#options
    checkPassword(password, of.role, [of.name, of.fullName, ...words])
    return this.#queue.run('known', () => hashPassword(password, newSalt(random), this.#cost))
  }

  async #check(name: string, password: string, from: Caller, failing: Failing): Promise<Person> {
    const { book, now } = this.#options
    const account = personKey(name)
    const address = throttleAddress(from.address)
    const before = book.person(account)
    const isKnown = before?.addresses.includes(address) ?? false
    const attempt = { account, address, isKnown }
    const isRight = await this.#look(
      attempt,
      () => isPassword(password, usable(before) ?? this.#nobody),
      now(),
    )
    // They may have been disabled, or given another password, meanwhile.
    const person = book.person(account)
    if (isRight && person !== undefined && usable(person) === usable(before)) {
      this.throttle.succeeded(attempt)
      await this.#renew(person, password)
      return person
    }
    const held = this.#heldBack
    this.#heldBack = 0
    const why = person === undefined ? 'nobody has this name' : person.isDisabled ? 'disabled' : null
    const more = held === 0 ? null : `${held} more were not looked at`
    const { kind, by, code } = failing
    await book.note({
      audit: [
        {
          kind,
          by,
          address: plainAddress(from.address),
          // Who types a password where the name goes must not find it in the record.
          subject: person?.name ?? null,
          detail: [why, more].filter((text) => text !== null).join('; ') || null,
        },
      ],
      result: undefined,
    })
    throw new CodedError(
      code,
      code === 'SIGN_IN_FAILED' ? 'name or password is wrong' : 'their password is wrong',
    )
  }

  async #look(
    attempt: Parameters<Throttle['begin']>[0],
    look: () => Promise<boolean>,
    time: number,
  ): Promise<boolean> {
    try {
      this.throttle.begin(attempt, time)
    } catch (error) {
      this.#heldBack += 1
      throw error
    }
    try {
      return await this.#queue.run(attempt.isKnown ? 'known' : 'unknown', look)
    } catch (error) {
      this.#heldBack += 1
      this.throttle.undo(attempt)
      throw error
    }
  }

  /** The password is there: a hash of an older cost is made anew. */
  async #renew(person: Person, password: string): Promise<void> {
    const { random } = this.#options
    if (person.password === null || !isOutdated(person.password, this.#cost)) return
    const hash = await this.#queue.run('known', () => hashPassword(password, newSalt(random), this.#cost))
    this.#alter(person, (latest) =>
      latest.password === person.password ? { ...latest, password: hash } : latest,
    )
  }

  /** As they are when its turn comes; nobody waits for it, and without it everything goes on as before. */
  #alter({ name }: Person, to: (latest: Person) => Person): void {
    const { book, logger } = this.#options
    book
      .change(() => {
        const latest = book.person(name)
        return { puts: latest === undefined ? [] : [put.person(to(latest))], result: undefined }
      })
      .catch((error: unknown) => logger.warn({ error: String(error) }, 'a sign-in is not kept'))
  }
}

/** The hash that lets them in; undefined when nothing does. */
function usable(person: Person | undefined): string | undefined {
  return person === undefined || person.isDisabled ? undefined : (person.password ?? undefined)
}
