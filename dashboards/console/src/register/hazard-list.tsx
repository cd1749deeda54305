import type { HazardView } from '../../../../contracts/register/hazard-api.ts'
import { useConsole } from '../console-context.ts'
import { formatRoute, type RegisterQuery } from '../route.ts'
import { STATUS_TEXTS } from '../texts/register.ts'
import { ageOf, shortAge } from '../time-text.ts'
import { Listing } from '../views/listing.tsx'
import { ProblemNote } from '../views/problem-note.tsx'
import { HazardFilterForm } from './hazard-filter-form.tsx'
import { filtersOf, givenOf } from './hazard-filters.ts'
import { useHazards } from './hazard-loader.ts'
import { DeadlineNote, GradeNote } from './hazard-marks.tsx'
import { usePlaceName } from './place-names.ts'
import { RiskNote } from './risk-mark.tsx'
import { useRegisterWords } from './use-register-words.ts'

/** The register, newest first, a page at a time. */
export function HazardList({ query }: { query: RegisterQuery }) {
  const words = useRegisterWords()
  const { value, failure } = useHazards(query)
  const given = givenOf(filtersOf(query))
  const next = value?.next ?? undefined
  const isSifted = Object.keys(given).length > 0
  return (
    <section class="panel" data-testid="hazard-list">
      <HazardFilterForm key={JSON.stringify(given)} query={query} />
      {failure !== undefined && <ProblemNote failure={failure} />}
      {value === undefined ? (
        failure === undefined && <Waiting />
      ) : value.items.length === 0 ? (
        <p class="empty" data-testid="no-hazards">
          {words.text(isSifted ? 'noHazards' : 'noHazardsAtAll')}
        </p>
      ) : (
        <HazardTable items={value.items} />
      )}
      <div class="journal-on">
        {next !== undefined && (
          <a
            class="button"
            data-testid="hazards-older"
            href={formatRoute({ page: 'hazards', query: { ...given, before: String(next) } })}
          >
            {words.text('olderHazards')} ›
          </a>
        )}
        {query.before !== undefined && (
          <a
            class="button"
            data-testid="hazards-newest"
            href={formatRoute({ page: 'hazards', query: given })}
          >
            ‹‹ {words.text('newestHazards')}
          </a>
        )}
      </div>
    </section>
  )
}

function Waiting() {
  const { words } = useConsole()
  return <p class="empty">{words.text('loading')}</p>
}

function HazardTable({ items }: { items: readonly HazardView[] }) {
  const { state, words: common } = useConsole()
  const words = useRegisterWords()
  const placeName = usePlaceName()
  const columns = (
    ['number', 'title', 'where', 'grade', 'risk', 'status', 'responsible', 'deadline', 'age'] as const
  ).map((key) => words.text(key))
  return (
    <div class="hazard-table">
      <Listing
        columns={columns}
        rows={items.map((hazard) => {
          const href = formatRoute({ page: 'hazard', number: hazard.number })
          const isClosed = hazard.status === 'closed'
          return {
            key: String(hazard.number),
            cells: [
              <a href={href}>{hazard.number}</a>,
              <a href={href} class="hazard-link" data-testid={`hazard-${hazard.number}`}>
                {hazard.title}
              </a>,
              placeName(hazard),
              <GradeNote {...hazard} />,
              <RiskNote colour={hazard.risk?.colour} outline={isClosed} />,
              <>
                {words.of(STATUS_TEXTS[hazard.status])}
                {hazard.supervised !== null && <span class="note">{words.text('supervisedNote')}</span>}
              </>,
              hazard.responsible ?? '–',
              <DeadlineNote hazard={hazard} isShort />,
              <span class="nowrap">{isClosed ? '–' : shortAge(ageOf(hazard.found, state.now), common)}</span>,
            ],
          }
        })}
      />
    </div>
  )
}
