import type { IncidentDetail, PlanView } from '../../../../contracts/register/incident-api.ts'
import { useConsole } from '../console-context.ts'
import { dayTime } from '../register/deadline.ts'
import { usePlaceName } from '../register/place-names.ts'
import { formatRoute } from '../route.ts'
import { INCIDENT_KIND_TEXTS, INCIDENT_STATUS_TEXTS } from '../texts/response.ts'
import { ageOf, ageText } from '../time-text.ts'
import { LevelMark } from './level-mark.tsx'
import { useResponseWords } from './use-response-words.ts'

/** What it is, how grave, how far, and who commands. */
export function IncidentHead({ incident, plans }: { incident: IncidentDetail; plans: readonly PlanView[] }) {
  const { state, words: common } = useConsole()
  const words = useResponseWords()
  const placeName = usePlaceName()
  const { number, title, description, kind, level, status, commander, plan, started, openedBy } = incident
  const { ended, reopens, reopenedAs } = incident
  return (
    <section class="panel incident-head" data-testid="incident-head">
      <LevelMark level={level} isOver={ended !== null} />
      <div class="incident-what">
        <h1>
          <span class="hazard-number">{words.text('incidentNumber', { number })}</span> {title}
        </h1>
        <p class="muted">
          {words.of(INCIDENT_KIND_TEXTS[kind])} · {placeName(incident)} ·{' '}
          {words.text('beganAt', { time: dayTime(started) })}
          {ended === null && ` (${ageText(ageOf(started, state.now), common)})`} ·{' '}
          {words.text('openedBy', { by: openedBy })}
        </p>
        {description !== '' && <p class="said">{description}</p>}
        <dl class="incident-facts">
          <div>
            <dt>{words.text('state')}</dt>
            <dd data-testid="incident-status">
              <b>{words.of(INCIDENT_STATUS_TEXTS[status])}</b>
            </dd>
          </div>
          <div>
            <dt>{words.text('commander')}</dt>
            <dd>
              <b>{commander ?? `⚠ ${words.text('noCommander')}`}</b>
            </dd>
          </div>
          <div>
            <dt>{words.text('emergencyPlan')}</dt>
            <dd>
              <b>{plans.find(({ id }) => id === plan)?.name ?? plan ?? words.text('noPlan')}</b>
            </dd>
          </div>
        </dl>
        {ended !== null && <p>{words.text('endedBy', { time: dayTime(ended.time), by: ended.by })}</p>}
        {ended !== null && (ended.review ?? ended.reason) !== null && (
          <p class="said">“{ended.review ?? ended.reason}”</p>
        )}
        {reopens !== null && (
          <p>
            <a href={formatRoute({ page: 'incidents', number: reopens })}>
              {words.text('goesOnFrom', { number: reopens })}
            </a>
          </p>
        )}
        {reopenedAs !== null && (
          <p>
            <a href={formatRoute({ page: 'incidents', number: reopenedAs })}>
              {words.text('goesOnAs', { number: reopenedAs })}
            </a>
          </p>
        )}
      </div>
    </section>
  )
}
