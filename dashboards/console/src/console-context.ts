import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { AlarmView } from '../../../contracts/api.ts'
import type { ApiClient } from './api-client.ts'
import type { Words } from './language.ts'
import type { ConsoleState } from './state.ts'
import type { Language } from './texts.ts'

/** What an operator can do besides looking. */
export interface Commands {
  chooseFacility(facility: string): void
  chooseLanguage(language: Language): void
  silence(): void
  /** Opens the acknowledge dialog; the occurrences are those that the operator sees now. */
  acknowledge(alarms: readonly AlarmView[]): void
  /** Opens the reset dialog of a latched alarm. */
  reset(alarm: AlarmView): void
}

/** What every view may use. */
export interface ConsoleEnvironment {
  state: ConsoleState
  words: Words
  commands: Commands
  api: ApiClient
}

export const ConsoleContext = createContext<ConsoleEnvironment | undefined>(undefined)

export function useConsole(): ConsoleEnvironment {
  const environment = useContext(ConsoleContext)
  if (environment === undefined) throw new Error('a view stands outside of the console')
  return environment
}
