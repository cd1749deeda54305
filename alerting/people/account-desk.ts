import { CodedError } from '../../contracts/errors.ts'
import type { AuditKind } from '../../contracts/people-api.ts'
import type { Role } from '../../contracts/roles.ts'
import type { Draft, PeopleBook } from './people-book.ts'
import { isWithin, type Person, type Principal, personKey, type Scope } from './person.ts'
import { put } from './put.ts'
import { hashSecret, newSecret, type RandomBytes } from './secrets.ts'

export interface AccountDeskOptions {
  book: PeopleBook
  random: RandomBytes
  /** Epoch ms. */
  now: () => number
  /** The server has it. */
  hasFacility: (id: string) => boolean
  /** What the credential gives is another from now on: what goes on with it comes anew. */
  onEnd: (credential: string) => void
}

/** A one-time link as its maker hands it on: the code is kept nowhere. */
export interface MadeLink {
  code: string
  /** Epoch ms. */
  until: number
}

/** What an administrator sets of a person. */
export interface PersonChange {
  fullName?: string
  role?: Role
  facilities?: Scope
  disabled?: boolean
}

/** A link to a password is good for so long: over a weekend, ms. */
const LINK_MS = 72 * 3_600_000

/** Where administrators enter people, and say what they may. */
export class AccountDesk {
  readonly #options: AccountDeskOptions

  constructor(options: AccountDeskOptions) {
    this.#options = options
  }

  /** Those within the scope of who asks. */
  list(asks: Principal): Person[] {
    return this.#options.book
      .persons()
      .filter((person) => isWithin(person.facilities, asks.facilities))
      .sort((a, b) => a.name.localeCompare(b.name))
  }

  /** @throws CodedError PERSON_EXISTS, OUT_OF_SCOPE, FACILITY_UNKNOWN */
  create(
    given: { name: string; fullName: string; role: Role; facilities: Scope },
    asks: Principal,
  ): Promise<{ person: Person; link: MadeLink }> {
    const { book, now, random } = this.#options
    const name = given.name.normalize('NFKC')
    return book.change(() => {
      this.#refuseScope(given.facilities, asks)
      if (book.person(name) !== undefined) throw new CodedError('PERSON_EXISTS', `"${name}"`)
      const person: Person = {
        ...given,
        name,
        isDisabled: false,
        password: null,
        created: now(),
        lastSignIn: null,
        sessionsFrom: 0,
        addresses: [],
      }
      const made = linkFor(person, { now: now(), random })
      return {
        puts: [put.person(person), made.put],
        audit: [
          note('person-created', asks, name, `${person.role}, ${scopeText(person.facilities)}`),
          note('link-made', asks, name, null),
        ],
        result: { person, link: made.link },
      }
    })
  }

  /** @throws CodedError PERSON_UNKNOWN, OUT_OF_SCOPE, FACILITY_UNKNOWN, LAST_ADMIN */
  async change(name: string, given: PersonChange, asks: Principal): Promise<Person> {
    const { book, onEnd, now } = this.#options
    const { person, over, changed } = await book.change(() => {
      const before = this.#mine(name, asks)
      const { disabled: isDisabled = before.isDisabled, ...others } = given
      const after: Person = { ...before, ...others, isDisabled }
      this.#refuseScope(after.facilities, asks)
      if (isMaster(before) && !isMaster(after)) this.#refuseLast(before)
      const isEnding = after.isDisabled && !before.isDisabled
      const person = isEnding ? { ...after, sessionsFrom: now() } : after
      const sessions = book.sessions(personKey(before.name))
      const steps = stepsBetween(before, after)
      return {
        puts: [put.person(person)],
        drops: isEnding ? sessions.map(({ hash }) => ({ kind: 'session' as const, key: hash })) : [],
        audit: [
          ...(steps === '' ? [] : [note('person-changed', asks, before.name, steps)]),
          ...(after.isDisabled === before.isDisabled
            ? []
            : [note(after.isDisabled ? 'person-disabled' : 'person-enabled', asks, before.name, null)]),
        ],
        result: { person, over: sessions, changed: isEnding || steps !== '' },
      }
    })
    if (changed) for (const { hash } of over) onEnd(hash)
    return person
  }

  /** A link to a new password; one that was made before is good no more. @throws CodedError PERSON_UNKNOWN, OUT_OF_SCOPE */
  link(name: string, asks: Principal): Promise<MadeLink> {
    const { book, now, random } = this.#options
    return book.change((): Draft<MadeLink> => {
      const person = this.#mine(name, asks)
      const made = linkFor(person, { now: now(), random })
      return {
        puts: [made.put],
        drops: this.#linksOf(person),
        audit: [note('link-made', asks, person.name, null)],
        result: made.link,
      }
    })
  }

  /** Ends all their sessions. @throws CodedError PERSON_UNKNOWN, OUT_OF_SCOPE */
  async signOut(name: string, asks: Principal): Promise<Person> {
    const { book, onEnd } = this.#options
    const person = this.#mine(name, asks)
    const sessions = book.sessions(personKey(person.name))
    await book.note({
      drops: sessions.map(({ hash }) => ({ kind: 'session' as const, key: hash })),
      audit: [note('session-ended', asks, person.name, `${sessions.length} sessions`)],
      result: undefined,
    })
    for (const { hash } of sessions) onEnd(hash)
    return person
  }

  /**
   * Who they are at the provider of sign-in is forgotten: the next of that name is taken for them.
   * @throws CodedError PERSON_UNKNOWN, OUT_OF_SCOPE
   */
  async unlink(name: string, asks: Principal): Promise<Person> {
    const { book, onEnd, now } = this.#options
    const { person, over } = await book.change(() => {
      const { oidc, ...before } = this.#mine(name, asks)
      if (oidc === undefined) return { result: { person: before, over: [] } }
      const after = { ...before, sessionsFrom: now() }
      const sessions = book.sessions(personKey(before.name))
      return {
        puts: [put.person(after)],
        drops: sessions.map(({ hash }) => ({ kind: 'session' as const, key: hash })),
        audit: [note('person-changed', asks, before.name, 'unlinked from the provider of sign-in')],
        result: { person: after, over: sessions },
      }
    })
    for (const { hash } of over) onEnd(hash)
    return person
  }

  #linksOf(person: Person) {
    const key = personKey(person.name)
    return this.#options.book
      .links()
      .filter((link) => link.person === key)
      .map(({ hash }) => ({ kind: 'link' as const, key: hash }))
  }

  /** @throws CodedError PERSON_UNKNOWN, OUT_OF_SCOPE */
  #mine(name: string, asks: Principal): Person {
    const person = this.#options.book.person(name)
    if (person === undefined) throw new CodedError('PERSON_UNKNOWN', `"${name}"`)
    if (!isWithin(person.facilities, asks.facilities))
      throw new CodedError('OUT_OF_SCOPE', `${person.name} belongs to more facilities than you`)
    return person
  }

  /** Nobody gives what they have not. @throws CodedError OUT_OF_SCOPE, FACILITY_UNKNOWN */
  #refuseScope(scope: Scope, asks: Principal): void {
    refuseScope(scope, asks, this.#options.hasFacility)
  }

  /** @throws CodedError LAST_ADMIN */
  #refuseLast({ name }: Person): void {
    const others = this.#options.book.persons().filter((other) => isMaster(other) && other.name !== name)
    if (others.length === 0) throw new CodedError('LAST_ADMIN', `${name} is the only one`)
  }
}

/** Nobody gives what they have not. @throws CodedError OUT_OF_SCOPE, FACILITY_UNKNOWN */
export function refuseScope(scope: Scope, asks: Principal, hasFacility: (id: string) => boolean): void {
  if (!isWithin(scope, asks.facilities)) throw new CodedError('OUT_OF_SCOPE', scopeText(scope))
  const unknown = scope?.find((facility) => !hasFacility(facility))
  if (unknown !== undefined) throw new CodedError('FACILITY_UNKNOWN', `no facility "${unknown}"`)
}

/** An administrator of everything who can sign in, also while a provider of sign-in is away. */
export function isMaster({ role, facilities, isDisabled, password }: Person): boolean {
  return role === 'admin' && facilities === null && !isDisabled && password !== null
}

export function note(kind: AuditKind, asks: Principal, subject: string | null, detail: string | null) {
  return { kind, by: asks.name, address: asks.address, subject, detail }
}

export function scopeText(scope: Scope): string {
  return scope === null ? 'all facilities' : `facilities ${scope.join(', ') || 'none'}`
}

function linkFor(person: Person, { now, random }: { now: number; random: RandomBytes }) {
  const code = newSecret(random)
  const until = now + LINK_MS
  return {
    put: put.link({ hash: hashSecret(code), person: personKey(person.name), until }),
    link: { code, until },
  }
}

function stepsBetween(before: Person, after: Person): string {
  const [from, to] = [scopeText(before.facilities), scopeText(after.facilities)]
  return [
    before.role === after.role ? '' : `${before.role} -> ${after.role}`,
    from === to ? '' : `${from} -> ${to}`,
    before.fullName === after.fullName ? '' : 'name',
  ]
    .filter((step) => step !== '')
    .join('; ')
}
