import { useCallback } from 'preact/hooks'
import { useConsole } from '../console-context.ts'
import { type LoadedValue, useLoaded } from '../loaded-value.ts'

/** Others enter records, and time goes on, ms. */
const LOOK_MS = 15_000

export interface Listed<T> {
  items: T[]
}

/** Where a sensor is in the API. */
export function sensorPath(facility: string, sensor: string): string {
  return `/api/v1/facilities/${encodeURIComponent(facility)}/sensors/${encodeURIComponent(sensor)}`
}

/** What stands under a path of the API, asked for again now and then. */
export function useAsked<T>(path: string): LoadedValue<T> {
  const { state, api } = useConsole()
  const load = useCallback(() => api.asking.get<T>(path), [api, path])
  return useLoaded(load, { everyMs: LOOK_MS, version: state.generation })
}
