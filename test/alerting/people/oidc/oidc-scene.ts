import { get as getPlain } from 'node:http'
import { get as getSecure } from 'node:https'
import type { LightMyRequestResponse } from 'fastify'
import { Provider } from '../../../../alerting/people/oidc/provider.ts'
import type { PeopleStore } from '../../../../alerting/people/people-change.ts'
import { OIDC_CALLBACK, type OidcConfig } from '../../../../contracts/oidc-schema.ts'
import type { DirectStates } from '../../direct-states.ts'
import { CONTROL_ROOM, HOST, PeopleScene, START } from '../people-scene.ts'
import { CLIENT, FakeProvider } from './fake-provider.ts'

/** What a browser has gone through. */
export interface Journey {
  /** Where it is in the end, or the provider's page that it was sent to. */
  location: string
  /** Code of the sign-in page; undefined: it is in. */
  code: string | undefined
  session: { cookie: string } | undefined
  cookies: readonly string[]
}

export interface SceneWishes {
  config?: Partial<OidcConfig>
  provider?: FakeProvider
  ca?: Buffer
  secret?: string
  timeoutMs?: number
  store?: (states: DirectStates) => PeopleStore
}

/** A server whose people may sign in at a provider, and browsers that do. */
export class OidcScene {
  readonly provider: FakeProvider
  readonly people: PeopleScene

  private constructor(provider: FakeProvider, people: PeopleScene) {
    this.provider = provider
    this.people = people
  }

  static async open(wishes: SceneWishes = {}): Promise<OidcScene> {
    const { ca, secret = CLIENT.secret, timeoutMs = 2_000, store } = wishes
    const fake = wishes.provider ?? new FakeProvider()
    await fake.start()
    const config: OidcConfig = {
      issuer: fake.issuer,
      clientId: CLIENT.id,
      scopes: ['openid', 'profile'],
      nameClaim: 'preferred_username',
      label: 'Plant account',
      redirectUrl: `http://${HOST}${OIDC_CALLBACK}`,
      reauthenticate: true,
      ...wishes.config,
    }
    const time = { now: START }
    const provider = new Provider({ config, files: () => ({ secret, ca }), now: () => time.now, timeoutMs })
    const { label, reauthenticate } = config
    const people = await PeopleScene.open({
      time,
      oidc: { provider, label, reauthenticate },
      ...(store === undefined ? {} : { store }),
    })
    return new OidcScene(fake, people)
  }

  /** The browser asks to sign in: the cookie that it gets, and where it is sent. */
  async start(given: { as?: { cookie: string }; from?: string; to?: string } = {}) {
    const { as = {}, from = CONTROL_ROOM, to } = given
    const query = to === undefined ? '' : `?to=${encodeURIComponent(to)}`
    const answer = await this.people.ask(`/api/v1/sign-in/oidc${query}`, { as, from })
    return { answer, location: String(answer.headers.location), cookie: cookiesOf(answer)[0] ?? '' }
  }

  /** At the provider, which sends it back: path and query of the callback. */
  async visit(location: string): Promise<string> {
    const ask = location.startsWith('https:') ? getSecure : getPlain
    const { promise, resolve, reject } = Promise.withResolvers<string>()
    // What browsers trust is not what is tested here.
    ask(location, { rejectUnauthorized: false }, (answer) => {
      answer.resume()
      resolve(answer.headers.location ?? '')
    }).on('error', reject)
    const back = new URL(await promise)
    return `${back.pathname}${back.search}`
  }

  async comeBack(path: string, cookie: string, from = CONTROL_ROOM): Promise<Journey> {
    return journeyOf(await this.people.ask(path, { as: { cookie: cookie.split(';')[0] ?? '' }, from }))
  }

  /** All of it. */
  async signIn(given: { as?: { cookie: string }; from?: string; to?: string } = {}): Promise<Journey> {
    const { answer, location, cookie } = await this.start(given)
    if (location.startsWith('/')) return journeyOf(answer)
    return this.comeBack(await this.visit(location), cookie, given.from)
  }

  async close(): Promise<void> {
    await this.people.close()
    await this.provider.stop()
  }
}

function journeyOf(answer: LightMyRequestResponse): Journey {
  const location = String(answer.headers.location)
  const cookies = cookiesOf(answer)
  const session = cookies.find((cookie) => /^davylamp=[^;]/.test(cookie))?.split(';')[0]
  return {
    location,
    code: /^\/#\/sign-in\/(\w+)$/.exec(location)?.[1],
    session: session === undefined ? undefined : { cookie: session },
    cookies,
  }
}

function cookiesOf(answer: LightMyRequestResponse): string[] {
  return [answer.headers['set-cookie'] ?? []].flat()
}
