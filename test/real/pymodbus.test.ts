import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { takePort } from '../ports.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { GatewayRun, readOnce } from './gateway-run.ts'
import type { Peer } from './peers/peer.ts'
import { PYMODBUS, startPymodbus } from './peers/pymodbus.ts'
import { PtyPair, SOCAT } from './pty-pair.ts'
import { unlessReal } from './unless-real.ts'

const real = unlessReal(SOCAT, ...PYMODBUS)

const POLL_MS = 200
const TIMEOUT_MS = 200
/** A healthy unit waits for its turn, for a timeout of the dead one, and for the machine, which is shared. */
const GAP_MAX_MS = POLL_MS + 2 * TIMEOUT_MS + 300

/** Key: driver of the gateway; value: what pymodbus calls it. */
const MODES = {
  'modbus-tcp': 'tcp',
  'modbus-rtu-over-tcp': 'rtu-over-tcp',
  'modbus-rtu': 'rtu',
  'modbus-ascii': 'ascii',
} as const

/** What peers/pymodbus_server.py holds for every unit, and what a gateway must make of it. */
const POINTS = [
  { key: 'ABCD', register: { address: 0, type: 'float32' }, value: (unit: number) => unit + 0.5 },
  {
    key: 'DCBA',
    register: { address: 2, type: 'float32', order: 'DCBA' },
    value: (unit: number) => unit + 0.5,
  },
  {
    key: 'BADC',
    register: { address: 4, type: 'float32', order: 'BADC' },
    value: (unit: number) => unit + 0.5,
  },
  {
    key: 'CDAB',
    register: { address: 6, type: 'float32', order: 'CDAB' },
    value: (unit: number) => unit + 0.5,
  },
  { key: 'i16', register: { address: 8, type: 'int16' }, value: (unit: number) => -unit },
  { key: 'i32', register: { address: 9, type: 'int32' }, value: (unit: number) => -100_000 - unit },
  { key: 'f64', register: { address: 11, type: 'float64' }, value: (unit: number) => (unit + 0.5) / 3 },
  { key: 'u64', register: { address: 15, type: 'uint64' }, value: (unit: number) => 2 ** 40 + unit },
  { key: 'far', register: { address: '40026' }, value: (unit: number) => unit + 1 },
  { key: 'input', register: { table: 'input', address: 101 }, value: (unit: number) => 2_000 + unit },
  { key: 'coil', register: { table: 'coil', address: 0 }, value: (unit: number) => unit & 1 },
  { key: 'coil10', register: { table: 'coil', address: 10 }, value: () => 1 },
  { key: 'discrete', register: { table: 'discrete', address: 7 }, value: (unit: number) => unit & 1 },
] as const

const UNITS = [1, 2, 17] as const

/** A register in the hole between 19 and 23. */
const HOLE = { key: 'hole', register: { address: 21 } } as const

function device(unit: number, points: readonly { key: string; register: object }[], maxGap: number) {
  return {
    id: `unit-${unit}`,
    unitId: unit,
    poll: `${POLL_MS}ms`,
    maxGap,
    sensors: points.map(({ key, register }) => ({
      id: `${unit}.${key}`,
      kind: 'other',
      unit: '1',
      register,
      report: { maxInterval: '50ms' },
    })),
  }
}

function longestGap(times: readonly number[]): number {
  return Math.max(...times.slice(1).map((time, index) => time - (times[index] ?? time)))
}

const expected = (unit: number) =>
  Object.fromEntries(POINTS.map(({ key, value }) => [`${unit}.${key}`, `${value(unit)} good`]))

describe.skipIf(real.skip).each(Object.entries(MODES))(
  `a pymodbus server, read by %s${real.reason}`,
  (driver, mode) => {
    let folder: string
    let line: PtyPair | undefined
    let place: string
    let connection: object
    let peer: Peer
    let run: GatewayRun

    beforeAll(async () => {
      folder = temporaryFolder()
      if (mode === 'rtu' || mode === 'ascii') {
        line = await PtyPair.plugged(folder)
        place = line.far
        connection = { serial: { path: line.near, baudRate: 115_200 } }
      } else {
        const port = await takePort()
        place = String(port)
        connection = { host: '127.0.0.1', port }
      }
      peer = await startPymodbus(mode, place)
    })
    afterAll(async () => {
      await run?.[Symbol.asyncDispose]()
      await peer?.[Symbol.asyncDispose]()
      await line?.[Symbol.asyncDispose]()
    })

    const bus = (devices: object[]) => ({
      id: 'line',
      driver,
      timeout: `${TIMEOUT_MS}ms`,
      ...connection,
      devices,
    })
    const soon = (look: () => void) => vi.waitFor(look, { timeout: 60_000, interval: 50 })

    test('every table, type and byte order of every unit is read exactly', async () => {
      const read = await readOnce(folder, [bus(UNITS.map((unit) => device(unit, POINTS, 0)))])
      expect(read).toEqual(Object.assign({}, ...UNITS.map(expected)))
    })

    test('a hole that a block was read across costs only what stands in it', async () => {
      run = await GatewayRun.start(folder, [bus(UNITS.map((unit) => device(unit, [...POINTS, HOLE], 8)))])
      const holes = Object.fromEntries(UNITS.map((unit) => [`${unit}.hole`, 'bad exception-2']))
      await soon(() => expect(run.latest()).toEqual(Object.assign(holes, ...UNITS.map(expected))))
    })

    test('a unit that falls silent is lost alone; the others keep their pace, and it comes back', async () => {
      await peer.tell('silence 2')
      const silent = Date.now()
      await soon(() =>
        expect(run.latest()).toMatchObject({ '2.ABCD': 'bad comm-lost', '2.coil': 'bad comm-lost' }),
      )
      await soon(() => expect(Date.now() - silent).toBeGreaterThan(1_200))
      for (const unit of [1, 17]) {
        const heard = run.readings(`${unit}.ABCD`, silent)
        expect(new Set(heard.map(({ value }) => value))).toEqual(new Set([unit + 0.5]))
        expect(longestGap([silent, ...heard.map(({ time }) => time), Date.now()])).toBeLessThan(GAP_MAX_MS)
      }
      const lost = run.readings('2.ABCD', silent + 200)
      expect(lost.every(({ value, quality }) => value === undefined && quality === 'bad')).toBe(true)
      await peer.tell('speak 2')
      await soon(() => expect(run.latest()).toMatchObject(expected(2)))
    })

    test('a server that is killed takes every value with it; started again, it is read again', async () => {
      await peer.kill()
      const killed = Date.now()
      const all = UNITS.flatMap((unit) => Object.keys(expected(unit)))
      await soon(() =>
        expect(run.latest()).toMatchObject(
          Object.fromEntries(all.map((sensor) => [sensor, 'bad comm-lost'])),
        ),
      )
      for (const sensor of all) {
        const told = run.readings(sensor, killed + 50)
        expect(told.filter(({ value }) => value !== undefined)).toEqual([])
      }
      peer = await startPymodbus(mode, place)
      await peer.tell('set 17 input 101 4321')
      await soon(() =>
        expect(run.latest()).toMatchObject({
          ...expected(1),
          ...expected(2),
          ...expected(17),
          '17.input': '4321 good',
        }),
      )
    })
  },
)
