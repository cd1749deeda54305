import '../styles/register.css'
import '../styles/hazard-page.css'
import '../styles/response.css'
import { useConsole } from '../console-context.ts'
import { useRefusalOf } from '../register/may-change.ts'
import { RegisterHead } from '../register/register-head.tsx'
import { formatRoute, type ResponseRoute } from '../route.ts'
import { ExportsPage } from './exports-page.tsx'
import { IncidentList } from './incident-list.tsx'
import { IncidentPage } from './incident-page.tsx'
import { NewIncidentPage } from './new-incident-page.tsx'
import { PlanList } from './plan-list.tsx'
import { ReportList } from './report-list.tsx'
import { ReportPage } from './report-page.tsx'
import { ResourcesPage } from './resources-page.tsx'
import { ResponseHead } from './response-head.tsx'
import { ResponsiblePage } from './responsible-page.tsx'
import { RoundHistory } from './round-history.tsx'
import { RoundPage } from './round-page.tsx'
import { useResponseWords } from './use-response-words.ts'

/** What is loaded when somebody goes to inspections, incidents, public reports or exports. */
export function ResponsePages({ route }: { route: ResponseRoute }) {
  const { page, number } = route
  if (number === undefined) return <div class="page">{listOf(route)}</div>
  switch (page) {
    case 'inspections':
      return <RoundPage key={number} number={number} />
    case 'incidents':
      return <IncidentPage key={number} number={number} />
    case 'reports':
      return <ReportPage key={number} number={number} />
    case 'exports':
      return <div class="page">{listOf(route)}</div>
  }
}

function listOf(route: ResponseRoute) {
  switch (route.page) {
    case 'inspections':
      return <Inspections route={route} />
    case 'incidents':
      return <Incidents route={route} />
    case 'reports':
      return (
        <>
          <RegisterHead view="reports" query={{}} />
          <ReportList query={route.query ?? {}} />
        </>
      )
    case 'exports':
      return (
        <>
          <RegisterHead view="exports" query={{}} />
          <ExportsPage />
        </>
      )
  }
}

function Inspections({ route: { view, query = {} } }: { route: ResponseRoute }) {
  const { state } = useConsole()
  const current = view === 'history' || view === 'people' ? view : undefined
  return (
    <>
      <ResponseHead
        page="inspections"
        title="inspections"
        current={current}
        views={[
          { view: undefined, text: 'viewPlans' },
          { view: 'history', text: 'viewHistory' },
          { view: 'people', text: 'viewPeople' },
        ]}
      />
      {current === undefined && <PlanList />}
      {current === 'history' && <RoundHistory query={query} />}
      {current === 'people' && <ResponsiblePage key={state.facility} facility={state.facility ?? ''} />}
    </>
  )
}

function Incidents({ route: { view, query = {} } }: { route: ResponseRoute }) {
  const { state } = useConsole()
  const words = useResponseWords()
  const refusal = useRefusalOf('operator')
  const current = view === 'new' || view === 'resources' ? view : undefined
  return (
    <>
      <ResponseHead
        page="incidents"
        title="incidents"
        current={current}
        views={[
          { view: undefined, text: 'viewIncidents' },
          { view: 'resources', text: 'viewResources' },
        ]}
      >
        {refusal === undefined && current !== 'new' && (
          <a
            class="button primary"
            href={formatRoute({ page: 'incidents', view: 'new' })}
            data-testid="incident-new"
          >
            + {words.text('openIncident')}
          </a>
        )}
      </ResponseHead>
      {current === undefined && <IncidentList query={query} />}
      {current === 'resources' && <ResourcesPage key={state.facility} facility={state.facility ?? ''} />}
      {current === 'new' && <NewIncidentPage key={JSON.stringify(query)} query={query} />}
    </>
  )
}
