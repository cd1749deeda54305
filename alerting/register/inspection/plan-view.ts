import { formatDuration } from '../../../contracts/duration.ts'
import { formatIso } from '../../../contracts/iso-time.ts'
import type { InspectionView } from '../../../contracts/register/inspection-api.ts'
import type { InspectionPlan } from '../../../contracts/register/inspection-plan.ts'
import type { DueState } from '../../../contracts/register/inspection-words.ts'
import type { RegisterPlace } from '../context.ts'
import { inspectorsOf } from './inspector.ts'
import type { Standing } from './plan-store.ts'

/** As the API shows it, in the time of its plant. `now`: epoch ms. */
export function planView(
  place: Pick<RegisterPlace, 'facility' | 'roster'>,
  plan: InspectionPlan,
  standing: Standing,
  now: number,
): InspectionView {
  const { id: facility, timezone } = place.facility
  const iso = (ms: number) => formatIso(ms, timezone)
  const { row, running, missed, due, overdueFrom, isOverdue } = standing
  const { last_round: round, last_finished: finished, last_by: by } = row
  return {
    facility,
    id: plan.id,
    name: plan.name,
    kind: plan.kind,
    source: plan.source ?? null,
    areas: [...plan.areas],
    every: formatDuration(plan.everyMs),
    grace: formatDuration(plan.graceMs),
    by: { ...plan.by, persons: inspectorsOf(place, plan, now) },
    state: stateOf(standing),
    isOverdue,
    due: iso(due),
    overdueFrom: iso(overdueFrom),
    running,
    last: round === null || finished === null ? null : { round, finished: iso(finished), by: by ?? '' },
    missed: { count: missed.count, since: iso(missed.since) },
    items: plan.checklist.length,
  }
}

function stateOf({ running, isDue, isOverdue }: Standing): DueState {
  if (running !== null) return 'running'
  if (isOverdue) return 'overdue'
  return isDue ? 'due' : 'done'
}
