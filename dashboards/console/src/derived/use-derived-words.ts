import { useConsole } from '../console-context.ts'
import { say, type Values } from '../say.ts'
import { DERIVED_TEXTS, type DerivedTextKey } from '../texts/derived.ts'
import type { Entry } from '../texts/entry.ts'

export interface DerivedWords {
  text(key: DerivedTextKey, values?: Values): string
  /** The entry of a table; what this release does not know is shown as it came. */
  known(table: Readonly<Record<string, Entry>>, key: string): string
}

export function useDerivedWords(): DerivedWords {
  const { words } = useConsole()
  const { language } = words
  return {
    text: (key, values) => say(language, DERIVED_TEXTS[key], values),
    known: (table, key) => {
      const entry = Object.hasOwn(table, key) ? table[key] : undefined
      return entry === undefined ? key : entry[language]
    },
  }
}
