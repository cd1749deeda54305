import { useEffect, useState } from 'preact/hooks'
import type { JournalHeadView } from '../../../../contracts/api.ts'
import { useConsole } from '../console-context.ts'
import { countText } from '../number-text.ts'
import type { Failure } from '../state.ts'
import { shortTime } from '../time-text.ts'
import { ProblemNote } from './problem-note.tsx'

/** How far the chain of the journal goes. */
export function JournalHead() {
  const { state, words, api } = useConsole()
  const { facility = '', generation } = state
  const [failure, setFailure] = useState<Failure>()
  const [head, setHead] = useState<JournalHeadView>()
  useEffect(() => {
    let isCurrent = true
    const load = async () => {
      const answer = await api.journalHead(facility)
      if (!isCurrent) return
      setHead(answer.ok ? answer.value.items[0] : undefined)
      setFailure(answer.ok ? undefined : answer.failure)
    }
    void load()
    return () => {
      isCurrent = false
    }
  }, [api, facility, generation])
  if (failure !== undefined) return <ProblemNote failure={failure} />
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
