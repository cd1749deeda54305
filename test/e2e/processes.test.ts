import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { AlarmView, FacilityTree, GatewayView, JournalItem } from '../../contracts/api.ts'
import { takePorts } from '../ports.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { Child } from './child.ts'
import { EventStream } from './event-stream.ts'

/**
 * Simulator, server and gateways as the processes that people run, ended as the world ends them. GT-101
 * reads 60 %LEL from the second second on, so that GT-101.H and GT-101.HH stand.
 */
const SCENARIO = `
description: GT-101 stands high.
timeline:
  - { at: 2s, duration: 1h, set: { sensor: GT-101, value: 60 } }
`

let folder: string
let config: string
let url: string
let simulator: Child
let server: Child
const gateways = new Map<string, Child>()

beforeAll(async () => {
  folder = temporaryFolder()
  config = join(folder, 'plant.yaml')
  const [http = 0, mqtt = 0, tank = 0, shed = 0, gas = 0] = await takePorts(5)
  const text = readFileSync(new URL('../../facility.example.yaml', import.meta.url), 'utf8')
    .replace('127.0.0.1:8080', `127.0.0.1:${http}`)
    .replace('url: embedded', `url: embedded, listen: "127.0.0.1:${mqtt}"`)
    .replace('port: 1502', `port: ${tank}`)
    .replace('port: 1503', `port: ${shed}`)
    .replace('port: 1504', `port: ${gas}`)
    .replaceAll('id: gw-', 'heartbeat: 500ms\n    id: gw-')
  writeFileSync(config, text)
  writeFileSync(join(folder, 'high.yaml'), SCENARIO)
  url = `http://127.0.0.1:${http}`
  // What a gateway reads before there is a server comes late, and would be told of as such.
  server = startServer()
  await vi.waitFor(() => expect(server.stdout).toContain('Davylamp'), 60_000)
  simulator = new Child(
    'simulators/main.ts',
    ['run', '--config', config, '--scenario', join(folder, 'high.yaml')],
    folder,
  )
  for (const id of ['gw-1', 'gw-2']) startGateway(id)
})

afterAll(async () => {
  await Promise.all([...gateways.values(), server, simulator].map((child) => child[Symbol.asyncDispose]()))
})

function startServer(): Child {
  return new Child('ingest/main.ts', ['--config', config], folder)
}

function startGateway(id: string): void {
  gateways.set(id, new Child('gateway/main.ts', ['run', '--config', config, '--gateway', id], folder))
}

async function get<T>(path: string): Promise<T> {
  return (await (await fetch(`${url}${path}`)).json()) as T
}

async function alarm(id: string): Promise<AlarmView | undefined> {
  const state = await get<{ items: AlarmView[] }>('/api/v1/alarms')
  return state.items.find((item) => item.id === id)
}

async function journal(): Promise<JournalItem[]> {
  return (await get<{ items: JournalItem[] }>('/api/v1/journal?limit=1000')).items.reverse()
}

function soon<T>(look: () => Promise<T>): Promise<T> {
  return vi.waitFor(look, { timeout: 90_000, interval: 100 })
}

async function eventsOf(id: string): Promise<string[]> {
  return (await journal()).filter((item) => item.alarm.id === id).map(({ event }) => event)
}

test('the alarm stands, and is acknowledged', async () => {
  const seen = await soon(async () => {
    const found = await alarm('GT-101.H')
    expect(found).toMatchObject({ state: 'UNACK' })
    expect(await alarm('GT-101.HH')).toMatchObject({ state: 'UNACK' })
    return found
  })
  const response = await fetch(`${url}/api/v1/alarms/acknowledge`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      items: [{ facility: 'demo-plant', alarm: 'GT-101.H', occurrence: seen?.occurrence }],
    }),
  })
  expect(await response.json()).toMatchObject({ items: [{ ok: true, state: { state: 'ACKED' } }] })
})

describe('kill -9 of the server', () => {
  test('after the restart the same alarms stand, and nothing annunciates again', async () => {
    const before = await journal()
    await server.kill('SIGKILL')
    server = startServer()
    await soon(async () => {
      expect(await alarm('GT-101.H')).toMatchObject({ state: 'ACKED', occurrence: 'GT-101.H#1' })
      expect(await alarm('GT-101.HH')).toMatchObject({ state: 'UNACK', occurrence: 'GT-101.HH#1' })
      const { items } = await get<{ items: GatewayView[] }>('/api/v1/facilities/demo-plant/gateways')
      expect(items.map(({ state }) => state)).toEqual(['online', 'online'])
    })
    const tree = await get<FacilityTree>('/api/v1/facilities/demo-plant')
    expect(tree.sensors.find(({ id }) => id === 'GT-101')?.reading).toMatchObject({ quality: 'good' })
    const after = await journal()
    expect(after.slice(0, before.length)).toEqual(before)
    expect(
      after
        .slice(before.length)
        .filter(({ event, alarm: { id } }) => event === 'raised' && id.startsWith('GT-')),
    ).toEqual([])
  })

  test('a console that was open gets the alarm events it missed', async () => {
    const [first] = await journal()
    await using stream = await EventStream.open(url, String(first?.seq))
    const expected = (await journal()).slice(1).map(({ seq }) => seq)
    await soon(async () => expect(stream.of('alarm').map(({ data }) => data.seq)).toEqual(expected))
  })
})

describe('kill -9 of a gateway', () => {
  test('is one alarm; what stood stands, unknown; the faults that follow are suppressed', async () => {
    await gateways.get('gw-1')?.kill('SIGKILL')
    await soon(async () => {
      expect(await alarm('sys.gw-1.link.LOST')).toMatchObject({ state: 'UNACK', priority: 'high' })
      expect(await alarm('GT-102.FAULT')).toMatchObject({ state: 'DSUPR', live: 'UNACK', reason: 'stale' })
    })
    expect(await alarm('GT-101.H')).toMatchObject({ state: 'ACKED', condition: 'unknown' })
    expect(await eventsOf('GT-101.H')).toEqual(['raised', 'acknowledged'])
    const { sensors } = await get<FacilityTree>('/api/v1/facilities/demo-plant')
    expect(sensors.find(({ id }) => id === 'GT-102')?.reading).toMatchObject({
      quality: 'bad',
      reason: 'stale',
    })
  })

  test('when it is back the faults are lifted and the loss has returned', async () => {
    startGateway('gw-1')
    await soon(async () => {
      expect(await alarm('sys.gw-1.link.LOST')).toMatchObject({ state: 'RTNUN' })
      expect(await alarm('GT-102.FAULT')).toBeUndefined()
      expect(await alarm('GT-101.H')).toMatchObject({ state: 'ACKED', condition: 'active' })
    })
    expect(await eventsOf('GT-101.H')).toEqual(['raised', 'acknowledged'])
  })
})

test('a device that disconnects never clears an alarm and never produces a value', async () => {
  await simulator.kill('SIGKILL')
  await soon(async () => {
    const { sensors } = await get<FacilityTree>('/api/v1/facilities/demo-plant')
    // What is computed over a window goes on for as long as enough of it was measured.
    const polled = sensors.filter(({ derived }) => derived === null)
    expect(polled.map(({ reading }) => reading?.quality)).toEqual(polled.map(() => 'bad'))
    expect(polled.map(({ reading }) => reading?.value)).toEqual(polled.map(() => null))
  })
  expect(await alarm('GT-101.H')).toMatchObject({ state: 'ACKED', condition: 'unknown' })
  expect(await eventsOf('GT-101.H')).toEqual(['raised', 'acknowledged'])
  expect(await alarm('GT-103.FAULT')).toMatchObject({ state: 'UNACK', reason: 'comm-lost' })
})

test('a second server on the same data is refused, and disturbs nothing', async () => {
  await using second = startServer()
  expect(await second.exit).toBe(1)
  expect(second.stderr).toContain('DATA_IN_USE')
  expect(second.stderr).toContain('-> Another server uses this data folder')
  expect((await fetch(`${url}/healthz`)).status).toBe(200)
})

test('SIGTERM ends each cleanly within 5 s, and the gateway is offline at once', async () => {
  const started = performance.now()
  expect(await gateways.get('gw-2')?.kill('SIGTERM')).toBe(0)
  await soon(async () => {
    const { items } = await get<{ items: GatewayView[] }>('/api/v1/facilities/demo-plant/gateways')
    expect(items.find(({ id }) => id === 'gw-2')?.state).toBe('offline')
  })
  expect(await server.kill('SIGTERM')).toBe(0)
  expect(await gateways.get('gw-1')?.kill('SIGTERM')).toBe(0)
  expect(performance.now() - started).toBeLessThan(10_000)
})
