import type { InspectionView, RoundView } from '../../../../contracts/register/inspection-api.ts'
import { ROUND_STATES } from '../../../../contracts/register/inspection-words.ts'
import { dayTime } from '../register/deadline.ts'
import { formatRoute, type RegisterQuery } from '../route.ts'
import { ROUND_STATE_TEXTS } from '../texts/response.ts'
import { Listing } from '../views/listing.tsx'
import { ProblemNote } from '../views/problem-note.tsx'
import { type Page, pathWith, useGot } from './use-got.ts'
import { useResponseWords } from './use-response-words.ts'

/** Rounds, newest first, a page at a time, of one plan or of all. */
export function RoundHistory({ query }: { query: RegisterQuery }) {
  const words = useResponseWords()
  const { plan, state, before } = query
  const { value, failure } = useGot<Page<RoundView>>(pathWith('/api/v1/rounds', { plan, state, before }), {
    everyMs: 30_000,
  })
  const plans = useGot<Page<InspectionView>>('/api/v1/inspections').value?.items ?? []
  const go = (change: RegisterQuery) => {
    const { before: _, ...kept } = query
    location.hash = formatRoute({ page: 'inspections', view: 'history', query: { ...kept, ...change } })
  }
  const next = value?.next ?? undefined
  return (
    <section class="panel" data-testid="round-history">
      <div class="filters">
        <label>
          {words.text('plan')}
          <select
            data-testid="rounds-plan"
            value={plan ?? ''}
            onChange={(event) => go({ plan: event.currentTarget.value })}
          >
            <option value="">{words.text('all')}</option>
            {[...new Map(plans.map(({ id, name }) => [id, name]))].map(([id, name]) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <label>
          {words.text('state')}
          <select
            data-testid="rounds-state"
            value={state ?? ''}
            onChange={(event) => go({ state: event.currentTarget.value })}
          >
            <option value="">{words.text('all')}</option>
            {ROUND_STATES.map((known) => (
              <option key={known} value={known}>
                {words.of(ROUND_STATE_TEXTS[known])}
              </option>
            ))}
          </select>
        </label>
      </div>
      {failure !== undefined && <ProblemNote failure={failure} />}
      {value !== undefined && (
        <Listing
          columns={[
            words.text('roundColumn'),
            words.text('plan'),
            words.text('started'),
            words.text('by'),
            words.text('state'),
            words.text('answeredColumn'),
            words.text('findings'),
          ]}
          rows={value.items.map((round) => ({
            key: String(round.number),
            cells: [
              <a
                key="number"
                href={formatRoute({ page: 'inspections', number: round.number })}
                data-testid={`round-${round.number}`}
              >
                {round.number}
              </a>,
              round.name,
              dayTime(round.started),
              round.endedBy ?? round.startedBy,
              <span key="state">
                {words.of(ROUND_STATE_TEXTS[round.state])}{' '}
                {round.isLate && <span class="overdue">⚠ {words.text('wasLate')}</span>}
              </span>,
              `${round.answered} / ${round.items}`,
              round.findings === 0 ? '0' : <b key="findings">{round.findings}</b>,
            ],
          }))}
        />
      )}
      <p class="form-actions">
        {before !== undefined && (
          <a class="button" href={formatRoute({ page: 'inspections', view: 'history' })}>
            {words.text('newest')}
          </a>
        )}
        {next !== undefined && next !== null && (
          <button type="button" class="button" onClick={() => go({ before: String(next) })}>
            {words.text('older')}
          </button>
        )}
      </p>
    </section>
  )
}
