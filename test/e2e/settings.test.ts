import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import type { AlarmView, FacilityTree, JournalItem } from '../../contracts/api.ts'
import { systemClock } from '../../contracts/clock.ts'
import { parseFacility } from '../../contracts/facility-load.ts'
import { silentLogger } from '../../contracts/logger.ts'
import type { SettingsView } from '../../contracts/settings-api.ts'
import { EdgeGateway } from '../../gateway/edge-gateway.ts'
import { randomId, startServer } from '../../ingest/main.ts'
import { ModbusPeer } from '../gateway/modbus-peer.ts'
import { MqttPeer } from '../ingest/mqtt-peer.ts'
import { takePorts } from '../ports.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { Child } from './child.ts'

const SOON = { timeout: 90_000, interval: 50 }
const PATH = '/api/v1/facilities/plant/alarms/GT-1.H/settings'
const SAID = { reason: 'HAZOP 12', by: 'li', approvedBy: 'wang' }

/** One sensor whose report deadband hides much, with a limit far away. */
function plantText(server: string, mqtt: string): string {
  return `facility: { id: plant, timezone: Asia/Shanghai }
mqtt: { url: embedded, ${mqtt} }
server: { ${server}, auth: off }
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
              - { id: GT-1, kind: gas, unit: ppm, register: { address: 0 }, report: { deadband: 50 }, alarms: { H: { when: high, limit: 90 } } }
`
}

async function post(url: string, payload: object): Promise<SettingsView> {
  const response = await fetch(`${url}${PATH}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(payload),
  })
  expect(response.status).toBe(200)
  return (await response.json()) as SettingsView
}

async function get<T>(url: string): Promise<T> {
  return (await (await fetch(url)).json()) as T
}

test('a limit that only the server knows is crossed at once, though the gateway had held the value back', async () => {
  await using stack = new AsyncDisposableStack()
  const data = JSON.stringify(temporaryFolder())
  const facility = parseFacility(plantText(`data: ${data}`, 'listen: "127.0.0.1:0"'), 'plant.yaml')
  const device = new ModbusPeer()
  await device.listen()
  stack.defer(() => device.close())
  const register = { unit: 1, code: 3, address: 0 }
  device.set(register, 10)
  const own = { clock: systemClock, random: Math.random, randomId, logger: silentLogger }
  const server = await startServer({
    ...own,
    facilities: [facility],
    listen: { http: '127.0.0.1:0', mqtt: '127.0.0.1:0' },
  })
  stack.defer(() => server.stop())
  const gateway = new EdgeGateway({
    ...own,
    facility,
    gateway: 'gw-1',
    busAddresses: new Map([['plc', { host: '127.0.0.1', port: device.port }]]),
    ...(server.broker === undefined ? {} : { broker: server.broker }),
  })
  await gateway.start()
  stack.defer(() => gateway.stop())
  const url = `http://127.0.0.1:${server.http.port}`
  const latest = async () =>
    (await get<FacilityTree>(`${url}/api/v1/facilities/plant`)).sensors[0]?.reading?.value
  const alarm = async () =>
    (await get<{ items: AlarmView[] }>(`${url}/api/v1/alarms`)).items.find(({ id }) => id === 'GT-1.H')
  await vi.waitFor(async () => expect(await latest()).toBe(10), SOON)

  device.set(register, 16)
  await new Promise((resolve) => setTimeout(resolve, 500))
  expect(await latest()).toBe(10)
  await post(url, { revision: 0, changes: { limit: 15 }, ...SAID })
  await vi.waitFor(
    async () => expect(await alarm()).toMatchObject({ state: 'UNACK', value: 16, limit: 15 }),
    SOON,
  )
  // And back across it, within the deadband too.
  device.set(register, 14)
  await vi.waitFor(async () => expect(await alarm()).toMatchObject({ state: 'RTNUN', value: 14 }), SOON)
})

test('kill -9 right behind the answer: the change stands, and is in the journal once', async () => {
  const folder = temporaryFolder()
  const [http = 0, mqtt = 0] = await takePorts(2)
  const config = join(folder, 'plant.yaml')
  writeFileSync(config, plantText(`listen: "127.0.0.1:${http}"`, `listen: "127.0.0.1:${mqtt}"`))
  const url = `http://127.0.0.1:${http}`
  const start = async () => {
    const child = new Child('ingest/main.ts', ['--config', config], folder)
    // A process that starts on a busy machine takes its time.
    await vi.waitFor(async () => expect((await fetch(`${url}/readyz`)).status).toBe(200), {
      ...SOON,
      timeout: 90_000,
    })
    return child
  }
  const first = await start()
  const answer = await post(url, { revision: 0, changes: { limit: 15, offDelay: '3s' }, ...SAID })
  await first.kill('SIGKILL')
  await using _second = await start()
  expect(await get<SettingsView>(`${url}${PATH}`)).toEqual(answer)
  const { items } = await get<{ items: JournalItem[] }>(`${url}/api/v1/journal?alarm=GT-1.H`)
  expect(items).toMatchObject([
    { event: 'changed', by: 'li', change: { revision: 1, approvedBy: 'wang', reason: 'HAZOP 12' } },
  ])
  const peer = await MqttPeer.connect(mqtt)
  await peer.subscribe('davylamp/v1/plant/gateways/gw-1/limits', 'davylamp/v1/plant/alarms/GT-1.H')
  await vi.waitFor(() => expect(peer.heard).toHaveLength(2), SOON)
  const [limits = '{}'] = peer.on('davylamp/v1/plant/gateways/gw-1/limits')
  expect(JSON.parse(limits)).toMatchObject({ limits: { 'GT-1': [{ when: 'high', limit: 15, deadband: 0 }] } })
  const [view = '{}'] = peer.on('davylamp/v1/plant/alarms/GT-1.H')
  expect(JSON.parse(view)).toMatchObject({ limit: 15, fileLimit: 90, revision: 1 })
})
