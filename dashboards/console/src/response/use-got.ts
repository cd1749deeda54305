import { useCallback } from 'preact/hooks'
import { useConsole } from '../console-context.ts'
import { type LoadedValue, useLoaded } from '../loaded-value.ts'

/** What stands under a path of the API, asked for again when `version` is another one and every so often. */
export function useGot<T>(
  path: string,
  { version = '', everyMs }: { version?: string | number; everyMs?: number } = {},
): LoadedValue<T> {
  const { state, api } = useConsole()
  const load = useCallback(() => api.asking.get<T>(path), [api, path])
  return useLoaded(load, {
    version: `${state.generation} ${version}`,
    ...(everyMs === undefined ? {} : { everyMs }),
  })
}

/** A page of a list; `next` is absent at its end. */
export interface Page<T> {
  items: T[]
  next?: number | string | null
}

/** An address of the API with what is given; what is empty is left out. */
export function pathWith(path: string, query: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(query).filter((entry): entry is [string, string] => (entry[1] ?? '') !== '')
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`
}
