import { type Entry, LANGUAGES, type Language } from './texts/entry.ts'

/** What a placeholder may be filled with. Key: its name. */
export type Values = Readonly<Record<string, string | number>>

/** One entry of the catalogue in a language, its `{placeholders}` filled in. */
export function say(language: Language, entry: Entry, values: Values = {}): string {
  return entry[language].replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole))
}

/** The language somebody chose before, else the first of the browser's that we speak, else English. */
export function pickLanguage(chosen: string | null, preferred: readonly string[]): Language {
  const wanted = chosen === null ? preferred : [chosen, ...preferred]
  for (const tag of wanted) {
    const found = LANGUAGES.find((language) => tag.toLowerCase().split('-')[0] === language)
    if (found !== undefined) return found
  }
  return 'en'
}

/** What the `lang` attribute of the page says, so that the right glyphs and voices are chosen. */
export const LANGUAGE_TAGS: Readonly<Record<Language, string>> = { en: 'en', zh: 'zh-CN' }
/** Each as those who read it write it. */
export const LANGUAGE_NAMES: Readonly<Record<Language, { long: string; short: string }>> = {
  en: { long: 'English', short: 'EN' },
  zh: { long: '简体中文', short: '中文' },
}
