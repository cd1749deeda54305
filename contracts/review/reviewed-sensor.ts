import { WATCHDOG_CLASS } from '../alarm-class.ts'
import type { AlarmFile } from '../alarm-schema.ts'
import { derivedOutlines } from '../analytics/derived-outline.ts'
import type { KnownSensor } from '../analytics/derived-request.ts'
import type { Path } from '../config-document.ts'
import type { FacilityFile } from '../facility-schema.ts'
import { FOREIGN_GATEWAY } from '../foreign-device.ts'
import { ms, optional } from '../resolve-parts.ts'
import type { describingKeys, SensorFile } from '../sensor-schema.ts'

/** An alarm of a checked file, and where it stands there. The FAULT that nobody wrote is none, nor that of the watchdog. */
export interface ReviewedAlarm {
  readonly key: string
  readonly path: Path
  readonly file: AlarmFile
}

/** A sensor as rules look at it: with defaults and templates filled in. */
export interface ReviewedSensor
  extends Pick<SensorFile, 'id' | 'kind' | 'unit' | 'quantity' | 'range' | 'valid' | 'name' | 'use'> {
  readonly area: string
  readonly path: Path
  /** Undefined for devices that publish by themselves. */
  readonly pollMs?: number
  /** Computed from others: no detector and no gauge. */
  readonly isDerived?: true
  readonly alarms: readonly ReviewedAlarm[]
}

type Described = Pick<SensorFile, 'id' | 'alarms' | keyof typeof describingKeys>

/** Every sensor of the file that is not retired, in its order. */
export function* sensorsOf(file: FacilityFile): Generator<ReviewedSensor> {
  const read = [...readSensorsOf(file)]
  yield* read
  const outlines = derivedOutlines(file, read.map(knownOf))
  for (const [index, derived] of file.derived.entries()) {
    const outline = outlines.get(derived.id)
    if (derived.retired || outline === undefined) continue
    const { kind, unit, quantity, area } = outline
    const described = { ...derived, kind, unit, quantity }
    yield { ...reviewed(described, ['derived', index], { area }), isDerived: true }
  }
}

function* readSensorsOf({ gateways, foreign }: FacilityFile): Generator<ReviewedSensor> {
  for (const [g, gateway] of gateways.entries())
    for (const [b, bus] of gateway.buses.entries())
      for (const [d, device] of bus.devices.entries())
        for (const [s, sensor] of (device.sensors ?? []).entries())
          if (!sensor.retired)
            yield reviewed(sensor, ['gateways', g, 'buses', b, 'devices', d, 'sensors', s], {
              area: device.area ?? gateway.id,
              pollMs: ms(device.poll),
            })
  for (const [d, device] of foreign.entries())
    for (const [s, sensor] of device.sensors.entries())
      if (!sensor.retired)
        yield reviewed(sensor, ['foreign', d, 'sensors', s], { area: device.area ?? FOREIGN_GATEWAY })
}

function knownOf({ id, kind, unit, quantity, area, pollMs, alarms }: ReviewedSensor): KnownSensor {
  const byKey = Object.fromEntries(alarms.map(({ key, file }) => [key, file]))
  return { id, kind, unit, quantity: quantity ?? kind, area, pollMs, alarms: byKey }
}

function reviewed(
  sensor: Described,
  path: Path,
  { area, pollMs }: { area: string; pollMs?: number },
): ReviewedSensor {
  const { alarms = {}, id, kind, unit, quantity, range, valid, name, use } = sensor
  return {
    id,
    kind,
    unit,
    ...optional('quantity', quantity),
    ...optional('range', range),
    ...optional('valid', valid),
    ...optional('name', name),
    ...optional('use', use),
    area: sensor.area ?? area,
    path,
    ...optional('pollMs', pollMs),
    alarms: Object.entries(alarms)
      .filter(([, file]) => file.class !== WATCHDOG_CLASS)
      .map(([key, file]) => ({ key, file, path: [...path, 'alarms', key] })),
  }
}

/** An alarm with a limit that the value comes to from one side. */
export interface LimitAlarm extends ReviewedAlarm {
  readonly limit: number
}

/** Alarms of one direction in the order in which the value reaches them. */
export function limitsOf({ alarms }: Pick<ReviewedSensor, 'alarms'>, when: 'high' | 'low'): LimitAlarm[] {
  const found = alarms.flatMap((alarm) =>
    alarm.file.when === when && alarm.file.limit !== undefined ? [{ ...alarm, limit: alarm.file.limit }] : [],
  )
  const sign = when === 'high' ? 1 : -1
  return found.sort((a, b) => sign * (a.limit - b.limit))
}
