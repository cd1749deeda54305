import { say, type Values, type Words } from '../language.ts'
import type { Entry } from '../texts/entry.ts'
import { HAZARD_EVENT_TEXTS, REGISTER_TEXTS, type RegisterTextKey } from '../texts/register.ts'

/** The words of the register's pages in one language. */
export class RegisterWords {
  readonly words: Words

  constructor(words: Words) {
    this.words = words
  }

  text(key: RegisterTextKey, values: Values = {}): string {
    return say(this.words.language, REGISTER_TEXTS[key], values)
  }

  of(entry: Entry): string {
    return this.words.of(entry)
  }

  /** What happened to a hazard; one that this release does not know is shown as it came. */
  event(event: string): string {
    const texts: Readonly<Record<string, Entry>> = HAZARD_EVENT_TEXTS
    const entry = Object.hasOwn(texts, event) ? texts[event] : undefined
    return entry === undefined ? event : this.of(entry)
  }
}
