import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { ApiServer } from '../../../alerting/api/server.ts'
import { ChainCheck } from '../../../alerting/journal/chain-check.ts'
import { JournalFile } from '../../../alerting/journal/journal-file.ts'
import { setAdmin } from '../../../alerting/people/set-admin.ts'
import { silentLogger } from '../../../contracts/logger.ts'
import type { Invited, LinkView, MadeToken, PersonView, Who } from '../../../contracts/people-api.ts'
import { temporaryFolder } from '../../temporary-folder.ts'
import { CHEAP, FOUNDER, PASSWORD, PeopleScene } from './people-scene.ts'

let folder: string
let scene: PeopleScene
let admin: { cookie: string }

beforeEach(async () => {
  folder = temporaryFolder()
  scene = await PeopleScene.open({ folder })
})
afterEach(() => scene.close())

/** By the link that a server without an administrator makes. */
async function firstAdmin(): Promise<void> {
  const body = { code: scene.people.firstLink?.code ?? '', name: 'chief', password: PASSWORD }
  const response = await scene.ask('/api/v1/links/use', { body })
  admin = { cookie: String(response.headers['set-cookie']).split(';')[0] ?? '' }
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

describe('the audit record', () => {
  const report = () => {
    const journal = new JournalFile(join(folder, 'state.db'))
    const check = new ChainCheck({ facility: '_audit', segments: [], hasSegments: false })
    for (const link of journal.auditLinks()) check.take(link)
    journal.close()
    return check.report()
  }

  test('tells who did what to whom and from where, and finds what was changed in it', async () => {
    await firstAdmin()
    await post('/api/v1/people', { name: 'li', role: 'operator', facilities: ['plant'] })
    await post('/api/v1/people/li', { role: 'engineer', disabled: true })
    await scene.ask('/api/v1/login', { body: { name: 'li', password: 'guess' } })
    const told = (await scene.audit()).map(({ kind, by, address, subject, detail }) => [
      kind,
      by,
      address,
      subject,
      detail,
    ])
    expect(told).toEqual([
      ['link-made', null, null, null, 'first administrator'],
      ['person-created', null, '10.0.0.5', 'chief', 'first admin'],
      ['password-changed', 'chief', '10.0.0.5', 'chief', 'by a link'],
      ['link-used', 'chief', '10.0.0.5', 'chief', null],
      ['person-created', 'chief', '10.0.0.5', 'li', 'operator, facilities plant'],
      ['link-made', 'chief', '10.0.0.5', 'li', null],
      ['person-changed', 'chief', '10.0.0.5', 'li', 'operator -> engineer'],
      ['person-disabled', 'chief', '10.0.0.5', 'li', null],
      ['sign-in-failed', null, '10.0.0.5', 'li', 'disabled'],
    ])
    const page = (await scene.ask('/api/v1/audit?limit=2', { as: admin })).json() as {
      items: object[]
      next: string
    }
    expect(page).toMatchObject({ items: [{ n: 9 }, { n: 8 }], next: '8' })
    expect((await scene.ask(`/api/v1/audit?before=${page.next}`, { as: admin })).json()).toMatchObject({
      items: [{ n: 7 }, {}, {}, {}, {}, {}, { n: 1 }],
    })
    expect(report()).toMatchObject({ ok: true, entries: 9, head: await scene.states.auditHead() })

    const hand = new DatabaseSync(join(folder, 'state.db'))
    expect(() => hand.exec('DELETE FROM audit WHERE n = 3')).toThrow('append-only')
    hand.exec('DROP TRIGGER audit_is_append_only_update; DROP TRIGGER audit_is_append_only_delete')
    hand.exec(`UPDATE audit SET body = replace(body, '10.0.0.5', '10.0.0.6') WHERE n = 9`)
    hand.exec('DELETE FROM audit WHERE n = 3')
    hand.close()
    expect(report().flaws.map(({ n, kind }) => [n, kind])).toEqual([
      [3, 'missing'],
      [9, 'changed'],
    ])
  })

  test('is no place for a password that was typed where the name goes', async () => {
    await scene.ask('/api/v1/login', { body: { name: 'my-secret-password', password: 'x' } })
    expect(JSON.stringify(await scene.audit())).not.toContain('my-secret-password')
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
