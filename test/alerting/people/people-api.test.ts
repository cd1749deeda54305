import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Invited, PersonView, Who } from '../../../contracts/people-api.ts'
import { firstAdminOf } from './first-admin.ts'
import { PeopleScene } from './people-scene.ts'

let scene: PeopleScene
let admin: { cookie: string }

beforeEach(async () => {
  scene = await PeopleScene.open()
})
afterEach(() => scene.close())

async function firstAdmin(): Promise<void> {
  admin = await firstAdminOf(scene)
}

async function post<T>(url: string, body: object, as = admin): Promise<T> {
  return (await scene.ask(url, { body, as })).json() as T
}

describe('a person', () => {
  beforeEach(firstAdmin)
  const enter = (body: object) => post<Invited>('/api/v1/people', body)

  test('is entered without a password, sets one with a link, and is shown as they are', async () => {
    const { person, link } = await enter({
      name: '张伟',
      fullName: '张 伟',
      role: 'operator',
      facilities: ['plant'],
    })
    expect(person).toMatchObject({ hasPassword: false, facilities: ['plant'], disabled: false })
    expect(link.path).toBe(`/#/welcome/${link.code}`)
    expect(await scene.refusal('/api/v1/login', { body: { name: '张伟', password: '' } })).toEqual([
      401,
      'SIGN_IN_FAILED',
    ])
    const who = (
      await scene.ask('/api/v1/links/use', { body: { code: link.code, password: 'stone road' } })
    ).json()
    expect(who as Who).toMatchObject({ name: '张伟', role: 'operator', facilities: ['plant'] })
    const people = (await scene.ask('/api/v1/people', { as: admin })).json() as { items: PersonView[] }
    expect(
      people.items.map(({ name, hasPassword, sessions, invitedUntil }) => [
        name,
        hasPassword,
        sessions,
        invitedUntil,
      ]),
    ).toEqual([
      ['chief', true, 1, null],
      ['张伟', true, 1, null],
    ])
  })

  test.each([
    [{ name: 'CHIEF', role: 'viewer' }, 'PERSON_EXISTS'],
    [{ name: 'x y', role: 'viewer' }, 'REQUEST_INVALID'],
    [{ name: 'token:x', role: 'viewer' }, 'REQUEST_INVALID'],
    [{ name: 'x', role: 'god' }, 'REQUEST_INVALID'],
    [{ name: 'x', role: 'viewer', facilities: ['nowhere'] }, 'FACILITY_UNKNOWN'],
    [{ name: 'x', role: 'viewer', isAdmin: true }, 'REQUEST_INVALID'],
  ])('%o is refused: %s', async (body, code) => {
    expect(await enter(body)).toMatchObject({ code })
  })

  test('a new link makes the one before worthless; one to a disabled person is worthless too', async () => {
    const { link } = await enter({ name: 'li', role: 'operator' })
    const second = await post<{ code: string }>('/api/v1/people/li/link', {})
    const look = (code: string) => scene.refusal('/api/v1/links/look', { body: { code } })
    expect(await look(link.code)).toEqual([404, 'LINK_INVALID'])
    expect(await look(second.code)).toBeUndefined()
    await post('/api/v1/people/li', { disabled: true })
    expect(await look(second.code)).toEqual([404, 'LINK_INVALID'])
  })

  test('the last administrator of everything stays it', async () => {
    for (const body of [{ disabled: true }, { role: 'engineer' }, { facilities: ['plant'] }])
      expect(await post('/api/v1/people/chief', body)).toMatchObject({ code: 'LAST_ADMIN' })
    await scene.enter('deputy', 'admin')
    expect(await post('/api/v1/people/chief', { role: 'engineer' })).toMatchObject({ role: 'engineer' })
  })

  test('an administrator of some facilities sees and gives no more than these', async () => {
    await scene.enter('local', 'admin', ['plant'])
    await scene.enter('there', 'viewer', ['other'])
    await scene.enter('here', 'viewer', ['plant'])
    const as = await scene.signIn('local')
    const { items } = (await scene.ask('/api/v1/people', { as })).json() as { items: PersonView[] }
    expect(items.map(({ name }) => name)).toEqual(['here', 'local'])
    const refused = [
      ['/api/v1/people', { name: 'x', role: 'viewer', facilities: null }],
      ['/api/v1/people', { name: 'x', role: 'viewer', facilities: ['other'] }],
      ['/api/v1/people/here', { facilities: ['plant', 'other'] }],
      ['/api/v1/people/chief', { disabled: true }],
      ['/api/v1/people/there/link', {}],
      ['/api/v1/tokens', { name: 'x', role: 'viewer', facilities: ['other'], for: '1d' }],
    ] as const
    for (const [url, body] of refused)
      expect(await post(url, body, as), url).toMatchObject({ code: 'OUT_OF_SCOPE' })
    expect(await post('/api/v1/people', { name: 'x', role: 'viewer' }, as)).toMatchObject({
      person: { facilities: ['plant'] },
    })
  })
})
