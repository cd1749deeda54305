import { CodedError } from '../../contracts/errors.ts'
import type { Logger } from '../../contracts/logger.ts'
import type { AuditNote, PeopleChange, PeopleImage, PeopleStore, Put } from './people-change.ts'
import { type KeptLink, type Person, personKey, type Session, type Token } from './person.ts'

/** What a change does, and what it answers. */
export interface Draft<T> {
  readonly puts?: readonly Put[]
  readonly drops?: PeopleChange['drops']
  readonly audit?: readonly Omit<AuditNote, 'time'>[]
  readonly result: T
}

export interface PeopleBookOptions {
  store: PeopleStore
  /** Epoch ms. */
  now: () => number
  logger: Logger
}

/** A sign-in waits for a slow disk no longer than this, ms. */
const PATIENCE_MS = 500
/** What the audit record has yet to be told while the disk takes nothing: the oldest beyond are in the log alone. */
const MAX_UNKEPT = 1_000

/** People, their sessions, tokens and links, as they are kept, in memory: who asks is answered without a disk. */
export class PeopleBook {
  readonly #store: PeopleStore
  readonly #now: () => number
  readonly #logger: Logger
  /** Keys: {@link personKey}; hashes. */
  #persons = new Map<string, Person>()
  readonly #sessions: Map<string, Session>
  #tokens = new Map<string, Token>()
  #links = new Map<string, KeptLink>()
  #revision = 0
  /** Changes come one after the other. */
  #turn: Promise<unknown> = Promise.resolve()
  /** Of sessions, what could not be kept yet. */
  #unkept: AuditNote[] = []

  private constructor(options: PeopleBookOptions, image: PeopleImage) {
    this.#store = options.store
    this.#now = options.now
    this.#logger = options.logger
    this.#sessions = new Map(image.sessions.map((session) => [session.hash, session]))
    this.#take(image)
  }

  static async open(options: PeopleBookOptions): Promise<PeopleBook> {
    return new PeopleBook(options, await options.store.people())
  }

  person(name: string): Person | undefined {
    return this.#persons.get(personKey(name))
  }

  persons(): Person[] {
    return [...this.#persons.values()]
  }

  session(hash: string): Session | undefined {
    return this.#sessions.get(hash)
  }

  /** Oldest first. */
  sessions(person?: string): Session[] {
    const all = [...this.#sessions.values()]
    return all
      .filter((session) => person === undefined || session.person === person)
      .sort((a, b) => a.started - b.started)
  }

  token(hash: string): Token | undefined {
    return this.#tokens.get(hash)
  }

  tokens(): Token[] {
    return [...this.#tokens.values()].sort((a, b) => a.created - b.created)
  }

  link(hash: string): KeptLink | undefined {
    return this.#links.get(hash)
  }

  links(): KeptLink[] {
    return [...this.#links.values()]
  }

  /**
   * A change of persons, tokens or links, decided on what there is when its turn comes; resolves once it survives a
   * power loss, and is in force then. @throws what `decide` throws, and nothing has changed; JOURNAL_UNWRITABLE
   */
  change<T>(decide: () => Draft<T>): Promise<T> {
    return this.#inTurn(async () => {
      for (let isFirst = true; ; isFirst = false) {
        const { puts = [], drops = [], audit = [], result } = decide()
        const notes = this.#dated(audit)
        try {
          this.#revision = await this.#store.changePeople({
            expected: this.#revision,
            puts,
            drops,
            audit: [...this.#unkept, ...notes],
          })
        } catch (error) {
          if (!isFirst || !(error instanceof CodedError) || error.code !== 'PEOPLE_CHANGED') throw error
          this.#take(await this.#store.people())
          continue
        }
        this.#unkept = []
        this.#apply(puts, drops)
        return result
      }
    })
  }

  /**
   * What becomes of sessions, and of nothing else, is in force at once, and kept as soon as the disk takes it: a full disk, or one that hangs,
   * is the emergency in which an operator has to get in. Never throws.
   */
  async note<T>({ puts = [], drops = [], audit = [], result }: Draft<T>): Promise<T> {
    this.#apply(puts, drops)
    const notes = this.#dated(audit)
    const kept = this.#inTurn(async () => {
      const all = [...this.#unkept, ...notes]
      try {
        await this.#store.changePeople({ puts, drops, audit: all })
        this.#unkept = []
      } catch (error) {
        this.#unkept = all.slice(-MAX_UNKEPT)
        this.#logger.error({ error: String(error), notes }, 'the audit record has to wait for the disk')
      }
    })
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, PATIENCE_MS)
    await Promise.race([kept, promise])
    clearTimeout(timer)
    return result
  }

  /** In memory alone, for {@link note} to keep some time later. */
  touch(session: Session): void {
    if (this.#sessions.has(session.hash)) this.#sessions.set(session.hash, session)
  }

  /** Takes what another process changed; answers with the keys of those who have another password by it. */
  refresh(): Promise<string[]> {
    return this.#inTurn(async () => {
      if ((await this.#store.peopleRevision()) === this.#revision) return []
      const before = this.#persons
      this.#take(await this.#store.people())
      return [...this.#persons]
        .filter(([key, { password }]) => before.get(key)?.password !== password)
        .map(([key]) => key)
    })
  }

  /** Once everything asked before is done. */
  async settled(): Promise<void> {
    await this.#turn
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work)
    this.#turn = done.catch(() => undefined)
    return done
  }

  #dated(audit: readonly Omit<AuditNote, 'time'>[]): AuditNote[] {
    const time = this.#now()
    return audit.map((note) => ({ time, ...note }))
  }

  /** Sessions are nobody's but this process's: what is kept of them is never newer. */
  #take({ revision, persons, tokens, links }: PeopleImage): void {
    this.#revision = revision
    this.#persons = new Map(persons.map((person) => [personKey(person.name), person]))
    this.#tokens = new Map(tokens.map((token) => [token.hash, token]))
    this.#links = new Map(links.map((link) => [link.hash, link]))
  }

  #apply(puts: readonly Put[], drops: PeopleChange['drops']): void {
    for (const { kind, key, body } of puts) {
      if (kind === 'person') this.#persons.set(key, body)
      else if (kind === 'session') this.#sessions.set(key, body)
      else if (kind === 'token') this.#tokens.set(key, body)
      else this.#links.set(key, body)
    }
    const maps = {
      person: this.#persons,
      session: this.#sessions,
      token: this.#tokens,
      link: this.#links,
    } as const
    for (const { kind, key } of drops) maps[kind].delete(key)
  }
}
