import { useConsole } from '../console-context.ts'
import { type JournalFilters, NO_FILTERS } from '../route.ts'
import { JournalFilterForm } from './journal-filters.tsx'
import { JournalHead } from './journal-head.tsx'
import { JournalList } from './journal-list.tsx'

/** The record of the facility, and the way to find something in it. */
export function JournalPage({ filters = {} }: { filters?: Partial<JournalFilters> | undefined }) {
  const { words } = useConsole()
  return (
    <section class="panel">
      <div class="trend-head">
        <h1>{words.text('journal')}</h1>
        <JournalHead />
      </div>
      <JournalFilterForm key={JSON.stringify(filters)} filters={{ ...NO_FILTERS, ...filters }} />
      <JournalList filters={filters} />
    </section>
  )
}
