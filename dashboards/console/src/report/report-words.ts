import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import { say, type Values } from '../say.ts'
import type { Entry, Language } from '../texts/entry.ts'
import { OTHER_REFUSAL, REPORT_REFUSALS, REPORT_TEXTS, type ReportTextKey } from './report-texts.ts'

/** The words of one language, for the public page. */
export class ReportWords {
  readonly language: Language

  constructor(language: Language) {
    this.language = language
  }

  text(key: ReportTextKey, values: Values = {}): string {
    return say(this.language, REPORT_TEXTS[key], values)
  }

  of(entry: Entry): string {
    return say(this.language, entry)
  }

  /** Why the server did not take it; without a code nobody answered. */
  refusal(code: string | undefined): string {
    if (code === undefined) return this.text('unreachable')
    const entry = Object.hasOwn(REPORT_REFUSALS, code) ? REPORT_REFUSALS[code] : undefined
    return entry === undefined ? say(this.language, OTHER_REFUSAL, { code }) : this.of(entry)
  }
}

export const ReportWordsContext = createContext(new ReportWords('en'))
export const useWords = () => useContext(ReportWordsContext)
