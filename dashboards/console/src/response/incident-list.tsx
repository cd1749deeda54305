import type { IncidentView } from '../../../../contracts/register/incident-api.ts'
import { useConsole } from '../console-context.ts'
import { dayTime } from '../register/deadline.ts'
import { useCalm } from '../register/hazard-loader.ts'
import { usePlaceName } from '../register/place-names.ts'
import { formatRoute, type RegisterQuery } from '../route.ts'
import { INCIDENT_STATUS_TEXTS } from '../texts/response.ts'
import { ProblemNote } from '../views/problem-note.tsx'
import { ClockLine } from './incident-clocks.tsx'
import { LevelMark } from './level-mark.tsx'
import { type Page, pathWith, useGot } from './use-got.ts'
import { useResponseWords } from './use-response-words.ts'

const CALM_MS = 2_000

/** What is under way first, with its clocks; then what is over, newest first. */
export function IncidentList({ query }: { query: RegisterQuery }) {
  const { state } = useConsole()
  const words = useResponseWords()
  const version = useCalm(state.incidentChanges, CALM_MS)
  const open = useGot<Page<IncidentView>>('/api/v1/incidents?status=under-way&limit=100', {
    version,
    everyMs: 30_000,
  })
  const { before } = query
  const all = useGot<Page<IncidentView>>(pathWith('/api/v1/incidents', { before }), { version })
  const over = all.value?.items.filter(({ ended }) => ended !== null) ?? []
  const failure = open.failure ?? all.failure
  const next = all.value?.next ?? undefined
  return (
    <>
      {failure !== undefined && <ProblemNote failure={failure} />}
      <section class="panel" data-testid="incidents-open">
        <h2>{words.text('underWay')}</h2>
        {open.value?.items.length === 0 && <p class="muted">{words.text('noneUnderWay')}</p>}
        <ul class="incident-rows">
          {open.value?.items.map((incident) => (
            <IncidentRow key={incident.number} incident={incident} />
          ))}
        </ul>
      </section>
      <section class="panel" data-testid="incidents-over">
        <h2>{words.text('over')}</h2>
        {all.value !== undefined && over.length === 0 && <p class="muted">{words.text('noneOver')}</p>}
        <ul class="incident-rows">
          {over.map((incident) => (
            <IncidentRow key={incident.number} incident={incident} />
          ))}
        </ul>
        <p class="form-actions">
          {before !== undefined && (
            <a class="button" href={formatRoute({ page: 'incidents' })}>
              {words.text('newest')}
            </a>
          )}
          {next !== undefined && next !== null && (
            <a class="button" href={formatRoute({ page: 'incidents', query: { before: String(next) } })}>
              {words.text('older')}
            </a>
          )}
        </p>
      </section>
    </>
  )
}

function IncidentRow({ incident }: { incident: IncidentView }) {
  const words = useResponseWords()
  const placeName = usePlaceName()
  const { number, title, status, level, started, commander } = incident
  return (
    <li>
      <LevelMark level={level} isOver={incident.ended !== null} />
      <div>
        <a
          class="hazard-link"
          href={formatRoute({ page: 'incidents', number })}
          data-testid={`incident-${number}`}
        >
          {number} · {title}
        </a>
        <p class="muted">
          {placeName(incident)} · {words.text('beganAt', { time: dayTime(started) })}
        </p>
        <p>
          <b>{words.of(INCIDENT_STATUS_TEXTS[status])}</b>{' '}
          {commander !== null && (
            <span class="muted">· {words.text('commanderIs', { name: commander })}</span>
          )}
        </p>
        <ClockLine incident={incident} />
      </div>
    </li>
  )
}
