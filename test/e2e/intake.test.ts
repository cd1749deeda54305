import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import type { AlarmView, HistoryPoint, JournalItem, LedgerItem } from '../../contracts/api.ts'
import { systemClock } from '../../contracts/clock.ts'
import type { Facility } from '../../contracts/facility.ts'
import { parseFacility } from '../../contracts/facility-load.ts'
import { silentLogger } from '../../contracts/logger.ts'
import type { Confirm } from '../../contracts/wire.ts'
import { type RunningServer, randomId, startServer } from '../../ingest/main.ts'
import { RejectArchive } from '../../ingest/rejects/reject-archive.ts'
import { REJECTS_FILE } from '../../ingest/rejects/reject-schema.ts'
import { MqttPeer } from '../ingest/mqtt-peer.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const BASE = 'davylamp/v1/plant'
const SOON = { timeout: 90_000, interval: 50 }

let server: RunningServer | undefined

afterEach(async () => {
  await server?.stop()
  server = undefined
})

/**
 * A plant with one gateway that a test plays, and a device that speaks MQTT itself. Silence is no matter of these tests,
 * however long they take.
 */
function plant(data: string, sensors: readonly string[] = ['GT-1']): Facility {
  const registers = sensors.map(
    (id, address) =>
      `{ id: ${id}, kind: gas, unit: ppm, staleAfter: 1h, register: { address: ${address} }, alarms: { H: { when: high, limit: 20 } } }`,
  )
  return parseFacility(
    `facility: { id: plant, timezone: Asia/Shanghai }
mqtt: { url: embedded }
server: { data: ${JSON.stringify(data)}, auth: off }
gateways:
  - id: gw-1
    buses:
      - { id: plc, driver: modbus-tcp, host: 127.0.0.1, devices: [ { id: panel, sensors: [ ${registers.join(', ')} ] } ] }
foreign:
  - id: shed
    topic: shed/climate
    sensors:
      - { id: CO-1, kind: gas, unit: ppm, path: $.co, alarms: { H: { when: high, limit: 30 } } }
`,
    'plant.yaml',
  )
}

async function start(facility: Facility): Promise<MqttPeer> {
  server = await startServer({
    facilities: [facility],
    clock: systemClock,
    randomId,
    random: Math.random,
    logger: silentLogger,
    listen: { http: '127.0.0.1:0', mqtt: '127.0.0.1:0' },
  })
  const peer = await MqttPeer.connect(server.broker?.port ?? 0)
  await peer.subscribe(`${BASE}/gateways/gw-1/confirm`)
  return peer
}

async function items<T>(path: string): Promise<T[]> {
  const response = await fetch(`http://127.0.0.1:${server?.http.port}/api/v1${path}`)
  return ((await response.json()) as { items: T[] }).items
}

/** How many readings the store has of a sensor. */
async function stored(sensor: string): Promise<number> {
  const [from, to] = [-600_000, 600_000].map((ms) => new Date(systemClock.wall() + ms).toISOString())
  const buckets = await items<HistoryPoint>(
    `/facilities/plant/sensors/${sensor}/readings?from=${from}&to=${to}`,
  )
  return buckets.reduce((sum, { count }) => sum + count, 0)
}

interface Sent {
  seq: number
  sensor?: string
  values: readonly number[]
  time: number
}

/** A batch of gw-1, one reading a millisecond. */
function batch({ seq, sensor = 'GT-1', values, time }: Sent): string {
  const readings = values.map((value, index) => ({ sensor, time: time + index, value }))
  const total = values.length * seq
  return JSON.stringify({ epoch: 'e1', seq, sent: time + values.length, total, readings })
}

const confirmed = (peer: MqttPeer) =>
  peer.on(`${BASE}/gateways/gw-1/confirm`).flatMap((text) => (JSON.parse(text) as Confirm).seqs)

test('a device that speaks MQTT itself raises its alarm, is stored, and is known after a restart', async () => {
  const data = temporaryFolder()
  const peer = await start(plant(data))
  await peer.publish(`${BASE}/foreign/shed/climate`, '{"co":12.5}')
  await peer.publish(`${BASE}/foreign/shed/climate`, '{"co":41}')
  await vi.waitFor(async () => {
    expect(await items<JournalItem>('/journal?alarm=CO-1.H')).toMatchObject([{ event: 'raised' }])
    expect(await stored('CO-1')).toBe(2)
  }, SOON)
  await peer.publish(`${BASE}/foreign/shed/climate`, '{"co":"none"}')
  await peer.client.endAsync()
  await server?.stop()

  await start(plant(data))
  expect(await items<AlarmView>('/alarms')).toMatchObject([{ id: 'CO-1.H', state: 'UNACK', value: 41 }])
  expect(await items<JournalItem>('/journal?alarm=CO-1.H')).toHaveLength(1)
  expect(await items<LedgerItem>('/ledger?gateway=foreign')).toMatchObject([{ received: 2, stored: 2 }])
})

test('a batch whose confirm was lost is confirmed again, and stands there once', async () => {
  const data = temporaryFolder()
  const time = systemClock.wall() - 1_000
  const topic = `${BASE}/gateways/gw-1/readings`
  const peer = await start(plant(data))
  await peer.publish(topic, batch({ seq: 1, values: [5, 25, 6], time }))
  await vi.waitFor(() => expect(confirmed(peer)).toEqual([[1, 1]]), SOON)
  await peer.publish(topic, batch({ seq: 1, values: [5, 25, 6], time }))
  await vi.waitFor(() => expect(confirmed(peer)).toHaveLength(2), SOON)
  await peer.client.endAsync()
  await server?.stop()

  // And once more to a server that knows it from its log only.
  const again = await start(plant(data))
  await again.publish(topic, batch({ seq: 1, values: [5, 25, 6], time }))
  await vi.waitFor(() => expect(confirmed(again)).toEqual([[1, 1]]), SOON)
  await vi.waitFor(async () => expect(await stored('GT-1')).toBe(3), SOON)
  expect((await items<JournalItem>('/journal?alarm=GT-1.H')).map(({ event }) => event)).toEqual([
    'returned',
    'raised',
  ])
  await server?.stop()
  await start(plant(data))
  expect(await items<LedgerItem>('/ledger?gateway=gw-1')).toMatchObject([
    { sent: 3, received: 3, stored: 3, duplicate: 6, missing: 0 },
  ])
})

test('readings of a sensor that the file did not have are taken once it has it: history, told as such', async () => {
  const data = temporaryFolder()
  mkdirSync(data, { recursive: true })
  const time = systemClock.wall() - 1_000
  const peer = await start(plant(data))
  const topic = `${BASE}/gateways/gw-1/readings`
  await peer.publish(topic, batch({ seq: 1, sensor: 'GT-2', values: [5, 25, 6], time }))
  await vi.waitFor(() => {
    const [confirm] = peer.on(`${BASE}/gateways/gw-1/confirm`).map((text) => JSON.parse(text) as Confirm)
    expect(confirm).toMatchObject({ refused: [{ seq: 1, count: 3, code: 'SENSOR_UNKNOWN' }] })
  }, SOON)
  await peer.client.endAsync()
  await server?.stop()

  await start(plant(data, ['GT-1', 'GT-2']))
  expect(await stored('GT-2')).toBe(0)
  const archive = RejectArchive.open(join(data, REJECTS_FILE))
  expect(archive?.requeue(({ sensor }) => sensor === 'GT-2')).toBe(3)
  archive?.close()
  await vi.waitFor(async () => {
    expect(await stored('GT-2')).toBe(3)
    expect(await items<JournalItem>('/journal?alarm=GT-2.H')).toMatchObject([{ event: 'late' }])
  }, SOON)
  expect((await items<AlarmView>('/alarms')).filter(({ state }) => state.includes('UNACK'))).toEqual([])
})
