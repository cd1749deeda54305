import type { AuditKind } from '../../contracts/people-api.ts'
import type { KeptLink, Person, Session, Token } from './person.ts'

/** What is kept of people. Key: the table; value: what a row holds. */
export interface PeopleRows {
  person: Person
  session: Session
  token: Token
  link: KeptLink
}
export type PeopleKind = keyof PeopleRows

/** A row as it is from now on. */
export type Put = { [K in PeopleKind]: { kind: K; key: string; body: PeopleRows[K] } }[PeopleKind]

/** Something that the audit record tells. */
export interface AuditNote {
  /** Epoch ms. */
  readonly time: number
  readonly kind: AuditKind
  /** Who, as far as that is known; null for the system. */
  readonly by: string | null
  readonly address: string | null
  /** Whom or what it was done to. */
  readonly subject: string | null
  readonly detail: string | null
}

/** What belongs together: kept whole or not at all, with what the audit record tells of it. */
export interface PeopleChange {
  /** Revision that it was made from; another one refuses it. Undefined: whatever there is. */
  readonly expected?: number | undefined
  readonly puts: readonly Put[]
  readonly drops: readonly { kind: PeopleKind; key: string }[]
  readonly audit: readonly AuditNote[]
}

/** Everything that is kept of people, at one moment. */
export interface PeopleImage {
  /** Counts changes of persons, tokens and links. */
  readonly revision: number
  readonly persons: readonly Person[]
  readonly sessions: readonly Session[]
  readonly tokens: readonly Token[]
  readonly links: readonly KeptLink[]
}

/** An entry of the audit record as it is kept. */
export interface AuditEntry extends AuditNote {
  readonly n: number
}

export interface AuditQuery {
  /** Entries before this number, newest first. */
  readonly before?: number | undefined
  readonly limit: number
}

/** Where people are kept, beside the journal. */
export interface PeopleStore {
  people(): Promise<PeopleImage>
  /** Revision of {@link PeopleImage}: `npm run ingest -- admin` changes people while the server runs. */
  peopleRevision(): Promise<number>
  /**
   * Resolves with the revision from then on, once it survives a power loss. @throws CodedError JOURNAL_UNWRITABLE, or
   * PEOPLE_CHANGED when another revision was expected
   */
  changePeople(change: PeopleChange): Promise<number>
  audit(query: AuditQuery): Promise<AuditEntry[]>
  /** `n:hash`, how far the audit record goes. */
  auditHead(): Promise<string>
}
