import { useEffect, useState } from 'preact/hooks'
import type { SettingsView } from '../../../contracts/settings-api.ts'
import { useConsole } from './console-context.ts'
import type { Failure } from './state.ts'

interface LoadedSettings {
  /** Undefined until there is an answer. */
  settings: SettingsView | undefined
  failure: Failure | undefined
}

/** The set points of an alarm, again after a reconnect and whenever its entry in the journal is of a change. */
export function useSettings(facility: string, alarm: string): LoadedSettings {
  const { state, api } = useConsole()
  const [loaded, setLoaded] = useState<LoadedSettings>({ settings: undefined, failure: undefined })
  const changes = state.recent.filter(
    (item) => item.facility === facility && item.alarm.id === alarm && item.event === 'changed',
  )
  const newest = changes[0]?.seq ?? 0
  useEffect(() => {
    let isCurrent = true
    const load = async () => {
      const answer = await api.settings({ facility, id: alarm })
      if (!isCurrent) return
      setLoaded(
        answer.ok
          ? { settings: answer.value, failure: undefined }
          : { settings: undefined, failure: answer.failure },
      )
    }
    void load()
    return () => {
      isCurrent = false
    }
  }, [api, facility, alarm, state.generation, newest])
  return loaded
}
