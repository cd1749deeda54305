import { createHash } from 'node:crypto'
import type { AlarmResolver } from '../alarm-resolve.ts'
import { CodedError } from '../errors.ts'
import type { PolledSensor, Sensor } from '../facility.ts'
import { ms, optional, pair } from '../resolve-parts.ts'
import { deadbandOf } from '../sensor-resolve.ts'
import type { DerivedInput, DerivedRequest, Surroundings } from './computation.ts'
import { DERIVED_BUS, DERIVED_GATEWAY, type DerivedSensor } from './derived.ts'
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
  const behind: Behind = {
    silences: new Map(by.sensors.map(({ id, staleAfterMs }) => [id, staleAfterMs])),
    clocks: new Map(by.sensors.map(({ id, gateway }) => [id, [gateway]])),
  }
  const { order } = derivedOrder(derived, inputIdsOf)
  return order.flatMap((file) => {
    if (file.retired) return []
    const sensor = resolveOne(file, { known, ...behind }, by)
    const { id, everyMs: pollMs, latenessMs } = sensor
    known.set(id, { ...knownOf(sensor), pollMs, latenessMs, ...optional('tank', file.tank) })
    behind.silences.set(id, sensor.staleAfterMs)
    behind.clocks.set(id, sensor.clocks)
    return [sensor]
  })
}

/** What a derived sensor takes over from its inputs. Key: sensor id. */
interface Behind {
  readonly silences: Map<string, number>
  readonly clocks: Map<string, readonly string[]>
}

function resolveOne(
  file: DerivedFile,
  { known, silences, clocks: clocksOf }: Behind & { known: ReadonlyMap<string, KnownSensor> },
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
  const clocks = [...new Set(inputs.flatMap(({ sensor }) => clocksOf.get(sensor) ?? []))].sort()
  const silenceMs = Math.max(...inputs.map(({ sensor }) => silences.get(sensor) ?? 0))
  return {
    id: file.id,
    name: file.name ?? file.id,
    ...output,
    unit,
    gateway: DERIVED_GATEWAY,
    bus: DERIVED_BUS,
    device: derivedDevice({ everyMs, latenessMs, clocks }),
    ...optional('range', pair(file.range)),
    staleAfterMs: silenceMs + 2 * latenessMs + SILENT_STEPS * everyMs,
    alarms: resolveAlarms(file.id, file.alarms),
    compute: kind.name,
    inputs,
    everyMs,
    latenessMs,
    clocks,
    windowMs,
    report: { deadband: deadbandOf(file), maxIntervalMs: ms(file.report.maxInterval) },
    print: printOf(file, { everyMs, inputs: inputs.map(whatCounts), unit, windowMs, ...tanksOf(request) }),
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

/** Of an input: its area, and the set points of its alarms, may change while those that go by them run. */
function whatCounts({ id, sensor, unit, quantity, alarm }: DerivedInput): object {
  return { id, sensor, unit, quantity, when: alarm?.when }
}

/** Names, alarms and what is shown may change, and what runs goes on. */
function printOf(
  { id: _, name, range, report, alarms, retired, quantity, area, kind, ...computed }: DerivedFile,
  request: object,
): string {
  return createHash('sha256').update(JSON.stringify({ computed, request })).digest('hex').slice(0, 16)
}

/**
 * Those that tick together stand under one device: up to when it has been computed is then true of all of them. Those
 * that go by another clock do not, since that may be a minute off.
 */
export function derivedDevice({
  everyMs,
  latenessMs,
  clocks,
}: Pick<DerivedSensor, 'everyMs' | 'latenessMs' | 'clocks'>): string {
  const [only = '', ...others] = clocks
  const by =
    others.length === 0 ? only : createHash('sha256').update(clocks.join(' ')).digest('hex').slice(0, 8)
  return `derived-${everyMs}-${latenessMs}-${by}`
}
