import type { Role } from '../../contracts/roles.ts'

/** Facilities that somebody may see; null: all of the server. */
export type Scope = readonly string[] | null

/** Somebody who may sign in, as they are kept. Times in epoch ms. */
export interface Person {
  /** As it was entered; unique by {@link personKey}, and never given again. */
  readonly name: string
  readonly fullName: string
  readonly role: Role
  readonly facilities: Scope
  readonly isDisabled: boolean
  /** Hash with its parameters, see password.ts; null until they have used their link. */
  readonly password: string | null
  readonly created: number
  readonly lastSignIn: number | null
  /** Sessions that began before are over. */
  readonly sessionsFrom: number
  /** Where they signed in from, the latest last. */
  readonly addresses: readonly string[]
  /** Who they are at the provider of sign-in, since they signed in there first. */
  readonly oidc?: ProviderIdentity
}

/** An account of a provider: unlike the name it is never given to somebody else (OpenID Connect Core, 5.7). */
export interface ProviderIdentity {
  readonly issuer: string
  readonly sub: string
}

/** A sign-in. Key: hash of its id. */
export interface Session {
  readonly hash: string
  /** Key of the person. */
  readonly person: string
  readonly started: number
  readonly used: number
  readonly address: string
  readonly agent: string
  readonly isLocked: boolean
}

/** What a machine shows to be let in. Key: hash. */
export interface Token {
  readonly hash: string
  readonly id: string
  readonly name: string
  readonly role: Role
  readonly facilities: Scope
  readonly by: string
  readonly created: number
  readonly until: number
  readonly lastUsed: number | null
  readonly lastAddress: string | null
}

/** A one-time link. Key: hash of its code. */
export interface KeptLink {
  readonly hash: string
  /** Key of the person who gets a password; null: the first administrator, who has no name yet. */
  readonly person: string | null
  readonly until: number
}

/** Who asks, however they have shown it. */
export interface Principal {
  /** What is done stands under it. */
  readonly name: string
  readonly fullName: string
  readonly kind: 'demo' | 'person' | 'token'
  readonly role: Role
  readonly facilities: Scope
  readonly isLocked: boolean
  /** Hash of the session or token; null for the demo. */
  readonly credential: string | null
  /** From where; null for the demo, whose entries stay as they were. */
  readonly address: string | null
}

/** Without sign-in everybody is the demo, on a loopback address. */
export const DEMO: Principal = {
  name: 'demo',
  fullName: '',
  kind: 'demo',
  role: 'admin',
  facilities: null,
  isLocked: false,
  credential: null,
  address: null,
}

/** They have something to sign in with. */
export function canSignIn({ isDisabled, password, oidc }: Person): boolean {
  return !isDisabled && (password !== null || oidc !== undefined)
}

/** The same name however it is typed. */
export function personKey(name: string): string {
  return name.normalize('NFKC').toLowerCase()
}

export function isInScope(scope: Scope, facility: string): boolean {
  return scope === null || scope.includes(facility)
}

/** True when `inner` reaches no further than `outer`. */
export function isWithin(inner: Scope, outer: Scope): boolean {
  return outer === null || inner?.every((facility) => outer.includes(facility)) === true
}
