import { useCallback, useEffect, useState } from 'preact/hooks'
import type { Answer } from './api-client.ts'
import type { Failure } from './state.ts'

/** A list of the server's, and what the last thing that was done to it came to. */
export interface LoadedList<T> {
  /** Undefined until there is an answer. */
  items: readonly T[] | undefined
  failure: Failure | undefined
  /** Counts what was done to it. */
  version: number
  /** Does something and loads the list anew; answers undefined when it was refused. */
  act<R>(ask: () => Promise<Answer<R>>): Promise<R | undefined>
}

/** @param load the same function as long as the list is the same */
export function useLoadedList<T>(load: () => Promise<Answer<{ items: T[] }>>): LoadedList<T> {
  const [items, setItems] = useState<readonly T[]>()
  const [failure, setFailure] = useState<Failure>()
  const [version, setVersion] = useState(0)
  const reload = useCallback(async () => {
    const answer = await load()
    if (answer.ok) setItems(answer.value.items)
    else setFailure(answer.failure)
  }, [load])
  useEffect(() => void reload(), [reload])
  const act = useCallback(
    async <R>(ask: () => Promise<Answer<R>>) => {
      const answer = await ask()
      setFailure(answer.ok ? undefined : answer.failure)
      await reload()
      setVersion((before) => before + 1)
      return answer.ok ? answer.value : undefined
    },
    [reload],
  )
  return { items, failure, version, act }
}
