import '../styles/register.css'
import '../styles/hazard-page.css'
import '../styles/risk-map.css'
import { useConsole } from '../console-context.ts'
import type { Route } from '../route.ts'
import { Board } from './board.tsx'
import { FiguresPage } from './figures-page.tsx'
import { HazardList } from './hazard-list.tsx'
import { HazardPage } from './hazard-page.tsx'
import { MapPage } from './map-page.tsx'
import { NewHazardPage } from './new-hazard-page.tsx'
import { RegisterHead } from './register-head.tsx'

/** What is loaded when somebody goes to the hazard register. */
export function RegisterPages({ route }: { route: Extract<Route, { page: 'hazards' | 'hazard' }> }) {
  const { state } = useConsole()
  if (route.page === 'hazard') return <HazardPage key={route.number} number={route.number} />
  const { view, query = {} } = route
  return (
    <div class="page">
      <RegisterHead view={view} query={query} />
      {view === undefined && <HazardList query={query} />}
      {view === 'board' && <Board query={query} />}
      {view === 'new' && <NewHazardPage key={JSON.stringify(query)} query={query} />}
      {view === 'figures' && <FiguresPage query={query} />}
      {view === 'map' && <MapPage key={state.facility} query={query} />}
    </div>
  )
}
