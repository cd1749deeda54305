import { useState } from 'preact/hooks'
import type { InspectionView, RoundDetail } from '../../../../contracts/register/inspection-api.ts'
import { useConsole } from '../console-context.ts'
import { type Person, usePerson } from '../person.ts'
import { dayTime } from '../register/deadline.ts'
import { useRefusalOf } from '../register/may-change.ts'
import { usePlaceName } from '../register/place-names.ts'
import { formatRoute } from '../route.ts'
import { useSending } from '../sending.ts'
import { DUE_TEXTS, INSPECTION_KIND_TEXTS } from '../texts/response.ts'
import { ageOf, shortAge } from '../time-text.ts'
import { PersonField } from '../views/person-field.tsx'
import { ProblemNote } from '../views/problem-note.tsx'
import { isMine, ordered } from './plan-order.ts'
import { type Page, useGot } from './use-got.ts'
import { useResponseWords } from './use-response-words.ts'
import { useWhose } from './whose.ts'

/** Due times pass, and others start rounds. */
const LOOK_MS = 15_000

/** What is inspected again and again: what is late or due and one's own comes first. */
export function PlanList() {
  const { session } = useConsole()
  const words = useResponseWords()
  const person = usePerson()
  const { value, failure } = useGot<Page<InspectionView>>('/api/v1/inspections', { everyMs: LOOK_MS })
  const viewer = { name: person.name.trim(), role: session.who?.role ?? ('viewer' as const) }
  const plans = ordered(value?.items ?? [], viewer)
  return (
    <section class="plans" data-testid="plans">
      {failure !== undefined && <ProblemNote failure={failure} />}
      {person.isAsked && (
        <section class="panel person-bar">
          <PersonField name="plans" person={person} />
        </section>
      )}
      {value !== undefined && plans.length === 0 && (
        <p class="panel muted" data-testid="no-plans">
          {words.text('noPlans')}
        </p>
      )}
      <ul class="plan-cards">
        {plans.map((plan) => (
          <PlanCard
            key={`${plan.facility} ${plan.id}`}
            plan={plan}
            person={person}
            isOwn={isMine(plan, viewer)}
          />
        ))}
      </ul>
    </section>
  )
}

function PlanCard({ plan, person, isOwn }: { plan: InspectionView; person: Person; isOwn: boolean }) {
  const { words: common, api, newId } = useConsole()
  const words = useResponseWords()
  const placeName = usePlaceName()
  const whose = useWhose()
  const refusal = useRefusalOf('operator')
  // The same request twice starts one round.
  const [id] = useState(newId)
  const { progress, canSend, send } = useSending(() => undefined)
  const { facility, areas, name, kind, state, running, last, missed, items } = plan
  const start = () =>
    send(async () => {
      const path = `/api/v1/facilities/${encodeURIComponent(facility)}/rounds`
      const answer = await api.asking.post<RoundDetail>(path, { plan: plan.id, id, ...person.named() })
      if (answer.ok)
        location.hash = formatRoute({ page: 'inspections', number: answer.value.number, query: {} })
      return answer
    })
  return (
    <li class="panel plan-card" data-testid={`plan-${plan.id}`}>
      <div class="plan-what">
        <h2>{name}</h2>
        <p class="muted">
          {words.of(INSPECTION_KIND_TEXTS[kind])} ·{' '}
          {placeName({ facility, area: areas.length === 1 ? (areas[0] ?? null) : null })} ·{' '}
          {words.text('itemCount', { count: items })}
        </p>
        <p class="plan-marks">
          <DueNote plan={plan} />
          {isOwn ? <b>{words.text('yours')}</b> : <span class="muted">{whose(plan.by)}</span>}
          {missed.count > 0 && (
            <span>{words.text('missedTimes', { count: missed.count, since: dayTime(missed.since) })}</span>
          )}
        </p>
        <p class="muted">
          {last === null ? (
            words.text('neverDone')
          ) : (
            <a href={formatRoute({ page: 'inspections', number: last.round })}>
              {words.text('lastDone', { time: dayTime(last.finished), by: last.by })}
            </a>
          )}
        </p>
      </div>
      {running !== null ? (
        <a
          class="button primary big"
          href={formatRoute({ page: 'inspections', number: running })}
          data-testid={`join-${plan.id}`}
        >
          {words.text('goOn', { number: running })}
        </a>
      ) : (
        <button
          type="button"
          class={state === 'done' ? 'button big' : 'button primary big'}
          data-testid={`start-${plan.id}`}
          disabled={!canSend || refusal !== undefined}
          title={refusal}
          onClick={() => void start()}
        >
          {progress.kind === 'sending' ? common.text('sending') : words.text('startRound')}
        </button>
      )}
      {progress.kind === 'failed' && <ProblemNote failure={progress.failure} />}
    </li>
  )
}

/** When it is due: what is late stands out by words and colour, the rest is grey. */
function DueNote({ plan: { state, isOverdue, due, last } }: { plan: InspectionView }) {
  const { state: console, words: common } = useConsole()
  const words = useResponseWords()
  const isPast = Date.parse(due) <= console.now
  const age = isPast
    ? shortAge(ageOf(due, console.now), common)
    : shortAge(Math.max(0, Date.parse(due) - console.now), common)
  return (
    <>
      {isOverdue && (
        <span class="overdue" data-testid="plan-overdue">
          ⚠ {words.text('lateBy', { age })}
        </span>
      )}
      {!(isOverdue && state === 'overdue') && (
        <span class={state === 'due' ? 'due-now' : 'muted'}>
          {state === 'running' ? '▶ ' : state === 'due' ? '● ' : last === null ? '○ ' : '✓ '}
          {words.of(DUE_TEXTS[state])}
        </span>
      )}
      <span class="muted">
        {isPast
          ? words.text('wasDue', { time: dayTime(due) })
          : words.text('dueIn', { age, time: dayTime(due) })}
      </span>
    </>
  )
}
