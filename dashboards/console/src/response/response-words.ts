import { say, type Values, type Words } from '../language.ts'
import type { Entry } from '../texts/entry.ts'
import { RESPONSE_EVENT_TEXTS, RESPONSE_TEXTS, type ResponseTextKey } from '../texts/response.ts'

/** The words of inspections, incidents, public reports and exports in one language. */
export class ResponseWords {
  readonly words: Words

  constructor(words: Words) {
    this.words = words
  }

  text(key: ResponseTextKey, values: Values = {}): string {
    return say(this.words.language, RESPONSE_TEXTS[key], values)
  }

  of(entry: Entry): string {
    return this.words.of(entry)
  }

  /** What happened; what this release does not know is shown as it came. */
  event(event: string): string {
    return this.known(RESPONSE_EVENT_TEXTS, event)
  }

  known(texts: Readonly<Record<string, Entry>>, word: string): string {
    const entry = Object.hasOwn(texts, word) ? texts[word] : undefined
    return entry === undefined ? word : this.of(entry)
  }
}
