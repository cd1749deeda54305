import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { CodedError } from '../../../../contracts/errors.ts'
import type { Who } from '../../../../contracts/people-api.ts'
import { FOUNDER, PASSWORD } from '../people-scene.ts'
import type { Knobs } from './fake-provider.ts'
import { OidcScene } from './oidc-scene.ts'

let scene: OidcScene

beforeEach(async () => {
  scene = await OidcScene.open()
  await scene.people.enter('li.wei', 'operator')
})
afterEach(() => scene.close())

const lastNote = async () => (await scene.people.audit()).at(-1)
const now = () => Math.floor(Date.now() / 1_000)

describe('a token', () => {
  const WRONG: [what: string, knobs: () => Partial<Knobs>][] = [
    ['signed by a key that is not published', () => ({ foreignKey: true })],
    ['without a signature', () => ({ alg: 'none' })],
    ['signed with the secret of the client', () => ({ alg: 'HS256' })],
    [
      'without a signature, as the provider allows it',
      () => ({ alg: 'none', metadata: { id_token_signing_alg_values_supported: ['none', 'HS256'] } }),
    ],
    [
      'signed with the secret, as the provider allows it',
      () => ({ alg: 'HS256', metadata: { id_token_signing_alg_values_supported: ['HS256'] } }),
    ],
    ['for another audience', () => ({ claims: { aud: 'another' } })],
    ['of another issuer', () => ({ claims: { iss: 'https://evil.example' } })],
    ['that has expired', () => ({ claims: { iat: now() - 900, exp: now() - 600 } })],
    ['with another nonce', () => ({ claims: { nonce: 'another' } })],
    ['without a nonce', () => ({ claims: { nonce: undefined } })],
    ['without a subject', () => ({ claims: { sub: undefined } })],
    ['with a subject that is a list', () => ({ claims: { sub: ['sub-of-li'] } })],
    ['without an end', () => ({ claims: { exp: undefined } })],
    ['that is none', () => ({ answers: { '/token': { status: 200, body: '{"id_token":"x.y.z"}' } } })],
    [
      'that is missing',
      () => ({
        answers: { '/token': { status: 200, body: '{"access_token":"a","token_type":"bearer"}' } },
      }),
    ],
  ]
  test.each(WRONG)('%s lets nobody in', async (_what, knobs) => {
    Object.assign(scene.provider.knobs, knobs())
    const journey = await scene.signIn()
    expect(journey).toMatchObject({ code: 'OIDC_TOKEN_INVALID', session: undefined })
    expect(await lastNote()).toMatchObject({
      kind: 'sign-in-failed',
      by: null,
      detail: expect.stringMatching(/^oidc: OIDC_TOKEN_INVALID, [ -~]{1,300}$/),
    })
    expect(scene.people.people.book.sessions()).toEqual([])
  })
})

describe('the claim of the name', () => {
  const HOSTILE: [what: string, value: unknown][] = [
    ['is missing', undefined],
    ['is very long', 'a'.repeat(100_000)],
    ['is a little too long', 'a'.repeat(41)],
    ['is empty', ''],
    ['has control characters', 'li.wei\u0000\r\n'],
    ['has a line of another record', 'x\nsigned-in chief'],
    ['has characters that cannot be seen', 'li\u200b.wei'],
    ['is a number', 7],
    ['is a list', ['li.wei']],
    ['is an object', { name: 'li.wei' }],
    ['is null', null],
    ['is an address of mail', 'li.wei@plant.example'],
  ]
  test.each(HOSTILE)('%s, and nobody comes in', async (_what, value) => {
    scene.provider.knobs.claims = { preferred_username: value }
    expect((await scene.signIn()).code).toBe('OIDC_CLAIM_INVALID')
    const note = await lastNote()
    expect(note).toMatchObject({ kind: 'sign-in-failed', subject: null })
    expect(note?.detail).toMatch(/^oidc: OIDC_CLAIM_INVALID, \P{C}{1,300}$/u)
  })

  test.each(['__proto__', 'constructor'])('is %s, which every object has', async (nameClaim) => {
    await scene.close()
    scene = await OidcScene.open({ config: { nameClaim } })
    expect((await scene.signIn()).code).toBe('OIDC_CLAIM_INVALID')
  })

  test('is another one where that is configured', async () => {
    await scene.close()
    scene = await OidcScene.open({ config: { nameClaim: 'short_name' } })
    await scene.people.enter('li.wei', 'operator')
    scene.provider.person = { name: 'somebody', sub: 'sub-of-li' }
    scene.provider.knobs.claims = { short_name: 'li.wei' }
    expect((await scene.signIn()).location).toBe('/#/')
  })

  test('with a subject that is very long is refused', async () => {
    scene.provider.knobs.claims = { sub: 's'.repeat(256) }
    expect((await scene.signIn()).code).toBe('OIDC_CLAIM_INVALID')
  })
})

describe('who', () => {
  test('was not entered here is refused', async () => {
    scene.provider.person = { name: 'stranger', sub: 'sub-of-stranger' }
    expect((await scene.signIn()).code).toBe('OIDC_PERSON_REFUSED')
    expect(await lastNote()).toMatchObject({
      subject: null,
      detail: 'oidc: OIDC_PERSON_REFUSED, nobody is called "stranger"',
    })
    expect(scene.people.people.book.person('stranger')).toBeUndefined()
  })

  test('is disabled is refused, before and after they were linked', async () => {
    const { accounts } = scene.people.people
    await accounts.change('li.wei', { disabled: true }, FOUNDER)
    expect((await scene.signIn()).code).toBe('OIDC_PERSON_REFUSED')
    expect(await lastNote()).toMatchObject({ subject: 'li.wei', detail: expect.stringContaining('disabled') })
    await accounts.change('li.wei', { disabled: false }, FOUNDER)
    expect((await scene.signIn()).code).toBeUndefined()
    await accounts.change('li.wei', { disabled: true }, FOUNDER)
    expect((await scene.signIn()).code).toBe('OIDC_PERSON_REFUSED')
  })

  test('says no at the provider is told so', async () => {
    scene.provider.knobs.refusing = 'access_denied'
    const before = (await scene.people.audit()).length
    expect((await scene.signIn()).code).toBe('OIDC_REFUSED')
    expect(await scene.people.audit()).toHaveLength(before)
  })

  test('cannot be linked while the disk takes nothing is refused, and comes in later', async () => {
    await scene.close()
    let isFull = false
    scene = await OidcScene.open({
      store: (states) => ({
        people: () => states.people(),
        peopleRevision: () => states.peopleRevision(),
        audit: (query) => states.audit(query),
        auditHead: () => states.auditHead(),
        changePeople: async (change) => {
          if (isFull) throw new CodedError('JOURNAL_UNWRITABLE', 'full')
          return states.changePeople(change)
        },
      }),
    })
    await scene.people.enter('li.wei', 'operator')
    isFull = true
    expect((await scene.signIn()).code).toBe('JOURNAL_UNWRITABLE')
    isFull = false
    expect((await scene.signIn()).code).toBeUndefined()
    // Who is linked needs no disk.
    isFull = true
    expect((await scene.signIn()).code).toBeUndefined()
    isFull = false
  })
})

describe('credentials', () => {
  test.each([
    ['seen an hour ago', 3_600],
    ['of which nobody knows when', undefined],
  ])('%s are none', async (_what, age) => {
    scene.provider.knobs.credentialsAge = age
    expect((await scene.signIn()).code).toBe('OIDC_NOT_FRESH')
    expect(await lastNote()).toMatchObject({ kind: 'sign-in-failed', subject: 'li.wei' })
  })

  test('typed after the sign-in began are fresh, however long that took', async () => {
    scene.provider.knobs.credentialsAge = 300
    const { location, cookie } = await scene.start()
    const back = await scene.visit(location)
    scene.people.time.now += 300_000
    expect((await scene.comeBack(back, cookie)).code).toBeUndefined()
  })

  test('are left to the session at the provider where that is configured, but not behind a locked screen', async () => {
    await scene.close()
    scene = await OidcScene.open({ config: { reauthenticate: false } })
    await scene.people.enter('li.wei', 'operator')
    scene.provider.knobs.credentialsAge = 3_600
    const { session } = await scene.signIn()
    const as = session ?? { cookie: '' }
    expect(scene.provider.lastQuery.has('prompt')).toBe(false)
    expect((await scene.people.ask('/api/v1/session', { as })).statusCode).toBe(200)
    await scene.people.ask('/api/v1/session/lock', { body: {}, as })
    expect((await scene.signIn({ as })).code).toBe('OIDC_NOT_FRESH')
    expect(scene.provider.lastQuery.get('prompt')).toBe('login')
    const still = (await scene.people.ask('/api/v1/session', { as })).json() as Who
    expect(still).toMatchObject({ name: 'li.wei', locked: true })
    scene.provider.knobs.credentialsAge = 0
    expect((await scene.signIn({ as })).code).toBeUndefined()
  })
})

describe('an answer that comes back', () => {
  test('twice is good once', async () => {
    const { location, cookie } = await scene.start()
    const back = await scene.visit(location)
    expect((await scene.comeBack(back, cookie)).code).toBeUndefined()
    expect((await scene.comeBack(back, cookie)).code).toBe('OIDC_ATTEMPT_UNKNOWN')
    expect(scene.provider.asked.filter((path) => path === '/token')).toHaveLength(1)
  })

  test('twice at the same moment is good once', async () => {
    const { location, cookie } = await scene.start()
    const back = await scene.visit(location)
    const both = await Promise.all([scene.comeBack(back, cookie), scene.comeBack(back, cookie)])
    expect(both.map(({ code }) => code).sort()).toEqual(['OIDC_ATTEMPT_UNKNOWN', undefined])
  })

  test('to another browser, or to none that began, is of no use there', async () => {
    const mine = await scene.start()
    const back = await scene.visit(mine.location)
    const other = await scene.start()
    expect((await scene.comeBack(back, other.cookie)).code).toBe('OIDC_ATTEMPT_UNKNOWN')
    expect((await scene.comeBack(back, '')).code).toBe('OIDC_ATTEMPT_UNKNOWN')
    // Neither attempt is spoilt by it.
    expect((await scene.comeBack(back, mine.cookie)).code).toBeUndefined()
    expect((await scene.comeBack(await scene.visit(other.location), other.cookie)).code).toBeUndefined()
  })

  test('after ten minutes is too late', async () => {
    const { location, cookie } = await scene.start()
    const back = await scene.visit(location)
    scene.people.time.now += 600_000
    expect((await scene.comeBack(back, cookie)).code).toBe('OIDC_ATTEMPT_UNKNOWN')
  })

  test.each([
    ['nothing in it', (_state: string) => ''],
    ['a state alone', (state: string) => `?state=${state}`],
    ['two codes', (state: string) => `?state=${state}&code=a&code=b`],
    ['two states', (state: string) => `?state=${state}&state=x&code=a`],
    ['a code that nobody gave', (state: string) => `?state=${state}&code=${'x'.repeat(2_000)}`],
    ['an error with strange signs', (state: string) => `?state=${state}&error=%00%0d%0aX:y`],
    ['another issuer', (state: string) => `?state=${state}&code=a&iss=https://evil.example`],
  ])('with %s opens no session, and leads nowhere else', async (_what, query) => {
    const { location, cookie } = await scene.start()
    const state = new URL(location).searchParams.get('state') ?? ''
    const journey = await scene.comeBack(`/api/v1/sign-in/oidc/callback${query(state)}`, cookie)
    expect(journey.code).toMatch(/^OIDC_(ATTEMPT_UNKNOWN|REFUSED|TOKEN_INVALID)$/)
    expect(journey.session).toBeUndefined()
  })

  test('with the code of another attempt does not fit its challenge', async () => {
    const [mine, other] = [await scene.start(), await scene.start()]
    const code = new URLSearchParams((await scene.visit(other.location)).split('?')[1]).get('code')
    const state = new URL(mine.location).searchParams.get('state')
    const path = `/api/v1/sign-in/oidc/callback?code=${code}&state=${state}`
    expect((await scene.comeBack(path, mine.cookie)).code).toBe('OIDC_REFUSED')
  })
})

describe('sign-ins that begin', () => {
  test('are held back at one address, and not at another', async () => {
    for (let n = 0; n < 20; n += 1) expect((await scene.start()).location).toMatch(/^http/)
    expect((await scene.signIn()).code).toBe('OIDC_TOO_MANY')
    expect((await scene.signIn({ from: '10.0.0.99' })).code).toBeUndefined()
    scene.people.time.now += 3_000
    expect((await scene.signIn()).code).toBeUndefined()
    expect(await scene.people.signIn('li.wei', PASSWORD)).toBeDefined()
  })

  test('on a server without a provider are told so', async () => {
    const { people } = scene.people
    Object.defineProperty(people, 'oidc', { value: undefined })
    expect(await scene.people.refusal('/api/v1/sign-in/oidc')).toEqual([409, 'OIDC_IS_OFF'])
    expect(await scene.people.refusal('/api/v1/sign-in/oidc/callback')).toEqual([409, 'OIDC_IS_OFF'])
    expect((await scene.people.ask('/api/v1/sign-in')).json()).toEqual({ provider: null })
  })
})
