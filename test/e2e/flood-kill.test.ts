import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import type { AlarmView, JournalItem } from '../../contracts/api.ts'
import { systemClock } from '../../contracts/clock.ts'
import { parseFacility } from '../../contracts/facility-load.ts'
import { silentLogger } from '../../contracts/logger.ts'
import { EdgeGateway } from '../../gateway/edge-gateway.ts'
import { randomId } from '../../ingest/main.ts'
import { ModbusPeer } from '../gateway/modbus-peer.ts'
import { takePorts } from '../ports.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { Child } from './child.ts'
import { verifyJournal } from './journal-verification.ts'

const SENSORS = 40
/** How often each sensor goes beyond its limit and back. */
const WAVES = 8
const SOON = { timeout: 90_000, interval: 50 }

function plantText(http: number, mqtt: number): string {
  const sensors = Array.from(
    { length: SENSORS },
    (_, index) =>
      `              - { id: GT-${index}, kind: gas, unit: ppm, register: { address: ${index} }, alarms: { H: { when: high, limit: 50 } } }`,
  )
  return `facility: { id: plant, timezone: Asia/Shanghai }
mqtt: { url: embedded, listen: "127.0.0.1:${mqtt}" }
server: { listen: "127.0.0.1:${http}", auth: off }
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

test('kill -9 in the middle of a flood: every alarm is in the journal once, in order, and the chain holds', async () => {
  await using stack = new AsyncDisposableStack()
  const folder = temporaryFolder()
  const [http = 0, mqtt = 0] = await takePorts(2)
  const config = join(folder, 'plant.yaml')
  writeFileSync(config, plantText(http, mqtt))
  const url = `http://127.0.0.1:${http}`
  const start = async () => {
    const child = new Child('ingest/main.ts', ['--config', config], folder)
    await vi.waitFor(async () => expect((await fetch(`${url}/readyz`)).status).toBe(200), SOON)
    return child
  }
  const get = async <T>(path: string) => (await (await fetch(`${url}${path}`)).json()) as T
  const journal = async () => {
    const { items } = await get<{ items: JournalItem[] }>('/api/v1/journal?limit=1000')
    return items.filter(({ alarm }) => alarm.id.endsWith('.H')).reverse()
  }

  const device = new ModbusPeer()
  await device.listen()
  stack.defer(() => device.close())
  const setAll = (value: number) => {
    for (let address = 0; address < SENSORS; address += 1) device.set({ unit: 1, code: 3, address }, value)
  }
  /** Every register has been read since, however busy the machine is. */
  const seen = () => {
    const asked = device.requests.length
    return vi.waitFor(() => expect(device.requests.length).toBeGreaterThan(asked + 4), SOON)
  }
  setAll(10)
  const first = await start()
  stack.use(first)
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

  let second: Promise<Child> | undefined
  for (let wave = 0; wave < WAVES; wave += 1) {
    setAll(90)
    await seen()
    // In the middle of the wave: some of its alarms are told, some are not.
    if (wave === 2) second = first.kill('SIGKILL').then(start)
    setAll(10)
    await seen()
  }
  stack.use(await (second ?? start()))

  // What nobody could see while the server was down is entered late; the last wave has gone.
  await vi.waitFor(async () => {
    const told = (await journal()).filter(({ event }) => event === 'raised' || event === 'late')
    expect(told).toHaveLength(SENSORS * WAVES)
  }, SOON)
  const entries = await journal()
  for (let index = 0; index < SENSORS; index += 1) {
    const own = entries.filter(({ alarm }) => alarm.sensor === `GT-${index}`)
    const live = own.filter(({ event }) => event === 'raised' || event === 'returned')
    const events = live.map(({ event }) => event)
    expect(events).toEqual(events.map((_, at) => (at % 2 === 0 ? 'raised' : 'returned')))
    const raised = live.filter(({ event }) => event === 'raised').map(({ alarm }) => alarm.occurrence)
    expect(raised).toEqual(raised.map((_, at) => `GT-${index}.H#${at + 1}`))
    const seqs = own.map(({ seq }) => seq)
    expect(seqs).toEqual(seqs.toSorted((a, b) => a - b))
  }
  const { code, out, err } = await verifyJournal('--database', join(folder, 'data/server/state.db'))
  expect(code, out + err).toBe(0)
})
