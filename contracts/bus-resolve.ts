import { parseAddress } from './address.ts'
import type { AlarmResolver } from './alarm-resolve.ts'
import type { BusFile, LineFile } from './bus-schema.ts'
import type { DeviceFile } from './device-schema.ts'
import type { Bus, Device, RecordFormat, Transport } from './facility.ts'
import { registerResolver } from './register-resolve.ts'
import { ms, optional } from './resolve-parts.ts'
import { asSeismic, inOwnUnit, instrumentOf, resolveSeismicBus } from './seismic-resolve.ts'
import { resolveSensor } from './sensor-resolve.ts'

/** What makes a record of an ASCII instrument end, and what parts its fields, where nothing is said. */
const LINE_END = '\r\n'
const SEPARATOR = ','
/** A peer that waits for the acknowledgement of its last segment holds the next one back for 40 ms. */
const LEAST_LATENESS_MS = 100

export function resolveBus(file: BusFile, gateway: string, resolveAlarms: AlarmResolver): Bus {
  return {
    id: file.id,
    ...resolveLine(file),
    ...resolveSeismicBus(file),
    devices: file.devices.map((device) => resolveDevice(device, { gateway, bus: file }, resolveAlarms)),
  }
}

/** What stands in a file of a bus, or of the line of an annunciator. */
export function resolveLine(file: LineFile): Omit<Bus, 'id' | 'devices'> {
  return {
    driver: file.driver,
    transport: resolveTransport(file),
    timeoutMs: ms(file.timeout),
    latenessMs:
      file.lateness === undefined ? Math.max(ms(file.timeout), LEAST_LATENESS_MS) : ms(file.lateness),
    ...optional('gapMs', file.gap === undefined ? undefined : ms(file.gap)),
  }
}

/** A checked bus has exactly one of them. */
function resolveTransport({ serial, listen, host, port }: LineFile): Transport {
  if (serial !== undefined) return { kind: 'serial', ...serial }
  if (listen === undefined) return { kind: 'tcp', host: host ?? '127.0.0.1', port }
  const { address, registration, keepalive } = listen
  return {
    kind: 'dial-in',
    ...parseAddress(address),
    ...optional('registration', registration),
    ...optional('keepalive', keepalive),
  }
}

function resolveDevice(
  file: DeviceFile,
  { gateway, bus }: { gateway: string; bus: BusFile },
  resolveAlarms: AlarmResolver,
): Device {
  const pollMs = ms(file.poll)
  const place = { gateway, bus: bus.id, device: file.id, area: file.area ?? gateway, pollMs }
  const resolveRegister = registerResolver(file.addressBase)
  const { pause, replyUnit, ...workarounds } = file.workarounds
  const given = (file.sensors ?? []).filter((sensor) => !sensor.retired)
  const sensors = asSeismic(given, bus).map((sensor) =>
    resolveSensor(sensor, { place, status: file.status, resolveRegister, resolveAlarms }),
  )
  return {
    id: file.id,
    name: file.name ?? file.id,
    unitId: file.unitId,
    pollMs,
    maxGap: file.maxGap,
    maxRegisters: file.maxRegisters,
    workarounds: { ...workarounds, ...optional('replyUnit', replyUnit), pauseMs: ms(pause) },
    ...optional(
      'heartbeat',
      file.heartbeat === undefined
        ? undefined
        : { register: resolveRegister(file.heartbeat.register), withinMs: ms(file.heartbeat.within) },
    ),
    ...optional('record', file.line === undefined ? undefined : resolveRecord(file.line)),
    ...optional('profile', file.profile),
    ...optional('seismic', instrumentOf(file)),
    sensors: file.seismic === undefined ? sensors : sensors.map(inOwnUnit),
  }
}

function resolveRecord(file: NonNullable<DeviceFile['line']>): RecordFormat {
  return {
    ...optional('request', file.request),
    start: file.start,
    end: file.length === undefined ? { delimiter: file.end ?? LINE_END } : { bytes: file.length },
    fields:
      file.pattern === undefined ? { separator: file.separator ?? SEPARATOR } : { pattern: file.pattern },
    checksum: file.checksum,
  }
}
