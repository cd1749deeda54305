import { useConsole } from '../console-context.ts'
import { JournalList } from './journal-list.tsx'

/** The record of the facility. */
export function JournalPage() {
  const { words } = useConsole()
  return (
    <section class="panel">
      <h1>{words.text('journal')}</h1>
      <JournalList />
    </section>
  )
}
