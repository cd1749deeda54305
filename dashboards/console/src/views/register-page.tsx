import type { Route } from '../route.ts'
import { Later, LaterPage } from './later-page.tsx'

interface RegisterPageProps {
  route: Extract<Route, { page: 'hazards' | 'hazard' }>
}

const PAGES = new Later<RegisterPageProps>(() =>
  import('../register/pages.tsx').then(({ RegisterPages }) => RegisterPages),
)

/** The pages of the hazard register, which are loaded when somebody goes there. */
export function RegisterPage({ route }: RegisterPageProps) {
  return <LaterPage later={PAGES} given={{ route }} />
}
