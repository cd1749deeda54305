import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { AlarmView, FacilityTree, GatewayView, JournalItem } from '../../contracts/api.ts'
import { Child } from '../e2e/child.ts'
import { takePorts } from '../ports.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { plantFile } from './gateway-run.ts'
import { SOCAT } from './pty-pair.ts'
import { SimulatedPlant } from './simulated-plant.ts'
import { unlessReal } from './unless-real.ts'

const BROKER = '/usr/sbin/mosquitto'
const real = unlessReal(SOCAT, BROKER)

/** What every sensor is held at: GT-1 stands above its limit, the others below theirs. */
const HELD = { 'GT-1': 60, 'GT-2': 5, 'LT-1': 3.5, 'TT-1': 21 } as const
type SensorId = keyof typeof HELD

const DEVICES = [
  { id: 'panel', unitId: 1, sensors: ['GT-1', 'GT-2'] },
  { id: 'gauge', unitId: 2, sensors: ['LT-1'] },
  { id: 'probe', unitId: 3, sensors: ['TT-1'] },
] as const

const late = { fault: { device: 'probe', kind: 'late-answer' } }
const foreign = { fault: { device: 'probe', kind: 'wrong-unit' } }
const silent = { 'silent-device': { device: 'panel' } }
const garbled = { fault: { device: 'gauge', kind: 'crc-error' } }
const unplugged = { disconnect: { bus: 'line' } }
/** What is done to the field, s from the start of the simulator; `hits` are the devices that must be seen to suffer. */
const FAULTS = [
  { name: 'no answer and late answers', from: 4, to: 6, effects: [silent, late], hits: ['panel', 'probe'] },
  { name: 'wrong CRC, wrong unit', from: 10, to: 12, effects: [garbled, foreign], hits: ['gauge', 'probe'] },
  { name: 'no line', from: 15, to: 16.5, effects: [unplugged], hits: ['panel', 'gauge', 'probe'] },
] as const
const END_S = 20

/** What an operator could see at one moment. */
interface Look {
  readonly atS: number
  readonly readings: Record<string, { value: number | null; quality: string; reason: string | null }>
  readonly high: Pick<AlarmView, 'state' | 'condition'> | undefined
}

/** Simulated instruments on a serial line, gateway, Mosquitto and server, each a process; the API is what is looked at. */
describe.skipIf(real.skip)(`a serial line with faults, seen from the API${real.reason}`, () => {
  let folder: string
  let url: string
  let broker: ChildProcess
  let plant: SimulatedPlant
  let server: Child
  let gateway: Child
  const looks: Look[] = []

  beforeAll(async () => {
    folder = temporaryFolder()
    const [http = 0, mqtt = 0] = await takePorts(2)
    url = `http://127.0.0.1:${http}`
    writeFileSync(
      join(folder, 'mosquitto.conf'),
      `listener ${mqtt} 127.0.0.1\nallow_anonymous true\nset_tcp_nodelay true\n`,
    )
    broker = spawn(BROKER, ['-c', join(folder, 'mosquitto.conf')], { stdio: 'ignore' })
    const buses = [lineOf(join(folder, 'line'))]
    const config = plantFile(folder, buses, {
      mqtt: { url: `mqtt://127.0.0.1:${mqtt}` },
      store: { kind: 'embedded' },
      server: { listen: `127.0.0.1:${http}`, data: join(folder, 'server'), auth: 'off' },
    })
    server = new Child('ingest/main.ts', ['--config', config], folder)
    gateway = new Child('gateway/main.ts', ['run', '--config', config], folder)
    // An alarm that began before the gateway was heard would have a beginning told late, and rightly so.
    await vi.waitFor(async () => expect((await gateways())[0]?.state).toBe('online'), { timeout: 60_000 })
    // The simulator last: its timeline runs from its start. It has a folder of its own, since it writes its file.
    const own = join(folder, 'simulator')
    mkdirSync(own)
    plant = await SimulatedPlant.start(own, buses, timeline())
    const started = performance.now()
    const atS = () => (performance.now() - started) / 1_000
    await vi.waitFor(async () => expect(good(await look(atS()))).toEqual(HELD), {
      timeout: FAULTS[0].from * 1_000,
      interval: 50,
    })
    while (atS() < END_S) {
      looks.push(await look(atS()))
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  })
  afterAll(async () => {
    await Promise.all([gateway, server, plant].map((child) => child?.[Symbol.asyncDispose]()))
    broker?.kill('SIGKILL')
  })

  async function get<T>(path: string): Promise<T> {
    const response = await fetch(`${url}${path}`)
    if (!response.ok) throw new Error(`${path}: ${response.status}`)
    return (await response.json()) as T
  }

  const gateways = async () =>
    (await get<{ items: GatewayView[] }>('/api/v1/facilities/plant/gateways')).items

  async function look(atS: number): Promise<Look> {
    const [tree, alarms] = await Promise.all([
      get<FacilityTree>('/api/v1/facilities/plant'),
      get<{ items: AlarmView[] }>('/api/v1/alarms'),
    ])
    const readings = tree.sensors.flatMap(({ id, reading }) => (reading === null ? [] : [[id, reading]]))
    return {
      atS,
      readings: Object.fromEntries(readings),
      high: alarms.items.find(({ id }) => id === 'GT-1.H'),
    }
  }

  const during = ({ from, to }: { from: number; to: number }) =>
    looks.filter(({ atS }) => atS > from && atS < to)

  test('a good reading is what the instrument measures, whenever it is seen', () => {
    expect(looks.length).toBeGreaterThan(100)
    for (const { atS, readings } of looks) {
      for (const [sensor, { value, quality }] of Object.entries(readings)) {
        if (quality === 'good')
          expect({ atS, sensor, value }).toEqual({ atS, sensor, value: HELD[sensor as SensorId] })
        else expect({ atS, sensor, value }).toEqual({ atS, sensor, value: null })
      }
    }
  })

  test.each(FAULTS)('$name: $hits suffer and nobody else, and all is good again', (fault) => {
    for (const { id, sensors } of DEVICES) {
      const isHit = fault.hits.some((hit) => hit === id)
      for (const sensor of sensors) {
        const seen = during(fault).map(({ readings }) => readings[sensor]?.quality)
        expect(seen.includes('bad'), `${sensor} was seen bad`).toBe(isHit)
      }
    }
    const next = FAULTS.find(({ from }) => from > fault.to)?.from ?? END_S
    const [recovered] = looks.filter(({ atS, ...rest }) => atS > fault.to && atS < next && isHeld(good(rest)))
    expect(recovered, `all good between ${fault.to} and ${next} s`).toBeDefined()
  })

  test('the alarm that stood stands all the time, and was raised once', async () => {
    for (const { atS, high } of looks) {
      expect({ atS, state: high?.state }).toEqual({ atS, state: 'UNACK' })
      expect(['active', 'unknown']).toContain(high?.condition)
    }
    expect(during(FAULTS[0]).some(({ high }) => high?.condition === 'unknown')).toBe(true)
    const { items } = await get<{ items: JournalItem[] }>('/api/v1/journal?limit=1000')
    const eventsOf = (id: string) => items.filter(({ alarm }) => alarm.id === id).map(({ event }) => event)
    expect(eventsOf('GT-1.H')).toEqual(['raised'])
    for (const id of ['GT-2.H', 'LT-1.H', 'TT-1.H']) expect(eventsOf(id), id).toEqual([])
    expect(eventsOf('LT-1.FAULT'), 'its device was the second to suffer').toContain('raised')
  })
})

function lineOf(path: string) {
  return {
    id: 'line',
    driver: 'modbus-rtu',
    timeout: '300ms',
    serial: { path, baudRate: 19_200 },
    devices: DEVICES.map(({ sensors, ...device }) => ({
      ...device,
      poll: '500ms',
      sensors: sensors.map((id, index) => ({
        id,
        kind: 'other',
        unit: '1',
        register: { address: index * 2, type: 'float32' },
        report: { maxInterval: '1s' },
        alarms: { H: { when: 'high', limit: 40 } },
      })),
    })),
  }
}

function timeline(): object[] {
  const held = Object.entries(HELD).map(([sensor, value]) => ({
    at: '0s',
    duration: '1h',
    set: { sensor, value },
  }))
  const faults = FAULTS.flatMap(({ from, to, effects }) =>
    effects.map((effect) => ({ at: `${from}s`, duration: `${(to - from) * 1_000}ms`, ...effect })),
  )
  return [...held, ...faults]
}

/** Key: sensor; value: of those that are good. */
function good({ readings }: Pick<Look, 'readings'>): Record<string, number | null> {
  return Object.fromEntries(
    Object.entries(readings)
      .filter(([, { quality }]) => quality === 'good')
      .map(([sensor, { value }]) => [sensor, value]),
  )
}

function isHeld(values: Record<string, number | null>): boolean {
  return Object.entries(HELD).every(([sensor, value]) => values[sensor] === value)
}
