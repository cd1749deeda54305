import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { IClientOptions } from 'mqtt'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { deployCommand } from '../../ingest/commands/deploy.ts'
import { issueAuthority, issueCertificate } from '../../ingest/deployment/certificates.ts'
import { SettableClock } from '../gateway/settable-clock.ts'
import { takePort } from '../ports.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { DeployedBroker, listening, MOSQUITTO } from './deployed-broker.ts'
import { unlessReal } from './unless-real.ts'

const ANALYSE = '/usr/bin/systemd-analyze'
const needed = unlessReal(MOSQUITTO)
const analyser = unlessReal(ANALYSE)
const run = promisify(execFile)
const EXAMPLE = fileURLToPath(new URL('../../facility.example.yaml', import.meta.url))
const MORE = `
annunciators:
  - id: horns
    bus: { driver: modbus-tcp, host: 127.0.0.1 }
    unit: 1
    outputs: [{ id: horn, register: { table: coil, address: 0 }, safe: off, shows: active }]
  - id: lamps
    bus: { driver: modbus-tcp, host: 127.0.0.1 }
    unit: 2
    outputs: [{ id: lamp, register: { table: coil, address: 0 }, safe: off, shows: active }]
foreign:
  - id: plug
    topic: zigbee2mqtt/plug
    absolute: true
    sensors:
      - { id: PW-1, kind: electrical, unit: kW, path: $.power }
`

let folder: string
let port: number

/** `npm run deploy` for processes of this machine. */
async function deploy(...words: string[]): Promise<string> {
  const said: string[] = []
  const terminal = {
    argv: ['deploy', ...words],
    env: {},
    out: (text: string) => void said.push(text),
    err: (text: string) => void said.push(text),
    stopped: Promise.resolve(),
  }
  const tools = { provision: () => new Map(), random: randomBytes, user: { uid: 1_000, gid: 1_000 } }
  await deployCommand(terminal, tools, new SettableClock(Date.now()))
  return said.join('')
}

function native(to: string, mqtt: number, ...more: string[]): Promise<string> {
  const own = ['--native', '--data', join(to, 'data'), '--port', `mqtt=${mqtt}`, '--broker-user', 'root']
  return deploy('init', '--to', to, ...own, ...more)
}

beforeAll(async () => {
  const root = temporaryFolder()
  folder = join(root, 'deployment')
  const plant = join(root, 'plant.yaml')
  writeFileSync(plant, readFileSync(EXAMPLE, 'utf8') + MORE)
  port = await takePort()
  await native(folder, port, '--config', plant)
})

describe.skipIf(needed.skip)(`the broker of a deployment${needed.reason}`, () => {
  let broker: DeployedBroker
  const root = 'davylamp/v1/demo-plant'
  const own = `${root}/gateways/gw-1`
  const other = `${root}/gateways/gw-2`

  beforeAll(async () => {
    broker = await DeployedBroker.started(folder, port)
  })
  afterAll(() => broker?.stop())

  test('lets the health check of the compose file in', async () => {
    const { stdout } = await run('mosquitto_sub', ['-t', '$SYS/broker/uptime', '-C', '1', '-W', '10'], {
      env: { XDG_CONFIG_HOME: join(folder, 'mosquitto/health') },
    })
    expect(stdout).toMatch(/^\d+ seconds/)
  })

  test.each([
    ['nobody in particular', () => broker.connected({}), /Not authorized|not authorized/],
    ['a wrong password', () => broker.client('demo-plant.gw-1', { password: 'guess' }), /[Nn]ot authorized/],
    [
      'a gateway with the password of another',
      () => broker.client('demo-plant.gw-1', { password: broker.password('demo-plant.gw-2') }),
      /[Nn]ot authorized/,
    ],
    ['somebody without TLS', () => broker.connected({ username: 'server' }, 'mqtt'), /./],
  ])('keeps out %s', async (_who, attempt, words) => {
    await expect(attempt()).rejects.toThrow(words)
  })

  test('is trusted by whoever knows the CA, and by nobody else', async () => {
    const stranger = issueAuthority('Stranger', { now: Date.now(), random: randomBytes })
    await expect(broker.client('server', { ca: stranger.cert })).rejects.toThrow(/certificate/)
    await expect(broker.client('server', { servername: 'elsewhere.example' })).rejects.toThrow(/altnames/)
  })

  test('what the wire needs goes through, in both directions', async () => {
    const server = await broker.client('server')
    const gateway = await broker.client('demo-plant.gw-1')
    const annunciator = await broker.client('demo-plant.annunciator.horns')
    const other = await broker.client('annunciator')
    const bridge = await broker.client('demo-plant.foreign')
    const channels = ['readings', 'backlog', 'state', 'health', 'waveforms']
    const atServer = await listening(
      server,
      ...channels.map((channel) => `${root}/gateways/+/${channel}`),
      'zigbee2mqtt/plug',
      `${root}/annunciators/+`,
    )
    const atGateway = await listening(
      gateway,
      `${own}/confirm`,
      `${own}/limits`,
      `${own}/state`,
      `${root}/server`,
    )
    const atAnnunciator = await listening(annunciator, `${root}/alarms/+`, `${root}/server`)
    const atOther = await listening(other, `${root}/alarms/+`, `${root}/server`)
    for (const channel of channels) await gateway.publishAsync(`${own}/${channel}`, '{}', { qos: 1 })
    await bridge.publishAsync('zigbee2mqtt/plug', '{}', { qos: 1 })
    await annunciator.publishAsync(`${root}/annunciators/horns`, '{}', { qos: 1 })
    const toGateway = [`${own}/confirm`, `${own}/limits`, `${root}/server`]
    for (const topic of [...toGateway, `${root}/alarms/GT-101.H`])
      await server.publishAsync(topic, '{}', { qos: 1 })
    await expect
      .poll(() => atServer.toSorted())
      .toEqual(
        [
          ...channels.map((channel) => `${own}/${channel}`),
          'zigbee2mqtt/plug',
          `${root}/annunciators/horns`,
        ].toSorted(),
      )
    await expect.poll(() => atGateway.toSorted()).toEqual([...toGateway, `${own}/state`].toSorted())
    for (const heard of [atAnnunciator, atOther])
      await expect.poll(() => heard.toSorted()).toEqual([`${root}/alarms/GT-101.H`, `${root}/server`])
  })

  test('a gateway is heard on topics of its own only', async () => {
    const heard = await listening(
      await broker.client('server'),
      `${root}/gateways/+/readings`,
      `${root}/gateways/+/backlog`,
      `${root}/gateways/+/state`,
      `${root}/gateways/+/health`,
      `${root}/gateways/+/waveforms`,
      `${root}/alarms/+`,
      'zigbee2mqtt/plug',
    )
    const gateway = await broker.client('demo-plant.gw-1')
    for (const channel of ['readings', 'backlog', 'state', 'health', 'waveforms', 'confirm', 'limits'])
      await gateway.publishAsync(`${other}/${channel}`, 'forged', { qos: 1 })
    for (const topic of [
      `${root}/alarms/GT-101.H`,
      `${root}/server`,
      `${root}/journal`,
      'zigbee2mqtt/plug',
      'any',
    ])
      await gateway.publishAsync(topic, 'forged', { qos: 1 })
    await (await broker.client('annunciator')).publishAsync(`${root}/alarms/GT-101.H`, 'forged', { qos: 1 })
    await (await broker.client('demo-plant.foreign')).publishAsync(`${own}/readings`, 'forged', { qos: 1 })
    // One that gets through comes after all of them.
    await gateway.publishAsync(`${own}/health`, 'the last', { qos: 1 })
    await expect.poll(() => heard.at(-1)).toBe(`${own}/health`)
    expect(heard).toEqual(heard.filter((topic) => topic === `${own}/health` || topic === `${own}/state`))
  })

  test('an annunciator says only how it does itself, and hears alarms only', async () => {
    const heard = await listening(await broker.client('server'), `${root}/annunciators/+`, `${root}/alarms/+`)
    const horns = await broker.client('demo-plant.annunciator.horns')
    const atHorns = await listening(horns, '#', `${own}/readings`, `${own}/confirm`, `${root}/annunciators/+`)
    const attempts = ['annunciators/lamps', 'annunciators/any', 'alarms/GT-101.H', 'server', 'journal']
    for (const who of [horns, await broker.client('annunciator'), await broker.client('demo-plant.gw-1')])
      for (const topic of who === horns ? attempts : [...attempts, 'annunciators/horns'])
        await who.publishAsync(`${root}/${topic}`, 'forged', { qos: 1 })
    await (await broker.client('demo-plant.gw-1')).publishAsync(`${own}/readings`, 'secret', { qos: 1 })
    const server = await broker.client('server')
    await server.publishAsync(`${own}/confirm`, 'secret', { qos: 1 })
    await horns.publishAsync(`${root}/annunciators/horns`, 'the last', { qos: 1 })
    await server.publishAsync(`${root}/alarms/GT-101.H`, 'the last', { qos: 1 })
    await expect.poll(() => heard.at(-1)).toBe(`${root}/alarms/GT-101.H`)
    expect(heard).toEqual([`${root}/annunciators/horns`, `${root}/alarms/GT-101.H`])
    await expect.poll(() => atHorns.at(-1)).toBe(`${root}/alarms/GT-101.H`)
    expect(new Set(atHorns).difference(new Set([`${root}/alarms/GT-101.H`, `${root}/server`]))).toEqual(
      new Set(),
    )
  })

  test('a gateway hears nothing that is meant for others', async () => {
    const gateway = await broker.client('demo-plant.gw-1')
    const heard = await listening(gateway, `${root}/#`, '#', '$SYS/#', `${other}/confirm`)
    const server = await broker.client('server')
    const peer = await broker.client('demo-plant.gw-2')
    for (const topic of [`${other}/confirm`, `${other}/limits`, `${root}/alarms/GT-101.H`, `${root}/journal`])
      await server.publishAsync(topic, 'secret', { qos: 1 })
    for (const channel of ['readings', 'state'])
      await peer.publishAsync(`${other}/${channel}`, 'secret', { qos: 1 })
    await server.publishAsync(`${own}/confirm`, 'the last', { qos: 1 })
    await expect.poll(() => heard.at(-1)).toBe(`${own}/confirm`)
    expect(
      [...new Set(heard)].filter((topic) => ![`${own}/state`, `${root}/server`].includes(topic)),
    ).toEqual([`${own}/confirm`])
  })
})

describe.skipIf(needed.skip)(`certificates of a deployment${needed.reason}`, () => {
  let strict: string
  let strictPort: number
  const now = Date.now()
  const YEAR = 365 * 86_400_000
  const text = (file: string) => readFileSync(join(strict, file), 'utf8')

  beforeAll(async () => {
    strict = join(temporaryFolder(), 'deployment')
    strictPort = await takePort()
    await native(strict, strictPort, '--config', EXAMPLE, '--client-certificates')
  })

  /** Signed by the CA of the folder, as it would have been so long ago. */
  function issued(usage: 'server' | 'client', ago: number) {
    const ca = { cert: text('ca/ca.crt'), key: text('ca/ca.key') }
    const request = { commonName: 'demo-plant.gw-1', usage, names: usage === 'server' ? ['127.0.0.1'] : [] }
    return issueCertificate(request, ca, { now: now - ago, random: randomBytes })
  }

  test('with client certificates neither password nor certificate is enough, nor one that ended', async () => {
    const broker = await DeployedBroker.started(strict, strictPort)
    try {
      const user = 'demo-plant.gw-1'
      await broker.client(user)
      await expect(broker.client(user, { cert: '', key: '' })).rejects.toThrow()
      await expect(broker.connected(broker.certificate(user))).rejects.toThrow(/[Nn]ot authorized/)
      await expect(broker.client(user, issued('client', 2 * YEAR))).rejects.toThrow()
      // The certificate of a server is none of a client.
      await expect(broker.client(user, issued('server', 0))).rejects.toThrow()
      await broker.client(user, issued('client', 0))
    } finally {
      await broker.stop()
    }
  })

  test('a broker whose certificate or CA has ended is not trusted; after a renewal it is', async () => {
    const { cert, key } = issued('server', 2 * YEAR)
    writeFileSync(join(strict, 'mosquitto/broker.crt'), cert)
    writeFileSync(join(strict, 'mosquitto/broker.key'), key)
    await expect(attempt('server')).rejects.toThrow(/expired/)
    const old = issueAuthority(
      'Davylamp CA',
      { now: now - 11 * YEAR, random: randomBytes },
      text('ca/ca.key'),
    )
    const known = text('ca/ca.crt')
    await deploy('certificates', '--renew', '--folder', strict)
    await attempt('server')
    await expect(attempt('server', { ca: old.cert })).rejects.toThrow()
    // A renewed CA has the key of the old one: who knows either trusts what either has signed.
    await deploy('certificates', '--renew', '--ca', '--all', '--folder', strict)
    expect(text('ca/ca.crt')).not.toBe(known)
    expect(text('gateways/demo-plant.gw-1/ca.crt')).toBe(text('ca/ca.crt'))
    await attempt('server', { ca: known })
    await attempt('server')
  })

  async function attempt(user: string, options: IClientOptions = {}): Promise<void> {
    const broker = await DeployedBroker.started(strict, strictPort, { rejectUnauthorized: false })
    try {
      await broker.client(user, options)
    } finally {
      await broker.stop()
    }
  }
})

describe.skipIf(analyser.skip)(`systemd units of a deployment${analyser.reason}`, () => {
  test('are what systemd understands', async () => {
    const units = [
      'systemd/davylamp-server.service',
      'gateways/demo-plant.gw-1/davylamp-gateway.service',
      'annunciators/demo-plant.annunciator.horns/davylamp-annunciator.service',
    ]
    const files = units.map((unit) => {
      // The program stands elsewhere here, and the user is not there.
      const file = join(folder, unit.replaceAll('/', '-').replace(/^.*-(davylamp-\w+\.service)$/, '$1'))
      const unitText = readFileSync(join(folder, unit), 'utf8')
        .replaceAll('/opt/davylamp/node_modules/.bin/node', '/bin/sh')
        .replaceAll(/file:\/opt\/davylamp\/docs\/\w+\.md/g, 'file:/etc/os-release')
      writeFileSync(file, unitText)
      return file
    })
    const { stderr } = await run(ANALYSE, ['verify', '--man=no', ...files])
    expect(stderr.split('\n').filter((line) => line.includes('davylamp'))).toEqual([])
  })

  test('leave little that could be attacked', async () => {
    for (const name of ['server', 'gateway', 'annunciator']) {
      const unit = `davylamp-${name}.service`
      const command = ['security', '--offline=yes', '--threshold=30', join(folder, unit)]
      const { stdout } = await run(ANALYSE, command)
      expect(stdout).toMatch(/Overall exposure level/)
    }
  })
})
