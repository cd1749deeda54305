import type { ResponseRoute } from '../route.ts'
import { Later, LaterPage } from './later-page.tsx'

interface ResponsePageProps {
  route: ResponseRoute
}

const PAGES = new Later<ResponsePageProps>(() =>
  import('../response/response-pages.tsx').then(({ ResponsePages }) => ResponsePages),
)

/** Inspections, incidents, public reports and exports, which are loaded when somebody goes there. */
export function ResponsePage({ route }: ResponsePageProps) {
  return <LaterPage later={PAGES} given={{ route }} />
}
