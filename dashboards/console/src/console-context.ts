import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { AlarmAction } from '../../../contracts/alarm.ts'
import type { AlarmView } from '../../../contracts/api.ts'
import type { SettingsView } from '../../../contracts/settings-api.ts'
import type { ApiClient } from './api-client.ts'
import type { Words } from './language.ts'
import type { RunningTest } from './running-tests.ts'
import type { Session } from './session.ts'
import type { ConsoleState } from './state.ts'
import type { Tests } from './tests-loader.ts'
import type { Language } from './texts.ts'

/** What has a dialog: silence has none, since it must be quick; `choose` shows all that can be done. */
export type AskedAction = Exclude<AlarmAction, 'silence'> | 'choose'

/** What a dialog is open for. */
export type Asked =
  /** Alarms as they were when the operator asked; one, but for acknowledging. */
  | { dialog: 'action'; action: AskedAction; alarms: readonly AlarmView[] }
  | { dialog: 'start-test'; facility: string; sensor: string }
  | { dialog: 'end-test'; test: RunningTest }
  | { dialog: 'set-point' | 'settle'; alarm: AlarmView; settings: SettingsView }

/** What an operator can do besides looking. */
export interface Commands {
  chooseFacility(facility: string): void
  chooseLanguage(language: Language): void
  /** Stops the horn here at once, and on every other console as soon as the server has it. */
  silence(alarms?: readonly AlarmView[]): void
  /** Opens the dialog of the action; the occurrences are those that the operator sees now. */
  ask(action: AskedAction, alarms: readonly AlarmView[]): void
  open(asked: Asked): void
}

/** What every view may use. */
export interface ConsoleEnvironment {
  state: ConsoleState
  words: Words
  commands: Commands
  api: ApiClient
  tests: Tests
  session: Session
  /** An id for a request that may be sent twice. */
  newId: () => string
}

export const ConsoleContext = createContext<ConsoleEnvironment | undefined>(undefined)

export function useConsole(): ConsoleEnvironment {
  const environment = useContext(ConsoleContext)
  if (environment === undefined) throw new Error('a view stands outside of the console')
  return environment
}
