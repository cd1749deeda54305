import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { setAdmin } from '../../../alerting/people/set-admin.ts'
import type { LinkView } from '../../../contracts/people-api.ts'
import { temporaryFolder } from '../../temporary-folder.ts'
import { firstAdminOf } from './first-admin.ts'
import { CHEAP, PASSWORD, PeopleScene } from './people-scene.ts'

let folder: string
let scene: PeopleScene
let admin: { cookie: string }

beforeEach(async () => {
  folder = temporaryFolder()
  scene = await PeopleScene.open({ folder })
})
afterEach(() => scene.close())

async function firstAdmin(): Promise<void> {
  admin = await firstAdminOf(scene)
}

async function post<T>(url: string, body: object, as = admin): Promise<T> {
  return (await scene.ask(url, { body, as })).json() as T
}

describe('the first administrator', () => {
  test('comes by a link that is told once and is good once, and has no default password', async () => {
    const code = scene.people.firstLink?.code ?? ''
    expect(JSON.stringify(await scene.states.people())).not.toContain(code)
    const look = (await scene.ask('/api/v1/links/look', { body: { code } })).json() as LinkView
    expect(look).toMatchObject({ kind: 'first-admin', name: null, role: 'admin', minPassword: 12 })
    const use = (body: object) => scene.refusal('/api/v1/links/use', { body: { code, ...body } })
    expect(await use({ password: PASSWORD })).toEqual([400, 'REQUEST_INVALID'])
    expect(await use({ name: 'chief', password: 'too short' })).toEqual([400, 'PASSWORD_TOO_SHORT'])
    await firstAdmin()
    expect((await scene.ask('/api/v1/session', { as: admin })).json()).toMatchObject({
      name: 'chief',
      role: 'admin',
    })
    expect(await use({ name: 'second', password: PASSWORD })).toEqual([404, 'LINK_INVALID'])
  })

  test('has a day; the next start makes another link, and none once there is one', async () => {
    const old = scene.people.firstLink?.code ?? ''
    scene.time.now += 24 * 3_600_000
    expect(await scene.refusal('/api/v1/links/look', { body: { code: old } })).toEqual([404, 'LINK_INVALID'])
    await scene.close()
    scene = await PeopleScene.open({ folder })
    expect(scene.people.firstLink?.code).not.toBe(old)
    await firstAdmin()
    await scene.close()
    scene = await PeopleScene.open({ folder })
    expect(scene.people.firstLink).toBeUndefined()
  })

  test('of two who use it at once one is it', async () => {
    const code = scene.people.firstLink?.code ?? ''
    const use = (name: string) => scene.ask('/api/v1/links/use', { body: { code, name, password: PASSWORD } })
    const both = await Promise.all([use('one'), use('two')])
    expect(both.map(({ statusCode }) => statusCode).sort()).toEqual([200, 404])
    expect(scene.people.book.persons()).toHaveLength(1)
  })
})

describe('`npm run ingest -- admin`', () => {
  const set = (name: string, password = 'five other words of mine') =>
    setAdmin({ folder, name, password, words: [], now: scene.time.now, random: randomBytes, cost: CHEAP })

  test('makes an administrator while the server runs, which takes it within a second', async () => {
    expect(await set('rescue')).toEqual({ name: 'rescue', isNew: true, isServerRunning: false })
    await scene.people.look()
    const as = await scene.signIn('rescue', 'five other words of mine')
    expect((await scene.ask('/api/v1/session', { as })).json()).toMatchObject({
      role: 'admin',
      facilities: null,
    })
    expect(
      await scene.refusal('/api/v1/links/look', { body: { code: scene.people.firstLink?.code } }),
    ).toEqual([404, 'LINK_INVALID'])
  })

  test('gives one who is there a new password, enables them, ends their sessions and forgives wrong tries', async () => {
    await firstAdmin()
    await scene.enter('li', 'viewer', ['plant'])
    const as = await scene.signIn('li')
    for (let n = 0; n < 20; n += 1)
      await scene.ask('/api/v1/login', { body: { name: 'li', password: 'x' }, from: '10.0.0.5' })
    await post('/api/v1/people/li', { disabled: true })
    scene.time.now += 1
    expect(await set('LI')).toMatchObject({ name: 'li', isNew: false })
    await scene.people.look()
    expect(await scene.refusal('/api/v1/session', { as })).toEqual([401, 'AUTH_REQUIRED'])
    await scene.signIn('li', 'five other words of mine')
    expect((await scene.audit()).find(({ kind }) => kind === 'admin-set')).toMatchObject({
      subject: 'li',
      by: null,
    })
  })

  test('a change that the server makes meanwhile is made on what it did', async () => {
    await firstAdmin()
    await set('rescue')
    await scene.enter('li', 'viewer')
    expect(
      scene.people.book
        .persons()
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['chief', 'li', 'rescue'])
  })

  test('takes no password that everybody tries first, and no name that is none', async () => {
    await expect(set('rescue', 'password1234')).rejects.toMatchObject({ code: 'PASSWORD_TOO_EASY' })
    await expect(set('rescue', 'short')).rejects.toMatchObject({ code: 'PASSWORD_TOO_SHORT' })
    await expect(set('no name')).rejects.toMatchObject({ code: 'USAGE' })
  })
})
