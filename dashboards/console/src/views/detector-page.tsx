import { Later, LaterPage } from './later-page.tsx'

const PAGES = new Later<{ sensor: string | undefined }>(() =>
  import('../detectors/detector-pages.tsx').then(({ DetectorPages }) => DetectorPages),
)

/** Calibrations that are due, or the care of one sensor: loaded when somebody goes there. */
export function DetectorPage({ sensor }: { sensor?: string }) {
  return <LaterPage later={PAGES} given={{ sensor }} />
}
