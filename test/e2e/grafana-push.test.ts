import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { systemClock } from '../../contracts/clock.ts'
import { loadFacility } from '../../contracts/facility-load.ts'
import { silentLogger } from '../../contracts/logger.ts'
import { annotateCommand } from '../../dashboards/grafana/push/annotate-command.ts'
import { silenceCommand } from '../../dashboards/grafana/push/silence-command.ts'
import { EdgeGateway } from '../../gateway/edge-gateway.ts'
import { randomId, startServer } from '../../ingest/main.ts'
import { dashboardsTerminal } from '../dashboards/dashboards-terminal.ts'
import { FakeGrafana } from '../dashboards/fake-grafana.ts'
import { ModbusPeer } from '../gateway/modbus-peer.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const SOON = { timeout: 90_000, interval: 50 }

const plantText = (data: string) => `facility: { id: plant, timezone: Asia/Shanghai }
mqtt: { url: embedded, listen: "127.0.0.1:0" }
server: { data: ${JSON.stringify(data)}, auth: off }
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
              - { id: GT-1, kind: gas, unit: ppm, register: { address: 0 }, alarms: { H: { when: high, limit: 90 } } }
`

test('an alarm of the real server is a region in Grafana, and shelved it is silenced there', async () => {
  await using stack = new AsyncDisposableStack()
  const folder = temporaryFolder()
  const config = join(folder, 'plant.yaml')
  writeFileSync(config, plantText(join(folder, 'server')))
  const facility = loadFacility(config)
  const device = new ModbusPeer()
  await device.listen()
  stack.defer(() => device.close())
  const register = { unit: 1, code: 3, address: 0 }
  device.set(register, 10)
  const own = { clock: systemClock, random: Math.random, randomId, logger: silentLogger }
  const listen = { http: '127.0.0.1:0', mqtt: '127.0.0.1:0' }
  const server = await startServer({ ...own, facilities: [facility], listen })
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
  const grafana = stack.use(await FakeGrafana.started())

  const url = `http://127.0.0.1:${server.http.port}`
  const env = { DAVYLAMP_GRAFANA_TOKEN: FakeGrafana.token }
  const args = ['--config', config, '--url', grafana.url, '--server', url]
  const follower = dashboardsTerminal(env)
  const place = join(folder, 'place.json')
  const following = follower.run(() =>
    annotateCommand(follower.terminal, [...args, '--place', place, '--priority', 'medium', '--follow']),
  )
  const ours = () => grafana.annotations.filter(({ tags }) => tags.includes('alarm:GT-1.H'))
  // It knows from where on it follows.
  await vi.waitFor(() => expect(existsSync(place)).toBe(true), SOON)

  device.set(register, 95)
  await vi.waitFor(() => expect(ours()).toHaveLength(1), SOON)
  expect(ours()[0]).not.toHaveProperty('timeEnd')
  device.set(register, 10)
  await vi.waitFor(() => expect(ours()[0]?.timeEnd).toBeGreaterThan(ours()[0]?.time ?? 0), SOON)
  follower.stop()
  expect(await following).toBe(0)

  // What happens meanwhile is made up for, and what is there is not made again.
  device.set(register, 96)
  await vi.waitFor(async () => {
    const journal = (await (await fetch(`${url}/api/v1/journal?alarm=GT-1.H`)).json()) as { items: object[] }
    expect(journal.items).toHaveLength(3)
  }, SOON)
  const once = dashboardsTerminal(env)
  expect(await once.run(() => annotateCommand(once.terminal, [...args, '--place', place]))).toBe(0)
  expect(ours()).toHaveLength(2)

  const shelving = await fetch(`${url}/api/v1/facilities/plant/alarms/GT-1.H/shelve`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ for: '30m', reason: 'exchange of the sensor', by: 'li' }),
  })
  expect(shelving.status, await shelving.clone().text()).toBe(200)
  const silencer = dashboardsTerminal(env)
  expect(await silencer.run(() => silenceCommand(silencer.terminal, args, systemClock))).toBe(0)
  const [silence, ...more] = grafana.silences
  expect(more).toEqual([])
  expect(silence?.matchers.map(({ name, value }) => `${name}=${value}`)).toEqual([
    'facility=plant',
    'sensor=GT-1',
    'key=H',
  ])
  expect(Date.parse(silence?.endsAt ?? '') - Date.parse(silence?.startsAt ?? '')).toBeGreaterThan(1_700_000)
})
