import { useEffect, useState } from 'preact/hooks'
import type { JournalHead as Head } from '../api-client.ts'
import { useConsole } from '../console-context.ts'
import { countText } from '../number-text.ts'
import { shortTime } from '../time-text.ts'

/** How far the chain of the journal goes; nothing where the server has no chain. */
export function JournalHead() {
  const { state, words, api } = useConsole()
  const { facility = '', generation } = state
  const [head, setHead] = useState<Head>()
  useEffect(() => {
    let isCurrent = true
    const load = async () => {
      const answer = await api.journalHead(facility)
      if (isCurrent) setHead(answer.ok ? answer.value.items[0] : undefined)
    }
    void load()
    return () => {
      isCurrent = false
    }
  }, [api, facility, generation])
  if (head === undefined) return null
  return (
    <details class="chain" data-testid="journal-head">
      <summary>
        {words.text('chain')}: {words.text('chainEntries', { count: countText(head.n) })}
        {head.time !== null && ` · ${shortTime(head.time, state.heardTime)}`}
      </summary>
      <p>{words.text('chainHint')}</p>
      <code>{head.head}</code>
    </details>
  )
}
