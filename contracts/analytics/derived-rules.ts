import { alarmsProblems } from '../alarm-rules.ts'
import type { Path } from '../config-document.ts'
import type { Problem } from '../config-problems.ts'
import { parseDuration } from '../duration.ts'
import type { FacilityFile } from '../facility-schema.ts'
import type { SensorKind } from '../facility-words.ts'
import { splitAlarmId } from '../ids.ts'
import { optional } from '../resolve-parts.ts'
import { type Placed, placed, type Sound } from '../sound-parts.ts'
import type { Unit } from '../units.ts'
import type { Surroundings } from './computation.ts'
import { DERIVED_GATEWAY } from './derived.ts'
import { derivedOrder } from './derived-order.ts'
import { inputIdsOf, type KnownSensor, keyNaming, requestOf } from './derived-request.ts'
import type { DerivedFile } from './derived-schema.ts'
import { tankProblems } from './level/tank-rules.ts'
import { surroundingsOf } from './surroundings.ts'

type Parts = Sound<FacilityFile>

/**
 * Steps of the grid that all windows of a plant hold together. All are in memory and in every checkpoint, of which each
 * has up to a hundred characters: with more of them it would be longer than any text may be, and none would be kept.
 */
const MOST_STEPS = 4_000_000

/** What the schema cannot say of derived sensors and of the tanks that they go by. */
export function derivedProblems(file: Parts, origin: string): Problem[] {
  const derived = placed(file.derived, ['derived'])
  const tanks = placed(file.tanks, ['tanks'])
  const problems = [
    ...reservedGateway(file),
    ...tankProblems(tanks, origin),
    ...derived.flatMap(({ part, path }) => alarmsProblems(part.alarms, [...path, 'alarms'])),
  ]
  const whole = derived.filter((one): one is Placed<DerivedFile> => isWhole(one.part))
  const pathOf = new Map(whole.map(({ part, path }) => [part, path]))
  const { order, circular, behind } = derivedOrder(
    whole.map(({ part }) => part),
    inputIdsOf,
  )
  for (const part of circular)
    problems.push({
      path: [...(pathOf.get(part) ?? []), 'of'],
      message: `"${part.id}" is computed from itself, through ${inputIdsOf(part).join(', ')}`,
    })
  const known = knownSensors(file)
  // Whoever names one of a wrong shape, or of a circle, is not told that it does not exist.
  const unknowable = new Set([
    ...[...circular, ...behind].map(({ id }) => id),
    ...derived.flatMap(({ part }) => (isWhole(part) ? [] : (part.id ?? []))),
  ])
  const surroundings = soundSurroundings(file, origin)
  const faultyTanks = new Set(
    tanks.flatMap(({ part }) => (surroundings.tanks.has(part.id ?? '') ? [] : (part.id ?? []))),
  )
  const retired = retiredSensors(file)
  const steps = new Map<DerivedFile, number>()
  for (const part of order) {
    const path = pathOf.get(part) ?? []
    if (part.retired) {
      retired.add(part.id)
      continue
    }
    const gone = inputIdsOf(part).filter(
      (id) => retired.has(id) || retired.has(splitAlarmId(id)?.sensor ?? ''),
    )
    if (gone.length > 0) {
      for (const id of gone)
        problems.push({
          path: placeOf(part, path, keyNaming(part, id)),
          message: `"${id}" is retired, and "${part.id}" is computed from it: retire both, or neither`,
        })
      unknowable.add(part.id)
      continue
    }
    const isTankFaulty = faultyTanks.has(part.tank ?? '')
    if (
      isTankFaulty ||
      inputIdsOf(part).some((id) => unknowable.has(id) || (known.get(id) === undefined && known.has(id)))
    ) {
      unknowable.add(part.id)
      continue
    }
    const requested = requestOf(part, soundOf(known), surroundings)
    if ('problems' in requested) {
      problems.push(
        ...requested.problems.map(({ key, message }) => ({ path: placeOf(part, path, key), message })),
      )
      unknowable.add(part.id)
      continue
    }
    const { request, output, latenessMs } = requested
    steps.set(part, Math.ceil((request.windowMs ?? 0) / request.everyMs))
    known.set(part.id, {
      id: part.id,
      ...output,
      ...optional('tank', part.tank),
      unit: request.unit,
      pollMs: request.everyMs,
      latenessMs,
      alarms: part.alarms ?? {},
    })
  }
  return [...problems, ...tooManySteps(steps, (part) => placeOf(part, pathOf.get(part) ?? [], 'window'))]
}

/** Told of the window that holds most of them. */
function tooManySteps(
  steps: ReadonlyMap<DerivedFile, number>,
  pathOf: (part: DerivedFile) => Path,
): readonly Problem[] {
  let total = 0
  let longest: readonly [DerivedFile, number] | undefined
  for (const one of steps) {
    total += one[1]
    if (one[1] > (longest?.[1] ?? 0)) longest = one
  }
  if (longest === undefined || total <= MOST_STEPS) return []
  const [part, most] = longest
  return [
    {
      path: pathOf(part),
      message:
        `the windows of all derived sensors hold ${total} steps of their grids, and no more than ${MOST_STEPS} are kept: ` +
        `give the longest (this one holds ${most}) a coarser every, or a shorter window`,
    },
  ]
}

function placeOf(part: DerivedFile, path: Path, key: string): Path {
  return Object.hasOwn(part, key) ? [...path, key] : path
}

function isWhole(part: Sound<DerivedFile>): part is DerivedFile {
  return part.id !== undefined && part.of !== undefined && part.compute !== undefined && !hasHoles(part)
}

/** Something of a wrong shape was taken out of it. */
function hasHoles(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return value === undefined
  return Object.values(value).some(hasHoles)
}

/** Undefined for a sensor of which too little is sound. Key: sensor id. */
function knownSensors(file: Parts): Map<string, KnownSensor | undefined> {
  const known = new Map<string, KnownSensor | undefined>()
  const add = (
    sensor: {
      id?: string | undefined
      kind?: SensorKind | undefined
      unit?: Unit | undefined
      quantity?: string | undefined
      area?: string | undefined
      alarms?: unknown
    },
    at: { area: string; pollMs: number | undefined },
  ) => {
    const { id, kind, unit } = sensor
    if (id === undefined) return
    const alarms = (sensor.alarms ?? {}) as KnownSensor['alarms']
    const isKnown = kind !== undefined && unit !== undefined
    known.set(
      id,
      isKnown
        ? {
            id,
            kind,
            unit,
            quantity: sensor.quantity ?? kind,
            area: sensor.area ?? at.area,
            pollMs: at.pollMs,
            alarms,
          }
        : undefined,
    )
  }
  for (const gateway of file.gateways ?? [])
    for (const bus of gateway?.buses ?? [])
      for (const device of bus?.devices ?? [])
        for (const sensor of device?.sensors ?? [])
          if (sensor !== undefined)
            add(sensor, {
              area: device?.area ?? gateway?.id ?? '',
              pollMs: parseDuration(device?.poll ?? ''),
            })
  for (const device of file.foreign ?? [])
    for (const sensor of device?.sensors ?? [])
      if (sensor !== undefined) add(sensor, { area: device?.area ?? '', pollMs: undefined })
  return known
}

function retiredSensors({ gateways, foreign }: Parts): Set<string> {
  const devices = (gateways ?? []).flatMap((gateway) =>
    (gateway?.buses ?? []).flatMap((bus) => bus?.devices ?? []),
  )
  return new Set(
    [...devices, ...(foreign ?? [])].flatMap((device) =>
      (device?.sensors ?? []).flatMap((sensor) => (sensor?.retired === true ? (sensor.id ?? []) : [])),
    ),
  )
}

function soundOf(known: ReadonlyMap<string, KnownSensor | undefined>): ReadonlyMap<string, KnownSensor> {
  return known as ReadonlyMap<string, KnownSensor>
}

function soundSurroundings(file: Parts, origin: string): Surroundings {
  const tanks = (file.tanks ?? []).filter(
    (tank): tank is FacilityFile['tanks'][number] => tank !== undefined && !hasHoles(tank),
  )
  const sound = placed(tanks, ['tanks']).filter((one) => tankProblems([one], origin).length === 0)
  return surroundingsOf(
    {
      tanks: sound.map(({ part }) => part),
      timezone: file.facility?.timezone ?? 'UTC',
      shifts: (file.facility?.shifts ?? []).filter((shift) => shift !== undefined),
      sources: (file.register?.sources ?? []).flatMap((source) =>
        source?.people500m === undefined
          ? []
          : {
              people500m: source.people500m,
              areas: (source.areas ?? []).filter((area) => area !== undefined),
            },
      ),
    },
    origin,
  )
}

function reservedGateway({ gateways }: Parts): Problem[] {
  return placed(gateways, ['gateways'])
    .filter(({ part }) => part.id?.toLowerCase() === DERIVED_GATEWAY)
    .map(({ path }) => ({
      path: [...path, 'id'],
      message: `"${DERIVED_GATEWAY}" stands for derived sensors`,
    }))
}
