import { useEffect, useState } from 'preact/hooks'
import type { LedgerItem } from '../../../contracts/api.ts'
import { useConsole } from './console-context.ts'
import type { Failure } from './state.ts'

/** The ledger counts by the minute. */
const RELOAD_MS = 30_000

interface Ledger {
  /** Key: gateway id. Undefined until there is an answer. */
  items: ReadonlyMap<string, LedgerItem> | undefined
  failure: Failure | undefined
}

const NOT_YET: Ledger = { items: undefined, failure: undefined }

/** The last day of the facility that is looked at; loaded again while it is, and after every reconnect. */
export function useLedger(): Ledger {
  const { state, api } = useConsole()
  const { facility = '', generation } = state
  const [loaded, setLoaded] = useState({ facility, ledger: NOT_YET })
  useEffect(() => {
    let isCurrent = true
    const load = async () => {
      const answer = await api.ledger(facility)
      if (!isCurrent) return
      setLoaded((before) => {
        if (!answer.ok) {
          const items = before.facility === facility ? before.ledger.items : undefined
          return { facility, ledger: { items, failure: answer.failure } }
        }
        const items = new Map(answer.value.items.map((item) => [item.gateway, item]))
        return { facility, ledger: { items, failure: undefined } }
      })
    }
    void load()
    const timer = setInterval(() => void load(), RELOAD_MS)
    return () => {
      isCurrent = false
      clearInterval(timer)
    }
  }, [api, facility, generation])
  // Gateways of two plants may have the same id.
  return loaded.facility === facility ? loaded.ledger : NOT_YET
}
