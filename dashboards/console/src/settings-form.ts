import type { SettingField, SettingValues, WantedValues } from '../../../contracts/alarm-settings.ts'
import { parseDuration } from '../../../contracts/duration.ts'
import { PRIORITIES } from '../../../contracts/facility-words.ts'
import type { SettingsView } from '../../../contracts/settings-api.ts'
import type { TextKey } from './texts.ts'

/** As in contracts/alarm-settings.ts, whose schemas are nothing for a browser to load. */
export const SETTING_FIELDS = [
  'limit',
  'deadband',
  'onDelay',
  'offDelay',
  'priority',
] as const satisfies readonly SettingField[]

/** As the fields of the dialog hold it. */
export type SettingTexts = Record<SettingField, string>

export function textsOf(values: SettingValues): SettingTexts {
  return {
    limit: values.limit === null ? '' : String(values.limit),
    deadband: String(values.deadband),
    onDelay: values.onDelay,
    offDelay: values.offDelay,
    priority: values.priority,
  }
}

/** What was changed, or what is wrong with it. */
export interface SettingsReading {
  changes: WantedValues
  problems: Partial<Record<SettingField, TextKey>>
}

/** Fields that say what they said before are left out. */
export function readSettings(texts: SettingTexts, current: SettingValues): SettingsReading {
  const reading: SettingsReading = { changes: {}, problems: {} }
  const before = textsOf(current)
  for (const field of SETTING_FIELDS) {
    const text = texts[field].trim()
    if (text === before[field].trim()) continue
    if (field === 'limit' || field === 'deadband') {
      const value = numberOf(text)
      if (value === undefined) reading.problems[field] = 'needNumber'
      else if (field === 'deadband' && value < 0) reading.problems[field] = 'needPositive'
      else if (value !== current[field]) reading.changes[field] = value
    } else if (field === 'priority') {
      const priority = PRIORITIES.find((known) => known === text)
      if (priority !== undefined) reading.changes.priority = priority
    } else {
      const [ms, old] = [parseDuration(text), parseDuration(current[field])]
      if (ms === undefined) reading.problems[field] = 'needDuration'
      else if (ms !== old) reading.changes[field] = text
    }
  }
  return reading
}

/** Fields in which the file and what holds are not the same. */
export function differingFields({ file, current }: SettingsView): SettingField[] {
  return SETTING_FIELDS.filter((field) => file[field] !== current[field])
}

/** With a comma or a real minus sign too, as people type them. */
function numberOf(text: string): number | undefined {
  const plain = text.replace('−', '-').replace(',', '.')
  return /^-?\d+(\.\d+)?(e-?\d+)?$/i.test(plain) ? Number(plain) : undefined
}
