import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { HazardDetail } from '../../../../contracts/register/hazard-api.ts'
import { useConsole } from '../console-context.ts'
import { type LoadedValue, useLoaded } from '../loaded-value.ts'
import type { RegisterQuery } from '../route.ts'
import { HazardApi, type HazardPage } from './hazard-client.ts'
import { listQuery } from './hazard-filters.ts'

/** While hazards change often, lists are asked for no more often than this, ms. */
const CALM_MS = 3_000

export function useHazardApi(): HazardApi {
  const { api } = useConsole()
  return useMemo(() => new HazardApi(api.asking), [api])
}

/** One page of the list, kept up to date. */
export function useHazards(query: RegisterQuery, limit?: number): LoadedValue<HazardPage> {
  const { state } = useConsole()
  const api = useHazardApi()
  const asked = JSON.stringify(listQuery(query, limit))
  const load = useCallback(() => api.list(JSON.parse(asked) as Record<string, string>), [api, asked])
  const changes = useCalm(state.hazardChanges, CALM_MS)
  return useLoaded(load, { version: `${state.generation} ${changes}` })
}

/** One hazard, asked for again whenever the stream says that it has changed. */
export function useHazard(number: number): LoadedValue<HazardDetail> {
  const { state } = useConsole()
  const api = useHazardApi()
  const load = useCallback(() => api.one(number), [api, number])
  return useLoaded(load, { version: `${state.generation} ${state.hazards.get(number) ?? 0}` })
}

/** The value at once when it has been calm, else after a while. */
export function useCalm<T>(value: T, ms: number): T {
  const [shown, show] = useState(value)
  const isBusy = useRef(false)
  const latest = useRef(value)
  latest.current = value
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => {
    if (isBusy.current) return
    show(value)
    isBusy.current = true
    timer.current = setTimeout(() => {
      isBusy.current = false
      show(latest.current)
    }, ms)
  }, [value, ms])
  useEffect(() => () => clearTimeout(timer.current), [])
  return shown
}
