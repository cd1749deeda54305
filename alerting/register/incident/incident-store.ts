import { sql } from 'kysely'
import { CodedError } from '../../../contracts/errors.ts'
import type { IncidentStatus } from '../../../contracts/register/incident-words.ts'
import type { RegisterDb, RegisterTrx } from '../store/tables.ts'
import type { ClockRow, IncidentRow, StepRow, TeamRow } from './incident-tables.ts'
import type { IncidentState } from './lifecycle.ts'

type Reading = RegisterDb | RegisterTrx

/** What a list asks for. Times in epoch ms. */
export interface IncidentFilter {
  /** Undefined: all. */
  readonly facilities?: readonly string[] | undefined
  readonly status?: IncidentStatus | undefined
  readonly isOpen?: boolean | undefined
  /** Of the beginning. */
  readonly from?: number | undefined
  readonly to?: number | undefined
  /** A clock of it was not met, or all were so far. */
  readonly isBreached?: boolean | undefined
  /** Numbers below this one. */
  readonly before?: number | undefined
  readonly limit: number
}

/** @throws CodedError INCIDENT_UNKNOWN */
export async function incidentRow(db: Reading, number: number): Promise<IncidentRow> {
  const row = await db.selectFrom('incident').selectAll().where('number', '=', number).executeTakeFirst()
  if (row === undefined) throw new CodedError('INCIDENT_UNKNOWN', `incident ${number}`)
  return row
}

/** The latest first. */
export async function incidentRows(db: Reading, filter: IncidentFilter, now: number): Promise<IncidentRow[]> {
  const { facilities, status, isOpen, from, to, isBreached, before, limit } = filter
  if (facilities?.length === 0) return []
  let query = db.selectFrom('incident').selectAll()
  if (facilities !== undefined) query = query.where('facility', 'in', [...facilities])
  if (status !== undefined) query = query.where('status', '=', status)
  if (isOpen !== undefined) query = query.where('is_open', '=', isOpen ? 1 : 0)
  if (from !== undefined) query = query.where('started', '>=', from)
  if (to !== undefined) query = query.where('started', '<', to)
  if (before !== undefined) query = query.where('number', '<', before)
  if (isBreached !== undefined)
    query = query.where(({ exists, not, selectFrom }) => {
      const late = exists(
        selectFrom('incident_clock')
          .select('incident_clock.number')
          .whereRef('incident_clock.number', '=', 'incident.number')
          .where('waived', 'is', null)
          .where(sql<boolean>`coalesce(arrived, stopped, cast(${now} as bigint)) > due`),
      )
      return isBreached ? late : not(late)
    })
  return await query.orderBy('number', 'desc').limit(limit).execute()
}

/** Of all these incidents, in the order of their clocks. */
export async function clockRows(db: Reading, numbers: readonly number[]): Promise<ClockRow[]> {
  if (numbers.length === 0) return []
  return await db
    .selectFrom('incident_clock')
    .selectAll()
    .where('number', 'in', [...numbers])
    .orderBy('number')
    .orderBy('due')
    .execute()
}

/** In the order in which they were dispatched. */
export async function teamRows(db: Reading, number: number): Promise<TeamRow[]> {
  return await db
    .selectFrom('incident_team')
    .selectAll()
    .where('number', '=', number)
    .orderBy('dispatched')
    .orderBy('id')
    .execute()
}

/** Those of the plan that was chosen first come first. */
export async function stepRows(db: Reading, number: number): Promise<StepRow[]> {
  return await db
    .selectFrom('incident_step')
    .selectAll()
    .where('number', '=', number)
    .orderBy('position')
    .execute()
}

export function stateOf(row: IncidentRow): IncidentState {
  return { ...row, commanders: JSON.parse(row.commanders) as string[] }
}

/**
 * Writes a state over the one that was read. @throws CodedError INCIDENT_CHANGED when another version stands there
 */
export async function writeState(
  trx: RegisterTrx,
  { number, version }: Pick<IncidentRow, 'number' | 'version'>,
  state: IncidentState,
  now: number,
): Promise<void> {
  const { status, level, commander, commanders, plan, contained, ended, ended_by, review, reason } = state
  const { numUpdatedRows } = await trx
    .updateTable('incident')
    .set({
      status,
      is_open: ended === null ? 1 : 0,
      level,
      commander,
      commanders: JSON.stringify(commanders),
      plan,
      contained,
      ended,
      ended_by,
      review,
      reason,
      reopened_as: state.reopened_as,
      version: version + 1,
      updated: now,
    })
    .where('number', '=', number)
    .where('version', '=', version)
    .executeTakeFirst()
  if (numUpdatedRows !== 1n)
    throw new CodedError('INCIDENT_CHANGED', `incident ${number} is not at version ${version}`)
}

/** Something was entered with it that is no transition. */
export async function touch(trx: RegisterTrx, number: number, now: number): Promise<void> {
  await trx.updateTable('incident').set({ updated: now }).where('number', '=', number).execute()
}
