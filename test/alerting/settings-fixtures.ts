import type { AlarmSettings } from '../../alerting/settings/alarm-settings.ts'
import { revisionOf, type SettingRequest } from '../../alerting/settings/setting-request.ts'
import type { WantedValues } from '../../contracts/alarm-settings.ts'
import { alarmConfig } from './alarm-fixtures.ts'

/** Who asks and who approves, where that is not what a test is about. */
export const AGREED = { by: 'li', approvedBy: 'wang', reason: 'HAZOP 12' }

export function settings(over: Partial<AlarmSettings> = {}): AlarmSettings {
  return { file: alarmConfig(), unit: 'ppm', revisions: [], ...over }
}

/** The settings after one more request, at a time in ms. */
export function revised(of: AlarmSettings, request: SettingRequest, time = 0): AlarmSettings {
  const revision = revisionOf(of, { ...AGREED, ...request }, { time, sensorTime: time })
  return { ...of, revisions: [...of.revisions, revision] }
}

export function changed(of: AlarmSettings, changes: WantedValues, time = 0): AlarmSettings {
  return revised(of, { changes }, time)
}
