import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { programFolder } from '../temporary-folder.ts'
import { GatewayRun } from './gateway-run.ts'
import { buildLibmodbus, LIBMODBUS, startLibmodbus } from './peers/libmodbus.ts'
import { startMultidrop } from './peers/multidrop.ts'
import type { Peer } from './peers/peer.ts'
import { PYMODBUS, startPymodbus } from './peers/pymodbus.ts'
import { unlessReal } from './unless-real.ts'

const real = unlessReal(...PYMODBUS, ...LIBMODBUS)

/** Instruments of two makers on one line, each of which hears the other; register 24 or 10 of each is read. */
const EXPECTED = {
  'unit-1': '1 good',
  'unit-2': '2 good',
  'unit-17': '17 good',
  'unit-3': '1010 good',
} as const
const ADDRESS: Readonly<Record<string, number>> = { 'unit-3': 10 }
const PYMODBUS_UNITS = ['unit-1', 'unit-2', 'unit-17'] as const

describe.skipIf(real.skip)(`pymodbus and libmodbus on one RTU line${real.reason}`, () => {
  let folder: string
  let line: Peer
  let pymodbus: Peer
  let libmodbus: Peer
  let run: GatewayRun
  let program: string
  const port = (name: string) => join(folder, name)

  beforeAll(async () => {
    folder = programFolder()
    program = buildLibmodbus(folder)
    line = await startMultidrop(port('gateway'), port('pymodbus'), port('libmodbus'))
    pymodbus = await startPymodbus('rtu', port('pymodbus'))
    libmodbus = await startLibmodbus(program, 'rtu', port('libmodbus'))
    const devices = Object.keys(EXPECTED).map((id) => ({
      id,
      unitId: Number(id.slice('unit-'.length)),
      poll: '100ms',
      sensors: [
        {
          id,
          kind: 'other',
          unit: '1',
          register: { address: ADDRESS[id] ?? 24 },
          report: { maxInterval: '50ms' },
        },
      ],
    }))
    const serial = { path: port('gateway'), baudRate: 115_200 }
    run = await GatewayRun.start(folder, [
      { id: 'line', driver: 'modbus-rtu', timeout: '200ms', serial, devices },
    ])
  })
  afterAll(async () => {
    for (const each of [run, pymodbus, libmodbus, line]) await each?.[Symbol.asyncDispose]()
  })

  const soon = (look: () => void) => vi.waitFor(look, { timeout: 60_000, interval: 50 })

  test('each is read', async () => {
    await soon(() => expect(run.latest()).toEqual(EXPECTED))
  })

  test('an instrument that is killed is lost, and the others of its line are not', async () => {
    await libmodbus.kill()
    const killed = Date.now()
    await soon(() => expect(run.latest()).toMatchObject({ 'unit-3': 'bad comm-lost' }))
    await soon(() => expect(Date.now() - killed).toBeGreaterThan(2_000))
    for (const unit of PYMODBUS_UNITS) {
      const good = run.readings(unit, killed).filter(({ quality = 'good' }) => quality === 'good')
      // Until the dead one is known for dead it costs three timeouts of two polls each, and machines are noisy.
      expect(good.length, `${unit}, of 20 polls`).toBeGreaterThan(8)
    }
    expect(run.readings('unit-3', killed + 50).filter(({ value }) => value !== undefined)).toEqual([])
  })

  test('started again, it is read again', async () => {
    libmodbus = await startLibmodbus(program, 'rtu', port('libmodbus'))
    await soon(() => expect(run.latest()).toEqual(EXPECTED))
  })

  test('nothing that was said on the line was ever taken for the value of another', () => {
    for (const [sensor, text] of Object.entries(EXPECTED)) {
      const values = run.readings(sensor).flatMap(({ value }) => (value === undefined ? [] : [value]))
      expect(new Set(values)).toEqual(new Set([Number.parseInt(text, 10)]))
    }
  })
})
