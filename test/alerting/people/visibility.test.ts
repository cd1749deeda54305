import { connect } from 'node:net'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { ApiServer } from '../../../alerting/api/server.ts'
import { silentLogger } from '../../../contracts/logger.ts'
import { firstAdminOf } from './first-admin.ts'
import { FOUNDER, PeopleScene } from './people-scene.ts'

let scene: PeopleScene
let admin: { cookie: string }

beforeEach(async () => {
  scene = await PeopleScene.open()
})
afterEach(() => scene.close())

async function firstAdmin(): Promise<void> {
  admin = await firstAdminOf(scene)
}

describe('lists', () => {
  beforeEach(firstAdmin)
  test.each([
    '/api/v1/facilities',
    '/api/v1/alarms',
    '/api/v1/floods',
    '/api/v1/journal',
    '/api/v1/journal/head',
    '/api/v1/ledger',
    '/api/v1/server',
  ])('%s has nothing of a facility that is not theirs', async (url) => {
    await scene.enter('there', 'viewer', ['other'])
    const response = await scene.ask(url, { as: await scene.signIn('there') })
    expect(response.statusCode).toBe(200)
    expect(response.body).not.toContain('plant')
    if (!/alarms|ledger|journal$/.test(url)) expect(response.body).toContain('other')
    expect((await scene.ask(url, { as: admin })).statusCode).toBe(200)
  })

  test('whoever has some facilities does not hear whether another is there', async () => {
    await scene.enter('there', 'viewer', ['other'])
    const as = await scene.signIn('there')
    for (const id of ['plant', 'nowhere'])
      expect(await scene.refusal(`/api/v1/facilities/${id}`, { as })).toEqual([403, 'OUT_OF_SCOPE'])
    expect(await scene.refusal('/api/v1/facilities/nowhere', { as: admin })).toEqual([
      404,
      'FACILITY_UNKNOWN',
    ])
  })
})

describe('details of the machine', () => {
  test('are for viewers of everything, for tokens, and for the machine itself', async () => {
    await scene.close()
    scene = await PeopleScene.open({ ports: { unready: () => ['broker (plant)'] } })
    await firstAdmin()
    expect((await scene.ask('/readyz')).json()).toEqual({ status: 'waiting' })
    expect((await scene.ask('/readyz', { from: '127.0.0.1' })).json()).toHaveProperty('waitingFor')
    expect((await scene.ask('/readyz', { as: admin })).json()).toHaveProperty('waitingFor')
    expect(await scene.refusal('/metrics')).toEqual([401, 'AUTH_REQUIRED'])
    for (const from of ['127.0.0.1', '::1', '::ffff:127.0.0.1'])
      expect((await scene.ask('/metrics', { from })).statusCode).toBe(200)
    expect(await scene.refusal('/docs/json')).toEqual([401, 'AUTH_REQUIRED'])
    expect((await scene.ask('/docs/json', { as: admin })).statusCode).toBe(200)
    expect((await scene.refusal('/docs'))?.[1]).toBe('AUTH_REQUIRED')
  })
})

describe('the event stream', () => {
  test('shows the facilities of who listens, and ends with the session, the token or what it gives', async () => {
    await firstAdmin()
    await scene.enter('there', 'viewer', ['other'])
    const ports = { ...scene.ports() }
    const server = new ApiServer({
      ports,
      listen: { host: '127.0.0.1', port: 0 },
      hosts: [],
      logger: silentLogger,
    })
    const port = await server.start()
    const { cookie } = await scene.signIn('there')
    const listen = () => {
      const socket = connect(port, '127.0.0.1')
      let text = ''
      let isOver = false
      socket.on('data', (chunk: Buffer) => {
        text += chunk.toString()
        if (text.includes('\r\n0\r\n')) isOver = true
      })
      socket.on('close', () => {
        isOver = true
      })
      socket.write(`GET /api/v1/stream HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nCookie: ${cookie}\r\n\r\n`)
      return { socket, text: () => text, isOver: () => isOver }
    }
    const first = listen()
    await vi.waitFor(() => expect(scene.stream.clients).toBe(1))
    const flood = { isFlood: false, since: null, last10Minutes: 0, peak: 0 }
    scene.stream.send('flood', { facility: 'plant', ...flood })
    scene.stream.send('flood', { facility: 'other', ...flood })
    await vi.waitFor(() => expect(first.text()).toContain('"other"'))
    expect(first.text()).not.toContain('"plant"')
    // An open stream is a use of the session.
    for (let n = 0; n < 3; n += 1) {
      scene.time.now += 29 * 60_000
      await scene.people.look()
    }
    expect(first.isOver()).toBe(false)
    await scene.people.accounts.change('there', { role: 'operator' }, FOUNDER)
    await vi.waitFor(() => expect(first.isOver()).toBe(true))
    const second = listen()
    await vi.waitFor(() => expect(scene.stream.clients).toBe(1))
    await scene.people.accounts.signOut('there', FOUNDER)
    await vi.waitFor(() => expect(second.isOver()).toBe(true))
    expect(scene.stream.clients).toBe(0)
    for (const { socket } of [first, second]) socket.destroy()
    await server.stop()
  })
})
