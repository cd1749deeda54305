import type { SettingField } from '../../../contracts/alarm-settings.ts'
import type { Words } from './language.ts'
import { limitText, unitSign } from './number-text.ts'
import { PRIORITY_TEXTS } from './texts.ts'

/** A setting with its unit, as in `20 %LEL`, `2s` or `High`. */
export function settingText(field: SettingField, value: unknown, unit: string, words: Words): string {
  if (field === 'priority') {
    const entry = PRIORITY_TEXTS[value as keyof typeof PRIORITY_TEXTS]
    return entry === undefined ? String(value) : words.of(entry)
  }
  if (typeof value !== 'number') return value === null ? '–' : String(value)
  const sign = unitSign(unit)
  return sign === '' ? limitText(value) : `${limitText(value)} ${sign}`
}
