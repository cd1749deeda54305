import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Api } from '../../../alerting/api/routes.ts'
import type { ChannelView, NoticeView, PathView } from '../../../contracts/notify/api.ts'
import { absentFacility, testApi } from '../absent-ports.ts'
import { NotifyScene, toldFacility } from './notify-scene.ts'

const HOST = { host: '127.0.0.1:8080' }
const POLICY = `
    - { id: all, steps: [ { to: [operators], by: [mail, chat] } ] }`

let scene: NotifyScene
let api: Api

// Real time: requests are.
beforeEach(async () => {
  scene = await NotifyScene.open(toldFacility(POLICY))
  api = await testApi([absentFacility(scene.facility)], { notices: scene.desk, answers: scene.answers })
  await scene.read('T-1', 25)
  await expect.poll(() => scene.sender.letters.length).toBe(3)
})
afterEach(async () => {
  await api.close()
  await scene.close()
  await scene.states.close()
})

async function get<T>(url: string): Promise<T> {
  return (await api.inject({ url: `/api/v1${url}`, headers: HOST })).json() as T
}

async function post(url: string, payload: string, type = 'application/json') {
  const response = await api.inject({
    method: 'POST',
    url: `/api/v1${url}`,
    headers: { ...HOST, 'content-type': type },
    payload,
  })
  const { code } = response.json() as { code?: string }
  return [response.statusCode, code]
}

describe('notices', () => {
  test('come newest first, a page at a time, of one alarm or in one state', async () => {
    await expect.poll(async () => (await scene.notices()).every(({ state }) => state === 'sent')).toBe(true)
    const first = await get<{ items: NoticeView[]; next?: string }>('/notices?limit=2')
    expect(first.items).toHaveLength(2)
    const second = await get<{ items: NoticeView[]; next?: string }>(`/notices?limit=2&before=${first.next}`)
    expect(second.items).toHaveLength(1)
    expect(second.next).toBeUndefined()
    expect(new Set([...first.items, ...second.items].map(({ id }) => id)).size).toBe(3)
    expect((await get<{ items: NoticeView[] }>('/notices?alarm=T-1.H&state=sent')).items).toHaveLength(3)
    expect((await get<{ items: NoticeView[] }>('/notices?state=failed')).items).toEqual([])
    expect((await get<{ items: NoticeView[] }>('/notices?occurrence=T-1.H%232')).items).toEqual([])
  })

  test('of a facility that is not there are refused, and so is a state that is none', async () => {
    expect(await get('/notices?facility=other')).toMatchObject({ status: 404, code: 'FACILITY_UNKNOWN' })
    expect(await get('/notices?state=lost')).toMatchObject({ status: 400, code: 'REQUEST_INVALID' })
    expect(await get('/notices?limit=100000')).toMatchObject({ status: 400, code: 'REQUEST_INVALID' })
  })
})

test('channels say how they are, and nothing of their secrets', async () => {
  const { items } = await get<{ items: ChannelView[] }>('/channels')
  expect(items.map(({ id, kind, target }) => [id, kind, target])).toEqual([
    ['mail', 'email', '127.0.0.1:587'],
    ['chat', 'webhook', '127.0.0.1:9'],
    ['spare', 'webhook', '127.0.0.1:9'],
  ])
  expect(JSON.stringify(items)).not.toContain('/chat')
})

test('a test message goes out by the channel that is asked for', async () => {
  expect(await post('/facilities/plant/channels/chat/test', '{}')).toEqual([200, undefined])
  await expect.poll(() => scene.sender.letters).toContain('test chat group')
  expect(await post('/facilities/plant/channels/fax/test', '{}')).toEqual([404, 'CHANNEL_UNKNOWN'])
  expect(await post('/facilities/plant/channels/mail/test', '{}')).toEqual([422, 'RECEIVER_UNREACHED'])
  expect(await post('/facilities/other/channels/chat/test', '{}')).toEqual([404, 'FACILITY_UNKNOWN'])
})

test('the path of an alarm has its legs', async () => {
  const { legs, watchdog } = await get<PathView>('/path')
  expect(legs.map(({ leg }) => leg)).toEqual(['evaluated', 'journalled', 'sent', 'acknowledged'])
  expect(watchdog).toBeNull()
})

describe('an answer whose body', () => {
  test.each([
    ['is no JSON', '{', 'application/json', 400, 'REQUEST_INVALID'],
    ['is a form', 'code=x', 'application/x-www-form-urlencoded', 415, 'BODY_NOT_JSON'],
    ['has no code', '{}', 'application/json', 400, 'REQUEST_INVALID'],
    ['has a code of another type', '{"code":{"a":1}}', 'application/json', 400, 'REQUEST_INVALID'],
    [
      'has a key that nobody asked for',
      '{"code":"x","role":"admin"}',
      'application/json',
      400,
      'REQUEST_INVALID',
    ],
    [
      'has a code that is too long',
      JSON.stringify({ code: 'x'.repeat(401) }),
      'application/json',
      400,
      'REQUEST_INVALID',
    ],
    [
      'is larger than any',
      JSON.stringify({ code: 'x'.repeat(3_000_000) }),
      'application/json',
      413,
      'PAYLOAD_TOO_LARGE',
    ],
    [
      'is forged',
      JSON.stringify({ code: `${'a'.repeat(22)}.zzzzzz.${'b'.repeat(22)}` }),
      'application/json',
      404,
      'ANSWER_INVALID',
    ],
    ['has a prototype in it', '{"__proto__":{"code":"x"}}', 'application/json', 400, 'REQUEST_INVALID'],
  ])('%s is refused', async (_what, payload, type, status, code) => {
    for (const route of ['/answers', '/answers/look'])
      expect(await post(route, payload, type)).toEqual([status, code])
    expect(scene.alarms.view('T-1.H')?.state).toBe('UNACK')
  })
})
