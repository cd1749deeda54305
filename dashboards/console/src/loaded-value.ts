import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import type { Answer } from './api-client.ts'
import type { Failure } from './state.ts'

/** What the server was asked for, and what the last question came to. */
export interface LoadedValue<T> {
  /** Undefined until there is an answer; the last one while the server does not answer. */
  value: T | undefined
  failure: Failure | undefined
  reload(): Promise<void>
}

/**
 * Asks at once, whenever `load` is another function or `version` another value, and every so often.
 * @param load the same function as long as the question is the same: the answer to another one is forgotten
 */
export function useLoaded<T>(
  load: () => Promise<Answer<T>>,
  { everyMs, version }: { everyMs?: number; version?: string | number } = {},
): LoadedValue<T> {
  const [loaded, setLoaded] = useState<{
    of: typeof load
    value: T | undefined
    failure: Failure | undefined
  }>({ of: load, value: undefined, failure: undefined })
  const latest = useRef(load)
  latest.current = load
  const reload = useCallback(async () => {
    const answer = await load()
    // The answer to what nobody asks any more is dropped.
    if (latest.current !== load) return
    setLoaded((before) =>
      answer.ok
        ? { of: load, value: answer.value, failure: undefined }
        : { of: load, value: before.of === load ? before.value : undefined, failure: answer.failure },
    )
  }, [load])
  useEffect(() => {
    void reload()
    const timer = everyMs === undefined ? undefined : setInterval(() => void reload(), everyMs)
    return () => clearInterval(timer)
  }, [reload, everyMs, version])
  return {
    value: loaded.of === load ? loaded.value : undefined,
    failure: loaded.of === load ? loaded.failure : undefined,
    reload,
  }
}
