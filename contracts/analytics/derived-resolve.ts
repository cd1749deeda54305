import { createHash } from 'node:crypto'
import type { AlarmResolver } from '../alarm-resolve.ts'
import { CodedError } from '../errors.ts'
import type { PolledSensor, Sensor } from '../facility.ts'
import { ms, optional, pair } from '../resolve-parts.ts'
import { deadbandOf } from '../sensor-resolve.ts'
import type { DerivedRequest, Surroundings } from './computation.ts'
import { DERIVED_BUS, DERIVED_GATEWAY, type DerivedSensor, derivedDevice } from './derived.ts'
import { derivedOrder } from './derived-order.ts'
import { inputIdsOf, type KnownSensor, requestOf } from './derived-request.ts'
import type { DerivedFile } from './derived-schema.ts'
import type { Tank } from './level/tank.ts'

/** No sign of life from the grid for so many of its steps is silence, and so is none after its inputs have become silent. */
const SILENT_STEPS = 3

/**
 * The derived sensors of a checked file, each after those that it is computed from. Retired ones are left out.
 * @throws CodedError CONFIG_INVALID for what the rules have let through by mistake
 */
export function resolveDerived(
  derived: readonly DerivedFile[],
  by: {
    sensors: readonly (Sensor | PolledSensor)[]
    surroundings: Surroundings
    resolveAlarms: AlarmResolver
  },
): DerivedSensor[] {
  const known = new Map(by.sensors.map((sensor) => [sensor.id, knownOf(sensor)]))
  const silences = new Map(by.sensors.map(({ id, staleAfterMs }) => [id, staleAfterMs]))
  const { order } = derivedOrder(derived, inputIdsOf)
  return order.flatMap((file) => {
    if (file.retired) return []
    const sensor = resolveOne(file, { known, silences }, by)
    known.set(sensor.id, { ...knownOf(sensor), pollMs: sensor.everyMs, ...optional('tank', file.tank) })
    silences.set(sensor.id, sensor.staleAfterMs)
    return [sensor]
  })
}

function resolveOne(
  file: DerivedFile,
  { known, silences }: { known: ReadonlyMap<string, KnownSensor>; silences: ReadonlyMap<string, number> },
  { surroundings, resolveAlarms }: { surroundings: Surroundings; resolveAlarms: AlarmResolver },
): DerivedSensor {
  const requested = requestOf(file, known, surroundings)
  if ('problems' in requested) {
    const [first] = requested.problems
    throw new CodedError(
      'CONFIG_INVALID',
      `derived sensor ${file.id}: ${first?.message ?? 'it has no inputs'}`,
    )
  }
  const { kind, request, latenessMs, output } = requested
  const { everyMs, inputs, unit, windowMs } = request
  const silenceMs = Math.max(...inputs.map(({ sensor }) => silences.get(sensor) ?? 0))
  return {
    id: file.id,
    name: file.name ?? file.id,
    ...output,
    unit,
    gateway: DERIVED_GATEWAY,
    bus: DERIVED_BUS,
    device: derivedDevice(everyMs, latenessMs),
    ...optional('range', pair(file.range)),
    staleAfterMs: silenceMs + 2 * latenessMs + SILENT_STEPS * everyMs,
    alarms: resolveAlarms(file.id, file.alarms),
    compute: kind.name,
    inputs,
    everyMs,
    latenessMs,
    windowMs,
    report: { deadband: deadbandOf(file), maxIntervalMs: ms(file.report.maxInterval) },
    print: printOf(file, { everyMs, inputs, unit, windowMs, ...tanksOf(request) }),
    request,
  }
}

function knownOf(sensor: Sensor | PolledSensor): KnownSensor {
  const { id, kind, unit, quantity, area, alarms } = sensor
  return {
    id,
    kind,
    unit,
    quantity,
    area,
    pollMs: 'pollMs' in sensor ? sensor.pollMs : undefined,
    alarms: Object.fromEntries(alarms.map((alarm) => [alarm.key, alarm])),
  }
}

/** A tank that was measured anew, be it in its strapping table, is another. */
function tanksOf({ file, inputs, surroundings }: DerivedRequest): { tanks?: readonly (Tank | undefined)[] } {
  const ids = new Set([file.tank, ...inputs.map(({ tank }) => tank)].filter((id) => id !== undefined))
  return ids.size === 0 ? {} : { tanks: [...ids].map((id) => surroundings.tanks.get(id)) }
}

/** Names, alarms and what is shown may change, and what runs goes on. */
function printOf(
  { id: _, name, range, report, alarms, retired, quantity, area, kind, ...computed }: DerivedFile,
  request: object,
): string {
  return createHash('sha256').update(JSON.stringify({ computed, request })).digest('hex').slice(0, 16)
}
