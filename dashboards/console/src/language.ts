import {
  DISCARD_TEXTS,
  type Entry,
  EVENT_TEXTS,
  EXCEPTION_TEXT,
  GAP_TEXTS,
  LANGUAGES,
  type Language,
  REASON_TEXTS,
  TARGET_TEXTS,
  TEXTS,
  type TextKey,
} from './texts.ts'

/** What a placeholder may be filled with. Key: its name. */
export type Values = Readonly<Record<string, string | number>>

/** One entry of the catalogue in a language, its `{placeholders}` filled in. */
export function say(language: Language, entry: Entry, values: Values = {}): string {
  return entry[language].replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole))
}

/** The words of one language, handed to every view. */
export class Words {
  readonly language: Language

  constructor(language: Language) {
    this.language = language
  }

  text(key: TextKey, values: Values = {}): string {
    return say(this.language, TEXTS[key], values)
  }

  of(entry: Entry): string {
    return say(this.language, entry)
  }

  /** A quality reason for people; one that this release does not know is shown as it came. */
  reason(reason: string): string {
    const exception = /^exception-(\d+)$/.exec(reason)?.[1]
    if (exception !== undefined) return say(this.language, EXCEPTION_TEXT, { n: exception })
    return this.#known(REASON_TEXTS, reason)
  }

  /** What was wrong with a frame; likewise. */
  discard(kind: string): string {
    return this.#known(DISCARD_TEXTS, kind)
  }

  /** Why a gateway dropped readings; likewise. */
  gap(reason: string): string {
    return this.#known(GAP_TEXTS, reason)
  }

  /** What happened to an alarm; likewise: the journal outlives the release that wrote it. */
  event(event: string): string {
    return this.#known(EVENT_TEXTS, event)
  }

  /** What a figure should be, and who says so; likewise. */
  target(target: string): string {
    return this.#known(TARGET_TEXTS, target)
  }

  #known(entries: Readonly<Record<string, Entry>>, word: string): string {
    const entry = Object.hasOwn(entries, word) ? entries[word] : undefined
    return entry === undefined ? word : this.of(entry)
  }
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
