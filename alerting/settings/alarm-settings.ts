import { SETTING_FIELDS, type SettingSteps, type SettingValues } from '../../contracts/alarm-settings.ts'
import type { AlarmConfig } from '../../contracts/facility.ts'
import type { Unit } from '../../contracts/units.ts'
import type { Revision } from './revision.ts'
import { pick, valuesOf, withValues } from './setting-values.ts'

/** An alarm of the facility file, and what was made of its settings since. */
export interface AlarmSettings {
  readonly file: AlarmConfig
  /** Of its sensor. */
  readonly unit: Unit
  /** Oldest first. */
  readonly revisions: readonly Revision[]
}

/** What was in force before something newer was. */
export interface PastConfig {
  /** On the clock that dates the readings of its sensor, epoch ms. */
  readonly until: number
  readonly config: AlarmConfig
}

/**
 * The values of run time that are in force. A limit is a number of one unit, compared in one way: when the file says
 * another unit or condition, it is no limit any more.
 */
export function standing({ file, unit, revisions }: AlarmSettings): Partial<SettingValues> {
  const last = revisions.at(-1)
  if (last === undefined) return {}
  const isSameBasis = last.basis.when === file.when && last.basis.unit === unit
  return isSameBasis ? last.values : pick(last.values, (field) => field !== 'limit' && field !== 'deadband')
}

/** The alarm as it is to be evaluated. */
export function effective(settings: AlarmSettings): AlarmConfig {
  const { file, revisions } = settings
  const last = revisions.at(-1)
  if (last === undefined) return file
  const config = withValues(file, standing(settings))
  const fileLimit = Number.isNaN(file.limit) || file.limit === config.limit ? null : file.limit
  return { ...config, runTime: { revision: last.revision, fileLimit } }
}

/** A value of run time stands against what the file says since it was edited: an engineer is to settle it. */
export function differs(settings: AlarmSettings): boolean {
  const last = settings.revisions.at(-1)
  if (last === undefined) return false
  const [file, stands] = [valuesOf(settings.file), standing(settings)]
  return SETTING_FIELDS.filter((field) => Object.hasOwn(last.values, field)).some(
    (field) =>
      !Object.hasOwn(stands, field) ||
      (last.against[field] !== file[field] && last.values[field] !== file[field]),
  )
}

/** What was in force before, oldest first: every change undone, from the newest on. */
export function pastOf(settings: AlarmSettings): PastConfig[] {
  let config = effective(settings)
  const past: PastConfig[] = []
  for (const { changes, sensorTime, revision } of settings.revisions.toReversed()) {
    const { runTime, ...before } = withValues(config, undone(changes))
    config = revision === 1 ? before : { ...before, runTime: { revision: revision - 1, fileLimit: null } }
    if (Object.keys(changes).length > 0) past.unshift({ until: sensorTime, config })
  }
  return past
}

/** What an alarm was at a time of the clock that dates its readings. Nearly none was ever changed. */
export function configAt(
  { config, past }: { config: AlarmConfig; past?: readonly PastConfig[] },
  time: number,
): AlarmConfig {
  return past?.find(({ until }) => time < until)?.config ?? config
}

/** A change of settings, on the clock that dates the readings. */
export interface ConfigChange {
  readonly time: number
  readonly before: AlarmConfig
  readonly config: AlarmConfig
}

/** What was changed after one time and until another. */
export function changesBetween(
  { config, past = [] }: { config: AlarmConfig; past?: readonly PastConfig[] },
  [after, until]: readonly [number, number],
): ConfigChange[] {
  return past.flatMap(({ until: time, config: before }, index) =>
    time > after && time <= until ? [{ time, before, config: past[index + 1]?.config ?? config }] : [],
  )
}

function undone(changes: SettingSteps): Partial<SettingValues> {
  return Object.fromEntries(Object.entries(changes).map(([field, [from]]) => [field, from]))
}
