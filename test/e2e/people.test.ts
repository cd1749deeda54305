import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import type { Who } from '../../contracts/people-api.ts'
import { takePorts } from '../ports.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { Child } from './child.ts'
import { verifyJournal } from './journal-verification.ts'

const PASSWORD = 'lamps burn low at night'

test('a server with sign-in: the first administrator, a rescue while it runs, and a record that is whole', async () => {
  const folder = temporaryFolder()
  const [http, mqtt] = await takePorts(2)
  const config = join(folder, 'plant.yaml')
  const url = `http://127.0.0.1:${http}`
  writeFileSync(
    config,
    `facility: { id: plant, timezone: Asia/Shanghai }
mqtt: { listen: "127.0.0.1:${mqtt}" }
server: { listen: "127.0.0.1:${http}", data: data }
gateways: [ { id: g, buses: [ { id: b, driver: modbus-tcp, host: 127.0.0.1, devices: [ { id: d, sensors: [
  { id: T-1, kind: gas, unit: ppm, register: { address: 1 } } ] } ] } ] } ]
`,
  )
  const ask = (path: string, body?: object, cookie = '') =>
    fetch(`${url}${path}`, {
      headers: { cookie, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    })
  await using server = new Child('ingest/main.ts', ['--config', config], folder)
  await vi.waitFor(() => expect(server.stdout).toContain('/#/welcome/'), 60_000)
  const [, code = ''] = /127\.0\.0\.1:\d+\/#\/welcome\/([A-Za-z0-9_-]{43})\n/.exec(server.stdout) ?? []
  expect(server.stderr).not.toContain(code)
  expect((await ask('/api/v1/alarms')).status).toBe(401)
  expect((await ask('/healthz')).status).toBe(200)

  const used = await ask('/api/v1/links/use', { code, name: 'chief', password: PASSWORD })
  expect((await used.json()) as Who).toMatchObject({ name: 'chief', role: 'admin' })
  const cookie = used.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  expect((await ask('/api/v1/alarms', undefined, cookie)).status).toBe(200)

  const secret = join(folder, 'secret')
  writeFileSync(secret, 'four words of rescue\n')
  const admin = (...options: string[]) =>
    new Child('ingest/main.ts', ['admin', '--config', config, ...options], folder)
  await using rescue = admin('--name', 'rescue', '--password-file', secret)
  expect(await rescue.exit).toBe(0)
  expect(rescue.stdout).toBe(
    'rescue is entered as administrator; the server that runs knows it within a second.\n',
  )
  await vi.waitFor(async () => {
    const login = await ask('/api/v1/login', { name: 'rescue', password: 'four words of rescue' })
    expect(login.status).toBe(200)
  })
  // Nobody sits at this terminal.
  await using unasked = admin()
  expect(await unasked.exit).toBe(2)
  expect(unasked.stderr).toContain('give --password-file')

  const verified = await verifyJournal('--database', join(folder, 'data/state.db'))
  expect(verified.code).toBe(0)
  expect(verified.out).toMatch(/^_audit: entries 1 to \d+ are as they were entered/m)
  expect(await server.kill('SIGTERM')).toBe(0)

  await using again = new Child('ingest/main.ts', ['--config', config], folder)
  await vi.waitFor(() => expect(again.stdout).toContain('Davylamp'), 60_000)
  await vi.waitFor(async () => {
    const session = await ask('/api/v1/session', undefined, cookie)
    expect(((await session.json()) as Who).name).toBe('chief')
  })
  expect(again.stdout).not.toContain('welcome')
})
