import type { Clock } from '../contracts/clock.ts'
import type { Bus, Gateway } from '../contracts/facility.ts'
import { silentLogger } from '../contracts/logger.ts'
import { assess, assessFailure } from './assess.ts'
import { decode } from './decode.ts'
import { isAnswer, type ReadOutcome } from './drivers/driver.ts'
import { type BusAddress, createDriver } from './drivers/registry.ts'
import { Line } from './line.ts'
import { type Block, planDevice } from './plan.ts'

/** One line of `gateway read`: every field is there, null where there is nothing. */
export interface ReadLine {
  sensor: string
  /** Before scaling; the words in hexadecimal when they cannot be decoded. */
  raw: number | string | null
  value: number | null
  quality: string
  reason: string | null
  /** Epoch milliseconds UTC. */
  time: number
}

export interface ReadResult {
  readings: ReadLine[]
  /** True when any device answered anything at all. */
  answered: boolean
}

interface ReadOptions {
  clock: Clock
  /** Numbers in [0, 1), for jitter. */
  random: () => number
  stopped: Promise<void>
  /** Instead of the host and port of the file. Key: bus id. */
  busAddresses?: ReadonlyMap<string, BusAddress>
}

/** Polls every device of the gateway once, in the order of the file; buses are read side by side. */
export async function readOnce(gateway: Gateway, options: ReadOptions): Promise<ReadResult> {
  const stopping = new AbortController()
  // It settles with the process, so there is nobody left to be told of it.
  void options.stopped.then(() => stopping.abort())
  const results = await Promise.all(gateway.buses.map((bus) => readBus(bus, options, stopping.signal)))
  return {
    readings: results.flatMap((result) => result.readings),
    answered: results.some((result) => result.answered),
  }
}

async function readBus(bus: Bus, options: ReadOptions, signal: AbortSignal): Promise<ReadResult> {
  const driver = createDriver(bus, options.busAddresses?.get(bus.id))
  const line = new Line({ driver, random: options.random, logger: silentLogger })
  const stop = () => void line.stop()
  signal.addEventListener('abort', stop)
  line.start()
  const result: ReadResult = { readings: [], answered: false }
  for (const device of bus.devices) {
    const lines = new Map<string, ReadLine>()
    for (const block of planDevice(device).blocks) {
      const { table, address, count } = block
      await line.settled()
      const outcome = await line.read({ unitId: device.unitId, table, address, count })
      const time = Math.round(options.clock.wall())
      result.answered ||= isAnswer(outcome)
      for (const each of linesOf(block, outcome, time)) lines.set(each.sensor, each)
    }
    for (const sensor of device.sensors) {
      const each = lines.get(sensor.id)
      if (each !== undefined) result.readings.push(each)
    }
  }
  signal.removeEventListener('abort', stop)
  await line.stop()
  return result
}

function linesOf(block: Block, outcome: ReadOutcome, time: number): ReadLine[] {
  return block.sensors.map((sensor) => {
    if (!outcome.ok) {
      const { quality, reason = null } = assessFailure(outcome.failed)
      return { sensor: sensor.id, raw: null, value: null, quality, reason, time }
    }
    const decoded = decode(sensor.register, outcome.data, block.address)
    const { value = null, quality, reason = null } = assess(sensor, decoded)
    const raw = decoded.ok ? decoded.raw : hexadecimal(decoded.words)
    return { sensor: sensor.id, raw, value, quality, reason, time }
  })
}

function hexadecimal(words: readonly number[]): string {
  return words.map((word) => word.toString(16).padStart(4, '0')).join(' ')
}

/** The same for people: one row per sensor. */
export function formatReadings(readings: readonly ReadLine[]): string {
  const rows = [
    ['sensor', 'raw', 'value', 'quality', 'reason', 'time'],
    ...readings.map((line) => [
      line.sensor,
      String(line.raw ?? '-'),
      String(line.value ?? '-'),
      line.quality,
      line.reason ?? '-',
      new Date(line.time).toISOString(),
    ]),
  ]
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? []
  const format = (row: string[]) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')
  return `${rows.map((row) => format(row).trimEnd()).join('\n')}\n`
}
