import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { MadeToken } from '../../../contracts/people-api.ts'
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

describe('a token', () => {
  beforeEach(firstAdmin)
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

  test('is told once, has its role and scope, ends by itself, and says when it was used', async () => {
    const body = { name: 'grafana', role: 'viewer', facilities: ['plant'], for: '1d' }
    const made = await post<MadeToken>('/api/v1/tokens', body)
    expect(made.token).toMatch(/^dlt_[A-Za-z0-9_-]{43}$/)
    expect((await scene.ask('/api/v1/session', { as: bearer(made.token) })).json()).toMatchObject({
      name: 'token:grafana',
      kind: 'token',
      facilities: ['plant'],
    })
    await scene.people.book.settled()
    expect(JSON.stringify(await scene.states.people())).not.toContain(made.token)
    const list = await scene.ask('/api/v1/tokens', { as: admin })
    expect(list.body).not.toContain(made.token)
    expect(list.json()).toMatchObject({
      items: [{ lastUsed: '2026-11-28T08:00:00.000Z', lastAddress: '10.0.0.5' }],
    })
    expect(await scene.refusal('/metrics', { as: bearer(made.token) })).toEqual([403, 'OUT_OF_SCOPE'])
    scene.time.now += 86_400_000
    expect(await scene.refusal('/api/v1/session', { as: bearer(made.token) })).toEqual([401, 'AUTH_REQUIRED'])
  })

  test.each([
    [{ name: 'a', role: 'viewer', for: '59m' }, 'TOKEN_LENGTH'],
    [{ name: 'a', role: 'viewer', for: '401d' }, 'TOKEN_LENGTH'],
    [{ name: 'a', role: 'viewer', for: 'ever' }, 'REQUEST_INVALID'],
    [{ name: 'TAKEN', role: 'viewer', for: '1d' }, 'TOKEN_EXISTS'],
  ])('%o is refused: %s', async (body, code) => {
    await post('/api/v1/tokens', { name: 'taken', role: 'viewer', for: '1d' })
    expect(await post('/api/v1/tokens', body)).toMatchObject({ code })
  })

  test.each(['', 'Bearer', 'Bearer x', 'Basic Y2hpZWY6eA==', `Bearer ${'x'.repeat(5_000)}`])(
    'that is none lets nobody in, not even with a cookie beside it: "%.20s"',
    async (authorization) => {
      const as = { ...admin, authorization }
      const refusal = await scene.refusal('/api/v1/session', { as })
      expect(refusal).toEqual([401, 'AUTH_REQUIRED'])
    },
  )
})
