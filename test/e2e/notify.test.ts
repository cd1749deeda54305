import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { AlarmView, JournalItem, Problem } from '../../contracts/api.ts'
import { systemClock } from '../../contracts/clock.ts'
import { parseFacility } from '../../contracts/facility-load.ts'
import { silentLogger } from '../../contracts/logger.ts'
import type { AnswerView, ChannelView, NoticeView } from '../../contracts/notify/api.ts'
import { EdgeGateway } from '../../gateway/edge-gateway.ts'
import { randomId } from '../../ingest/main.ts'
import { keepCertificate, makeCertificate } from '../contracts/certificates.ts'
import { ModbusPeer } from '../gateway/modbus-peer.ts'
import { takePorts } from '../ports.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { Child } from './child.ts'

// The whole way, in processes of their own: Modbus device, gateway, broker, server, mail server, receiver of webhooks.

const SENSORS = 60
const SOON = { timeout: 90_000, interval: 50 }
const folder = temporaryFolder()
const config = join(folder, 'plant.yaml')
const device = new ModbusPeer()
const stack = new AsyncDisposableStack()
let url = ''
let mails: Child
let hooks: { child: Child; port: number }
let server: Child
let mailPort = 0

const hookUrl = (path: string) => `http://127.0.0.1:${hooks.port}${path}`
const get = async <T>(path: string) => (await (await fetch(`${url}${path}`)).json()) as T
const post = async <T>(path: string, body: object) =>
  (await (
    await fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  ).json()) as T
const notices = async () =>
  (await get<{ items: NoticeView[] }>('/api/v1/notices?limit=500')).items.filter(({ alarm }) =>
    alarm.startsWith('GT-'),
  )
const setAll = (value: number) => {
  for (let address = 0; address < SENSORS; address += 1) device.set({ unit: 1, code: 3, address }, value)
}

function plantText(http: number, mqtt: number): string {
  const sensors = Array.from(
    { length: SENSORS },
    (_, index) =>
      `              - { id: GT-${index}, kind: gas, unit: ppm, register: { address: ${index} }, alarms: { H: { when: high, limit: 50, class: ${index === 0 ? 'safety' : 'process'} } } }`,
  )
  return `facility: { id: plant, timezone: Asia/Shanghai }
mqtt: { url: embedded, listen: "127.0.0.1:${mqtt}" }
server: { listen: "127.0.0.1:${http}", auth: off }
responders:
  - { id: li.wei, name: 李伟, language: zh, email: li.wei@plant.example }
roster:
  - { id: operators, always: [li.wei] }
notify:
  url: https://console.plant.example
  channels:
    - { id: mail, kind: email, host: 127.0.0.1, port: ${mailPort}, security: starttls, ca: ca.pem, username: davylamp, passwordFile: password, from: alarm@plant.example, timeout: 3s }
    - { id: hook, kind: webhook, url: "${hookUrl('/flaky')}", timeout: 1s }
  policies:
    - { id: all, match: { sensors: [${Array.from({ length: SENSORS }, (_, n) => `GT-${n}`).join(', ')}] }, steps: [ { to: [operators], by: [mail, hook] } ] }
gateways:
  - id: gw-1
    heartbeat: 300ms
    outbox: { path: memory }
    buses:
      - id: plc
        driver: modbus-tcp
        host: 127.0.0.1
        timeout: 2s
        devices:
          - id: panel
            poll: 50ms
            sensors:
${sensors.join('\n')}
`
}

async function started(file: string, args: readonly string[] = []): Promise<{ child: Child; port: number }> {
  const child = stack.use(new Child(file, args))
  await vi.waitUntil(() => child.stdout.includes('\n'), SOON)
  return { child, port: (JSON.parse(child.stdout.split('\n')[0] ?? '{}') as { port: number }).port }
}

async function startServer(): Promise<Child> {
  const child = stack.use(new Child('ingest/main.ts', ['--config', config], folder))
  await vi.waitFor(async () => expect((await fetch(`${url}/readyz`)).status).toBe(200), SOON)
  return child
}

/** Raw messages that the mail server took, in order. */
const mailsTaken = () =>
  mails.stdout
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => (JSON.parse(line) as { message: string }).message)
const header = (message: string, name: string) =>
  new RegExp(`^${name}: (.+)$`, 'im').exec(message)?.[1]?.trim()
/** Quoted-printable or base64 as it came, read as text. */
const textOf = (message: string) => {
  const piece = message.split(/\r\n--[^\r\n]+/).find((part) => part.includes('text/plain')) ?? message
  const [head = '', ...rest] = piece.split('\r\n\r\n')
  const body = rest.join('\r\n\r\n')
  if (/base64/i.test(head)) return Buffer.from(body, 'base64').toString('utf8')
  const bytes = body
    .replaceAll('=\r\n', '')
    .replaceAll(/=([0-9A-F]{2})/g, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return Buffer.from(bytes, 'latin1').toString('utf8')
}

beforeAll(async () => {
  const authority = makeCertificate({ name: 'Plant CA', isAuthority: true })
  writeFileSync(join(folder, 'ca.pem'), authority.pem)
  keepCertificate(folder, 'mail', makeCertificate({ name: 'mail', names: ['127.0.0.1'], by: authority }))
  writeFileSync(join(folder, 'password'), 'c0rrect horse\n')
  const mail = await started('test/e2e/channels/mail-server.ts', [
    join(folder, 'mail.pem'),
    join(folder, 'mail.key'),
    'davylamp',
    'c0rrect horse',
    'starttls',
  ])
  mails = mail.child
  mailPort = mail.port
  hooks = await started('test/e2e/channels/hook-server.ts')
  const [http = 0, mqtt = 0] = await takePorts(2)
  url = `http://127.0.0.1:${http}`
  writeFileSync(config, plantText(http, mqtt))
  await device.listen()
  stack.defer(() => device.close())
  setAll(10)
  server = await startServer()
  const gateway = new EdgeGateway({
    clock: systemClock,
    random: Math.random,
    randomId,
    logger: silentLogger,
    facility: parseFacility(plantText(http, mqtt), config),
    gateway: 'gw-1',
    busAddresses: new Map([['plc', { host: '127.0.0.1', port: device.port }]]),
    broker: { host: '127.0.0.1', port: mqtt },
  })
  await gateway.start()
  stack.defer(() => gateway.stop())
  await vi.waitFor(async () => {
    const { items } = await get<{ items: AlarmView[] }>('/api/v1/alarms')
    expect(items.filter(({ id }) => id.startsWith('sys.gw-1'))).toEqual([])
  }, SOON)
})
afterAll(() => stack.disposeAsync())

it('kill -9 in the middle of sending: everybody is told of every alarm, what is told again has the same name', async () => {
  setAll(90)
  // In the middle: some messages are taken, some are under way, some wait.
  await vi.waitFor(async () => {
    const counted = (await (await fetch(hookUrl('/counted'))).json()) as [string, number][]
    expect(counted.length).toBeGreaterThan(4)
  }, SOON)
  await server.kill('SIGKILL')
  const before = mailsTaken().length
  server = await startServer()
  await vi.waitFor(async () => {
    const all = await notices()
    expect(all.filter(({ state }) => state === 'sent')).toHaveLength(2 * SENSORS)
  }, SOON)
  const all = await notices()
  expect(new Set(all.map(({ alarm, channel }) => `${alarm} ${channel}`)).size).toBe(2 * SENSORS)
  expect(all).toHaveLength(2 * SENSORS)

  const counted = new Map((await (await fetch(hookUrl('/counted'))).json()) as [string, number][])
  const hooked = all.filter(({ channel }) => channel === 'hook').map(({ id }) => id)
  expect([...counted.keys()].toSorted()).toEqual(hooked.toSorted())
  const ids = mailsTaken().map((message) => header(message, 'Davylamp-Notice'))
  expect(new Set(ids)).toEqual(new Set(all.filter(({ channel }) => channel === 'mail').map(({ id }) => id)))
  // Whatever came twice bears the same Message-ID.
  const names = new Set(mailsTaken().map((message) => header(message, 'Message-ID')))
  expect(names.size).toBe(SENSORS)
  expect(before).toBeLessThan(SENSORS + 4)
})

it('has it in the journal and on the page of the alarm, with what the other side said', async () => {
  await vi.waitFor(async () => {
    const { items } = await get<{ items: JournalItem[] }>('/api/v1/journal?alarm=GT-7.H&limit=50')
    const told = items.filter(({ event }) => event === 'notified').flatMap(({ notice }) => notice?.told ?? [])
    expect(new Set(told.map(({ channel, state }) => `${channel} ${state}`))).toContain('mail sent')
    expect(told.find(({ channel }) => channel === 'mail')?.receipt).toMatch(/^250 .*queued as \d+/)
  }, SOON)
  const { items } = await get<{ items: NoticeView[] }>('/api/v1/notices?alarm=GT-7.H')
  expect(items.map(({ channel, to }) => [channel, to]).toSorted()).toEqual([
    ['hook', null],
    ['mail', 'li.wei'],
  ])
})

it('acknowledges by the link in the mail, once', async () => {
  const message = mailsTaken().find((mail) => textOf(mail).includes('GT-9.H')) ?? ''
  const [, code = ''] = /#\/answer\/([\w.-]+)/.exec(textOf(message)) ?? []
  expect(await post<AnswerView>('/api/v1/answers/look', { code })).toMatchObject({
    to: 'li.wei',
    isCurrent: true,
    alarm: { id: 'GT-9.H', state: 'UNACK' },
  })
  expect(await post<AlarmView>('/api/v1/answers', { code, comment: '已知' })).toMatchObject({
    state: 'ACKED',
    comment: '已知',
  })
  expect(await post<Problem>('/api/v1/answers', { code })).toMatchObject({ status: 410, code: 'ANSWER_USED' })
})

it('a mail server that goes away raises an alarm of its own, and what waits is sent when it is back', async () => {
  const channel = async () =>
    (await get<{ items: ChannelView[] }>('/api/v1/channels')).items.find(({ id }) => id === 'mail')
  await vi.waitFor(async () => expect(await channel()).toMatchObject({ state: 'working', waiting: 0 }), SOON)
  mails.signal('SIGSTOP')
  device.set({ unit: 1, code: 3, address: 5 }, 10)
  await vi.waitFor(async () => {
    const { items } = await get<{ items: AlarmView[] }>('/api/v1/alarms')
    expect(items.find(({ id }) => id === 'GT-5.H')?.state).toBe('RTNUN')
  }, SOON)
  device.set({ unit: 1, code: 3, address: 5 }, 90)
  await vi.waitFor(async () => {
    const { items } = await get<{ items: AlarmView[] }>('/api/v1/alarms')
    expect(items.find(({ id }) => id === 'sys.notify.mail.FAIL')?.condition).toBe('active')
    expect(await channel()).toMatchObject({
      state: 'failing',
      error: expect.stringMatching(/^CHANNEL_TIMEOUT/),
    })
  }, SOON)
  mails.signal('SIGCONT')
  await vi.waitFor(async () => {
    expect(await channel()).toMatchObject({ state: 'working', waiting: 0 })
    const { items } = await get<{ items: NoticeView[] }>('/api/v1/notices?alarm=GT-5.H')
    expect(
      items.filter(({ occurrence, state }) => occurrence === 'GT-5.H#2' && state === 'sent'),
    ).toHaveLength(2)
  }, SOON)
})
