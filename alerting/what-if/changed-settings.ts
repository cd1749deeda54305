import { isDeepStrictEqual } from 'node:util'
import { OVERRIDABLE, settingsOf } from '../../contracts/alarm-override.ts'
import type { AlarmConfig, Facility } from '../../contracts/facility.ts'
import type { ChangedSetting } from '../../contracts/what-if.ts'

/** What differs between the alarms of two facilities, in the order of the files: settings, and alarms that only one has. */
export function changedSettings(file: Facility, set: Facility): ChangedSetting[] {
  const [before, after] = [alarmsOf(file), alarmsOf(set)]
  const ids = [...new Set([...before.keys(), ...after.keys()])]
  return ids.flatMap((alarm): ChangedSetting[] => {
    const [ours, theirs] = [before.get(alarm), after.get(alarm)]
    if (ours === theirs) return []
    if (ours === undefined || theirs === undefined)
      return [{ alarm, key: 'alarm', file: presence(ours), set: presence(theirs) }]
    const [old, now] = [settingsOf(ours), settingsOf(theirs)]
    const changed: ChangedSetting[] = OVERRIDABLE.filter((key) => old[key] !== now[key]).map((key) => ({
      alarm,
      key,
      file: old[key],
      set: now[key],
    }))
    return isDeepStrictEqual(othersOf(ours), othersOf(theirs))
      ? changed
      : [...changed, { alarm, key: 'others', file: null, set: null }]
  })
}

/** What another facility file may say differently, and no override. */
function othersOf(config: AlarmConfig): Partial<AlarmConfig> {
  const { limit, deadband, onDelayMs, offDelayMs, priority, latching, onBad, message, ...others } = config
  return others
}

function presence(alarm: AlarmConfig | undefined): string | null {
  return alarm === undefined ? null : alarm.when
}

function alarmsOf({ sensors }: Facility): Map<string, AlarmConfig> {
  return new Map([...sensors.values()].flatMap(({ alarms }) => alarms.map((alarm) => [alarm.id, alarm])))
}
