import type { Device, Sensor } from '../contracts/facility.ts'
import { type RegisterTable, TABLES } from '../contracts/facility-schema.ts'
import { spanOf } from './decode.ts'

/** One read request and the sensors whose registers lie wholly inside it. */
export interface Block {
  readonly table: RegisterTable
  readonly address: number
  /** Registers, or bits of a coil or discrete table. */
  readonly count: number
  readonly sensors: readonly Sensor[]
}

export interface DevicePlan {
  readonly blocks: readonly Block[]
  /** Sensors that no request can read, each with the reason in words. */
  readonly problems: readonly string[]
}

/** Modbus application protocol 1.1b3, 6.1 to 6.4: most bits and registers of one request. */
const MAX_BITS = 2_000
const MAX_REGISTERS = 125

/**
 * Groups the sensors of a device into as few requests as its limits allow. Holes of up to `maxGap`
 * addresses are read across. A value of several registers is never split: halves that were read at
 * different moments would make a number that never was.
 */
export function planDevice(device: Device): DevicePlan {
  const problems: string[] = []
  const blocks: Block[] = []
  for (const table of TABLES) {
    const limit = largestRequest(table, device.maxRegisters)
    const readable: Sensor[] = []
    for (const sensor of device.sensors) {
      if (sensor.register.table !== table) continue
      const problem = unreadable(sensor, limit)
      if (problem === undefined) readable.push(sensor)
      else problems.push(`${sensor.id}: ${problem}`)
    }
    blocks.push(...planTable({ table, limit, maxGap: device.maxGap }, readable))
  }
  return { blocks, problems }
}

export function isBitTable(table: RegisterTable): boolean {
  return table === 'coil' || table === 'discrete'
}

/** A device that answers only small blocks of registers is not trusted with more bits than those hold. */
function largestRequest(table: RegisterTable, maxRegisters: number): number {
  return isBitTable(table) ? Math.min(MAX_BITS, maxRegisters * 16) : Math.min(MAX_REGISTERS, maxRegisters)
}

function unreadable(sensor: Sensor, limit: number): string | undefined {
  const span = spanOf(sensor.register)
  if (span > limit) return `${span} registers are more than the ${limit} its device answers at once`
  return undefined
}

function planTable(
  rules: { table: RegisterTable; limit: number; maxGap: number },
  sensors: readonly Sensor[],
): Block[] {
  const blocks: Block[] = []
  let open: { start: number; end: number; sensors: Sensor[] } | undefined
  const close = () => {
    if (open === undefined) return
    blocks.push({
      table: rules.table,
      address: open.start,
      count: open.end - open.start,
      sensors: open.sensors,
    })
  }
  for (const sensor of sensors.toSorted((a, b) => a.register.address - b.register.address)) {
    const start = sensor.register.address
    const end = start + spanOf(sensor.register)
    const joins =
      open !== undefined &&
      start - open.end <= rules.maxGap &&
      Math.max(end, open.end) - open.start <= rules.limit
    if (open !== undefined && joins) {
      open.end = Math.max(open.end, end)
      open.sensors.push(sensor)
    } else {
      close()
      open = { start, end, sensors: [sensor] }
    }
  }
  close()
  return blocks
}
