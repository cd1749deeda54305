import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import type { AlarmView, JournalItem } from '../../contracts/api.ts'
import { SteppedClock, systemClock } from '../../contracts/clock.ts'
import { parseFacility } from '../../contracts/facility-load.ts'
import { silentLogger } from '../../contracts/logger.ts'
import type { TestView } from '../../contracts/test-api.ts'
import type { Confirm } from '../../contracts/wire.ts'
import { randomId, startServer } from '../../ingest/main.ts'
import { MqttPeer } from '../ingest/mqtt-peer.ts'
import { takePorts } from '../ports.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { Child } from './child.ts'
import { EventStream } from './event-stream.ts'

const BASE = 'davylamp/v1/plant/gateways/gw-1'
/** Servers start slowly while other tests run beside. */
const SOON = { timeout: 90_000, interval: 50 }

/** A plant with one gateway, which the test plays. */
function plantText(http: number, mqtt: number): string {
  return `facility: { id: plant, timezone: Asia/Shanghai }
mqtt: { url: embedded, listen: "127.0.0.1:${mqtt}" }
server: { listen: "127.0.0.1:${http}", data: data, auth: off }
gateways:
  - id: gw-1
    buses:
      - { id: plc, driver: modbus-tcp, host: 127.0.0.1, devices: [ { id: panel, area: yard, sensors: [
          { id: GT-1, kind: gas, unit: ppm, staleAfter: 1h, register: { address: 0 }, alarms: { H: { when: high, limit: 20, deadband: 2 } } },
          { id: GT-2, kind: gas, unit: ppm, staleAfter: 1h, register: { address: 1 }, alarms: { H: { when: high, limit: 20, deadband: 2 } } } ] } ] }
`
}

/** The server in a process of its own, and the gateway that speaks to it. */
class Scene implements AsyncDisposable {
  readonly #folder = temporaryFolder()
  readonly #ports: readonly number[]
  #seq = 0
  #server: Child | undefined
  #peer: MqttPeer | undefined

  constructor(ports: readonly number[]) {
    this.#ports = ports
    const [http = 0, mqtt = 0] = ports
    writeFileSync(join(this.#folder, 'plant.yaml'), plantText(http, mqtt))
  }

  get url(): string {
    return `http://127.0.0.1:${this.#ports[0]}`
  }

  async start(): Promise<void> {
    this.#server = new Child('ingest/main.ts', ['--config', 'plant.yaml'], this.#folder)
    await vi.waitFor(async () => expect((await fetch(`${this.url}/readyz`)).status).toBe(200), SOON)
    this.#peer = await MqttPeer.connect(this.#ports[1] ?? 0)
    await this.#peer.subscribe(`${BASE}/confirm`)
  }

  async kill(): Promise<void> {
    this.#peer?.client.end(true)
    await this.#server?.kill('SIGKILL')
  }

  /** Both sensors report, and the server confirms it: it has the batch on its disk. */
  async read(first: number, second = 5): Promise<void> {
    this.#seq += 1
    const [seq, time] = [this.#seq, systemClock.wall()]
    const readings = [
      { sensor: 'GT-1', time, value: first },
      { sensor: 'GT-2', time, value: second },
    ]
    const batch = { epoch: 'e1', seq, sent: time, total: seq * 2, snapshot: true, readings }
    await this.#peer?.publish(`${BASE}/readings`, JSON.stringify(batch))
    await vi.waitFor(() => {
      const confirms = this.#peer?.on(`${BASE}/confirm`).map((text) => JSON.parse(text) as Confirm) ?? []
      const isConfirmed = confirms.some(({ seqs = [] }) =>
        seqs.some(([from, to]) => from <= seq && seq <= to),
      )
      expect(isConfirmed).toBe(true)
    }, SOON)
  }

  async ask<T>(path: string, payload?: object): Promise<T> {
    const body = payload === undefined ? {} : { method: 'POST', body: JSON.stringify(payload) }
    const headers = { 'content-type': 'application/json' }
    return (await (await fetch(`${this.url}/api/v1${path}`, { headers, ...body })).json()) as T
  }

  async alarm(id: string): Promise<AlarmView | undefined> {
    return (await this.ask<{ items: AlarmView[] }>('/alarms')).items.find((item) => item.id === id)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill()
  }
}

test('an area is bump-tested through a kill -9: nobody is paged, and the evidence is whole', async () => {
  await using scene = new Scene(await takePorts(2))
  await scene.start()
  await scene.read(5)
  const tests = '/facilities/plant/tests'
  const order = { kind: 'bump', area: 'yard', for: '1h', reason: 'monthly', by: 'li' }
  expect(await scene.ask<TestView>(tests, order)).toMatchObject({ id: '1', sensors: ['GT-1', 'GT-2'] })
  expect(await scene.ask(tests, order)).toMatchObject({ code: 'TEST_RUNNING' })
  await using stream = await EventStream.open(scene.url)
  await scene.read(12)
  await scene.read(31)
  await vi.waitFor(() => {
    const raised = stream.of('alarm').find(({ data }) => data.event === 'raised')
    expect(raised?.data.alarm).toMatchObject({ id: 'GT-1.H', state: 'DSUPR', live: 'UNACK' })
  }, SOON)
  await stream[Symbol.asyncDispose]()

  await scene.kill()
  await scene.start()
  expect(await scene.alarm('GT-1.H')).toMatchObject({
    state: 'DSUPR',
    live: 'UNACK',
    occurrence: 'GT-1.H#1',
    suppressed: [{ cause: 'test.1', reason: 'bump test by li: monthly' }],
  })
  await scene.read(28)
  await scene.read(6, 25)
  await scene.ask(`${tests}/1/end`, { by: 'wang' })

  const { items } = await scene.ask<{ items: TestView[] }>(tests)
  expect(items).toMatchObject([
    {
      id: '1',
      area: 'yard',
      endedBy: 'wang',
      readings: [
        { sensor: 'GT-1', count: 4, first: { value: 12 }, last: { value: 6 } },
        { sensor: 'GT-2', count: 4, first: { value: 5 }, last: { value: 25 } },
      ],
    },
  ])
  const evidence = (alarm: string) => items[0]?.evidence.find((found) => found.alarm === alarm)
  expect(evidence('GT-1.H')).toMatchObject({
    responded: true,
    raised: expect.any(String),
    returned: expect.any(String),
    peak: 31,
  })
  expect(evidence('GT-2.H')).toMatchObject({ responded: true, returned: null, peak: 25 })
  expect(evidence('GT-1.FAULT')).toMatchObject({ responded: false })
  // What is still active is to be acknowledged; what has returned is normal.
  expect(await scene.alarm('GT-2.H')).toMatchObject({ state: 'UNACK', suppressed: [] })
  expect(await scene.alarm('GT-1.H')).toBeUndefined()
  const journal = (await scene.ask<{ items: JournalItem[] }>('/journal?alarm=GT-1.H')).items.toReversed()
  expect(journal.map(({ event, by, alarm }) => [event, by, alarm.state])).toEqual([
    ['suppressed', 'li', 'DSUPR'],
    ['raised', null, 'DSUPR'],
    ['returned', null, 'DSUPR'],
    ['unsuppressed', 'wang', 'NORM'],
  ])
  expect(journal.at(-1)?.test).toMatchObject({ id: '1', by: 'li', responded: true, peak: 31 })
})

test("a step of the server's clock is an alarm", async () => {
  const clock = new SteppedClock(systemClock)
  const facility = parseFacility(
    plantText(0, 0).replace('data: data', `data: ${JSON.stringify(temporaryFolder())}`),
    'plant.yaml',
  )
  const server = await startServer({
    facilities: [facility],
    clock,
    randomId,
    random: Math.random,
    logger: silentLogger,
    listen: { http: '127.0.0.1:0', mqtt: '127.0.0.1:0' },
  })
  try {
    const alarms = async () => {
      const response = await fetch(`http://127.0.0.1:${server.http.port}/api/v1/alarms`)
      return ((await response.json()) as { items: AlarmView[] }).items
    }
    clock.step(-90_000)
    await vi.waitFor(async () => {
      const found = (await alarms()).find(({ id }) => id === 'sys.clock.STEP')
      expect(found).toMatchObject({ state: 'UNACK', priority: 'medium', unit: 's', area: 'system' })
      expect(found?.value).toBeCloseTo(-90, 0)
    }, SOON)
  } finally {
    await server.stop()
  }
})
