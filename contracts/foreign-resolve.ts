import type { AlarmResolver } from './alarm-resolve.ts'
import { resolveCalibration } from './calibration-schema.ts'
import {
  FOREIGN_BUS,
  FOREIGN_GATEWAY,
  type ForeignDevice,
  type ForeignSensor,
  type ForeignStatus,
} from './foreign-device.ts'
import type { ForeignDeviceFile, ForeignSensorFile, ForeignStatusFile } from './foreign-schema.ts'
import { type JsonPath, parseJsonPath } from './json-path.ts'
import { ms, optional } from './resolve-parts.ts'
import { resolveDescription } from './sensor-resolve.ts'

export function resolveForeign(file: ForeignDeviceFile, resolveAlarms: AlarmResolver): ForeignDevice {
  const { time, sensors } = file
  return {
    id: file.id,
    name: file.name ?? file.id,
    topic: file.topic,
    isAbsolute: file.absolute,
    payload: file.payload,
    ...optional('time', time === undefined ? undefined : { path: pathOf(time.path), unit: time.unit }),
    sensors: sensors
      .filter(({ retired }) => !retired)
      .map((sensor) => resolveSensor(sensor, file, resolveAlarms)),
  }
}

function resolveSensor(
  file: ForeignSensorFile,
  device: ForeignDeviceFile,
  resolveAlarms: AlarmResolver,
): ForeignSensor {
  const place = {
    gateway: FOREIGN_GATEWAY,
    bus: FOREIGN_BUS,
    device: device.id,
    area: device.area ?? FOREIGN_GATEWAY,
  }
  return {
    ...resolveDescription(file, place),
    path: pathOf(file.path ?? '$'),
    scale: file.scale ?? 1,
    offset: file.offset ?? 0,
    isText: file.text || device.payload === 'text',
    map: new Map(Object.entries(file.map ?? {})),
    isRequired: file.required,
    status: [...file.status, ...device.status].map(resolveStatus),
    staleAfterMs: ms(file.staleAfter ?? device.staleAfter),
    alarms: resolveAlarms(file.id, file.alarms),
    ...resolveCalibration(file.calibration),
  }
}

function resolveStatus({ path, means, others }: ForeignStatusFile): ForeignStatus {
  return { path: pathOf(path), means: new Map(Object.entries(means)), others }
}

/** Paths of a checked file always parse. */
function pathOf(text: string): JsonPath {
  const parsed = parseJsonPath(text)
  return 'path' in parsed ? parsed.path : []
}
