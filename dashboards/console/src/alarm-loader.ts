import { useEffect, useState } from 'preact/hooks'
import type { AlarmDetail } from '../../../contracts/alarm-detail-api.ts'
import { useConsole } from './console-context.ts'
import type { Failure } from './state.ts'

/** Of one alarm; both are undefined until there is an answer. */
export interface LoadedAlarm {
  detail: AlarmDetail | undefined
  failure: Failure | undefined
}

/** Loads an alarm with its configuration, again after every reconnect and every change of `version`. */
export function useAlarmDetail(facility: string, alarm: string, version: unknown = 0): LoadedAlarm {
  const { state, api } = useConsole()
  const [loaded, setLoaded] = useState<LoadedAlarm>({ detail: undefined, failure: undefined })
  useEffect(() => {
    let isCurrent = true
    const load = async () => {
      const answer = await api.alarm(facility, alarm)
      if (!isCurrent) return
      setLoaded(
        answer.ok
          ? { detail: answer.value, failure: undefined }
          : { detail: undefined, failure: answer.failure },
      )
    }
    void load()
    return () => {
      isCurrent = false
    }
  }, [api, facility, alarm, state.generation, version])
  return loaded
}
