import { useEffect, useState } from 'preact/hooks'
import type { AlarmKpi } from '../../../contracts/kpi.ts'
import { useConsole } from './console-context.ts'
import { type Period, windowOf } from './kpi-period.ts'
import type { Failure } from './state.ts'

/** The present grows while it is looked at. */
const RELOAD_MS = 60_000

interface LoadedKpi {
  /** Of the period before, dimmed, until there is an answer for the new one. */
  kpi: AlarmKpi | undefined
  failure: Failure | undefined
  isLoading: boolean
}

export function useKpi(period: Period): LoadedKpi {
  const { state, api } = useConsole()
  const { facility = '', generation } = state
  const timezone = state.tree?.timezone ?? 'UTC'
  const [loaded, setLoaded] = useState<LoadedKpi>({ kpi: undefined, failure: undefined, isLoading: true })
  useEffect(() => {
    let isCurrent = true
    const load = async () => {
      const window = windowOf(period, timezone)
      if (window === undefined) return
      const answer = await api.kpi(facility, window)
      if (!isCurrent) return
      setLoaded(
        answer.ok
          ? { kpi: answer.value, failure: undefined, isLoading: false }
          : { kpi: undefined, failure: answer.failure, isLoading: false },
      )
    }
    setLoaded((before) => ({ ...before, isLoading: true }))
    void load()
    const timer = setInterval(() => void load(), RELOAD_MS)
    return () => {
      isCurrent = false
      clearInterval(timer)
    }
  }, [api, facility, timezone, period.first, period.kind, generation])
  return loaded
}
