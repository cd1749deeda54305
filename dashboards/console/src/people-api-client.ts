import type {
  AuditItem,
  Invited,
  Link,
  LinkView,
  MadeToken,
  PersonView,
  SessionView,
  SignInWays,
  TokenView,
  Who,
} from '../../../contracts/people-api.ts'
import type { Role } from '../../../contracts/roles.ts'
import type { Answer } from './api-client.ts'

/** How the console asks; all as {@link Answer}. */
export interface Asking {
  get<T>(path: string): Promise<Answer<T>>
  post<T>(path: string, body: object): Promise<Answer<T>>
  remove<T>(path: string): Promise<Answer<T>>
}

type Items<T> = Promise<Answer<{ items: T[] }>>
type Scope = string[] | null

/** People and sign-in, as administrators and everybody use them. */
export class PeopleApi {
  readonly #ask: Asking

  constructor(ask: Asking) {
    this.#ask = ask
  }

  signIn(said: { name: string; password: string }): Promise<Answer<Who>> {
    return this.#ask.post('/api/v1/login', said)
  }

  signInWays(): Promise<Answer<SignInWays>> {
    return this.#ask.get('/api/v1/sign-in')
  }

  unlock(password: string): Promise<Answer<Who>> {
    return this.#ask.post('/api/v1/session/unlock', { password })
  }

  changePassword(said: { password: string; newPassword: string }): Promise<Answer<Who>> {
    return this.#ask.post('/api/v1/session/password', said)
  }

  sessions(): Items<SessionView> {
    return this.#ask.get('/api/v1/sessions')
  }

  endSession(id: string): Promise<Answer<object>> {
    return this.#ask.post(`/api/v1/sessions/${encodeURIComponent(id)}/end`, {})
  }

  lookAtLink(code: string): Promise<Answer<LinkView>> {
    return this.#ask.post('/api/v1/links/look', { code })
  }

  useLink(said: { code: string; name?: string; fullName?: string; password: string }): Promise<Answer<Who>> {
    return this.#ask.post('/api/v1/links/use', said)
  }

  people(): Items<PersonView> {
    return this.#ask.get('/api/v1/people')
  }

  enter(said: { name: string; fullName: string; role: Role; facilities: Scope }): Promise<Answer<Invited>> {
    return this.#ask.post('/api/v1/people', said)
  }

  change(
    name: string,
    said: { role?: Role; facilities?: Scope; disabled?: boolean },
  ): Promise<Answer<PersonView>> {
    return this.#ask.post(`/api/v1/people/${encodeURIComponent(name)}`, said)
  }

  link(name: string): Promise<Answer<Link>> {
    return this.#ask.post(`/api/v1/people/${encodeURIComponent(name)}/link`, {})
  }

  unlink(name: string): Promise<Answer<PersonView>> {
    return this.#ask.post(`/api/v1/people/${encodeURIComponent(name)}/unlink`, {})
  }

  signOutEverywhere(name: string): Promise<Answer<PersonView>> {
    return this.#ask.post(`/api/v1/people/${encodeURIComponent(name)}/sign-out`, {})
  }

  tokens(): Items<TokenView> {
    return this.#ask.get('/api/v1/tokens')
  }

  makeToken(said: { name: string; role: Role; facilities: Scope; for: string }): Promise<Answer<MadeToken>> {
    return this.#ask.post('/api/v1/tokens', said)
  }

  revoke(id: string): Promise<Answer<TokenView>> {
    return this.#ask.post(`/api/v1/tokens/${encodeURIComponent(id)}/revoke`, {})
  }

  /** The newest. */
  audit(): Items<AuditItem> {
    return this.#ask.get('/api/v1/audit?limit=50')
  }
}
