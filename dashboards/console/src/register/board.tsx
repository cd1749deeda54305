import { useState } from 'preact/hooks'
import type { HazardView } from '../../../../contracts/register/hazard-api.ts'
import { HAZARD_STATUSES, type HazardStatus } from '../../../../contracts/register/words.ts'
import { formatRoute, type RegisterQuery } from '../route.ts'
import { HAZARD_ACTION_TEXTS, STATUS_TEXTS } from '../texts/register.ts'
import { ProblemNote } from '../views/problem-note.tsx'
import { filtersOf, givenOf } from './hazard-filters.ts'
import { useHazards } from './hazard-loader.ts'
import { DeadlineNote, GradeNote } from './hazard-marks.tsx'
import { usePlaceName } from './place-names.ts'
import { RiskMark } from './risk-mark.tsx'
import { nextOf } from './status-next.ts'
import { useRegisterWords } from './use-register-words.ts'

/** What is closed is done, and stands on no board. */
export const COLUMNS = HAZARD_STATUSES.filter((status) => status !== 'closed')
/** Cards of one column; the rest is in the list. */
const MOST_CARDS = 20

/** Open hazards by how far they have come. Actions need data: a card leads to its hazard. */
export function Board({ query }: { query: RegisterQuery }) {
  const words = useRegisterWords()
  const [shown, show] = useState<HazardStatus>('found')
  const given = givenOf({ ...filtersOf(query), status: '' })
  return (
    <section class="board" data-testid="board">
      <fieldset class="board-tabs" aria-label={words.text('status')}>
        {COLUMNS.map((status) => (
          <button
            key={status}
            type="button"
            aria-pressed={status === shown}
            data-testid={`board-tab-${status}`}
            onClick={() => show(status)}
          >
            {words.of(STATUS_TEXTS[status])}
          </button>
        ))}
      </fieldset>
      <div class="board-columns">
        {COLUMNS.map((status) => (
          <Column key={status} status={status} query={given} isShown={status === shown} />
        ))}
      </div>
    </section>
  )
}

interface ColumnProps {
  status: HazardStatus
  query: RegisterQuery
  isShown: boolean
}

function Column({ status, query, isShown }: ColumnProps) {
  const words = useRegisterWords()
  const asked = { ...query, status }
  const { value, failure } = useHazards(asked, MOST_CARDS)
  const items = value?.items ?? []
  const hasMore = value?.next !== undefined && value.next !== null
  return (
    <section
      class={isShown ? 'board-column shown' : 'board-column'}
      aria-label={words.of(STATUS_TEXTS[status])}
      data-testid={`board-${status}`}
    >
      <h2>
        {words.of(STATUS_TEXTS[status])}{' '}
        {value !== undefined && (
          <span class="nav-note">
            {hasMore ? words.text('moreThan', { count: items.length }) : items.length}
          </span>
        )}
      </h2>
      {failure !== undefined && <ProblemNote failure={failure} />}
      {value !== undefined && items.length === 0 && <p class="muted">{words.text('columnEmpty')}</p>}
      <ul>
        {items.map((hazard) => (
          <Card key={hazard.number} hazard={hazard} />
        ))}
      </ul>
      {hasMore && (
        <a class="button" href={formatRoute({ page: 'hazards', query: asked })}>
          {words.text('columnMore')}
        </a>
      )}
    </section>
  )
}

function Card({ hazard }: { hazard: HazardView }) {
  const words = useRegisterWords()
  const placeName = usePlaceName()
  const { number, title, risk, responsible } = hazard
  return (
    <li class="card" data-testid={`card-${number}`}>
      <div class="card-head">
        {risk !== null && <RiskMark colour={risk.colour} />}
        <span class="muted">{number}</span>
        <GradeNote {...hazard} />
      </div>
      <a class="hazard-link" href={formatRoute({ page: 'hazard', number })}>
        {title}
      </a>
      <p class="muted">{placeName(hazard)}</p>
      {hazard.deadline !== null && <DeadlineNote hazard={hazard} isShort />}
      {responsible !== null && <p>{responsible}</p>}
      <p class="card-next">
        {words.text('nextStep', { action: words.of(HAZARD_ACTION_TEXTS[nextOf(hazard)]) })}
      </p>
    </li>
  )
}
