import type { HazardDetail } from '../../../../contracts/register/hazard-api.ts'
import { HAZARD_STATUSES, type HazardStatus } from '../../../../contracts/register/words.ts'

export interface TrackStep {
  status: HazardStatus
  place: 'done' | 'now' | 'ahead'
  /** ISO, when it came there last; undefined for what lies ahead. */
  time: string | undefined
}

/** How far a hazard has come. What was rejected lies ahead again. */
export function trackOf({
  status,
  found,
  history,
}: Pick<HazardDetail, 'status' | 'found' | 'history'>): TrackStep[] {
  const now = HAZARD_STATUSES.indexOf(status)
  return HAZARD_STATUSES.map((step, index) => {
    const isAhead = index > now
    const came = history.findLast(({ from, to }) => to === step && from !== step)?.time
    return {
      status: step,
      // What is closed is done as a whole.
      place: isAhead ? 'ahead' : index === now && status !== 'closed' ? 'now' : 'done',
      time: isAhead ? undefined : (came ?? (step === 'found' ? found : undefined)),
    }
  })
}
