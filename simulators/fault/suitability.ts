import type { Bus, Device, PolledSensor, StatusRule } from '../../contracts/facility.ts'
import type { StatusReason } from '../../contracts/facility-words.ts'
import { statusKey } from '../device/status-key.ts'
import type { FaultParameters } from './fault.ts'
import { FAULTS, type FaultKind, type FaultNeed, type FaultParameter, type FaultRow } from './fault-kinds.ts'

/** Key: the parameter as a file has it; value: its name in {@link FaultParameters}. */
const PARAMETERS: Readonly<Record<FaultParameter, keyof FaultParameters>> = {
  delay: 'delayMs',
  surplus: 'surplus',
  sensor: 'sensor',
  rate: 'rate',
  amplitude: 'amplitude',
  silence: 'silenceMs',
}

/** Why this device cannot have this fault, in words; undefined when it can. */
export function unsuited(
  kind: FaultKind,
  parameters: FaultParameters,
  at: { bus: Bus; device: Device },
): string | undefined {
  if (at.bus.driver === 'seismic')
    return `${kind} is none of a seismograph: it has those of seismograph-fault, silent-device and disconnect`
  const row: FaultRow = FAULTS[kind]
  for (const [written, name] of Object.entries(PARAMETERS) as [FaultParameter, keyof FaultParameters][]) {
    if (parameters[name] !== undefined && !row.takes.includes(written)) return `${kind} takes no ${written}`
  }
  const { sensor } = parameters
  const sensors = at.device.sensors.filter(({ id }) => sensor === undefined || id === sensor)
  if (sensors.length === 0) return `device "${at.device.id}" has no sensor "${sensor ?? ''}"`
  const lack = row.needs.map((need) => lackOf(need, { ...at, sensors })).find((found) => found !== undefined)
  return lack === undefined ? undefined : `${kind} needs ${lack}`
}

interface Place {
  readonly bus: Bus
  readonly device: Device
  readonly sensors: readonly PolledSensor[]
}

/** What is missing, in words. */
function lackOf(need: FaultNeed, { bus, device, sensors }: Place): string | undefined {
  const isRecord = bus.driver === 'serial-line'
  if (typeof need === 'object')
    return sensors.some(({ status }) => says(status, need.status))
      ? undefined
      : `a status that means ${need.status}`
  switch (need) {
    case 'modbus':
      return isRecord ? 'a Modbus device' : undefined
    case 'checksum':
      return bus.driver === 'modbus-tcp' || device.record?.checksum.kind === 'none'
        ? 'a checksum, which this device does not send'
        : undefined
    case 'request':
      return isRecord && device.record?.request === undefined
        ? 'a device that is asked, and this one sends by itself'
        : undefined
    case 'shared-line':
      return bus.driver === 'modbus-tcp' ? 'a serial line, and modbus-tcp is none' : undefined
    case 'heartbeat':
      return device.heartbeat === undefined ? 'a heartbeat' : undefined
    case 'number':
      return sensors.some(isNumber) ? undefined : 'a sensor that is more than a bit'
    case 'float':
      return sensors.some(({ register }) => isRecord || register.type.startsWith('float'))
        ? undefined
        : 'a sensor of type float'
    case 'high-alarm':
      return sensors.some(({ alarms }) => alarms.some(({ when }) => when === 'high'))
        ? undefined
        : 'a sensor with a high alarm'
  }
}

/** True of sensors whose value can drift, rise or be no number. */
export function isNumber({ kind, register }: PolledSensor): boolean {
  return kind !== 'state' && register.type !== 'bit'
}

function says(rules: readonly StatusRule[], meaning: StatusReason): boolean {
  return rules.some((rule) => statusKey(rule, meaning) !== undefined)
}
