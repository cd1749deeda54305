import type { Device, PolledSensor, Register } from '../../contracts/facility.ts'
import { spanOf } from '../quality/decode.ts'
import type { Block } from './plan.ts'

/** Addresses that have to be read in one request, since the values in them are made of all of them. */
export interface Span {
  readonly start: number
  /** The first address behind it. */
  readonly end: number
  readonly sensors: readonly PolledSensor[]
  /** Status and heartbeat registers. */
  readonly conditions: readonly Register[]
}

type Table = Block['table']
type Contents = Pick<Block, 'sensors' | 'conditions'>

/** What lies in one table, in order of address; values of the same addresses share a span. */
export function spansIn(table: Table, { sensors, conditions }: Contents): Span[] {
  const spans = new Map<
    string,
    { start: number; end: number; sensors: PolledSensor[]; conditions: Register[] }
  >()
  const spanFor = (register: Register) => {
    const start = register.address
    const end = start + spanOf(register)
    const span = spans.get(`${start} ${end}`) ?? { start, end, sensors: [], conditions: [] }
    spans.set(`${start} ${end}`, span)
    return span
  }
  for (const sensor of sensors) {
    if (sensor.register.table === table) spanFor(sensor.register).sensors.push(sensor)
  }
  for (const register of conditions) {
    if (register.table === table) spanFor(register).conditions.push(register)
  }
  return [...spans.values()].sort((a, b) => a.start - b.start || a.end - b.end)
}

/** The request that reads these spans, of which there is at least one, and all that lies between them. */
export function blockOf(table: Table, spans: readonly Span[]): Block {
  const address = Math.min(...spans.map((span) => span.start))
  return {
    table,
    address,
    count: Math.max(...spans.map((span) => span.end)) - address,
    sensors: spans.flatMap((span) => span.sensors),
    conditions: spans.flatMap((span) => span.conditions),
  }
}

/** Key of what a register reads: sensors that share a status have each a copy of its register. */
export function registerKey({ table, address, field, type, bit, length, order }: Register): string {
  return JSON.stringify([table, address, field, type, bit, length, order])
}

/** The registers by which one sensor is judged. */
export function conditionsOf(sensor: PolledSensor, { heartbeat }: Pick<Device, 'heartbeat'>): Register[] {
  const status = sensor.status.map((rule) => rule.register)
  return heartbeat === undefined ? status : [...status, heartbeat.register]
}

/** All of them once, for a device that has sensors to judge. */
export function deviceConditions(device: Pick<Device, 'sensors' | 'heartbeat'>): Register[] {
  const all = device.sensors.flatMap((sensor) => conditionsOf(sensor, device))
  return [...new Map(all.map((register) => [registerKey(register), register])).values()]
}
