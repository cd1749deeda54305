import type { SettingSteps } from '../../../contracts/alarm-settings.ts'
import type { Words } from './language.ts'
import { settingText } from './setting-text.ts'
import { SETTING_FIELDS } from './settings-form.ts'
import { SETTING_TEXTS } from './texts.ts'

/** What was changed, as in `Limit 20 %LEL → 25 %LEL`, one text for each field. */
export function changeTexts(changes: SettingSteps, unit: string, words: Words): string[] {
  return SETTING_FIELDS.flatMap((field) => {
    const change = changes[field]
    if (change === undefined) return []
    const of = unitOf(field, unit)
    const [from, to] = change
    return [
      `${words.of(SETTING_TEXTS[field])} ${settingText(field, from, of, words)} → ${settingText(field, to, of, words)}`,
    ]
  })
}

/** Limit and deadband are in the unit of the sensor. */
export function unitOf(field: (typeof SETTING_FIELDS)[number], unit: string): string {
  return field === 'limit' || field === 'deadband' ? unit : '1'
}
