import type { Bus, Device, Facility, Gateway } from '../../contracts/facility.ts'
import { type GatewayProblem, gatewayProblems } from '../gateway-config.ts'
import { planDevice } from '../polling/plan.ts'
import type { Advice } from './advice.ts'
import { busAdvice, sharedAddresses } from './bus-advice.ts'
import { type BusLoad, busLoad } from './bus-load.ts'
import { type OutboxPlace, outboxAdvice, outboxText } from './outbox-advice.ts'
import { profileAdvice } from './profile-advice.ts'
import { sensorAdvice } from './sensor-advice.ts'
import { transportText } from './transport-text.ts'

/** What `gateway check` found, as it is printed with `--json`. */
export interface CheckResult {
  facility: string
  digest: string
  gateways: CheckedGateway[]
  /** What the file asks for and this release does not do, what has no effect, and what is unwise. */
  warnings: Advice[]
  /** What keeps the gateway from running. */
  problems: GatewayProblem[]
}

interface CheckedGateway {
  id: string
  heartbeatMs: number
  outbox: OutboxPlace
  buses: CheckedBus[]
}

interface CheckedBus {
  id: string
  driver: string
  /** Where it goes: host and port, address that is listened on, or serial line. */
  address: string
  timeoutMs: number
  load: Omit<BusLoad, 'devices'>
  devices: CheckedDevice[]
}

interface CheckedDevice {
  id: string
  unitId: number
  pollMs: number
  profile?: string
  sensors: number
  /** Of a station of driver seismic. */
  seismic?: { protocol: string; rate: number; countsPerGal: number; fullScale: number }
  requestsPerPoll: number
  pollTakesMs: number
  blocks: { table: string; address: number; count: number; sensors: string[] }[]
}

/**
 * Validates what the loader cannot know: whether this gateway can read what the file describes, how well, and
 * whether its outbox has a place. `look` looks at the disk; it changes nothing.
 */
export function checkGateways(
  facility: Facility,
  gateways: readonly Gateway[],
  look: (outbox: Gateway['outbox']) => OutboxPlace,
): CheckResult {
  const buses = gateways.flatMap((gateway) => gateway.buses)
  const outboxes = gateways.map(({ outbox }) => look(outbox))
  return {
    facility: facility.id,
    digest: facility.digest,
    gateways: gateways.map((gateway, index) => ({
      id: gateway.id,
      heartbeatMs: gateway.heartbeatMs,
      outbox: outboxes[index] ?? look(gateway.outbox),
      buses: gateway.buses.map(checkBus),
    })),
    warnings: [
      ...sharedAddresses(gateways),
      ...profileAdvice(facility, gateways),
      ...buses.flatMap(busAdvice),
      ...buses.flatMap((bus) => bus.devices).flatMap(sensorAdvice),
      ...gateways.flatMap(({ id }, index) => outboxAdvice(id, outboxes[index])),
    ],
    problems: gateways.flatMap(gatewayProblems),
  }
}

function checkBus(bus: Bus): CheckedBus {
  const { devices: loads, ...load } = busLoad(bus)
  return {
    id: bus.id,
    driver: bus.driver,
    address: transportText(bus.transport),
    timeoutMs: bus.timeoutMs,
    load,
    devices: bus.devices.map((device, index) => ({
      ...checkDevice(device, bus),
      requestsPerPoll: loads[index]?.requestsPerPoll ?? 0,
      pollTakesMs: loads[index]?.pollTakesMs ?? 0,
    })),
  }
}

function checkDevice(device: Device, bus: Bus): Omit<CheckedDevice, 'requestsPerPoll' | 'pollTakesMs'> {
  const { id, unitId, pollMs, profile, sensors } = device
  const blocks = planDevice(device).blocks.map(({ table, address, count, sensors: covered }) => ({
    table,
    address,
    count,
    sensors: covered.map((sensor) => sensor.id),
  }))
  return {
    id,
    unitId,
    pollMs,
    ...(profile === undefined ? {} : { profile }),
    sensors: sensors.length,
    ...checkStation(device, bus),
    blocks,
  }
}

function checkStation({ seismic }: Device, bus: Bus): Pick<CheckedDevice, 'seismic'> {
  if (seismic === undefined || bus.seismic === undefined) return {}
  const { rate, countsPerGal, fullScale } = seismic
  return { seismic: { protocol: bus.seismic.protocol, rate, countsPerGal, fullScale } }
}

/** The same for people. */
export function formatCheck(result: CheckResult): string {
  const lines: string[] = []
  for (const gateway of result.gateways) {
    lines.push(`gateway ${gateway.id}`, `  outbox: ${outboxText(gateway.outbox)}`)
    for (const bus of gateway.buses) lines.push(...formatBus(bus))
  }
  for (const { level, at, text } of result.warnings) {
    lines.push(`${level === 'serious' ? 'serious warning' : 'warning'}: ${at}: ${text}`)
  }
  for (const problem of result.problems) lines.push(`error: ${problem.code}: ${problem.detail}`)
  const devices = result.gateways.flatMap((gateway) => gateway.buses.flatMap((bus) => bus.devices))
  const blocks = devices.flatMap((device) => device.blocks)
  const sensors = devices.reduce((sum, device) => sum + device.sensors, 0)
  lines.push(
    `${result.facility}: ${sensors} sensors on ${devices.length} devices in ${blocks.length} requests; ` +
      `${result.problems.length} errors, ${result.warnings.length} warnings`,
  )
  return `${lines.join('\n')}\n`
}

function formatBus({ id, driver, address, timeoutMs, load, devices }: CheckedBus): string[] {
  const { utilisationPercent, neededMsPerSecond, timeoutTakesMs, assumption } = load
  return [
    `  bus ${id}: ${driver} ${address}, timeout ${timeoutMs} ms`,
    `    load: ${utilisationPercent} % of the line, ${neededMsPerSecond} ms a second; one unanswered request takes ${timeoutTakesMs} ms (${assumption})`,
    ...devices.flatMap(formatDevice),
  ]
}

function formatDevice(device: CheckedDevice): string[] {
  const { id, unitId, pollMs, profile, sensors, seismic, requestsPerPoll, pollTakesMs } = device
  if (seismic !== undefined) {
    const { protocol, rate, countsPerGal, fullScale } = seismic
    return [
      `    device ${id}: station of protocol ${protocol}, ${rate} samples/s, ${countsPerGal} counts/Gal up to ${fullScale} Gal, ${sensors} sensors`,
    ]
  }
  return [
    `    device ${id}: unit ${unitId}, every ${pollMs} ms, ${sensors} sensors${profile === undefined ? '' : `, profile ${profile}`}; ${requestsPerPoll} requests, ${pollTakesMs} ms a poll`,
    ...device.blocks.map((block) => `      ${formatBlock(block)}`),
  ]
}

function formatBlock({ table, address, count, sensors }: CheckedDevice['blocks'][number]): string {
  const names = sensors.length === 0 ? '(status)' : sensors.join(' ')
  return table === 'record'
    ? `record: ${names}`
    : `${table} ${address}..${address + count - 1} (${count}): ${names}`
}
