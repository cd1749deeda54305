import type { ReportView } from '../../../../contracts/register/report-api.ts'
import { REPORT_STATES } from '../../../../contracts/register/report-words.ts'
import { dayTime } from '../register/deadline.ts'
import { usePlaceName } from '../register/place-names.ts'
import { formatRoute, type RegisterQuery } from '../route.ts'
import { REPORT_STATE_TEXTS, REWARD_TEXTS } from '../texts/response.ts'
import { ProblemNote } from '../views/problem-note.tsx'
import { type Page, pathWith, useGot } from './use-got.ts'
import { useResponseWords } from './use-response-words.ts'

const SHOWN = 160

/** What people outside have reported, by how far it has come. */
export function ReportList({ query }: { query: RegisterQuery }) {
  const words = useResponseWords()
  const placeName = usePlaceName()
  const { state, before } = query
  const { value, failure } = useGot<Page<ReportView>>(pathWith('/api/v1/reports', { state, before }), {
    everyMs: 30_000,
  })
  const next = value?.next ?? undefined
  const choices = [undefined, ...REPORT_STATES]
  return (
    <section class="panel" data-testid="report-list">
      <nav class="register-views" aria-label={words.text('state')}>
        {choices.map((choice) => (
          <a
            key={choice ?? 'all'}
            href={formatRoute({ page: 'reports', query: choice === undefined ? {} : { state: choice } })}
            aria-current={choice === state ? 'page' : undefined}
            data-testid={`reports-${choice ?? 'all'}`}
          >
            {choice === undefined ? words.text('all') : words.of(REPORT_STATE_TEXTS[choice])}
          </a>
        ))}
      </nav>
      {failure !== undefined && <ProblemNote failure={failure} />}
      {value?.items.length === 0 && <p class="muted">{words.text('noReports')}</p>}
      <ul class="report-rows">
        {value?.items.map((report) => (
          <li key={report.number}>
            <p>
              <a
                class="hazard-link"
                href={formatRoute({ page: 'reports', number: report.number })}
                data-testid={`report-${report.number}`}
              >
                {report.number} · {shortened(report.text)}
              </a>
            </p>
            <p class="muted">
              <b>{words.of(REPORT_STATE_TEXTS[report.state])}</b> · {dayTime(report.received)} ·{' '}
              {placeName({ facility: report.facility, area: null })}
              {report.photos > 0 && ` · ▣ ${words.text('photoCount', { count: report.photos })}`}
              {report.hasContact && ` · ☏ ${words.text('hasContact')}`}
              {report.isEmployee && ` · ${words.text('worksThere')}`}
              {report.reward.state !== 'none' && ` · ${words.of(REWARD_TEXTS[report.reward.state])}`}
            </p>
          </li>
        ))}
      </ul>
      {next !== undefined && next !== null && (
        <p class="form-actions">
          <a
            class="button"
            href={formatRoute({
              page: 'reports',
              query: { ...(state === undefined ? {} : { state }), before: String(next) },
            })}
          >
            {words.text('older')}
          </a>
        </p>
      )}
    </section>
  )
}

function shortened(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ')
  return line.length > SHOWN ? `${line.slice(0, SHOWN)} …` : line
}
