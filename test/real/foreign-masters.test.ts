import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { takePort } from '../ports.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { MBPOLL, type MbpollQuestion, mbpoll } from './mbpoll.ts'
import { PYMODBUS, PYMODBUS_CLIENT, PYTHON } from './peers/pymodbus.ts'
import { SOCAT } from './pty-pair.ts'
import { SimulatedPlant } from './simulated-plant.ts'
import { unlessReal } from './unless-real.ts'

const real = unlessReal(SOCAT, MBPOLL, ...PYMODBUS)
const run = promisify(execFile)

const BAUD_RATE = 115_200
const UNITS = [1, 2, 17] as const
const LINES = ['modbus-tcp', 'modbus-rtu', 'modbus-ascii'] as const

/** Every unit of every line has these; `value` is what the scenario holds them at, made of the unit's number. */
const POINTS = [
  { key: 'ABCD', register: { address: 0, type: 'float32' }, value: (unit: number) => unit + 0.5 },
  {
    key: 'CDAB',
    register: { address: 2, type: 'float32', order: 'CDAB' },
    value: (unit: number) => -unit - 0.25,
  },
  { key: 'i32', register: { address: 4, type: 'int32' }, value: (unit: number) => -70_000 * unit },
  { key: 'u16', register: { address: 6, type: 'uint16' }, value: (unit: number) => 1_000 + unit },
  {
    key: 'input',
    register: { table: 'input', address: 7, type: 'uint16' },
    value: (unit: number) => 40 + unit,
  },
  { key: 'coil', register: { table: 'coil', address: 9 }, value: (unit: number) => unit & 1 },
  { key: 'discrete', register: { table: 'discrete', address: 3 }, value: (unit: number) => 1 - (unit & 1) },
] as const

/** What a master has to get, per unit. Key: what is asked; value: the question and the answer. */
const QUESTIONS: readonly (Omit<MbpollQuestion, 'at' | 'units'> & { answer: (unit: number) => string[] })[] =
  [
    {
      table: 'holding',
      address: 0,
      count: 1,
      as: 'float',
      words: 'high-first',
      answer: (unit) => [`${unit + 0.5}`],
    },
    {
      table: 'holding',
      address: 2,
      count: 1,
      as: 'float',
      words: 'low-first',
      answer: (unit) => [`${-unit - 0.25}`],
    },
    {
      table: 'holding',
      address: 4,
      count: 1,
      as: 'int',
      words: 'high-first',
      answer: (unit) => [`${-70_000 * unit}`],
    },
    { table: 'holding', address: 6, count: 1, answer: (unit) => [`${1_000 + unit}`] },
    { table: 'input', address: 7, count: 1, answer: (unit) => [`${40 + unit}`] },
    { table: 'coil', address: 9, count: 1, answer: (unit) => [`${unit & 1}`] },
    { table: 'discrete', address: 3, count: 1, answer: (unit) => [`${1 - (unit & 1)}`] },
  ]

describe.skipIf(real.skip)(`the simulated devices, read by foreign masters${real.reason}`, () => {
  let plant: SimulatedPlant
  let port: number
  let folder: string
  const portOf = (driver: string) => join(folder, `${driver}.port`)

  beforeAll(async () => {
    folder = temporaryFolder()
    const free = await takePort()
    port = free
    const buses = LINES.map((driver) => ({
      id: driver,
      driver,
      ...(driver === 'modbus-tcp'
        ? { host: '127.0.0.1', port }
        : { serial: { path: portOf(driver), baudRate: BAUD_RATE } }),
      devices: UNITS.map((unit) => ({
        id: `${driver}.${unit}`,
        unitId: unit,
        sensors: POINTS.map(({ key, register }) => ({
          id: `${driver}.${unit}.${key}`,
          kind: 'other',
          unit: '1',
          register,
        })),
      })),
    }))
    const timeline = LINES.flatMap((driver) =>
      UNITS.flatMap((unit) =>
        POINTS.map(({ key, value }) => ({
          at: '0s',
          duration: '1h',
          set: { sensor: `${driver}.${unit}.${key}`, value: value(unit) },
        })),
      ),
    )
    plant = await SimulatedPlant.start(folder, buses, timeline)
  })
  afterAll(async () => {
    await plant?.[Symbol.asyncDispose]()
  })

  const ways = { 'modbus-tcp': 'over TCP', 'modbus-rtu': 'over a serial line' } as const
  describe.each(Object.entries(ways))('mbpoll, %s', (driver, _way) => {
    test.each(QUESTIONS)('$table $address as $as $words', async ({ answer, ...question }) => {
      const at = driver === 'modbus-tcp' ? { port } : { device: portOf(driver), baudRate: BAUD_RATE }
      const expected = Object.fromEntries(UNITS.map((unit) => [unit, answer(unit)]))
      expect(await mbpoll({ at, units: UNITS, ...question })).toEqual(expected)
    })
  })

  test.each(['rtu', 'ascii'])('pymodbus, as a %s master on a serial line', async (mode) => {
    const tables = ['holding:0:7', 'input:7:1', 'coil:9:1', 'discrete:3:1']
    const questions = UNITS.flatMap((unit) => tables.map((table) => table.replace(/^(\w+)/, `${unit}:$1`)))
    const { stdout } = await run(
      PYTHON,
      [PYMODBUS_CLIENT, mode, portOf(`modbus-${mode}`), String(BAUD_RATE), ...questions, '1:holding:6:2'],
      { timeout: 60_000 },
    )
    const bytes = Buffer.alloc(14)
    const expected = UNITS.flatMap((unit) => {
      bytes.writeFloatBE(unit + 0.5, 0)
      bytes.writeFloatBE(-unit - 0.25, 4)
      const [high = 0, low = 0] = [bytes.readUInt16BE(4), bytes.readUInt16BE(6)]
      bytes.writeUInt16BE(low, 4)
      bytes.writeUInt16BE(high, 6)
      bytes.writeInt32BE(-70_000 * unit, 8)
      bytes.writeUInt16BE(1_000 + unit, 12)
      return [
        { words: Array.from({ length: 7 }, (_, i) => bytes.readUInt16BE(i * 2)) },
        { words: [40 + unit] },
        { bits: [(unit & 1) === 1] },
        { bits: [(unit & 1) === 0] },
      ]
    })
    const answers: unknown[] = JSON.parse(stdout)
    expect(answers.slice(0, -1)).toEqual(expected)
    expect(answers.at(-1), 'past the end of the map').toMatchObject({ exception: 2 })
  })
})
