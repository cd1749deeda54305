import { CodedError } from '../../contracts/errors.ts'
import type { Role } from '../../contracts/roles.ts'
import { isMaster, type MadeLink } from './account-desk.ts'
import type { PeopleBook } from './people-book.ts'
import { type KeptLink, type Person, personKey, type Session } from './person.ts'
import { put } from './put.ts'
import { hashSecret, newSecret, type RandomBytes } from './secrets.ts'
import type { Caller, SignInDesk } from './sign-in-desk.ts'
import { plainAddress } from './throttle.ts'

/** The link of the first administrator is good for so long; the next start makes another, ms. */
const FIRST_MS = 24 * 3_600_000

export interface LinkDeskOptions {
  book: PeopleBook
  signIn: SignInDesk
  random: RandomBytes
  /** Epoch ms. */
  now: () => number
  onEnd: (session: string) => void
}

/** What somebody gives who uses a link. */
export interface LinkUse {
  code: string
  name: string | undefined
  fullName: string | undefined
  password: string
}

/** One-time links: who has one sets a password, and is signed in with it. */
export class LinkDesk {
  readonly #options: LinkDeskOptions

  constructor(options: LinkDeskOptions) {
    this.#options = options
  }

  /** A server that nobody can administer makes a link for its first administrator; undefined when somebody can. */
  first(): Promise<MadeLink | undefined> {
    const { book, random, now } = this.#options
    if (book.persons().some(isMaster)) return Promise.resolve(undefined)
    return book.change(() => {
      const code = newSecret(random)
      const until = now() + FIRST_MS
      return {
        puts: [put.link({ hash: hashSecret(code), person: null, until })],
        drops: this.#firsts(),
        audit: [
          {
            kind: 'link-made' as const,
            by: null,
            address: null,
            subject: null,
            detail: 'first administrator',
          },
        ],
        result: { code, until },
      }
    })
  }

  /** @throws CodedError LINK_INVALID */
  look(code: string): { kind: 'first-admin' | 'person'; name: string | null; role: Role; until: number } {
    const { link, person } = this.#valid(code)
    return person === undefined
      ? { kind: 'first-admin', name: null, role: 'admin', until: link.until }
      : { kind: 'person', name: person.name, role: person.role, until: link.until }
  }

  /**
   * Answers with a session of theirs; sessions that they had before are over.
   * @throws CodedError LINK_INVALID, PERSON_EXISTS, REQUEST_INVALID, PASSWORD_*; TooSoon
   */
  async use(given: LinkUse, from: Caller): Promise<{ id: string; session: Session }> {
    const { book, signIn, now, onEnd } = this.#options
    const { code } = given
    const before = this.#whose(given)
    const password = await signIn.hash(given.password, before)
    const address = plainAddress(from.address)
    const { person, over } = await book.change(() => {
      const { link } = this.#valid(code)
      const latest = this.#whose(given)
      const after = { ...latest, password, sessionsFrom: now() }
      const sessions = book.sessions(personKey(latest.name))
      return {
        puts: [put.person(after)],
        drops: [
          { kind: 'link' as const, key: link.hash },
          ...sessions.map(({ hash }) => ({ kind: 'session' as const, key: hash })),
        ],
        audit: [
          ...(link.person === null
            ? [
                {
                  kind: 'person-created' as const,
                  by: null,
                  address,
                  subject: after.name,
                  detail: 'first admin',
                },
              ]
            : []),
          {
            kind: 'password-changed' as const,
            by: after.name,
            address,
            subject: after.name,
            detail: 'by a link',
          },
        ],
        result: { person: after, over: sessions },
      }
    })
    for (const { hash } of over) onEnd(hash)
    signIn.throttle.forgive(personKey(person.name))
    return signIn.open(person, from, 'link-used')
  }

  /** @throws CodedError LINK_INVALID, PERSON_EXISTS, REQUEST_INVALID */
  #whose({ code, name: given, fullName = '' }: LinkUse): Person {
    const { book, now } = this.#options
    const { person } = this.#valid(code)
    if (person !== undefined) return person
    const name = given?.normalize('NFKC')
    if (name === undefined) throw new CodedError('REQUEST_INVALID', 'the first administrator needs a name')
    if (book.person(name) !== undefined) throw new CodedError('PERSON_EXISTS', `"${name}"`)
    return {
      name,
      fullName,
      role: 'admin',
      facilities: null,
      isDisabled: false,
      password: null,
      created: now(),
      lastSignIn: null,
      sessionsFrom: 0,
      addresses: [],
    }
  }

  /** @throws CodedError LINK_INVALID */
  #valid(code: string): { link: KeptLink; person: Person | undefined } {
    const { book, now } = this.#options
    const link = book.link(hashSecret(code))
    if (link === undefined || link.until <= now()) throw new CodedError('LINK_INVALID', 'there is none')
    if (link.person === null) {
      // Somebody came first, with another link or at the machine itself.
      if (book.persons().some(isMaster)) throw new CodedError('LINK_INVALID', 'there is an administrator')
      return { link, person: undefined }
    }
    const person = book.person(link.person)
    if (person === undefined || person.isDisabled)
      throw new CodedError('LINK_INVALID', 'whose it was is gone')
    return { link, person }
  }

  #firsts() {
    return this.#options.book
      .links()
      .filter(({ person }) => person === null)
      .map(({ hash }) => ({ kind: 'link' as const, key: hash }))
  }
}
