import { isDeepStrictEqual } from 'node:util'
import { CodedError } from '../contracts/errors.ts'
import { type AlarmConfig, type Facility, type Sensor, SHARED_SECTIONS } from '../contracts/facility.ts'
import type { ReadFacility } from '../contracts/facility-reader.ts'
import type { ReloadView } from '../contracts/reload-api.ts'

export interface ReloadPlan {
  /** Those that go on with another file. */
  readonly changed: readonly Facility[]
  /** Those that are new. */
  readonly added: readonly Facility[]
  /** Ids of those that are gone. */
  readonly removed: readonly string[]
  /** What people are told, in the order of the files; those that are gone come last. */
  readonly view: ReloadView['facilities']
}

/**
 * What is to be done so that the server works with these files. `current` are the facilities it works with, key:
 * facility id. @throws CodedError RELOAD_NEEDS_RESTART
 */
export function planReload(
  current: ReadonlyMap<string, Facility>,
  read: readonly ReadFacility[],
): ReloadPlan {
  const whole = read.flatMap((facility) => ('isUnchanged' in facility ? [] : [facility]))
  const refused = whole.flatMap((facility) => sharedChanges(current, facility))
  if (refused.length > 0) throw new CodedError('RELOAD_NEEDS_RESTART', refused.join('\n'))
  const ids = new Set(read.map(({ id }) => id))
  const gone = [...current.values()].filter(({ id }) => !ids.has(id))
  return {
    changed: whole.filter(({ id }) => current.has(id)),
    added: whole.filter(({ id }) => !current.has(id)),
    removed: gone.map(({ id }) => id),
    view: [
      ...read.map((facility) =>
        'isUnchanged' in facility
          ? { facility: facility.id, changed: false, added: [], removed: [], changedAlarms: [] }
          : difference(current.get(facility.id)?.sensors ?? NONE, facility.sensors, facility.id),
      ),
      ...gone.map(({ id, sensors }) => difference(sensors, NONE, id)),
    ],
  }
}

const NONE: ReadonlyMap<string, Sensor> = new Map()

/** Broker, store and server are made once, when the server starts. */
function sharedChanges(current: ReadonlyMap<string, Facility>, next: Facility): string[] {
  const [before] = current.values()
  if (before === undefined) return []
  return SHARED_SECTIONS.filter((section) => !isDeepStrictEqual(before[section], next[section])).map(
    (section) => `${next.file}: ${section} has changed`,
  )
}

function difference(
  before: ReadonlyMap<string, Sensor>,
  after: ReadonlyMap<string, Sensor>,
  facility: string,
): ReloadView['facilities'][number] {
  const ids = [...after.keys()]
  return {
    facility,
    changed: true,
    added: ids.filter((id) => !before.has(id)),
    removed: [...before.keys()].filter((id) => !after.has(id)),
    changedAlarms: ids.flatMap((id) => differingAlarms(before.get(id)?.alarms, after.get(id)?.alarms ?? [])),
  }
}

function differingAlarms(
  before: readonly AlarmConfig[] | undefined,
  after: readonly AlarmConfig[],
): string[] {
  if (before === undefined) return []
  const known = new Map(before.map((alarm) => [alarm.id, alarm]))
  const kept = new Set(after.map(({ id }) => id))
  return [
    ...after.filter((alarm) => !isDeepStrictEqual(alarm, known.get(alarm.id))),
    ...before.filter(({ id }) => !kept.has(id)),
  ].map(({ id }) => id)
}
