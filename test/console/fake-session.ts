import type { Who } from '../../contracts/people-api.ts'
import { type Answer, ok, problem } from './fake-alarms.ts'

/** Without sign-in everybody may everything. */
const DEMO: Who = {
  auth: 'off',
  name: 'demo',
  fullName: '',
  kind: 'demo',
  role: 'admin',
  facilities: null,
  locked: false,
  lockMs: null,
  idleEnd: null,
  end: null,
}

/** Everybody's, in the fake plant. */
export const PASSWORD = 'lamps burn low at night'

/** Who sits at the consoles of the fake server; everybody signs in with the same password. */
export class FakeSession {
  auth: 'off' | 'required' = 'off'
  who: Who | undefined = DEMO
  /** Key: name. */
  readonly people = new Map<string, Who['role']>()

  /** From now on sign-in is asked for, and nobody is signed in. */
  require(people: Readonly<Record<string, Who['role']>>): void {
    this.auth = 'required'
    this.who = undefined
    for (const [name, role] of Object.entries(people)) this.people.set(name, role)
  }

  off(): void {
    this.auth = 'off'
    this.who = DEMO
  }

  /** @returns undefined for what is none of its business */
  answer(path: readonly string[], body: unknown): Answer | undefined {
    const said = (body ?? {}) as { name?: string; password?: string }
    switch (path.join('/')) {
      case 'session':
        return this.#current()
      case 'session/lock':
        return this.#become({ locked: true })
      case 'session/unlock':
        return said.password === PASSWORD ? this.#become({ locked: false }) : refused()
      case 'login': {
        const role = this.people.get(said.name ?? '')
        if (role === undefined || said.password !== PASSWORD) return refused()
        const lockMs = 900_000
        this.who = { ...DEMO, auth: 'required', kind: 'person', name: said.name ?? '', role, lockMs }
        return ok(this.who)
      }
      case 'logout':
        this.who = undefined
        return ok({})
      default:
        return this.who === undefined ? problem('AUTH_REQUIRED', 'nobody is signed in') : undefined
    }
  }

  #current(): Answer {
    return this.who === undefined ? problem('AUTH_REQUIRED', 'nobody is signed in') : ok(this.who)
  }

  #become(change: Partial<Who>): Answer {
    if (this.who !== undefined) this.who = { ...this.who, ...change }
    return this.#current()
  }
}

function refused(): Answer {
  return problem('SIGN_IN_FAILED', 'name or password is wrong')
}
