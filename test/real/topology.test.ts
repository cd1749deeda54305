import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { AlarmView, GatewayView } from '../../contracts/api.ts'
import { systemClock } from '../../contracts/clock.ts'
import type { InfluxAnswer } from '../dashboards/grafana-answer.ts'
import { committedDashboards } from '../dashboards/grafana-dashboards.ts'
import { interpolated } from '../dashboards/grafana-variables.ts'
import { Child } from '../e2e/child.ts'
import { ask } from '../e2e/https.ts'
import { takePorts } from '../ports.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { DeployedBroker, MOSQUITTO } from './deployed-broker.ts'
import { INFLUXD, Influxd } from './influxd.ts'
import { unlessReal } from './unless-real.ts'

const needed = unlessReal(MOSQUITTO, INFLUXD)

/** GT-101 stands at 60 %LEL from the second second on. */
const LEAK = `
description: GT-101 stands high.
timeline:
  - { at: 2s, duration: 1h, set: { sensor: GT-101, value: 60 } }
`

/**
 * What compose runs, as processes of this machine, from a folder that `npm run deploy -- init` wrote: Mosquitto with TLS and
 * users, InfluxDB with users, server, two gateways, simulated devices. From a leak to the mark on the graphs of Grafana.
 */
describe.skipIf(needed.skip)(`the topology of a deployment${needed.reason}`, () => {
  let folder: string
  let influxd: Influxd
  let broker: DeployedBroker
  let https: number
  let ca: string
  /** Of an administrator who has signed in. */
  let cookie = ''
  const children: Child[] = []

  /** A command that ends. */
  async function done(file: string, args: string[], env: Record<string, string> = {}): Promise<string> {
    await using child = new Child(file, args, folder, env)
    const code = await child.exit
    if (code !== 0) throw new Error(`${file} ${args.join(' ')}: ${code}\n${child.stdout}${child.stderr}`)
    return child.stdout
  }

  /** A process of the plant, in a folder of its own. */
  function runs(name: string, file: string, args: string[], env: Record<string, string> = {}): void {
    const cwd = join(folder, 'run', name)
    mkdirSync(cwd, { recursive: true })
    children.push(new Child(file, args, cwd, env))
  }

  const asked = (path: string, more: Partial<Parameters<typeof ask>[2]> = {}) => {
    const headers = { host: `localhost:${https}`, cookie, ...more.headers }
    return ask(https, path, { ...more, ca, name: 'localhost', headers })
  }

  async function get<T>(path: string): Promise<T> {
    const { status, body } = await asked(path)
    if (status !== 200) throw new Error(`${path}: ${status} ${body}`)
    return JSON.parse(body) as T
  }

  const soon = <T>(look: () => Promise<T>) => vi.waitFor(look, { timeout: 40_000, interval: 250 })
  const secretOf = (path: string) => readFileSync(join(folder, 'deployment', path), 'utf8').trim()

  beforeAll(async () => {
    folder = temporaryFolder()
    influxd = await Influxd.started(folder, { http: 'auth-enabled = true' })
    const [mqtt = 0, tls = 0, tank = 0, shed = 0, gas = 0] = await takePorts(5)
    https = tls
    const plant = join(folder, 'plant.yaml')
    const example = readFileSync(new URL('../../facility.example.yaml', import.meta.url), 'utf8')
    const text = example
      .replace('port: 1502', `port: ${tank}`)
      .replace('port: 1503', `port: ${shed}`)
      .replace('port: 1504', `port: ${gas}`)
    writeFileSync(plant, text)
    writeFileSync(join(folder, 'leak.yaml'), LEAK)
    const ports = ['--port', `mqtt=${mqtt}`, '--port', `https=${tls}`]
    const native = ['--native', '--broker-user', 'root', '--data', join(folder, 'data')]
    const database = ['--influxdb', '1', '--influxdb-url', influxd.url]
    await done('ingest/main.ts', [
      'deploy',
      'init',
      '--config',
      plant,
      '--to',
      'deployment',
      ...native,
      ...ports,
      ...database,
    ])
    mkdirSync(join(folder, 'data/mosquitto'), { recursive: true })
    ca = secretOf('ca/ca.crt')
    await enterUsers()
    broker = await DeployedBroker.started(join(folder, 'deployment'), mqtt)

    const facilities = join(folder, 'deployment/server/facilities')
    const store = { DAVYLAMP_STORE_PASSWORD_FILE: join(folder, 'deployment/server/store-password') }
    await done('ingest/main.ts', ['setup', '--config', facilities], {
      DAVYLAMP_STORE_USERNAME: 'admin',
      DAVYLAMP_STORE_PASSWORD_FILE: join(folder, 'deployment/influxdb/admin-password'),
    })
    runs('simulator', 'simulators/main.ts', [
      'run',
      '--config',
      plant,
      '--scenario',
      join(folder, 'leak.yaml'),
    ])
    runs('server', 'ingest/main.ts', ['run', '--config', facilities], store)
    for (const id of ['gw-1', 'gw-2']) {
      const own = join(folder, `deployment/gateways/demo-plant.${id}/facility.yaml`)
      runs(id, 'gateway/main.ts', ['run', '--config', own, '--gateway', id])
    }
  })

  afterAll(async () => {
    await Promise.all(children.map((child) => child[Symbol.asyncDispose]()))
    await broker?.stop()
    await influxd?.[Symbol.asyncDispose]()
  })

  /** What InfluxDB answers to a user of it. */
  async function asUser(user: string, password: string, q: string): Promise<InfluxAnswer> {
    const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
    const body = new URLSearchParams({ q, db: 'davylamp', epoch: 'ms' })
    const answer = await fetch(`${influxd.url}/query`, { method: 'POST', body, headers: { authorization } })
    return (await answer.json()) as InfluxAnswer
  }

  /** As an administrator enters influxdb/users.influxql; the first statement makes the administrator. */
  async function enterUsers(): Promise<void> {
    const [first = '', ...others] = secretOf('influxdb/users.influxql').split('\n')
    await influxd.ask(first)
    for (const statement of others) {
      const answer = await asUser('admin', secretOf('influxdb/admin-password'), statement)
      expect(JSON.stringify(answer)).not.toContain('error')
    }
  }

  /** As Grafana does: with the user of its data source, which may read and no more. */
  function asGrafana(query: string): Promise<InfluxAnswer> {
    return asUser('davylamp-grafana', secretOf('grafana/store-password'), query)
  }

  test('the folder is sound', async () => {
    expect(await done('ingest/main.ts', ['deploy', 'check', '--folder', 'deployment'])).toBe(
      'deployment: ok\n',
    )
  })

  test('nobody sees anything before an administrator, made at the machine, has signed in', async () => {
    await soon(async () => expect((await asked('/healthz')).status).toBe(200))
    expect((await asked('/api/v1/alarms')).status).toBe(401)
    writeFileSync(join(folder, 'password'), 'correct horse battery')
    const facilities = join(folder, 'deployment/server/facilities')
    const file = join(folder, 'password')
    await using child = new Child(
      'ingest/main.ts',
      ['admin', '--config', facilities, '--name', 'chief', '--password-file', file],
      join(folder, 'run/server'),
    )
    expect([await child.exit, child.stderr]).toEqual([0, ''])
    // A server that runs knows the new administrator within a second.
    const signIn = async () => {
      const answer = await asked('/api/v1/login', {
        method: 'POST',
        body: { name: 'chief', password: 'correct horse battery' },
        headers: { 'content-type': 'application/json', origin: `https://localhost:${https}` },
      })
      expect([answer.status, answer.body]).toEqual([200, expect.stringContaining('chief')])
      return answer
    }
    ;({ cookie } = await vi.waitFor(signIn, { timeout: 60_000, interval: 1_500 }))
  })

  test('both gateways are heard', async () => {
    const { items } = await soon(async () => {
      const found = await get<{ items: GatewayView[] }>('/api/v1/facilities/demo-plant/gateways')
      expect(found.items.map(({ state }) => state)).toEqual(['online', 'online'])
      return found
    })
    expect(items.map(({ id }) => id)).toEqual(['gw-1', 'gw-2'])
  })

  test('a leak is an alarm', async () => {
    await soon(async () => {
      const { items } = await get<{ items: AlarmView[] }>('/api/v1/alarms')
      expect(items.find(({ id }) => id === 'GT-101.HH')).toMatchObject({
        state: 'UNACK',
        priority: 'critical',
      })
    })
  })

  test('and a mark on the trends of Grafana, by the query that the dashboard has', async () => {
    const gas = committedDashboards().find(({ uid }) => uid === 'davylamp-gas')
    const raised = gas?.annotations.list[0]
    expect(raised?.name).toBe('Alarms raised')
    const all = { values: ['$__all'], allValue: '.*' }
    const now = systemClock.wall()
    const query = interpolated(raised?.query ?? '', {
      from: now - 3_600_000,
      to: now + 60_000,
      intervalMs: 10_000,
      variables: { facility: all, area: all, sensor: all },
    })
    await soon(async () => {
      const [series] = (await asGrafana(query)).results[0]?.series ?? []
      const at = series?.columns.indexOf('alarm') ?? -1
      expect(series?.columns).toEqual(expect.arrayContaining(['message', 'alarm', 'event', 'priority']))
      expect(series?.values.map((row) => row[at])).toContain('GT-101.HH')
    })
  })

  test('Grafana may read and no more', async () => {
    expect(JSON.stringify(await asGrafana('DROP SERIES FROM "alarm"'))).toMatch(/not authorized/)
    const nobody = await asUser('davylamp-grafana', 'guess', 'SHOW DATABASES')
    expect(JSON.stringify(nobody)).toMatch(/authorization failed/)
  })

  test('server and gateways say that they are healthy', async () => {
    const facilities = join(folder, 'deployment/server/facilities')
    expect(await done('ingest/main.ts', ['health', '--ready', '--config', facilities])).toMatch(/healthy/)
    const own = join(folder, 'deployment/gateways/demo-plant.gw-2/facility.yaml')
    await using child = new Child(
      'gateway/main.ts',
      ['health', '--config', own, '--gateway', 'gw-2'],
      join(folder, 'run/gw-2'),
    )
    expect([await child.exit, child.stdout]).toEqual([0, expect.stringMatching(/healthy/)])
  })
})
