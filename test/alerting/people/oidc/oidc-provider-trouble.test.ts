import { afterEach, describe, expect, test } from 'vitest'
import { makeCertificate } from '../../../contracts/certificates.ts'
import { PASSWORD } from '../people-scene.ts'
import { FakeProvider, type Knobs } from './fake-provider.ts'
import { OidcScene, type SceneWishes } from './oidc-scene.ts'

let scene: OidcScene
afterEach(() => scene.close())

async function open(wishes: SceneWishes = {}): Promise<void> {
  scene = await OidcScene.open(wishes)
  await scene.people.enter('li.wei', 'operator')
}

/** Whatever the provider does, a password opens a session. */
async function expectPasswordWorks(): Promise<void> {
  expect(await scene.people.signIn('li.wei', PASSWORD)).toBeDefined()
}

const DISCOVERY = '/.well-known/openid-configuration'

describe('a provider that', () => {
  const TROUBLE: [what: string, knobs: Partial<Knobs>, code: string][] = [
    ['never answers', { hanging: [DISCOVERY] }, 'OIDC_UNREACHABLE'],
    ['never gives its tokens', { hanging: ['/token'] }, 'OIDC_UNREACHABLE'],
    ['never gives its keys', { hanging: ['/keys'] }, 'OIDC_UNREACHABLE'],
    ['is overloaded', { answers: { [DISCOVERY]: { status: 503, body: '' } } }, 'OIDC_UNREACHABLE'],
    ['fails at its tokens', { answers: { '/token': { status: 500, body: 'oops' } } }, 'OIDC_UNREACHABLE'],
    ['is none', { answers: { [DISCOVERY]: { status: 404, body: 'not here' } } }, 'OIDC_MISCONFIGURED'],
    [
      'sends a page',
      { answers: { [DISCOVERY]: { status: 200, body: '<html>', type: 'text/html' } } },
      'OIDC_MISCONFIGURED',
    ],
    ['sends no JSON', { answers: { [DISCOVERY]: { status: 200, body: '{' } } }, 'OIDC_MISCONFIGURED'],
    ['sends elsewhere', { answers: { [DISCOVERY]: { status: 302, body: '' } } }, 'OIDC_MISCONFIGURED'],
    [
      'sends without end',
      { answers: { [DISCOVERY]: { status: 200, body: `"${'x'.repeat(1_000_000)}"` } } },
      'OIDC_UNREACHABLE',
    ],
    ['has another name', { metadata: { issuer: 'https://other.example' } }, 'OIDC_MISCONFIGURED'],
    [
      'names an address without TLS',
      { metadata: { authorization_endpoint: 'http://plant.example/authorize' } },
      'OIDC_MISCONFIGURED',
    ],
    ['names a script', { metadata: { authorization_endpoint: 'javascript:alert(1)' } }, 'OIDC_MISCONFIGURED'],
    [
      'names tokens beyond this machine without TLS',
      { metadata: { token_endpoint: 'http://plant.example/token' } },
      'OIDC_MISCONFIGURED',
    ],
    ['has no keys', { metadata: { jwks_uri: undefined } }, 'OIDC_MISCONFIGURED'],
  ]
  test.each(TROUBLE)('%s keeps nobody from their password', async (_what, knobs, code) => {
    await open({ timeoutMs: 300 })
    Object.assign(scene.provider.knobs, knobs)
    expect((await scene.signIn()).code).toBe(code)
    await expectPasswordWorks()
  })

  test('is away is asked again, and not at every click', async () => {
    await open()
    scene.provider.knobs.answers = { [DISCOVERY]: { status: 503, body: '' } }
    for (let n = 0; n < 5; n += 1) expect((await scene.signIn()).code).toBe('OIDC_UNREACHABLE')
    expect(scene.provider.asked).toEqual([DISCOVERY])
    scene.provider.knobs.answers = {}
    expect((await scene.signIn()).code).toBe('OIDC_UNREACHABLE')
    scene.people.time.now += 2_000
    expect((await scene.signIn()).code).toBeUndefined()
  })

  test('was there is taken as it was, when it cannot be asked an hour later', async () => {
    await open()
    expect((await scene.signIn()).code).toBeUndefined()
    scene.provider.knobs.answers = { [DISCOVERY]: { status: 503, body: '' } }
    scene.people.time.now += 3_600_000
    expect((await scene.signIn()).code).toBeUndefined()
    expect((await scene.signIn()).code).toBeUndefined()
    expect(scene.provider.asked.filter((path) => path === DISCOVERY)).toHaveLength(2)
  })

  test('is not there at all holds up no start', async () => {
    const provider = await new FakeProvider().start()
    const { issuer } = provider
    await provider.stop()
    await open({ config: { issuer } })
    expect((await scene.signIn()).code).toBe('OIDC_UNREACHABLE')
    await expectPasswordWorks()
  })

  test('does not know this client is told in the log', async () => {
    await open({ secret: 'another one' })
    expect((await scene.signIn()).code).toBe('OIDC_MISCONFIGURED')
  })

  test('takes the secret in the body is given it there', async () => {
    await open()
    scene.provider.knobs.metadata = { token_endpoint_auth_methods_supported: ['client_secret_post'] }
    expect((await scene.signIn()).code).toBeUndefined()
  })
})

describe('over TLS a provider', () => {
  const authority = makeCertificate({ name: 'authority', isAuthority: true })
  const ca = Buffer.from(authority.pem)
  const certificate = (names: readonly string[], until?: number) =>
    makeCertificate({ name: 'provider', by: authority, names, ...(until === undefined ? {} : { until }) })
  const over = (tls: ReturnType<typeof certificate>) => new FakeProvider({ tls })

  test('of the CA that is configured is trusted', async () => {
    await open({ provider: over(certificate(['127.0.0.1'])), ca })
    expect((await scene.signIn()).code).toBeUndefined()
  })

  test.each([
    ['of a CA that nobody knows', () => ({ provider: over(certificate(['127.0.0.1'])) })],
    ['of another CA', () => ({ provider: over(certificate(['127.0.0.1'])), ca: otherCa() })],
    ['with another name', () => ({ provider: over(certificate(['127.0.0.2'])), ca })],
    [
      'whose certificate has ended',
      () => ({ provider: over(certificate(['127.0.0.1'], Date.now() - 1)), ca }),
    ],
  ])('%s is not', async (_what, wishes) => {
    await open(wishes())
    expect((await scene.signIn()).code).toBe('OIDC_UNTRUSTED')
    await expectPasswordWorks()
  })

  const otherCa = () => Buffer.from(makeCertificate({ name: 'other', isAuthority: true }).pem)
})
