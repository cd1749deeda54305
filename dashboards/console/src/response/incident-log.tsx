import { useConsole } from '../console-context.ts'
import { FieldsForm } from './fields-form.tsx'
import type { IncidentPart } from './incident-page.tsx'
import { stepTexts } from './step-text.ts'
import { useResponseWords } from './use-response-words.ts'

const COUNTS = ['dead', 'injured', 'missing'] as const

/** Notes and the number of casualties, the latest first. */
export function IncidentLog({ incident, person, isOpen, reload }: IncidentPart) {
  const { api } = useConsole()
  const words = useResponseWords()
  const notes = incident.history.filter(({ event }) => event === 'note').toReversed()
  const send = ({ dead, injured, missing, ...said }: Readonly<Record<string, unknown>>) => {
    const isCounted = [dead, injured, missing].some((count) => count !== undefined)
    const casualties = { dead: dead ?? 0, injured: injured ?? 0, missing: missing ?? 0 }
    return api.asking.post(`/api/v1/incidents/${incident.number}/log`, {
      ...said,
      ...(isCounted ? { casualties } : {}),
    })
  }
  return (
    <section class="panel log" data-testid="log">
      <h2>{words.text('log')}</h2>
      {isOpen && (
        <FieldsForm
          id="log"
          submit={words.text('enterNote')}
          facility={incident.facility}
          person={person}
          fields={[
            { name: 'text', label: words.text('noteText'), input: 'text', isNeeded: true, maxLength: 4_000 },
            ...COUNTS.map((name) => ({ name, label: words.text(name), input: 'count' as const })),
            { name: 'time', label: words.text('whenItWas'), input: 'past' },
          ]}
          send={send}
          onDone={() => void reload()}
        />
      )}
      {notes.length === 0 && <p class="muted">{words.text('noNotes')}</p>}
      <ol class="history">
        {notes.map((step) => (
          <li key={step.id}>
            <p class="muted">
              {step.time.slice(11, 19)} · {step.by}
            </p>
            {stepTexts(step, words).map((text) => (
              <p key={text} class="said">
                {text}
              </p>
            ))}
          </li>
        ))}
      </ol>
    </section>
  )
}
