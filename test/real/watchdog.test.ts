import { type ChildProcess, spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { AlarmView } from '../../contracts/api.ts'
import type { PathView } from '../../contracts/notify/api.ts'
import { Mailbox } from '../alerting/watchdog/mailbox.ts'
import { Child } from '../e2e/child.ts'
import { takePorts } from '../ports.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { unlessReal } from './unless-real.ts'

const BROKER = '/usr/sbin/mosquitto'
const mosquitto = unlessReal(BROKER)

const EVERY_MS = 3_000
const WITHIN_MS = 2_500
/** For mail, the question to the server and a machine that has other work, ms. */
const SPARE_MS = 4_000

/** Gateway, Mosquitto, server and watchdog, each a process of its own; only the mail server is the test's. */
describe.skipIf(mosquitto.skip)(`the whole alarm path${mosquitto.reason}`, () => {
  const folder = temporaryFolder()
  const config = join(folder, 'plant.yaml')
  let mailbox: Mailbox
  let broker: ChildProcess
  let server: Child
  let gateway: Child
  let watchdog: Child
  let url: string
  let dog: string

  beforeAll(async () => {
    mailbox = await Mailbox.open()
    const [http = 0, mqtt = 0, device = 0, listen = 0] = await takePorts(4)
    url = `http://127.0.0.1:${http}`
    dog = `http://127.0.0.1:${listen}`
    writeFileSync(join(folder, 'secret'), 'a secret of the test\n')
    writeFileSync(config, plant({ http, mqtt, device, listen, mail: mailbox.port }))
    const conf = join(folder, 'mosquitto.conf')
    writeFileSync(conf, `listener ${mqtt} 127.0.0.1\nallow_anonymous true\nset_tcp_nodelay true\n`)
    broker = spawn(BROKER, ['-c', conf], { stdio: 'ignore' })
    server = startServer()
    gateway = new Child('gateway/main.ts', ['run', '--config', config, '--log-level', 'warn'], folder)
    // A server that is started for the first time builds its console.
    await vi.waitFor(async () => expect((await fetch(`${url}/readyz`)).status).toBe(200), patience(60_000))
  })

  afterAll(async () => {
    await Promise.all([watchdog, server, gateway].map((child) => child?.[Symbol.asyncDispose]()))
    broker?.kill('SIGKILL')
    await mailbox?.[Symbol.asyncDispose]()
  })

  const startServer = () => new Child('ingest/main.ts', ['--config', config, '--log-level', 'warn'], folder)
  const patience = (timeout: number) => ({ timeout, interval: 50 })
  const metric = async (name: string): Promise<number> => {
    const text = await (await fetch(`${dog}/metrics`)).text()
    const line = text.split('\n').find((each) => each.startsWith(name))
    return Number(line?.split(' ').at(-1) ?? Number.NaN)
  }
  const ok = () => metric('davylamp_watchdog_rounds_total{facility="plant",result="ok"}')
  const failed = () => metric('davylamp_watchdog_rounds_total{facility="plant",result="failed"}')
  const alarms = async () =>
    ((await (await fetch(`${url}/api/v1/alarms`)).json()) as { items: AlarmView[] }).items

  test('one round is tried by hand', async () => {
    await using once = new Child(
      'alerting/main.ts',
      ['watchdog', '--config', config, '--once', '--log-level', 'warn'],
      folder,
    )
    expect({ exit: await once.exit, stderr: once.stderr }).toEqual({ exit: 0, stderr: '' })
    expect(once.stdout).toMatch(/^plant: the alarm path works: read .* alarm .* message .* whole .* return /)
  })

  test('three rounds go all the way, and nobody is told', async () => {
    watchdog = new Child('alerting/main.ts', ['watchdog', '--config', config], folder)
    await vi.waitFor(async () => expect(await ok()).toBeGreaterThanOrEqual(3), patience(25_000))
    expect(await failed()).toBe(0)
    expect(mailbox.subjects).toEqual([])
    expect((await fetch(`${dog}/health`)).status).toBe(200)
    const path = (await (await fetch(`${url}/api/v1/path`)).json()) as PathView
    expect(path.watchdog).toMatchObject({ facility: 'plant', sensor: 'WD-1', isLate: false })
  })

  test('kill -9 of the server: the watchdog tells by itself, in time', async () => {
    await server.kill('SIGKILL')
    const at = performance.now()
    await vi.waitFor(
      () => expect(mailbox.subjects).toHaveLength(1),
      patience(EVERY_MS + WITHIN_MS + SPARE_MS),
    )
    expect(performance.now() - at).toBeLessThan(EVERY_MS + WITHIN_MS + SPARE_MS)
    const [mail] = mailbox.mails
    expect(mail?.subject).toBe('ALARM PATH BROKEN · Chemical plant · alarms may reach nobody')
    expect(mail?.to).toEqual(['anna@plant.example'])
    expect(mail?.text).toContain('The gateway has read the test value of WD-1, and no message')
    expect(mail?.text).toContain(`It does not answer at ${url}/readyz (ECONNREFUSED)`)
    expect(mail?.text).toContain('watchdog-late')
    // It does its work, and a restart would not help.
    const health = await fetch(`${dog}/health`)
    expect([health.status, await health.json()]).toMatchObject([200, { path: 'broken', untold: 0 }])
  })

  test('while it lasts nobody is told again; when the server is back, once', async () => {
    await vi.waitFor(async () => expect(await failed()).toBeGreaterThanOrEqual(2), patience(10_000))
    expect(mailbox.subjects).toHaveLength(1)
    server = startServer()
    await vi.waitFor(() => expect(mailbox.subjects).toHaveLength(2), patience(25_000))
    expect(mailbox.subjects[1]).toBe('ALARM PATH WORKS AGAIN · Chemical plant')
  })

  test('kill -9 of the watchdog: the server says that it is late', async () => {
    await watchdog.kill('SIGKILL')
    await vi.waitFor(
      async () =>
        expect((await alarms()).find(({ id }) => id === 'sys.watchdog.LATE')).toMatchObject({
          state: 'UNACK',
        }),
      patience(3 * EVERY_MS + WITHIN_MS + 15_000),
    )
  })

  test('it comes back without a false word, and ends cleanly', async () => {
    watchdog = new Child('alerting/main.ts', ['watchdog', '--config', config], folder)
    await vi.waitFor(async () => expect(await ok()).toBeGreaterThanOrEqual(1), patience(40_000))
    // A gateway that comes back by and by is no broken path.
    expect(mailbox.subjects).toHaveLength(2)
    await using health = new Child('alerting/main.ts', ['watchdog', 'health', '--config', config], folder)
    expect(await health.exit).toBe(0)
    expect(health.stdout).toContain('the watchdog of plant is healthy: the alarm path works')
    expect(await watchdog.kill('SIGTERM')).toBe(0)
  })
})

function plant(ports: Record<'http' | 'mqtt' | 'device' | 'listen' | 'mail', number>): string {
  return `
facility: { id: plant, name: Chemical plant }
server: { listen: "127.0.0.1:${ports.http}", data: server, auth: off }
mqtt: { url: "mqtt://127.0.0.1:${ports.mqtt}" }
responders: [ { id: anna, name: Anna, email: anna@plant.example } ]
gateways:
  - id: gw-1
    heartbeat: 500ms
    buses:
      - id: dog
        driver: modbus-tcp
        host: 127.0.0.1
        port: ${ports.device}
        timeout: 500ms
        devices:
          - id: watchdog
            poll: 100ms
            sensors:
              - id: WD-1
                kind: other
                unit: "%"
                range: [0, 100]
                register: { address: 0 }
                alarms: { H: { when: high, limit: 50, class: watchdog } }
notify:
  channels:
    - { id: dog, kind: webhook, url: "http://127.0.0.1:${ports.listen}/", secretFile: secret }
    - { id: mail, kind: email, host: 127.0.0.1, port: ${ports.mail}, security: none, from: watchdog@plant.example }
  watchdog:
    sensor: WD-1
    device: "127.0.0.1:${ports.device}"
    listen: "127.0.0.1:${ports.listen}"
    channel: dog
    every: ${EVERY_MS}ms
    within: ${WITHIN_MS}ms
    tell: [mail]
    to: [anna]
`
}
