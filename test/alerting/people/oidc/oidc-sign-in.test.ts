import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { PersonView, Who } from '../../../../contracts/people-api.ts'
import { CONTROL_ROOM, FOUNDER, PASSWORD } from '../people-scene.ts'
import { OidcScene } from './oidc-scene.ts'

let scene: OidcScene

beforeEach(async () => {
  scene = await OidcScene.open()
  await scene.people.enter('li.wei', 'operator', ['plant'])
})
afterEach(() => scene.close())

const who = async (as: { cookie: string } | undefined) =>
  (await scene.people.ask('/api/v1/session', as === undefined ? {} : { as })).json() as Who

/** Entered, and without a password. */
const invite = (name: string) =>
  scene.people.people.accounts.create({ name, fullName: '', role: 'viewer', facilities: null }, FOUNDER)

describe('a sign-in at the provider', () => {
  test.each(['RS256', 'ES256'] as const)('with a token of %s opens the usual session', async (alg) => {
    scene.provider.knobs.alg = alg
    const journey = await scene.signIn()
    expect(journey.location).toBe('/#/')
    expect(journey.cookies).toContainEqual(
      expect.stringMatching(/^davylamp=[A-Za-z0-9_-]{43}; Path=\/; HttpOnly; SameSite=Strict$/),
    )
    expect(await who(journey.session)).toMatchObject({
      name: 'li.wei',
      role: 'operator',
      facilities: ['plant'],
      locked: false,
      end: '2026-11-28T20:00:00.000Z',
    })
    expect((await scene.people.audit()).slice(-2)).toMatchObject([
      {
        kind: 'person-changed',
        by: 'li.wei',
        subject: 'li.wei',
        detail: 'linked with the provider of sign-in',
      },
      { kind: 'signed-in', by: 'li.wei', subject: 'li.wei', detail: 'oidc', address: CONTROL_ROOM },
    ])
  })

  test('sends the browser off with what binds the answer to it, and keeps the secrets', async () => {
    const { answer, location, cookie } = await scene.start()
    expect(answer.statusCode).toBe(303)
    expect(answer.headers['cache-control']).toBe('no-store')
    expect(cookie).toMatch(
      /^davylamp-sign-in=[A-Za-z0-9_-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=600$/,
    )
    const { searchParams } = new URL(location)
    expect(Object.fromEntries(searchParams)).toEqual({
      client_id: 'davylamp',
      response_type: 'code',
      scope: 'openid profile',
      redirect_uri: 'http://127.0.0.1:8080/api/v1/sign-in/oidc/callback',
      code_challenge_method: 'S256',
      code_challenge: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/),
      state: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/),
      nonce: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/),
      prompt: 'login',
      max_age: '0',
    })
    expect(location).not.toContain(/=([^;]+)/.exec(cookie)?.[1])
    const other = new URL((await scene.start()).location).searchParams
    for (const key of ['state', 'nonce', 'code_challenge'])
      expect(other.get(key)).not.toBe(searchParams.get(key))
  })

  test('takes a name however it is written', async () => {
    scene.provider.person = { name: 'ＬＩ.Wei', sub: 'sub-of-li' }
    expect(await who((await scene.signIn()).session)).toMatchObject({ name: 'li.wei' })
  })

  test('asks the provider nothing before somebody signs in, and what it says of itself once', async () => {
    expect(scene.provider.asked).toEqual([])
    await scene.signIn()
    await scene.signIn()
    const asked = (path: string) => scene.provider.asked.filter((other) => other === path).length
    expect(asked('/.well-known/openid-configuration')).toBe(1)
    scene.people.time.now += 3_600_000
    await scene.signIn()
    expect(asked('/.well-known/openid-configuration')).toBe(2)
    expect(asked('/token')).toBe(3)
  })

  test('goes to where the person wanted to, within the console', async () => {
    expect((await scene.signIn({ to: '/answer/abc?x=1#y' })).location).toBe('/#/answer/abc?x=1#y')
    expect((await scene.signIn({ to: '//evil.example' })).location).toBe('/#//evil.example')
    for (const to of ['https://evil.example', '', '/a\r\nSet-Cookie: x=y', '/报警', `/${'a'.repeat(500)}`]) {
      const { answer } = await scene.start({ to })
      expect([to.slice(0, 20), answer.statusCode]).toEqual([to.slice(0, 20), 400])
    }
  })

  test('lets in who has no password, and a password stays one', async () => {
    await invite('wang')
    scene.provider.person = { name: 'wang', sub: 'sub-of-wang' }
    const { session } = await scene.signIn()
    expect(await who(session)).toMatchObject({ name: 'wang', role: 'viewer' })
    scene.people.time.now += 60_000
    await scene.people.people.look()
    expect(await who(session)).toMatchObject({ name: 'wang' })
    scene.provider.person = { name: 'li.wei', sub: 'sub-of-li' }
    await scene.signIn()
    expect(await who(await scene.people.signIn('li.wei', PASSWORD))).toMatchObject({ name: 'li.wei' })
  })

  test('without a password unlocks nothing and approves nothing', async () => {
    await invite('wang')
    scene.provider.person = { name: 'wang', sub: 'sub-of-wang' }
    const { session } = await scene.signIn()
    const as = session ?? { cookie: '' }
    await scene.people.ask('/api/v1/session/lock', { body: {}, as })
    for (const password of ['', 'null', PASSWORD])
      expect(await scene.people.refusal('/api/v1/session/unlock', { body: { password }, as })).toEqual([
        401,
        'SIGN_IN_FAILED',
      ])
  })

  test('from a locked screen takes its place, with credentials that were asked for anew', async () => {
    const first = await scene.people.signIn('li.wei')
    await scene.people.ask('/api/v1/session/lock', { body: {}, as: first })
    const { session } = await scene.signIn({ as: first })
    expect(await who(session)).toMatchObject({ name: 'li.wei', locked: false })
    expect(await scene.people.refusal('/api/v1/session', { as: first })).toEqual([401, 'AUTH_REQUIRED'])
    expect((await scene.people.audit()).at(-1)).toMatchObject({
      kind: 'signed-out',
      subject: 'li.wei',
      detail: 'another sign-in took its place',
    })
  })

  test('is one of at most twenty sessions', async () => {
    for (let n = 0; n < 22; n += 1) {
      expect((await scene.signIn({ from: `10.1.0.${n}` })).location).toBe('/#/')
      scene.people.time.now += 1_000
    }
    expect(scene.people.people.book.sessions('li.wei')).toHaveLength(20)
  })

  test('is offered to who opens the console', async () => {
    expect((await scene.people.ask('/api/v1/sign-in')).json()).toEqual({
      provider: { label: 'Plant account', path: '/api/v1/sign-in/oidc' },
    })
  })
})

describe('an account of the provider', () => {
  const asAdmin = async () => {
    await scene.people.enter('chief', 'admin')
    return scene.people.signIn('chief')
  }
  const linked = async () => {
    const as = await asAdmin()
    const { items } = (await scene.people.ask('/api/v1/people', { as })).json() as { items: PersonView[] }
    return items.find(({ name }) => name === 'li.wei')?.linked
  }

  test('is the one that came first, until an administrator unlinks it', async () => {
    await scene.signIn()
    scene.provider.person = { name: 'li.wei', sub: 'another li' }
    expect((await scene.signIn()).code).toBe('OIDC_OTHER_IDENTITY')
    expect((await scene.people.audit()).at(-1)).toMatchObject({
      kind: 'sign-in-failed',
      by: null,
      subject: 'li.wei',
      detail: 'oidc: OIDC_OTHER_IDENTITY, li.wei is linked with another account',
    })
    expect(await linked()).toBe(true)
    const as = await scene.people.signIn('chief')
    const unlinked = await scene.people.ask('/api/v1/people/li.wei/unlink', { body: {}, as })
    expect(unlinked.json()).toMatchObject({ name: 'li.wei', linked: false })
    expect((await scene.people.audit()).at(-1)).toMatchObject({
      kind: 'person-changed',
      by: 'chief',
      subject: 'li.wei',
      detail: 'unlinked from the provider of sign-in',
    })
    expect((await scene.signIn()).location).toBe('/#/')
  })

  test('that is unlinked is signed out, and once more changes nothing', async () => {
    const { session } = await scene.signIn()
    const as = await asAdmin()
    await scene.people.ask('/api/v1/people/li.wei/unlink', { body: {}, as })
    expect(await scene.people.refusal('/api/v1/session', { as: session ?? {} })).toEqual([
      401,
      'AUTH_REQUIRED',
    ])
    const before = (await scene.people.audit()).length
    await scene.people.ask('/api/v1/people/li.wei/unlink', { body: {}, as })
    expect(await scene.people.audit()).toHaveLength(before)
    expect(await scene.people.refusal('/api/v1/people/nobody/unlink', { body: {}, as })).toEqual([
      404,
      'PERSON_UNKNOWN',
    ])
  })

  test('with another name does not come in as somebody else', async () => {
    await scene.signIn()
    await invite('chief')
    scene.provider.person = { name: 'chief', sub: 'sub-of-li' }
    expect((await scene.signIn()).code).toBe('OIDC_OTHER_IDENTITY')
    expect(scene.people.people.book.person('chief')?.oidc).toBeUndefined()
  })

  test('is of its issuer: another provider with the same sub is another', async () => {
    await scene.signIn()
    const { people } = scene.people
    const li = people.book.person('li.wei')
    expect(li?.oidc).toEqual({ issuer: scene.provider.issuer, sub: 'sub-of-li' })
    const moved = { issuer: 'https://elsewhere.example', sub: 'sub-of-li' }
    await people.book.change(() => ({
      puts: li === undefined ? [] : [{ kind: 'person', key: 'li.wei', body: { ...li, oidc: moved } }],
      result: undefined,
    }))
    expect((await scene.signIn()).code).toBe('OIDC_OTHER_IDENTITY')
  })

  test('outlasts a restart', async () => {
    await scene.signIn()
    await scene.people.people.book.settled()
    const { persons } = await scene.people.states.people()
    expect(persons.find(({ name }) => name === 'li.wei')?.oidc?.sub).toBe('sub-of-li')
  })
})

describe('an administrator without a password', () => {
  test('is not the one that a server needs: it can be administered while the provider is away', async () => {
    await scene.people.enter('chief', 'admin')
    await scene.people.people.accounts.create(
      { name: 'boss', fullName: '', role: 'admin', facilities: null },
      FOUNDER,
    )
    scene.provider.person = { name: 'boss', sub: 'sub-of-boss' }
    const as = (await scene.signIn()).session ?? { cookie: '' }
    expect(await who(as)).toMatchObject({ name: 'boss', role: 'admin' })
    const asked = { body: { role: 'viewer' }, as }
    expect(await scene.people.refusal('/api/v1/people/chief', asked)).toEqual([409, 'LAST_ADMIN'])
  })
})
