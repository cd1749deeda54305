import { formatDuration } from '../../contracts/duration.ts'
import type { Device, PolledSensor, Register } from '../../contracts/facility.ts'
import { hasByteOrder, spanOf } from '../quality/decode.ts'
import { type Advice, warning } from './advice.ts'

/** A value must be sampled this often before it can be called frozen. */
const LEAST_SAMPLES = 3

/** What is unwise about the sensors of one device. */
export function sensorAdvice(device: Device): Advice[] {
  return [...device.sensors.flatMap(rulesAdvice), ...overlaps(device.sensors)]
}

function rulesAdvice(sensor: PolledSensor): Advice[] {
  const { id, register, range, report, plausibility, pollMs } = sensor
  const { frozenAfterMs, overRangeAt } = plausibility
  const advice: Advice[] = []
  if (register.order !== 'ABCD' && (register.table === 'record' || !hasByteOrder(register))) {
    advice.push(warning(id, `order ${register.order} has no effect on type ${register.type}`))
  }
  if (range !== undefined && report.deadband > range[1] - range[0]) {
    const text = `report.deadband ${report.deadband} is larger than its range: no change is ever reported`
    advice.push(warning(id, text))
  }
  if (frozenAfterMs !== undefined && frozenAfterMs < LEAST_SAMPLES * pollMs) {
    const text = `frozenAfter ${formatDuration(frozenAfterMs)} is shorter than ${LEAST_SAMPLES} polls: a calm value is called frozen; give ${formatDuration(LEAST_SAMPLES * pollMs)} or more`
    advice.push(warning(id, text))
  }
  if (
    range !== undefined &&
    overRangeAt !== undefined &&
    (overRangeAt < range[0] || overRangeAt > range[1])
  ) {
    const text = `overRangeAt ${overRangeAt} is outside its range ${range[0]} to ${range[1]}`
    advice.push(warning(id, text))
  }
  return advice
}

/** Two sensors on the same registers are one of them a slip, more often than not. */
function overlaps(sensors: readonly PolledSensor[]): Advice[] {
  return sensors.flatMap((sensor, index) =>
    sensors
      .slice(0, index)
      .filter((other) => overlap(other.register, sensor.register) && !isMeant(other, sensor))
      .map((other) => {
        const what = isSame(other.register, sensor.register) ? 'reads the same as' : 'overlaps'
        return warning(sensor.id, `${placeOf(sensor.register)} ${what} sensor ${other.id}`)
      }),
  )
}

function overlap(a: Register, b: Register): boolean {
  if (a.table !== b.table) return false
  if (a.table === 'record') return a.field === b.field
  return a.address < b.address + spanOf(b) && b.address < a.address + spanOf(a)
}

/** Bits and bytes of one register are apart, and a status word may be shown whole beside its bits. */
function isMeant(a: PolledSensor, b: PolledSensor): boolean {
  if (isSame(a.register, b.register)) return false
  if (a.register.type === 'bit' || b.register.type === 'bit') return true
  if (a.kind === 'state' || b.kind === 'state') return true
  const halves = [a.register.type.at(-1), b.register.type.at(-1)]
  return a.register.type.includes('int8') && b.register.type.includes('int8') && halves[0] !== halves[1]
}

function isSame(a: Register, b: Register): boolean {
  return a.address === b.address && a.type === b.type && a.bit === b.bit && a.order === b.order
}

function placeOf(register: Register): string {
  if (register.table === 'record') return `field ${register.field ?? '?'}`
  const last = register.address + spanOf(register) - 1
  const bit = register.bit === undefined ? '' : ` bit ${register.bit}`
  return last === register.address
    ? `${register.table} ${register.address}${bit}`
    : `${register.table} ${register.address}..${last}`
}
