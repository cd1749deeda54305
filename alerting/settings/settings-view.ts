import type { SettingChange } from '../../contracts/alarm-settings.ts'
import type { Facility } from '../../contracts/facility.ts'
import { formatIso } from '../../contracts/iso-time.ts'
import type { SettingsView } from '../../contracts/settings-api.ts'
import { shownState } from '../alarm-record.ts'
import { alarmView, type UnnumberedItem } from '../alarm-view.ts'
import type { AlarmEntry } from '../evaluation.ts'
import { type AlarmSettings, differs, effective } from './alarm-settings.ts'
import type { Revision } from './revision.ts'
import { valuesOf } from './setting-values.ts'

type Place = Pick<Facility, 'id' | 'timezone'>

/** The settings of an alarm as the API shows them. */
export function settingsView(place: Place, settings: AlarmSettings): SettingsView {
  const { file, revisions } = settings
  return {
    alarm: file.id,
    revision: revisions.length,
    file: valuesOf(file),
    current: valuesOf(effective(settings)),
    differs: differs(settings),
    history: revisions.toReversed().map((revision) => ({
      ...changeOf(revision),
      time: formatIso(revision.time, place.timezone),
      by: revision.by,
    })),
  }
}

/** The entry of a change, with the alarm as its new settings make it. */
export function changedItem(
  place: Place,
  { sensor, record }: Pick<AlarmEntry, 'sensor' | 'record'>,
  settings: AlarmSettings & { last: Revision },
): UnnumberedItem {
  const { last } = settings
  return {
    time: formatIso(last.time, place.timezone),
    facility: place.id,
    event: 'changed',
    from: shownState(record),
    by: last.by,
    change: changeOf(last),
    alarm: alarmView(place, { config: effective(settings), sensor, record }, true),
  }
}

function changeOf({ revision, reason, approvedBy, settled, changes }: Revision): SettingChange {
  return { revision, reason, approvedBy, settled, changes }
}
