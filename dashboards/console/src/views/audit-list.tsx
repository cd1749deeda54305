import { useMemo } from 'preact/hooks'
import { useConsole } from '../console-context.ts'
import { useLoadedList } from '../loaded-list.ts'
import { AUDIT_TEXTS } from '../texts.ts'
import { shortTime } from '../time-text.ts'
import { ProblemNote } from './problem-note.tsx'

const NOTHING = () => Promise.resolve({ ok: true as const, value: { items: [] } })

/** Who signed in and who changed people: the newest. @param after loaded anew whenever it is another */
export function AuditList({ after }: { after: object | undefined }) {
  const { state, api, words } = useConsole()
  const { items = [], failure } = useLoadedList(
    useMemo(() => (after === undefined ? NOTHING : () => api.people.audit()), [api, after]),
  )
  return (
    <section class="panel" data-testid="audit">
      <h2>{words.text('auditRecord')}</h2>
      {failure !== undefined && <ProblemNote failure={failure} />}
      <ul class="people-rows">
        {items.map(({ n, time, kind, by, subject, address, detail }) => (
          <li key={n} class="people-row audit-row">
            <span class="muted">{shortTime(time, state.heardTime)}</span>
            <strong>{words.of(AUDIT_TEXTS[kind])}</strong>
            <span>{by === null || by === subject ? subject : `${by} → ${subject ?? ''}`}</span>
            <span class="muted">{[address, detail].filter((text) => text !== null).join(' · ')}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}
