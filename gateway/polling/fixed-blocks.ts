import type { Device, Register } from '../../contracts/facility.ts'
import { spanOf } from '../quality/decode.ts'
import { largestRequest } from './block-limits.ts'
import type { Block, DevicePlan } from './plan.ts'
import { deviceConditions } from './span.ts'

type Place = Pick<Block, 'table' | 'address' | 'count'>

/**
 * For devices that answer certain blocks only, as a whole: each value is read with the first of them in
 * which it lies. Conditions are told by every block in which they lie. Blocks without any are not read.
 */
export function planFixedBlocks(device: Device): DevicePlan {
  const places = device.workarounds.blocks
  const conditions = deviceConditions(device)
  const placeOf = (register: Register) => places.find((place) => liesIn(register, place))
  const blocks = places.map((place) => ({
    ...place,
    sensors: device.sensors.filter((sensor) => placeOf(sensor.register) === place),
    conditions: conditions.filter((register) => liesIn(register, place)),
  }))
  const strayConditions = conditions.filter((register) => placeOf(register) === undefined)
  return {
    blocks: blocks.filter((block) => block.sensors.length > 0 || block.conditions.length > 0),
    problems: [
      ...places.flatMap(tooLarge),
      ...device.sensors
        .filter((sensor) => placeOf(sensor.register) === undefined)
        .map((sensor) => `${sensor.id}: lies wholly in none of the blocks of its device`),
      ...strayConditions.map(
        ({ table, address }) =>
          `status or heartbeat in ${table} ${address}: lies wholly in none of the blocks of its device`,
      ),
    ],
  }
}

function liesIn(register: Register, { table, address, count }: Place): boolean {
  if (register.table !== table) return false
  return register.address >= address && register.address + spanOf(register) <= address + count
}

/** The reach of a block is checked here, since the schema knows neither its table nor the protocol. */
function tooLarge({ table, address, count }: Device['workarounds']['blocks'][number]): string[] {
  const largest = largestRequest(table)
  const name = `block ${table} ${address}..${address + count - 1}`
  return [
    ...(count > largest ? [`${name}: one request reads at most ${largest}`] : []),
    ...(address + count > 65_536 ? [`${name}: addresses end at 65535`] : []),
  ]
}
