import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { AlarmView, GatewayView } from '../../contracts/api.ts'
import { exampleFacility, Line, tenTimesFaster } from '../e2e/line.ts'
import { takePort } from '../ports.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { unlessReal } from './unless-real.ts'

const BROKER = '/usr/sbin/mosquitto'
const mosquitto = unlessReal(BROKER)
const run = promisify(execFile)

/** The line over a broker of somebody else, which forgets everything when it is killed. */
describe.skipIf(mosquitto.skip)(`over Mosquitto${mosquitto.reason}`, () => {
  let port: number
  let config: string
  let broker: ChildProcess
  let line: Line

  beforeAll(async () => {
    const free = await takePort()
    port = free
    config = join(temporaryFolder(), 'mosquitto.conf')
    writeFileSync(config, `listener ${port} 127.0.0.1\nallow_anonymous true\nset_tcp_nodelay true\n`)
    broker = startBroker()
    const facility = exampleFacility((text) =>
      tenTimesFaster(text).replace('url: embedded', `url: "mqtt://127.0.0.1:${port}"`),
    )
    line = await Line.start({ facility })
  })
  afterAll(async () => {
    await line?.[Symbol.asyncDispose]()
    broker?.kill('SIGKILL')
  })

  function startBroker(): ChildProcess {
    return spawn(BROKER, ['-c', config], { stdio: 'ignore' })
  }

  const root = 'davylamp/v1/demo-plant'
  const gateways = async () =>
    (await line.get<{ items: GatewayView[] }>('/api/v1/facilities/demo-plant/gateways')).items
  const alarm = async (id: string) => (await line.alarms()).find((view) => view.id === id)
  const soon = (look: () => Promise<void>) => vi.waitFor(look, { timeout: 60_000, interval: 50 })
  const client = (...args: string[]) => ['-h', '127.0.0.1', '-p', String(port), ...args]

  async function retained(topic: string): Promise<unknown> {
    const { stdout } = await run('mosquitto_sub', client('-t', topic, '-C', '1', '-W', '5'))
    return JSON.parse(stdout)
  }

  test('readings arrive and an alarm is told as a retained message', async () => {
    await soon(async () => expect((await gateways()).map(({ state }) => state)).toEqual(['online', 'online']))
    line.simulation.force('GT-101', 60)
    await soon(async () => expect(await alarm('GT-101.H')).toMatchObject({ state: 'UNACK' }))
    // Told once the journal has it, which is a moment after the API shows it.
    await soon(async () =>
      expect(await retained(`${root}/alarms/GT-101.H`)).toMatchObject({
        id: 'GT-101.H',
        state: 'UNACK',
      } satisfies Partial<AlarmView>),
    )
    expect(await retained(`${root}/server`)).toMatchObject({ state: 'online' })
    expect(await retained(`${root}/gateways/gw-1/state`)).toMatchObject({
      state: 'online',
      config: line.facility.digest,
    })
  })

  test('what others publish is refused with its code, counted, and disturbs nothing', async () => {
    const topic = `${root}/gateways/gw-1/readings`
    const now = Date.now()
    const batch = (readings: object[]) => JSON.stringify({ epoch: 'foreign', seq: 1, sent: now, readings })
    const payloads = [
      'no json',
      '{"epoch":"x"}',
      batch([{ sensor: 'CL-301', time: now, value: 9 }]),
      batch([{ sensor: 'GT-999', time: now, value: 9 }]),
      batch([{ sensor: 'GT-102', time: now + 60_000, value: 99 }]),
    ]
    for (const payload of payloads) await run('mosquitto_pub', client('-t', topic, '-m', payload))
    await run('mosquitto_pub', client('-t', `${root}/gateways/gw-9/readings`, '-m', '{}'))
    await soon(async () => {
      const metrics = await (await fetch(`${line.url}/metrics`)).text()
      for (const code of ['PAYLOAD_NOT_JSON', 'PAYLOAD_INVALID', 'SENSOR_FOREIGN', 'GATEWAY_UNKNOWN']) {
        expect(metrics).toContain(`davylamp_refused_total{code="${code}"} 1`)
      }
    })
    expect(await alarm('CL-301.HH')).toBeUndefined()
    expect(await alarm('GT-102.H')).toBeUndefined()
    expect(await alarm('GT-101.H')).toMatchObject({ state: 'UNACK' })
  })

  test('the broker is killed and comes back: nothing is lost and no alarm is cleared', async () => {
    const before = line.gateways.get('gw-1')?.health().devices['gas-panel']?.requests ?? 0
    broker.kill('SIGKILL')
    await soon(async () => expect(await alarm('sys.gw-1.link.LOST')).toMatchObject({ state: 'UNACK' }))
    // Acquisition goes on without the uplink.
    expect(line.gateways.get('gw-1')?.health().devices['gas-panel']?.requests).toBeGreaterThan(before)
    expect(await alarm('GT-101.H')).toMatchObject({ live: 'UNACK' })
    broker = startBroker()
    await soon(async () => {
      expect((await gateways()).map(({ state }) => state)).toEqual(['online', 'online'])
      expect(line.gateways.get('gw-1')?.health().outbox.batches).toBeLessThan(3)
      // The last of them may still be on its way on the backlog lane.
      const [first] = await gateways()
      expect(first?.counters).toMatchObject({ lost: 0, missing: 0 })
    })
    expect(await alarm('GT-101.H')).toMatchObject({ live: 'UNACK', occurrence: 'GT-101.H#1' })
    expect(await retained(`${root}/alarms/GT-101.H`)).toMatchObject({ state: 'UNACK' })
  })
})
