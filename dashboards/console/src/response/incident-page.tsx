import type { IncidentDetail, PlanView, TeamView } from '../../../../contracts/register/incident-api.ts'
import { isMissing } from '../api-client.ts'
import { useConsole } from '../console-context.ts'
import { type Person, usePerson } from '../person.ts'
import { useRefusalOf } from '../register/may-change.ts'
import { formatRoute } from '../route.ts'
import { PersonField } from '../views/person-field.tsx'
import { ProblemNote } from '../views/problem-note.tsx'
import { FilesPanel } from './files-panel.tsx'
import { IncidentActions } from './incident-actions.tsx'
import { IncidentChecklist } from './incident-checklist.tsx'
import { IncidentClocks } from './incident-clocks.tsx'
import { IncidentHead } from './incident-head.tsx'
import { IncidentLinks } from './incident-links.tsx'
import { IncidentLog } from './incident-log.tsx'
import { IncidentStock } from './incident-stock.tsx'
import { IncidentTeams } from './incident-teams.tsx'
import { StepHistory } from './step-history.tsx'
import { type Page, useGot } from './use-got.ts'
import { useResponseWords } from './use-response-words.ts'

/** What the parts of the page need. */
export interface IncidentPart {
  readonly incident: IncidentDetail
  readonly person: Person
  /** It is under way, and who looks may enter things. */
  readonly isOpen: boolean
  readonly reload: () => Promise<void>
}

/** An incident as it goes: clocks first, then who is there, what is to be done, and what was done. */
export function IncidentPage({ number }: { number: number }) {
  const { state, words: common } = useConsole()
  const words = useResponseWords()
  const version = state.incidentChanges
  const { value, failure, reload } = useGot<IncidentDetail>(`/api/v1/incidents/${number}`, {
    version,
    everyMs: 30_000,
  })
  const isUnknown = failure !== undefined && isMissing(failure)
  return (
    <div class="page incident-page">
      <p class="crumb">
        <a href={formatRoute({ page: 'incidents' })}>‹ {words.text('toIncidents')}</a>
      </p>
      {failure !== undefined && !isUnknown && <ProblemNote failure={failure} />}
      {value !== undefined ? (
        <Whole incident={value} reload={reload} />
      ) : (
        <section class="panel">
          <h1>{words.text('incidentNumber', { number })}</h1>
          {failure === undefined && <p>{common.text('loading')}</p>}
          {isUnknown && <p data-testid="incident-unknown">{words.text('incidentUnknown', { number })}</p>}
        </section>
      )}
    </div>
  )
}

function Whole({ incident, reload }: { incident: IncidentDetail; reload: () => Promise<void> }) {
  const { state } = useConsole()
  const person = usePerson()
  const refusal = useRefusalOf('operator')
  const isOpen = incident.ended === null && refusal === undefined
  const part: IncidentPart = { incident, person, isOpen, reload }
  const of = new URLSearchParams({ facility: incident.facility })
  const teams = useGot<Page<TeamView>>(`/api/v1/teams?${of}`, { version: state.incidentChanges })
  const plans = useGot<Page<PlanView>>(`/api/v1/plans?${of}`).value?.items ?? []
  const { number, attachments, history } = incident
  return (
    <>
      <IncidentHead incident={incident} plans={plans} />
      <IncidentClocks incident={incident} />
      {refusal === undefined && person.isAsked && (
        <section class="panel person-bar">
          <PersonField name="incident" person={person} />
        </section>
      )}
      <div class="alarm-columns">
        <div class="alarm-main">
          <IncidentTeams {...part} teams={teams.value?.items ?? []} />
          <IncidentChecklist {...part} teams={teams.value?.items ?? []} />
          <IncidentActions {...part} plans={plans} />
          <FilesPanel
            path={`/api/v1/incidents/${number}/attachments`}
            attachments={attachments}
            by={isOpen ? person.named : undefined}
            reload={reload}
          />
        </div>
        <div class="alarm-side">
          <IncidentLog {...part} />
          <IncidentLinks {...part} />
          <IncidentStock {...part} />
          <StepHistory history={history} />
        </div>
      </div>
    </>
  )
}
