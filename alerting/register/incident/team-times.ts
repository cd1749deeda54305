import { CodedError } from '../../../contracts/errors.ts'
import type { TeamEvent } from '../../../contracts/register/incident-words.ts'

/** What is known of a team at an incident. Epoch ms. */
export interface TeamTimes {
  readonly dispatched: number
  readonly arrived: number | null
  readonly released: number | null
}

/** The time of something is not in the future, and not before the incident. @throws CodedError INCIDENT_TIME */
export function refuseTime(time: number, { started, now }: { started: number; now: number }): void {
  if (time > now) throw new CodedError('INCIDENT_TIME', 'it lies in the future')
  if (time < started) throw new CodedError('INCIDENT_TIME', 'it lies before the beginning of the incident')
}

/**
 * What is known afterwards. A team may turn back before it has arrived; who arrives has been dispatched before.
 * @param team as it is there now; undefined: it is not
 * @throws CodedError TEAM_BUSY, TEAM_ELSEWHERE, INCIDENT_TIME
 */
export function afterEvent(
  team: TeamTimes | undefined,
  event: TeamEvent,
  moment: { time: number; started: number; now: number },
): TeamTimes {
  const { time } = moment
  refuseTime(time, moment)
  const isThere = team !== undefined && team.released === null
  if (event === 'dispatched') {
    if (isThere) throw new CodedError('TEAM_BUSY', 'it was dispatched to this incident already')
    return { dispatched: time, arrived: null, released: null }
  }
  if (!isThere) throw new CodedError('TEAM_ELSEWHERE', `${event} before it was dispatched`)
  if (time < team.dispatched) throw new CodedError('INCIDENT_TIME', `${event} before it was dispatched`)
  if (event === 'arrived') {
    if (team.arrived !== null) throw new CodedError('TEAM_BUSY', 'it has arrived already')
    return { ...team, arrived: time }
  }
  if (team.arrived !== null && time < team.arrived)
    throw new CodedError('INCIDENT_TIME', 'released before it had arrived')
  return { ...team, released: time }
}
