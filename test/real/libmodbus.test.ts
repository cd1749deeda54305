import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { takePort } from '../ports.ts'
import { programFolder } from '../temporary-folder.ts'
import { GatewayRun, readOnce } from './gateway-run.ts'
import { buildLibmodbus, LIBMODBUS, startLibmodbus } from './peers/libmodbus.ts'
import type { Peer } from './peers/peer.ts'
import { PtyPair, SOCAT } from './pty-pair.ts'
import { unlessReal } from './unless-real.ts'

const real = unlessReal(SOCAT, ...LIBMODBUS)
const MODES = { 'modbus-tcp': 'tcp', 'modbus-rtu': 'rtu' } as const

/** What peers/libmodbus_server.c holds. 12.345 is no number of 32 bits: what is read is the nearest one. */
const NEAREST = Math.fround(12.345)
const POINTS = [
  { id: 'ABCD', register: { address: 0, type: 'float32', order: 'ABCD' }, text: `${NEAREST} good` },
  { id: 'DCBA', register: { address: 2, type: 'float32', order: 'DCBA' }, text: `${NEAREST} good` },
  { id: 'BADC', register: { address: 4, type: 'float32', order: 'BADC' }, text: `${NEAREST} good` },
  { id: 'CDAB', register: { address: 6, type: 'float32', order: 'CDAB' }, text: `${NEAREST} good` },
  { id: 'i32', register: { address: 8, type: 'int32' }, text: '-123456 good' },
  { id: 'scaled', register: { address: 10, from: [1000, 1020], to: [0, 100] }, text: '50 good' },
  { id: 'input', register: { table: 'input', address: 59 }, text: '3059 good' },
  { id: 'coil9', register: { table: 'coil', address: 9 }, text: '1 good' },
  { id: 'coil10', register: { table: 'coil', address: 10 }, text: '0 good' },
  { id: 'discrete', register: { table: 'discrete', address: 15 }, text: '1 good' },
] as const
/** Its registers 20 to 23 are refused, and the block that is merged reaches across them. */
const ACROSS = [
  ...POINTS,
  ...Array.from({ length: 14 }, (_, i) => ({
    id: `R${12 + i}`,
    register: { address: 12 + i },
    text: 12 + i >= 20 && 12 + i < 24 ? 'bad exception-2' : `${1012 + i} good`,
  })),
] as const

const textsOf = (points: readonly { id: string; text: string }[]) =>
  Object.fromEntries(points.map(({ id, text }) => [id, text]))

function device(points: readonly { id: string; register: object }[]) {
  const sensors = points.map(({ id, register }) => ({
    id,
    kind: 'other',
    unit: '1',
    register,
    report: { maxInterval: '50ms' },
  }))
  return { id: 'unit-3', unitId: 3, poll: '100ms', sensors }
}

describe.skipIf(real.skip).each(Object.entries(MODES))(
  `a libmodbus server, read by %s${real.reason}`,
  (driver, mode) => {
    let folder: string
    let program: string
    let line: PtyPair | undefined
    let place: string
    let connection: object
    let peer: Peer
    let run: GatewayRun

    beforeAll(async () => {
      folder = programFolder()
      program = buildLibmodbus(folder)
      if (mode === 'rtu') {
        line = await PtyPair.plugged(folder)
        place = line.far
        connection = { serial: { path: line.near, baudRate: 115_200 } }
      } else {
        const port = await takePort()
        place = String(port)
        connection = { host: '127.0.0.1', port }
      }
      peer = await startLibmodbus(program, mode, place)
    })
    afterAll(async () => {
      await run?.[Symbol.asyncDispose]()
      await peer?.[Symbol.asyncDispose]()
      await line?.[Symbol.asyncDispose]()
    })

    const bus = (devices: object[]) => ({ id: 'line', driver, timeout: '200ms', ...connection, devices })
    const soon = (look: () => void) => vi.waitFor(look, { timeout: 60_000, interval: 50 })
    const lost = Object.fromEntries(ACROSS.map(({ id }) => [id, 'bad comm-lost']))

    test('every table and byte order is read exactly', async () => {
      expect(await readOnce(folder, [bus([device(POINTS)])])).toEqual(textsOf(POINTS))
    })

    test('registers that it refuses cost nothing but themselves', async () => {
      run = await GatewayRun.start(folder, [bus([device(ACROSS)])])
      await soon(() => expect(run.latest()).toEqual(textsOf(ACROSS)))
    })

    test('a server that is killed takes every value with it; started again, it is read again', async () => {
      await peer.kill()
      await soon(() => expect(run.latest()).toEqual(lost))
      peer = await startLibmodbus(program, mode, place)
      await soon(() => expect(run.latest()).toEqual(textsOf(ACROSS)))
    })

    // TCP has no adapter.
    if (mode !== 'rtu') return
    test('an adapter that is pulled out takes every value with it; plugged in, it is read again', async () => {
      await line?.unplug()
      await peer.kill()
      const pulled = Date.now()
      await soon(() => expect(run.latest()).toEqual(lost))
      expect(Date.now() - pulled, 'a port that has gone is seen at once').toBeLessThan(2_000)
      expect(run.readings('ABCD', pulled + 50).filter(({ value }) => value !== undefined)).toEqual([])
      await line?.plug()
      peer = await startLibmodbus(program, mode, place)
      await soon(() => expect(run.latest()).toEqual(textsOf(ACROSS)))
    })
  },
)
