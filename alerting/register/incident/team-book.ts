import { CodedError } from '../../../contracts/errors.ts'
import type { Team } from '../../../contracts/register/incident-plan.ts'
import type { TeamEvent } from '../../../contracts/register/incident-words.ts'
import type { RegisterTrx } from '../store/tables.ts'
import { stopClock } from './clock-book.ts'
import type { TeamRow } from './incident-tables.ts'
import { afterEvent } from './team-times.ts'

/** What a team did. Times in epoch ms; `now` is when it is entered. */
export interface TeamStep {
  readonly team: Team
  readonly event: TeamEvent
  readonly time: number
  readonly started: number
  readonly now: number
  readonly by: string
}

/** Keeps what a team did, and stops its clock when it is there. @throws CodedError TEAM_*, INCIDENT_TIME */
export async function reportTeam(
  trx: RegisterTrx,
  { number, facility }: { number: number; facility: string },
  { team, event, time, started, now, by }: TeamStep,
): Promise<void> {
  const busy = await busyRow(trx, facility, team.id)
  if (busy !== undefined && busy.number !== number)
    throw event === 'dispatched'
      ? new CodedError('TEAM_BUSY', `team "${team.id}" is at incident ${busy.number}`)
      : new CodedError('TEAM_ELSEWHERE', `team "${team.id}" is at incident ${busy.number}`)
  const after = afterEvent(busy, event, { time, started, now })
  if (event === 'dispatched') {
    await trx
      .insertInto('incident_team')
      .values({
        number,
        facility,
        team: team.id,
        name: team.name,
        kind: team.kind,
        ...after,
        dispatched_entered: now,
        dispatched_by: by,
        arrived_entered: null,
        arrived_by: null,
        released_entered: null,
        released_by: null,
      })
      .execute()
    return
  }
  const entered =
    event === 'arrived'
      ? { arrived: time, arrived_entered: now, arrived_by: by }
      : { released: time, released_entered: now, released_by: by }
  await trx
    .updateTable('incident_team')
    .set(entered)
    .where('id', '=', busy?.id ?? 0)
    .execute()
  // By the kind that it was dispatched as, whatever the facility file has made of it since.
  if (event === 'arrived') await stopClock(trx, number, { kind: busy?.kind ?? team.kind, time, now })
}

/** With the incident everybody is free again. */
export async function releaseAll(
  trx: RegisterTrx,
  number: number,
  { by, now }: { by: string; now: number },
): Promise<void> {
  await trx
    .updateTable('incident_team')
    .set({ released: now, released_entered: now, released_by: by })
    .where('number', '=', number)
    .where('released', 'is', null)
    .execute()
}

/** Where a team is; undefined: nowhere. */
async function busyRow(trx: RegisterTrx, facility: string, team: string): Promise<TeamRow | undefined> {
  return await trx
    .selectFrom('incident_team')
    .selectAll()
    .where('facility', '=', facility)
    .where('team', '=', team)
    .where('released', 'is', null)
    .executeTakeFirst()
}
