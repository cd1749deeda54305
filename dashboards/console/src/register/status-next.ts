import type { HazardView } from '../../../../contracts/register/hazard-api.ts'
import type { HazardAction, HazardStatus } from '../../../../contracts/register/words.ts'

const NEXT: Readonly<Record<HazardStatus, HazardAction>> = {
  found: 'register',
  registered: 'assess',
  assessed: 'assign',
  assigned: 'start',
  rectifying: 'rectify',
  rectified: 'verify',
  verified: 'close',
  closed: 'reopen',
}

/** What brings a hazard on from where it stands; whether somebody may do it the server says. */
export function nextOf({
  status,
  grade,
  plan,
  extension,
}: Pick<HazardView, 'status' | 'grade' | 'plan' | 'extension'>): HazardAction {
  if (extension !== null && status !== 'closed') return 'approve-extension'
  const waitsForPlan = status === 'assigned' && grade === 'major' && plan !== null && plan.approved === null
  return waitsForPlan ? 'approve-plan' : NEXT[status]
}
