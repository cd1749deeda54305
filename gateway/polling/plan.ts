import { CodedError } from '../../contracts/errors.ts'
import type { Device, PolledSensor, Register } from '../../contracts/facility.ts'
import { type RegisterTable, TABLES } from '../../contracts/facility-words.ts'
import type { ReadRequest } from '../drivers/driver.ts'
import { spanOf } from '../quality/decode.ts'
import { cutIntoBlocks, type Pair } from './block-cuts.ts'
import { isBitTable, limitsOf } from './block-limits.ts'
import { planFixedBlocks } from './fixed-blocks.ts'
import { blockOf, conditionsOf, deviceConditions, registerKey, type Span, spansIn } from './span.ts'

/** One read request and what lies wholly inside it. */
export interface Block {
  /** `record`: one record of an ASCII instrument. */
  readonly table: RegisterTable | 'record'
  readonly address: number
  /** Registers, or bits of a coil or discrete table. */
  readonly count: number
  readonly sensors: readonly PolledSensor[]
  /** Status and heartbeat registers; they are told of the device before its sensors are judged. */
  readonly conditions: readonly Register[]
}

export { isBitTable }

export interface DevicePlan {
  /** Those with conditions come first. */
  readonly blocks: readonly Block[]
  /** Sensors and conditions that no request can read, each with the reason in words. */
  readonly problems: readonly string[]
}

/**
 * Groups what is to be read of a device into as few requests as its limits allow. Holes of up to `maxGap`
 * addresses are read across. A value of several registers is never split: halves that were read at
 * different moments would make a number that never was. A device without sensors is not read, and
 * the registers of a seismic station are its driver's own business.
 */
export function planDevice(device: Device): DevicePlan {
  if (device.sensors.length === 0 || device.seismic !== undefined) return { blocks: [], problems: [] }
  if (device.record !== undefined) return planRecord(device)
  const plan = device.workarounds.blocks.length > 0 ? planFixedBlocks(device) : planFreely(device)
  return { blocks: conditionsLast(plan.blocks), problems: plan.problems }
}

/** @throws CodedError CONFIG_INVALID for a record of a device that has none. */
export function requestOf(device: Device, block: Block): ReadRequest {
  const { table, address, count } = block
  if (table !== 'record') {
    const { replyUnit } = device.workarounds
    const reply = replyUnit === undefined ? {} : { replyUnit }
    return { kind: 'registers', unitId: device.unitId, table, address, count, ...reply }
  }
  const { record: format } = device
  if (format === undefined) throw new CodedError('CONFIG_INVALID', `device ${device.id} has no record`)
  return { kind: 'record', format }
}

/**
 * In the order in which a poll asks: a value stands between the status of the poll before and that of its own,
 * so that a mode or a fault can neither begin nor end unseen beside it.
 */
export function conditionsLast(blocks: readonly Block[]): Block[] {
  return [
    ...blocks.filter((block) => block.conditions.length === 0),
    ...blocks.filter((block) => block.conditions.length > 0),
  ]
}

function planRecord(device: Device): DevicePlan {
  const { sensors } = device
  return {
    blocks: [{ table: 'record', address: 0, count: 0, sensors, conditions: deviceConditions(device) }],
    problems: [],
  }
}

function planFreely(device: Device): DevicePlan {
  const problems: string[] = []
  const isReadable = (register: Register, name: string) => {
    const problem = unreadable(device, register)
    if (problem !== undefined) problems.push(`${name}: ${problem}`)
    return problem === undefined
  }
  const sensors = device.sensors.filter((sensor) => isReadable(sensor.register, sensor.id))
  const conditions = deviceConditions(device).filter((register) =>
    isReadable(register, `status or heartbeat in ${register.table} ${register.address}`),
  )
  const blocks = TABLES.flatMap((table) => {
    const spans = spansIn(table, { sensors, conditions })
    const cut = device.workarounds.singleReads
      ? spans.map((span) => [span])
      : cutIntoBlocks(spans, limitsOf(device, table), pairsOf(device, spans))
    return cut.map((each) => blockOf(table, each))
  })
  return { blocks, problems }
}

function unreadable(device: Device, register: Register): string | undefined {
  if (register.table === 'record') return 'its device sends no records'
  const { largest } = limitsOf(device, register.table)
  const span = spanOf(register)
  if (span > largest) return `${span} registers are more than the ${largest} its device answers at once`
  return undefined
}

/** Each sensor with each register that it is judged by, as indices of spans of one table. */
function pairsOf(device: Device, spans: readonly Span[]): Pair[] {
  const places = new Map(
    spans.flatMap((span, index) =>
      span.conditions.map((register) => [registerKey(register), index] as const),
    ),
  )
  return spans.flatMap((span, index) =>
    span.sensors.flatMap((sensor) =>
      conditionsOf(sensor, device).flatMap((register): Pair[] => {
        const place = places.get(registerKey(register))
        return place === undefined ? [] : [[index, place]]
      }),
    ),
  )
}
