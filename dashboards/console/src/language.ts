import { say, type Values } from './say.ts'
import {
  DISCARD_TEXTS,
  type Entry,
  EVENT_TEXTS,
  EXCEPTION_TEXT,
  GAP_TEXTS,
  type Language,
  REASON_TEXTS,
  TARGET_TEXTS,
  TEXTS,
  type TextKey,
} from './texts.ts'

export { LANGUAGE_TAGS, pickLanguage, say, type Values } from './say.ts'

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
