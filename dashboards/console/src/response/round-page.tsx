import type { RoundDetail } from '../../../../contracts/register/inspection-api.ts'
import { isMissing } from '../api-client.ts'
import { useConsole } from '../console-context.ts'
import { type Person, usePerson } from '../person.ts'
import { dayTime } from '../register/deadline.ts'
import { useRefusalOf } from '../register/may-change.ts'
import { usePlaceName } from '../register/place-names.ts'
import { formatRoute } from '../route.ts'
import { ROUND_STATE_TEXTS } from '../texts/response.ts'
import { PersonField } from '../views/person-field.tsx'
import { ProblemNote } from '../views/problem-note.tsx'
import { FilesPanel } from './files-panel.tsx'
import { RoundEnd } from './round-end.tsx'
import { RoundItem } from './round-item.tsx'
import { progressOf } from './round-progress.ts'
import { StepHistory } from './step-history.tsx'
import { useResponseWords } from './use-response-words.ts'
import { type RoundHere, useRound } from './use-round.ts'

/** A round: what is looked at, one item after the other, also where there is no network. */
export function RoundPage({ number }: { number: number }) {
  const { words: common } = useConsole()
  const words = useResponseWords()
  const person = usePerson()
  const here = useRound(number)
  const { round, failure } = here
  const isUnknown = failure !== undefined && isMissing(failure)
  return (
    <div class="page round-page">
      <p class="crumb">
        <a href={formatRoute({ page: 'inspections' })}>‹ {words.text('toPlans')}</a>
      </p>
      {round === undefined ? (
        <section class="panel">
          <h1>{words.text('roundNumber', { number })}</h1>
          {failure === undefined && <p>{common.text('loading')}</p>}
          {isUnknown && <p data-testid="round-unknown">{words.text('roundUnknown', { number })}</p>}
          {failure !== undefined && !isUnknown && <ProblemNote failure={failure} />}
        </section>
      ) : (
        <Whole round={round} here={here} person={person} />
      )}
    </div>
  )
}

function Whole({ round, here, person }: { round: RoundDetail; here: RoundHere; person: Person }) {
  const { number, checklist, state, attachments, history } = round
  const refusal = useRefusalOf('operator')
  const isOpen = state === 'running' && refusal === undefined
  const waits = here.answers.size + here.photos.size
  const progress = progressOf(checklist, { waiting: new Set(here.answers.keys()), waits })
  return (
    <>
      <RoundHead round={round} />
      {isOpen && person.isAsked && (
        <section class="panel person-bar">
          <PersonField name="round" person={person} />
        </section>
      )}
      <ol class="checklist" data-testid="checklist">
        {checklist.map((item, index) => (
          <RoundItem
            key={item.id}
            item={item}
            place={index + 1}
            round={round}
            here={here}
            person={person}
            isOpen={isOpen}
          />
        ))}
      </ol>
      {isOpen && <RoundEnd round={round} here={here} person={person} progress={progress} waits={waits} />}
      {state !== 'running' && (
        <FilesPanel
          path={`/api/v1/rounds/${number}/attachments`}
          attachments={attachments}
          reload={here.reload}
        />
      )}
      <StepHistory history={history} />
    </>
  )
}

function RoundHead({ round }: { round: RoundDetail }) {
  const words = useResponseWords()
  const placeName = usePlaceName()
  const { number, name, facility, areas, state, started, startedBy, ended, endedBy, reason, isLate } = round
  return (
    <section class="panel round-head" data-testid="round-head">
      <h1>
        <span class="hazard-number">{words.text('roundNumber', { number })}</span> {name}
      </h1>
      <p class="muted">
        {placeName({ facility, area: areas.length === 1 ? (areas[0] ?? null) : null })} ·{' '}
        {words.text('startedBy', { time: dayTime(started), by: startedBy })}
      </p>
      {state !== 'running' && ended !== null && (
        <p>
          <b data-testid="round-state">{words.of(ROUND_STATE_TEXTS[state])}</b>{' '}
          {words.text('endedBy', { time: dayTime(ended), by: endedBy ?? '' })}
          {isLate && <span class="overdue">⚠ {words.text('wasLate')}</span>}
        </p>
      )}
      {reason !== null && <p class="said">“{reason}”</p>}
    </section>
  )
}
