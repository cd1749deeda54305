import type { Responsibility } from '../../../../contracts/register/inspection-api.ts'
import { useConsole } from '../console-context.ts'
import { dayTime } from '../register/deadline.ts'
import { formatRoute } from '../route.ts'
import { APPOINTMENT_TEXTS, DUE_TEXTS, POST_TEXTS, SOURCE_KIND_TEXTS } from '../texts/response.ts'
import { ProblemNote } from '../views/problem-note.tsx'
import { type Page, useGot } from './use-got.ts'
import { useResponseWords } from './use-response-words.ts'

/** Major-hazard sources of the plant, and the three people who answer for each. */
export function ResponsiblePage({ facility }: { facility: string }) {
  const words = useResponseWords()
  const { value, failure } = useGot<Page<Responsibility>>(
    `/api/v1/facilities/${encodeURIComponent(facility)}/responsibility`,
    { everyMs: 60_000 },
  )
  return (
    <>
      {failure !== undefined && <ProblemNote failure={failure} />}
      {value?.items.length === 0 && <p class="panel muted">{words.text('noSources')}</p>}
      {value?.items.map((source) => (
        <Source key={source.source} source={source} />
      ))}
    </>
  )
}

function Source({ source }: { source: Responsibility }) {
  const { state } = useConsole()
  const words = useResponseWords()
  const { name, kind, areas, grade, R, S, alpha, people500m, substances, current, appointment, hazards } =
    source
  const areaNames = areas.map((id) => state.tree?.areas.find((area) => area.id === id)?.name ?? id)
  const isAbnormal = appointment.state === 'ending' || appointment.state === 'over'
  return (
    <section class="panel source" data-testid={`source-${source.source}`}>
      <h2>
        {name} <span class="muted">· {[words.of(SOURCE_KIND_TEXTS[kind]), ...areaNames].join(' · ')}</span>
      </h2>
      <p class="source-facts">
        <b>{grade === null ? words.text('noMajorSource') : words.text('sourceGrade', { grade })}</b>
        <span>{words.text('atDesignMaximum')}</span>
        <span>R {round(R)}</span>
        <span>S {round(S)}</span>
        <span>
          α {alpha} ({words.text('peopleNear', { count: people500m })})
        </span>
        <span>
          {words.text('openHazards', { count: hazards.general + hazards.major })}
          {hazards.major > 0 && <b> · {words.text('majorHazards', { count: hazards.major })}</b>}{' '}
          {hazards.overdue > 0 && (
            <span class="overdue">⚠ {words.text('overdueHazards', { count: hazards.overdue })}</span>
          )}
        </span>
      </p>
      <p class="muted">
        {substances
          .map(
            (part) =>
              `${part.name ?? part.cas} ${part.tonnes} t (Q ${part.threshold} t, β ${part.beta}, CAS ${part.cas})`,
          )
          .join('; ')}
      </p>
      {current !== null && (
        <p class="source-facts" data-testid={`current-${source.source}`}>
          <b>{words.text('thereNow')}</b>
          <span>R {round(current.R)}</span>
          <span>S {round(current.S)}</span>
          <span class="muted">
            {current.substances
              .map(
                (part) =>
                  `${part.name ?? part.cas} ${round(part.tonnes)} t${part.isMeasured ? '' : ` (${words.text('notMeasured')})`}`,
              )
              .join('; ')}
          </span>
        </p>
      )}
      <p>
        {isAbnormal ? (
          <span class="overdue">⚠ {words.of(APPOINTMENT_TEXTS[appointment.state])}</span>
        ) : (
          <span class="muted">{words.of(APPOINTMENT_TEXTS[appointment.state])}</span>
        )}{' '}
        {appointment.since !== null && (
          <span class="muted">
            {appointment.since} – {appointment.until}
          </span>
        )}
      </p>
      <div class="posts">
        {source.people.map((person) => (
          <Post key={person.post} person={person} />
        ))}
      </div>
    </section>
  )
}

function Post({ person }: { person: Responsibility['people'][number] }) {
  const words = useResponseWords()
  const { post, name, duties, inspections, rounds } = person
  return (
    <div class="post" data-testid={`post-${post}`}>
      <h3>{words.of(POST_TEXTS[post])}</h3>
      <p class="post-name">{name}</p>
      <ul>
        {inspections.map((plan) => (
          <li key={plan.id}>
            {plan.name}:{' '}
            {plan.isOverdue ? (
              <span class="overdue">⚠ {words.of(DUE_TEXTS.overdue)}</span>
            ) : (
              <span>{words.of(DUE_TEXTS[plan.state])}</span>
            )}{' '}
            <span class="muted">{words.text('wasDue', { time: dayTime(plan.due) })}</span>
          </li>
        ))}
      </ul>
      <h4>{words.text('records')}</h4>
      {rounds.length === 0 ? (
        <p class="muted">{words.text('noRecords')}</p>
      ) : (
        <ul>
          {rounds.map(({ number, ended, isLate, findings }) => (
            <li key={number}>
              <a href={formatRoute({ page: 'inspections', number })}>
                {words.text('roundNumber', { number })}
              </a>{' '}
              {ended !== null && dayTime(ended)} · {words.text('findingCount', { count: findings })}
              {isLate && ` · ${words.text('wasLate')}`}
            </li>
          ))}
        </ul>
      )}
      <details>
        <summary>{words.text('duties', { count: duties.length })}</summary>
        <ol>
          {duties.map(({ id, text }) => (
            <li key={id}>{text}</li>
          ))}
        </ol>
      </details>
    </div>
  )
}

function round(value: number): string {
  return String(Math.round(value * 100) / 100)
}
