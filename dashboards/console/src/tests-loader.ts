import { useEffect, useMemo, useState } from 'preact/hooks'
import type { TestView } from '../../../contracts/test-api.ts'
import type { ApiClient } from './api-client.ts'
import { testMark } from './running-tests.ts'
import type { ConsoleState, Failure } from './state.ts'

/** The tests of the facility that is looked at. */
export interface Tests {
  items: readonly TestView[]
  /** False until there is an answer: none are offered before. */
  isLoaded: boolean
  failure: Failure | undefined
}

const NONE: Tests = { items: [], isLoaded: false, failure: undefined }

/** Loaded after every reconnect, and whenever an alarm under test changes. */
export function useTests(state: ConsoleState, api: ApiClient): Tests {
  const { facility, alarms, generation } = state
  const mark = useMemo(() => testMark(alarms.values(), facility), [alarms, facility])
  const [loaded, setLoaded] = useState({ facility, tests: NONE })
  useEffect(() => {
    let isCurrent = true
    const load = async () => {
      if (facility === undefined || generation === 0) return
      const answer = await api.tests(facility)
      if (!isCurrent) return
      const tests = answer.ok
        ? { items: answer.value.items, isLoaded: true, failure: undefined }
        : { ...NONE, failure: answer.failure }
      setLoaded({ facility, tests })
    }
    void load()
    return () => {
      isCurrent = false
    }
  }, [api, facility, generation, mark])
  return loaded.facility === facility ? loaded.tests : NONE
}
