import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import type { AlarmView, JournalHeadView, JournalItem } from '../../contracts/api.ts'
import { systemClock } from '../../contracts/clock.ts'
import type { HazardView } from '../../contracts/register/hazard-api.ts'
import { MqttPeer } from '../ingest/mqtt-peer.ts'
import { takePorts } from '../ports.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { Child } from './child.ts'
import { verifyJournal } from './journal-verification.ts'

const children: Child[] = []

afterEach(async () => {
  await Promise.all(children.splice(0).map((child) => child[Symbol.asyncDispose]()))
})

/** A plant of one gateway whose server keeps its data in `data`. */
async function plant(data: string): Promise<{ config: string; folder: string; url: string; mqtt: number }> {
  const folder = temporaryFolder()
  const [http = 0, mqtt = 0] = await takePorts(2)
  const config = join(folder, 'plant.yaml')
  const sensors = ['GT-1', 'GT-2'].map(
    (id, address) =>
      `{ id: ${id}, kind: gas, unit: ppm, staleAfter: 1h, register: { address: ${address} }, alarms: { H: { when: high, limit: 20 } } }`,
  )
  writeFileSync(
    config,
    `facility: { id: plant, timezone: Asia/Shanghai }
mqtt: { url: embedded, listen: "127.0.0.1:${mqtt}" }
server: { listen: "127.0.0.1:${http}", data: ${join(folder, data)}, auth: off }
gateways:
  - id: gw-1
    buses:
      - { id: plc, driver: modbus-tcp, host: 127.0.0.1, devices: [ { id: panel, sensors: [ ${sensors.join(', ')} ] } ] }
`,
  )
  return { config, folder, url: `http://127.0.0.1:${http}`, mqtt }
}

async function start({ config, folder }: { config: string; folder: string }): Promise<void> {
  const child = new Child('ingest/main.ts', ['--config', config, '--log-level', 'error'], folder)
  children.push(child)
  await vi.waitFor(() => expect(child.stdout).toContain('http://'), { timeout: 90_000, interval: 50 })
}

async function items<T>(url: string, path: string): Promise<T[]> {
  return ((await (await fetch(`${url}${path}`)).json()) as { items: T[] }).items
}

/** What the journal comes to. */
async function verify(args: string[]): Promise<object> {
  const { code, out, err } = await verifyJournal('--json', ...args)
  const report = JSON.parse(out) as { ok: boolean }
  expect([code, err]).toEqual([report.ok ? 0 : 1, ''])
  return report
}

/** Of the register in the journal. */
const STEPS = 1

test('a backup made while the server works, put into a new data folder, is the same journal and the same alarms', async () => {
  const first = await plant('data')
  await start(first)
  const gateway = await MqttPeer.connect(first.mqtt)
  let seq = 0
  const report = (sensor: string, value: number) => {
    seq += 1
    const sent = systemClock.wall()
    const batch = { epoch: 'e1', seq, sent, readings: [{ sensor, time: sent, value }] }
    return gateway.publish('davylamp/v1/plant/gateways/gw-1/readings', JSON.stringify(batch))
  }
  const journal = (url: string) => items<JournalItem>(url, '/api/v1/journal?limit=1000')

  await report('GT-1', 25)
  await vi.waitFor(async () => expect(await journal(first.url)).toMatchObject([{ event: 'raised' }]), 20_000)
  const [alarm] = await items<AlarmView>(first.url, '/api/v1/alarms')
  await fetch(`${first.url}/api/v1/facilities/plant/alarms/GT-1.H/acknowledge`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ occurrence: alarm?.occurrence, comment: 'seen' }),
  })

  const hazard = { facility: 'plant', title: 'Flange leaks', description: 'F-12', by: 'li' }
  const entered = await fetch(`${first.url}/api/v1/hazards`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(hazard),
  })
  expect(entered.status).toBe(200)
  const hazards = (url: string) => items<HazardView>(url, '/api/v1/hazards')

  const file = join(first.folder, 'copy.db')
  const backup = new Child(
    'ingest/main.ts',
    ['backup', file, '--config', first.config, '--json'],
    first.folder,
  )
  let isDone = false
  void backup.exit.then(() => {
    isDone = true
  })
  for (let value = 25; !isDone; value = 30 - value) {
    await report('GT-2', value)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  expect([await backup.exit, backup.stderr]).toEqual([0, ''])
  const { rows, bytes } = JSON.parse(backup.stdout) as { rows: Record<string, number>; bytes: number }
  expect(bytes).toBeGreaterThan(0)
  expect(readdirSync(first.folder).sort()).toEqual(['copy.db', 'copy.register.db', 'data', 'plant.yaml'])
  const [head] = await items<JournalHeadView>(first.url, '/api/v1/journal/head')
  const before = (await journal(first.url)).reverse()
  // The journal of alarms leaves out the step of the hazard, which the chain has.
  expect(before[(head?.n ?? 0) - STEPS - 1]?.recorded).toBe(head?.time)
  const retained = () =>
    gateway.on('davylamp/v1/plant/journal').map((text) => JSON.parse(text) as { head: string })
  await gateway.subscribe('davylamp/v1/plant/journal')
  // It was made in the middle: after the acknowledgement, before the last of what went on.
  expect(rows.journal).toBeGreaterThan(2)
  const copied = (rows.journal ?? 0) - STEPS
  expect(copied).toBeLessThanOrEqual(before.length)
  await children.pop()?.kill('SIGTERM')
  const last = retained().at(-1)?.head ?? ''

  const second = await plant('restored')
  mkdirSync(join(second.folder, 'restored'))
  copyFileSync(file, join(second.folder, 'restored', 'state.db'))
  copyFileSync(join(first.folder, 'copy.register.db'), join(second.folder, 'restored', 'register.db'))
  await start(second)
  const after = (await journal(second.url)).reverse()
  expect(after.slice(0, copied)).toEqual(before.slice(0, copied))
  expect(await hazards(second.url)).toMatchObject([{ number: 1, title: 'Flange leaks', status: 'found' }])
  // What the new server found since is about itself.
  expect(after.slice(copied).filter((item) => item.alarm.sensor.startsWith('GT-'))).toEqual([])
  const alarms = await items<AlarmView>(second.url, '/api/v1/alarms')
  expect(alarms.find(({ id }) => id === 'GT-1.H')).toMatchObject({
    state: 'ACKED',
    occurrence: alarm?.occurrence,
    acknowledgedBy: 'demo',
    comment: 'seen',
  })
  const lastOf = before.slice(0, copied).findLast((item) => item.alarm.id === 'GT-2.H')?.alarm
  const found = alarms.find(({ id }) => id === 'GT-2.H')
  expect(found?.state ?? 'NORM').toBe(lastOf?.state)
  // The last head was published while the broker still ran, and the copy does not go as far.
  for (const anchor of [`${head?.head}`, last])
    expect(await verify(['--config', first.config, '--anchor', anchor])).toMatchObject({ ok: true })
  expect(await verify(['--database', file])).toMatchObject({
    ok: true,
    facilities: [{ entries: rows.journal, anchored: null }],
  })
  expect(await verify(['--database', file, '--anchor', last])).toMatchObject({ ok: false })
  expect(await verify(['--config', second.config])).toMatchObject({
    ok: true,
    facilities: [{ facility: 'plant', anchored: null }],
  })
})
