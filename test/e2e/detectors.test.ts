import { afterEach, expect, test, vi } from 'vitest'
import type { DerivedDetail } from '../../contracts/analytics/derived-api.ts'
import type { AlarmView, FacilityTree, SensorView } from '../../contracts/api.ts'
import { systemClock } from '../../contracts/clock.ts'
import { parseFacility } from '../../contracts/facility-load.ts'
import { silentLogger } from '../../contracts/logger.ts'
import type { RegisterEntry } from '../../contracts/register/hazard-api.ts'
import { type RunningServer, randomId, startServer } from '../../ingest/main.ts'
import { MqttPeer } from '../ingest/mqtt-peer.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const SOON = { timeout: 90_000, interval: 100 }
const BASE = 'davylamp/v1/plant/gateways/gw-1'

const detector = (id: string, address: number) =>
  `{ id: ${id}, kind: gas, unit: "%LEL", register: { address: ${address} }, calibration: { every: 180d, bump: 30d }, alarms: { H: { when: high, limit: 20, deadband: 2 } } }`

const facilityOf = (data: string) =>
  parseFacility(
    `facility: { id: plant, timezone: Asia/Shanghai }
mqtt: { url: embedded, listen: "127.0.0.1:0" }
server: { listen: "127.0.0.1:0", data: "${data}", auth: off }
gateways:
  - id: gw-1
    buses:
      - { id: plc, driver: modbus-tcp, host: 127.0.0.1, devices: [ { id: panel, poll: 1s, sensors: [
          ${['GT-1', 'GT-2', 'GT-3'].map(detector).join(', ')} ] } ] }
derived:
  - { id: GT.vote, of: [GT-1, GT-2, GT-3], compute: vote, need: 2, limit: 20, onOverdue: drop-out, every: 1s, lateness: 1s }
`,
    'plant.yaml',
  )

let stop = async () => undefined as unknown
afterEach(() => stop())

/** A server, and the gateway that reports to it once in 200 ms what `values` says. */
async function startPlant(data: string, values: Record<string, number>) {
  const server: RunningServer = await startServer({
    facilities: [facilityOf(data)],
    clock: systemClock,
    randomId,
    random: Math.random,
    logger: silentLogger,
    listen: { http: '127.0.0.1:0', mqtt: '127.0.0.1:0' },
  })
  const peer = await MqttPeer.connect(server.broker?.port ?? 0)
  const epoch = randomId()
  let seq = 0
  const timer = setInterval(() => {
    seq += 1
    const time = systemClock.wall()
    const readings = Object.entries(values).map(([sensor, value]) => ({ sensor, time, value }))
    const batch = { epoch, seq, sent: time, snapshot: false, polled: { panel: time }, readings, gaps: [] }
    void peer.publish(`${BASE}/readings`, JSON.stringify(batch))
  }, 200)
  stop = async () => {
    clearInterval(timer)
    peer.client.end(true)
    await server.stop()
  }
  const ask = async <T>(path: string, payload?: object): Promise<T> => {
    const body = payload === undefined ? {} : { method: 'POST', body: JSON.stringify(payload) }
    const headers = { 'content-type': 'application/json' }
    const url = `http://127.0.0.1:${server.http.port}/api/v1${path}`
    return (await (await fetch(url, { headers, ...body })).json()) as T
  }
  return {
    ask,
    live: async () => {
      const { detail } = await ask<DerivedDetail>('/facilities/plant/sensors/GT.vote/derived')
      return (detail as { live?: string }).live
    },
    alarm: async (id: string) =>
      (await ask<{ items: AlarmView[] }>('/alarms')).items.find((item) => item.id === id)?.state,
    sensor: async (id: string): Promise<SensorView | undefined> =>
      (await ask<FacilityTree>('/facilities/plant')).sensors.find((sensor) => sensor.id === id),
  }
}

test('a detector that failed its calibration votes no more, and one that somebody works on raises nothing', async () => {
  const values = { 'GT-1': 5, 'GT-2': 5, 'GT-3': 5 }
  const data = temporaryFolder()
  let plant = await startPlant(data, values)
  await vi.waitFor(async () => expect(await plant.live()).toBe('2oo3'), SOON)

  await plant.ask('/facilities/plant/sensors/GT-3/calibrations', {
    kind: 'calibration',
    result: 'fail',
    note: 'span cannot be set',
  })
  await vi.waitFor(async () => expect(await plant.live()).toBe('2oo2'), SOON)
  await vi.waitFor(async () => expect(await plant.alarm('sys.calibration.OVERDUE')).toBe('UNACK'), SOON)

  await plant.ask('/facilities/plant/sensors/GT-1/inhibit', {
    reason: 'filter',
    for: '1h',
    owner: 'wang',
    by: 'li',
  })
  await vi.waitFor(async () => expect(await plant.live()).toBe('1oo1'), SOON)
  values['GT-1'] = 60
  const inhibited = { value: 60, quality: 'bad', reason: 'inhibited' }
  await vi.waitFor(async () => expect((await plant.sensor('GT-1'))?.reading).toMatchObject(inhibited), SOON)
  expect(await plant.alarm('GT-1.H')).toBeUndefined()

  await stop()
  plant = await startPlant(data, values)
  expect((await plant.sensor('GT-1'))?.inhibit).toMatchObject({ owner: 'wang', by: 'li' })
  expect((await plant.sensor('GT-1'))?.reading).toMatchObject(inhibited)
  await vi.waitFor(async () => expect(await plant.live()).toBe('1oo1'), SOON)

  await plant.ask('/facilities/plant/sensors/GT-1/release', { by: 'li' })
  await vi.waitFor(async () => expect(await plant.alarm('GT-1.H')).toBe('UNACK'), SOON)
  await plant.ask('/facilities/plant/sensors/GT-3/calibrations', { kind: 'calibration', result: 'pass' })
  await vi.waitFor(async () => expect(await plant.live()).toBe('2oo3'), SOON)
  await vi.waitFor(async () => expect(await plant.alarm('sys.calibration.OVERDUE')).toBe('RTNUN'), SOON)

  const { items } = await plant.ask<{ items: RegisterEntry[] }>('/register/journal?facility=plant')
  expect(items.map(({ register: { subject, event } }) => `${subject} ${event}`).toReversed()).toEqual([
    'calibration calibration',
    'inhibit inhibited',
    'inhibit released',
    'calibration calibration',
  ])
})
