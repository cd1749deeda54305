import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { CodedError } from '../../../contracts/errors.ts'
import type { Who } from '../../../contracts/people-api.ts'
import { temporaryFolder } from '../../temporary-folder.ts'
import { CONTROL_ROOM, FOUNDER, PASSWORD, PeopleScene } from './people-scene.ts'

let scene: PeopleScene

beforeEach(async () => {
  scene = await PeopleScene.open()
  await scene.enter('li.wei', 'operator')
})
afterEach(() => scene.close())

const login = (name: string, password: string, from?: string, headers = {}) =>
  scene.ask('/api/v1/login', { body: { name, password }, headers, ...(from === undefined ? {} : { from }) })

describe('a sign-in', () => {
  test('gives a cookie that no script and no other site gets, and says who it is', async () => {
    const response = await login('LI.Wei', PASSWORD)
    expect(response.statusCode).toBe(200)
    expect(response.headers['set-cookie']).toMatch(
      /^davylamp=[A-Za-z0-9_-]{43}; Path=\/; HttpOnly; SameSite=Strict$/,
    )
    const who = response.json() as Who
    expect(who).toMatchObject({
      name: 'li.wei',
      role: 'operator',
      kind: 'person',
      facilities: null,
      locked: false,
    })
    expect(who.end).toBe('2026-11-28T20:00:00.000Z')
    const cookie = String(response.headers['set-cookie']).split(';')[0] ?? ''
    expect((await scene.ask('/api/v1/session', { as: { cookie } })).json()).toEqual(who)
  })

  test('keeps neither the id of the session nor the password', async () => {
    const { cookie } = await scene.signIn('li.wei')
    await scene.people.book.settled()
    const kept = JSON.stringify(await scene.states.people())
    expect(kept).not.toContain(cookie.split('=')[1])
    expect(kept).not.toContain(PASSWORD)
    expect(kept).toContain('$scrypt$')
  })

  test.each([
    ['a wrong password', 'li.wei', 'not this one'],
    ['a name that nobody has', 'nobody', PASSWORD],
    ['an empty password', 'li.wei', ''],
    ['a prototype', '__proto__', PASSWORD],
  ])('with %s: the same answer', async (_what, name, password) => {
    const response = await login(name, password)
    expect(response.statusCode).toBe(401)
    expect(response.json()).toMatchObject({ code: 'SIGN_IN_FAILED', detail: 'name or password is wrong' })
    expect(response.headers['set-cookie']).toBeUndefined()
  })

  test('of who is disabled fails like a wrong password', async () => {
    await scene.people.accounts.change('li.wei', { disabled: true }, FOUNDER)
    expect((await login('li.wei', PASSWORD)).json()).toMatchObject({ code: 'SIGN_IN_FAILED' })
    await scene.people.accounts.change('li.wei', { disabled: false }, FOUNDER)
    expect((await login('li.wei', PASSWORD)).statusCode).toBe(200)
  })

  test('that a foreign page sends, or that is no JSON, is refused before anything is looked at', async () => {
    const foreign = await login('li.wei', PASSWORD, undefined, { origin: 'http://evil.example' })
    expect(foreign.json()).toMatchObject({ code: 'ORIGIN_REFUSED' })
    const form = await scene.api.inject({
      method: 'POST',
      url: '/api/v1/login',
      headers: { host: '127.0.0.1:8080', 'content-type': 'application/x-www-form-urlencoded' },
      payload: `name=li.wei&password=${PASSWORD}`,
    })
    expect(form.json()).toMatchObject({ code: 'BODY_NOT_JSON' })
    expect((await scene.audit()).filter(({ kind }) => kind === 'signed-in')).toHaveLength(0)
  })

  test('outlasts a restart of the server, and what it may is looked up anew', async () => {
    const folder = temporaryFolder()
    const first = await PeopleScene.open({ folder })
    await first.enter('li.wei', 'operator')
    const as = await first.signIn('li.wei')
    await first.close()
    const second = await PeopleScene.open({ folder })
    expect((await second.ask('/api/v1/session', { as })).json()).toMatchObject({ name: 'li.wei' })
    await second.people.accounts.change('li.wei', { role: 'viewer' }, FOUNDER)
    expect((await second.ask('/api/v1/session', { as })).json()).toMatchObject({ role: 'viewer' })
    await second.close()
  })
})

describe('a session ends', () => {
  const isOver = async (as: { cookie: string }) =>
    (await scene.refusal('/api/v1/session', { as }))?.[1] === 'AUTH_REQUIRED'

  test('when nobody uses it, and not while somebody does or a stream is open', async () => {
    const as = await scene.signIn('li.wei')
    for (let n = 0; n < 5; n += 1) {
      scene.time.now += 29 * 60_000
      await scene.people.look()
      expect(await isOver(as)).toBe(false)
    }
    scene.time.now += 30 * 60_000
    expect(await isOver(as)).toBe(true)
    await scene.people.look()
    expect((await scene.audit()).at(-1)).toMatchObject({
      kind: 'session-ended',
      subject: 'li.wei',
      detail: 'idle',
    })
  })

  test('after a shift, however much it is used', async () => {
    const as = await scene.signIn('li.wei')
    for (let n = 0; n < 12 * 4; n += 1) {
      expect(await isOver(as)).toBe(false)
      scene.time.now += 15 * 60_000
    }
    expect(await isOver(as)).toBe(true)
  })

  test('at log-out, and its cookie is cleared', async () => {
    const as = await scene.signIn('li.wei')
    const out = await scene.ask('/api/v1/logout', { body: {}, as })
    expect(out.headers['set-cookie']).toContain('Max-Age=0')
    expect(await isOver(as)).toBe(true)
  })

  test('at a change of the password, but for the one that changes it', async () => {
    const [one, two] = [await scene.signIn('li.wei'), await scene.signIn('li.wei')]
    const body = { password: PASSWORD, newPassword: 'other words of mine' }
    expect((await scene.ask('/api/v1/session/password', { body, as: one })).statusCode).toBe(200)
    expect([await isOver(one), await isOver(two)]).toEqual([false, true])
    expect((await login('li.wei', PASSWORD)).statusCode).toBe(401)
    expect((await login('li.wei', 'other words of mine')).statusCode).toBe(200)
  })

  test('a new password that is too easy, or an old one that is wrong, changes nothing', async () => {
    const as = await scene.signIn('li.wei')
    const refusal = (password: string, newPassword: string) =>
      scene.refusal('/api/v1/session/password', { body: { password, newPassword }, as })
    expect(await refusal(PASSWORD, 'password1')).toEqual([400, 'PASSWORD_TOO_EASY'])
    expect(await refusal(PASSWORD, 'short')).toEqual([400, 'PASSWORD_TOO_SHORT'])
    expect(await refusal('wrong', 'other words of mine')).toEqual([401, 'SIGN_IN_FAILED'])
    expect((await login('li.wei', PASSWORD)).statusCode).toBe(200)
  })

  test('when the person is disabled, or somebody ends it', async () => {
    await scene.enter('wang', 'viewer')
    const [li, wang, other] = [
      await scene.signIn('li.wei'),
      await scene.signIn('wang'),
      await scene.signIn('wang'),
    ]
    await scene.people.accounts.change('li.wei', { disabled: true }, FOUNDER)
    expect(await isOver(li)).toBe(true)
    const { items } = (await scene.ask('/api/v1/sessions', { as: wang })).json() as {
      items: { id: string; current: boolean; address: string }[]
    }
    expect(items.map(({ current, address }) => [current, address])).toEqual([
      [true, CONTROL_ROOM],
      [false, CONTROL_ROOM],
    ])
    const id = items.find(({ current }) => !current)?.id
    await scene.ask(`/api/v1/sessions/${id}/end`, { body: {}, as: wang })
    expect([await isOver(wang), await isOver(other)]).toEqual([false, true])
    // Nobody ends the session of somebody else.
    const admins = scene.people.book.sessions('wang')[0]?.hash.slice(0, 16)
    await scene.enter('zhao', 'viewer')
    const as = await scene.signIn('zhao')
    expect(await scene.refusal(`/api/v1/sessions/${admins}/end`, { body: {}, as })).toEqual([
      404,
      'SESSION_UNKNOWN',
    ])
  })

  test('when the same person opens too many: the one used least lately', async () => {
    const first = await scene.signIn('li.wei')
    scene.time.now += 1_000
    const second = await scene.signIn('li.wei')
    scene.time.now += 1_000
    await scene.ask('/api/v1/session', { as: first })
    scene.time.now += 1_000
    for (let n = 0; n < 19; n += 1) await scene.signIn('li.wei')
    expect([await isOver(first), await isOver(second)]).toEqual([false, true])
  })
})

describe('a screen that is locked', () => {
  test('looks on and does nothing, until the password of who locked it comes', async () => {
    const as = await scene.signIn('li.wei')
    expect((await scene.ask('/api/v1/session/lock', { body: {}, as })).json()).toMatchObject({ locked: true })
    expect((await scene.ask('/api/v1/alarms', { as })).statusCode).toBe(200)
    const acknowledge = { body: { items: [] }, as }
    expect(await scene.refusal('/api/v1/alarms/acknowledge', acknowledge)).toEqual([403, 'SESSION_LOCKED'])
    const unlock = (password: string) => scene.ask('/api/v1/session/unlock', { body: { password }, as })
    expect((await unlock('wrong')).json()).toMatchObject({ code: 'SIGN_IN_FAILED' })
    expect((await unlock(PASSWORD)).json()).toMatchObject({ locked: false })
    expect((await scene.refusal('/api/v1/alarms/acknowledge', acknowledge))?.[1]).toBe('REQUEST_INVALID')
    expect((await scene.audit()).map(({ kind }) => kind).slice(-3)).toEqual([
      'locked',
      'unlock-failed',
      'unlocked',
    ])
  })
})

describe('two thousand wrong passwords', () => {
  test('are looked at a few times, told in a few entries, and the right person gets in meanwhile', async () => {
    await scene.signIn('li.wei')
    let looked = 0
    let told = 0
    for (let n = 0; n < 2_000; n += 1) {
      const response = await login('li.wei', `guess ${n}`, '10.66.0.1')
      if (response.statusCode === 401) looked += 1
      else {
        told += 1
        expect(response.statusCode).toBe(429)
        expect(Number(response.headers['retry-after'])).toBeGreaterThan(0)
      }
      scene.time.now += 250
      if (n % 500 === 0) {
        // Where they signed in before, and from a machine that has failed at nothing.
        expect((await login('li.wei', PASSWORD)).statusCode).toBe(200)
        expect((await login('li.wei', PASSWORD, `10.7.0.${n / 500}`)).statusCode).toBe(200)
      }
    }
    expect(looked + told).toBe(2_000)
    // 500 s: five at once, then after 1, 2, 4 ... s, and from then on every minute.
    expect(looked).toBeLessThanOrEqual(20)
    const failures = (await scene.audit()).filter(({ kind }) => kind === 'sign-in-failed')
    expect(failures).toHaveLength(looked)
    expect(failures.at(-1)?.detail).toMatch(/^\d+ more were not looked at$/)
  })

  test('at the console of somebody themselves hold them up for half a minute, not for longer', async () => {
    await scene.signIn('li.wei')
    for (let n = 0; n < 100; n += 1) {
      await login('li.wei', `guess ${n}`)
      scene.time.now += 1_000
    }
    const response = await login('li.wei', PASSWORD)
    expect(response.statusCode).toBe(429)
    const seconds = Number(response.headers['retry-after'])
    expect(seconds).toBeLessThanOrEqual(30)
    scene.time.now += seconds * 1_000
    expect((await login('li.wei', PASSWORD)).statusCode).toBe(200)
  })
})

describe('a disk that takes nothing', () => {
  test('keeps nobody out, and the audit record is told once it takes something again', async () => {
    let isFull = false
    await scene.close()
    scene = await PeopleScene.open({
      store: (states) => ({
        people: () => states.people(),
        peopleRevision: () => states.peopleRevision(),
        audit: (query) => states.audit(query),
        auditHead: () => states.auditHead(),
        changePeople: (change) =>
          isFull
            ? Promise.reject(new CodedError('JOURNAL_UNWRITABLE', 'database or disk is full'))
            : states.changePeople(change),
      }),
    })
    await scene.enter('li.wei', 'operator')
    isFull = true
    const as = await scene.signIn('li.wei')
    expect((await scene.ask('/api/v1/session', { as })).statusCode).toBe(200)
    await scene.ask('/api/v1/logout', { body: {}, as })
    expect(await scene.refusal('/api/v1/session', { as })).toEqual([401, 'AUTH_REQUIRED'])
    isFull = false
    await scene.signIn('li.wei')
    const kinds = (await scene.audit()).map(({ kind }) => kind)
    expect(kinds.slice(-3)).toEqual(['signed-in', 'signed-out', 'signed-in'])
  })

  test('that hangs holds a sign-in up for half a second', async () => {
    await scene.close()
    let isHanging = false
    scene = await PeopleScene.open({
      store: (states) => ({
        people: () => states.people(),
        peopleRevision: () => states.peopleRevision(),
        audit: (query) => states.audit(query),
        auditHead: () => states.auditHead(),
        changePeople: (change) => (isHanging ? new Promise(() => undefined) : states.changePeople(change)),
      }),
    })
    await scene.enter('li.wei', 'operator')
    isHanging = true
    const as = await scene.signIn('li.wei')
    expect((await scene.ask('/api/v1/session', { as })).statusCode).toBe(200)
    const { api, states } = scene
    await api.close()
    await states.close()
    scene = await PeopleScene.open()
  })
})

test('a name that nobody has is hashed for as long as one that somebody has', async () => {
  await scene.close()
  scene = await PeopleScene.open({ cost: { ln: 13, r: 8, p: 1 } })
  await scene.enter('li.wei', 'operator')
  const timeOf = async (name: string, from: string) => {
    const before = performance.now()
    await login(name, 'not this one', from)
    return performance.now() - before
  }
  const times: Record<'known' | 'unknown', number[]> = { known: [], unknown: [] }
  for (let n = 0; n < 8; n += 1) {
    times.known.push(await timeOf('li.wei', `10.1.0.${n}`))
    times.unknown.push(await timeOf(`nobody${n}`, `10.2.0.${n}`))
  }
  const least = (of: number[]) => Math.min(...of)
  // Without the hash it would be a hundred times faster.
  expect(least(times.unknown)).toBeGreaterThan(least(times.known) / 3)
})
