import { CodedError } from '../../../contracts/errors.ts'
import type { RoundState } from '../../../contracts/register/inspection-words.ts'
import type { RegisterDb, RegisterTrx } from '../store/tables.ts'
import type { Answer } from './answers.ts'
import type { InspectionTables, RoundRow } from './inspection-tables.ts'
import { bodyOf, type Photo, type Round } from './round.ts'

type Db = RegisterDb | RegisterTrx

/** All that is given has to hold. */
export interface RoundQuery {
  /** Any of these; undefined: of all. */
  readonly facilities?: readonly string[]
  readonly plan?: string
  readonly state?: RoundState
  /** Rounds before this number. */
  readonly before?: number
  readonly limit: number
}

/** Newest first. */
export async function listRounds(db: Db, query: RoundQuery): Promise<RoundRow[]> {
  const { facilities, plan, state, before, limit } = query
  let select = db.selectFrom('inspection_round').selectAll()
  if (facilities !== undefined) {
    if (facilities.length === 0) return []
    select = select.where('facility', 'in', facilities)
  }
  if (plan !== undefined) select = select.where('plan', '=', plan)
  if (state !== undefined) select = select.where('state', '=', state)
  if (before !== undefined) select = select.where('number', '<', before)
  return select.orderBy('number', 'desc').limit(limit).execute()
}

/** @throws CodedError ROUND_UNKNOWN */
export async function roundRow(db: Db, number: number): Promise<RoundRow> {
  const row = await db
    .selectFrom('inspection_round')
    .selectAll()
    .where('number', '=', number)
    .executeTakeFirst()
  if (row === undefined) throw new CodedError('ROUND_UNKNOWN', `no round ${number}`)
  return row
}

/** @throws CodedError ROUND_UNKNOWN */
export async function wholeRound(db: Db, number: number): Promise<Round> {
  const row = await roundRow(db, number)
  return { row, body: bodyOf(row), answers: await answersOf(db, number), photos: await photosOf(db, number) }
}

async function answersOf(db: Db, round: number): Promise<Answer[]> {
  const rows = await db
    .selectFrom('inspection_answer')
    .selectAll()
    .where('round', '=', round)
    .orderBy('item')
    .execute()
  return rows.map(({ round: _, answered_by: by, ...answer }) => ({ ...answer, by }))
}

async function photosOf(db: Db, round: number): Promise<Photo[]> {
  const rows = await db
    .selectFrom('inspection_photo')
    .selectAll()
    .where('round', '=', round)
    .orderBy('attachment')
    .execute()
  return rows.map(({ attachment, item, client, is_image }) => ({
    attachment,
    item,
    client,
    isImage: is_image === 1,
  }))
}

/** Takes the place of what the item had. */
export async function putAnswer(trx: RegisterTrx, round: number, answer: Answer): Promise<void> {
  const { item, by, ...given } = answer
  const row = { ...given, answered_by: by }
  await trx
    .insertInto('inspection_answer')
    .values({ round, item, ...row })
    .onConflict((conflict) => conflict.columns(['round', 'item']).doUpdateSet(row))
    .execute()
}

/**
 * Under the next version.
 * @throws CodedError ROUND_CHANGED when it is not the one that was looked at, or somebody else was faster
 */
export async function updateRound(
  trx: RegisterTrx,
  { number, version }: Pick<RoundRow, 'number' | 'version'>,
  set: Partial<Omit<InspectionTables['inspection_round'], 'number' | 'version'>>,
): Promise<void> {
  const { numUpdatedRows } = await trx
    .updateTable('inspection_round')
    .set({ ...set, version: version + 1 })
    .where('number', '=', number)
    .where('version', '=', version)
    .executeTakeFirst()
  if (numUpdatedRows === 0n)
    throw new CodedError('ROUND_CHANGED', `round ${number} is not at version ${version}`)
}
