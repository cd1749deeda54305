import type { Device, Facility, Gateway } from '../contracts/facility.ts'
import { hasByteOrder } from './decode.ts'
import { type GatewayProblem, gatewayProblems } from './gateway-config.ts'
import { planDevice } from './plan.ts'

/** What `gateway check` found, as it is printed with `--json`. */
export interface CheckResult {
  facility: string
  digest: string
  gateways: CheckedGateway[]
  /** What the file asks for and this release does not do, and what has no effect. */
  warnings: string[]
  problems: GatewayProblem[]
}

interface CheckedGateway {
  id: string
  heartbeatMs: number
  buses: { id: string; driver: string; address: string; timeoutMs: number; devices: CheckedDevice[] }[]
}

interface CheckedDevice {
  id: string
  unitId: number
  pollMs: number
  sensors: number
  blocks: { table: string; address: number; count: number; sensors: string[] }[]
}

/** Validates what the loader cannot know: whether this gateway can read what the file describes. */
export function checkGateways(facility: Facility, gateways: readonly Gateway[]): CheckResult {
  return {
    facility: facility.id,
    digest: facility.digest,
    gateways: gateways.map((gateway) => ({
      id: gateway.id,
      heartbeatMs: gateway.heartbeatMs,
      buses: gateway.buses.map((bus) => ({
        id: bus.id,
        driver: bus.driver,
        address: `${bus.host}:${bus.port}`,
        timeoutMs: bus.timeoutMs,
        devices: bus.devices.map(checkDevice),
      })),
    })),
    warnings: [...facility.notBuilt, ...gateways.flatMap(idleByteOrders)],
    problems: gateways.flatMap(gatewayProblems),
  }
}

function checkDevice(device: Device): CheckedDevice {
  const { id, unitId, pollMs, sensors } = device
  const blocks = planDevice(device).blocks.map(({ table, address, count, sensors: covered }) => ({
    table,
    address,
    count,
    sensors: covered.map((sensor) => sensor.id),
  }))
  return { id, unitId, pollMs, sensors: sensors.length, blocks }
}

function idleByteOrders(gateway: Gateway): string[] {
  return gateway.buses
    .flatMap((bus) => bus.devices.flatMap((device) => device.sensors))
    .filter(({ register }) => register.order !== 'ABCD' && !hasByteOrder(register))
    .map(({ id, register }) => `${id}: order ${register.order} has no effect on type ${register.type}`)
}

/** The same for people. */
export function formatCheck(result: CheckResult): string {
  const lines: string[] = []
  for (const gateway of result.gateways) {
    lines.push(`gateway ${gateway.id}`)
    for (const bus of gateway.buses) {
      lines.push(`  bus ${bus.id}: ${bus.driver} ${bus.address}, timeout ${bus.timeoutMs} ms`)
      for (const device of bus.devices) lines.push(...formatDevice(device))
    }
  }
  for (const warning of result.warnings) lines.push(`warning: ${warning}`)
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

function formatDevice(device: CheckedDevice): string[] {
  return [
    `    device ${device.id}: unit ${device.unitId}, every ${device.pollMs} ms, ${device.sensors} sensors`,
    ...device.blocks.map(
      (block) =>
        `      ${block.table} ${block.address}..${block.address + block.count - 1} (${block.count}): ${block.sensors.join(' ')}`,
    ),
  ]
}
