import { useState } from 'preact/hooks'
import type { IncidentDetail, TeamView } from '../../../../contracts/register/incident-api.ts'
import { TEAM_KINDS } from '../../../../contracts/register/incident-words.ts'
import { useConsole } from '../console-context.ts'
import { TEAM_KIND_TEXTS } from '../texts/response.ts'
import { FieldsForm } from './fields-form.tsx'
import type { IncidentPart } from './incident-page.tsx'
import { useResponseWords } from './use-response-words.ts'

type Item = IncidentDetail['checklist'][number]

/** The steps of the plan: what is to be done by when, and what is done. */
export function IncidentChecklist({ teams, ...part }: IncidentPart & { teams: readonly TeamView[] }) {
  const words = useResponseWords()
  const { checklist } = part.incident
  const done = checklist.filter((item) => item.done !== null).length
  return (
    <section class="panel" data-testid="plan-steps">
      <h2>
        {words.text('planSteps')}{' '}
        {checklist.length > 0 && (
          <span class="muted">{words.text('doneOf', { done, total: checklist.length })}</span>
        )}
      </h2>
      {checklist.length === 0 && <p class="muted">{words.text('noSteps')}</p>}
      <ol class="plan-steps">
        {checklist.map((item) => (
          <Step key={`${item.plan} ${item.step}`} item={item} part={part} teams={teams} />
        ))}
      </ol>
    </section>
  )
}

function Step({ item, part, teams }: { item: Item; part: IncidentPart; teams: readonly TeamView[] }) {
  const { state, api } = useConsole()
  const words = useResponseWords()
  const [isAsked, ask] = useState(false)
  const { step, text, who, due, done, note } = item
  const { incident, person, isOpen, reload } = part
  const kind = TEAM_KINDS.find((known) => known === who)
  const whose =
    kind === undefined ? (teams.find(({ id }) => id === who)?.name ?? who) : words.of(TEAM_KIND_TEXTS[kind])
  const facts = [whose, due === null ? null : words.text('stepDue', { time: due.slice(11, 16) })].filter(
    (fact) => fact !== null,
  )
  const isLate = done === null && due !== null && incident.ended === null && Date.parse(due) < state.now
  return (
    <li class={done === null ? 'step-open' : 'step-done'} data-testid={`step-${step}`}>
      <div>
        <p>
          <span aria-hidden="true">{done === null ? '☐' : '☑'}</span> {text}
        </p>
        <p class="muted">
          {facts.join(' · ')} {isLate && <span class="overdue">⚠ {words.text('wasLate')}</span>}
          {done !== null && (
            <span>✓ {words.text('doneAt', { time: done.time.slice(11, 19), by: done.by })}</span>
          )}
        </p>
        {note !== null && <p class="said">“{note}”</p>}
      </div>
      {isOpen && done === null && !isAsked && (
        <button
          type="button"
          class="button"
          disabled={state.link !== 'live'}
          data-testid={`done-${step}`}
          onClick={() => ask(true)}
        >
          {words.text('isDone')}
        </button>
      )}
      {isAsked && isOpen && done === null && (
        <FieldsForm
          id={`step-${step}`}
          submit={words.text('isDone')}
          facility={incident.facility}
          person={person}
          fields={[
            { name: 'note', label: words.text('noteOptional'), input: 'text' },
            { name: 'time', label: words.text('whenItWas'), input: 'past' },
          ]}
          send={(said) =>
            api.asking.post(`/api/v1/incidents/${incident.number}/steps/${encodeURIComponent(step)}`, said)
          }
          onCancel={() => ask(false)}
          onDone={() => {
            ask(false)
            void reload()
          }}
        />
      )}
    </li>
  )
}
