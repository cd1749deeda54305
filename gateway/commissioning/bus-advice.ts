import { formatDuration } from '../../contracts/duration.ts'
import type { Bus, Device, Gateway } from '../../contracts/facility.ts'
import { type Advice, serious, warning } from './advice.ts'
import { BUSY_PERCENT, type BusLoad, busLoad, FULL_PERCENT, pollRemedy } from './bus-load.ts'
import { recordAdvice } from './record-advice.ts'

/** Modbus over serial line 1.02, 2.2: 248 to 255 are reserved. */
const LAST_SERIAL_UNIT = 247
/** Device files that are numbered in the order of plugging in. */
const UNSTABLE_PATH = /^\/dev\/tty(USB|ACM)\d+$/

/** What is unwise about one bus and the devices on it. */
export function busAdvice(bus: Bus): Advice[] {
  const load = busLoad(bus)
  return [
    ...loadAdvice(bus, load),
    ...timeoutAdvice(bus, load),
    ...pathAdvice(bus),
    ...keepaliveAdvice(bus),
    ...sharedUnits(bus),
    ...bus.devices.flatMap((device) => [...deviceAdvice(bus, device), ...recordAdvice(device)]),
  ]
}

function loadAdvice(bus: Bus, load: BusLoad): Advice[] {
  const { utilisationPercent, neededMsPerSecond } = load
  if (utilisationPercent <= BUSY_PERCENT) return []
  const figures = `the line needs ${neededMsPerSecond} ms a second`
  if (utilisationPercent > FULL_PERCENT) {
    return [serious(bus.id, `it cannot carry its polls: ${figures}; ${pollRemedy(load)}`)]
  }
  const text = `${figures} (${utilisationPercent} %) and has little left for retries; ${pollRemedy(load)}`
  return [warning(bus.id, text)]
}

/** The gateway waits for the bytes on top of its timeout; what then is left may be too little to think. */
function timeoutAdvice(bus: Bus, { longestWireMs }: BusLoad): Advice[] {
  if (bus.timeoutMs >= longestWireMs) return []
  const text = `timeout ${formatDuration(bus.timeoutMs)} is shorter than the ${longestWireMs} ms that its longest request and answer are on the wire; give ${formatDuration(roundedToTens(longestWireMs))} or more`
  return [warning(bus.id, text)]
}

function roundedToTens(ms: number): number {
  return Math.ceil(ms / 10) * 10
}

function pathAdvice({ id, transport }: Bus): Advice[] {
  if (transport.kind !== 'serial' || !UNSTABLE_PATH.test(transport.path)) return []
  return [
    warning(
      id,
      `${transport.path} may be another adapter after a restart: use its name under /dev/serial/by-id/`,
    ),
  ]
}

/** Modbus TCP has no checksum: a keepalive in the middle of an answer has to be known for what it is. */
function keepaliveAdvice({ id, driver, transport }: Bus): Advice[] {
  if (driver !== 'modbus-tcp' || transport.kind !== 'dial-in') return []
  const { keepalive } = transport
  if (keepalive === undefined || (keepalive.length > 1 && !keepalive.includes('\0'))) return []
  const text = `keepalive ${JSON.stringify(keepalive)} may be taken for part of an answer: have the unit send a word of two letters or more, or none`
  return [warning(id, text)]
}

/** Two devices with one unit id are one device that is asked twice, unless somebody meant it so. */
function sharedUnits({ driver, seismic, devices }: Bus): Advice[] {
  if (driver === 'serial-line' || seismic?.protocol === 'seedlink') return []
  const first = new Map<number, string>()
  return devices.flatMap(({ id, unitId }) => {
    const other = first.get(unitId)
    first.set(unitId, other ?? id)
    return other === undefined ? [] : [warning(id, `unit ${unitId} is device ${other} already`)]
  })
}

function deviceAdvice(bus: Bus, device: Device): Advice[] {
  const { id, unitId, pollMs, heartbeat } = device
  const advice: Advice[] = []
  if (bus.transport.kind === 'serial' && bus.driver !== 'serial-line' && unitId > LAST_SERIAL_UNIT) {
    advice.push(
      warning(id, `unit ${unitId} is reserved: units on a serial line are 1 to ${LAST_SERIAL_UNIT}`),
    )
  }
  if (bus.timeoutMs > pollMs) {
    const polls = Math.ceil(bus.timeoutMs / pollMs)
    const text = `timeout ${formatDuration(bus.timeoutMs)} is longer than its poll of ${formatDuration(pollMs)}: one missing answer costs ${polls} polls`
    advice.push(warning(id, text))
  }
  if (heartbeat !== undefined && heartbeat.withinMs < 2 * pollMs) {
    const text = `heartbeat within ${formatDuration(heartbeat.withinMs)} sees no two polls of ${formatDuration(pollMs)}`
    advice.push(warning(id, text))
  }
  return advice
}

/** Devices that accept one connection refuse the second. */
export function sharedAddresses(gateways: readonly Gateway[]): Advice[] {
  const first = new Map<string, string>()
  return gateways.flatMap((gateway) =>
    gateway.buses.flatMap(({ id, transport }) => {
      if (transport.kind !== 'tcp') return []
      const address = `${transport.host}:${transport.port}`
      const other = first.get(address)
      first.set(address, other ?? `${gateway.id}/${id}`)
      return other === undefined
        ? []
        : [
            warning(
              id,
              `${address} is connected to by bus ${other} too: a device that takes one connection refuses the second`,
            ),
          ]
    }),
  )
}
