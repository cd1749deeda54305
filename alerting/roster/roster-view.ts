import type { Facility } from '../../contracts/facility.ts'
import { formatIso } from '../../contracts/iso-time.ts'
import type { DutyView, HandoverView, ShiftView } from '../../contracts/notify/api.ts'
import type { Duty } from '../../contracts/notify/plan.ts'
import type { Stretch } from './stretch.ts'

const DAY_MS = 86_400_000
/** When somebody began and ends is looked for so far back and ahead, ms. */
const LOOK_MS = 31 * DAY_MS
/** And a hole so far ahead, ms. */
const HOLE_MS = 7 * DAY_MS

interface Sight {
  readonly at: number
  readonly stretches: (from: number, to: number) => readonly Stretch[]
  readonly hole: (from: number, to: number) => number | undefined
  readonly handover: HandoverView | null
}

export function dutyView(
  { id, timezone }: Pick<Facility, 'id' | 'timezone'>,
  duty: Duty,
  { at, stretches, hole, handover }: Sight,
): DutyView {
  const around = stretches(at - LOOK_MS, at + LOOK_MS)
  const index = around.findIndex(({ to }) => to > at)
  const [now, next] = around.slice(index)
  const nobody = hole(at, at + HOLE_MS)
  return {
    facility: id,
    duty: duty.id,
    name: duty.name,
    now: shiftView(now ?? { from: at, to: at, team: null, persons: [], absent: [] }, timezone),
    next: next === undefined ? null : shiftView(next, timezone),
    hole: nobody === undefined ? null : formatIso(nobody, timezone),
    handover,
  }
}

export function shiftView({ from, to, team, persons, absent }: Stretch, timezone: string): ShiftView {
  return {
    from: formatIso(from, timezone),
    to: formatIso(to, timezone),
    team,
    persons: persons.map(({ responder: { id, name, email, mobile }, substituteFor }) => ({
      id,
      name,
      substituteFor,
      reachable: email !== undefined || mobile !== undefined,
    })),
    absent: [...absent],
  }
}
