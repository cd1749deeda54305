import { CodedError } from '../../../contracts/errors.ts'
import type { Facility } from '../../../contracts/facility.ts'
import { regionPaths } from '../../../contracts/register/region.ts'
import type { HazardFollower } from '../context.ts'
import { searchText } from '../store/search-grams.ts'
import type { RegisterDb, RegisterTrx } from '../store/tables.ts'
import type { Hazard } from './hazard.ts'
import { type RegionColumns, rowOf } from './hazard-row.ts'
import type { HazardRow } from './hazard-tables.ts'

/** Hazards in the database, and who follows their changes in the same transaction. */
export class HazardStore {
  readonly #followers: readonly HazardFollower[]

  constructor(followers: readonly HazardFollower[]) {
    this.#followers = followers
  }

  /** Answers with the hazard under its number. */
  async insert(trx: RegisterTrx, hazard: Hazard, facility: Pick<Facility, 'region'>): Promise<Hazard> {
    const row = rowOf(hazard, regionColumns(facility), searchOf(hazard))
    const { number } = await trx
      .insertInto('hazard')
      .values(row)
      .returning('number')
      .executeTakeFirstOrThrow()
    const after = { ...row, number } as HazardRow
    for (const follow of this.#followers) await follow(trx, { before: null, after })
    return { ...hazard, number }
  }

  /** @throws CodedError HAZARD_UNKNOWN */
  async get(db: RegisterDb | RegisterTrx, number: number): Promise<HazardRow> {
    const row = await db.selectFrom('hazard').selectAll().where('number', '=', number).executeTakeFirst()
    if (row === undefined) throw new CodedError('HAZARD_UNKNOWN', `no hazard ${number}`)
    return row
  }

  /** The open hazard of a cause. */
  async ofCause(trx: RegisterTrx, facility: string, cause: string): Promise<HazardRow | undefined> {
    return trx
      .selectFrom('hazard')
      .selectAll()
      .where('facility', '=', facility)
      .where('cause', '=', cause)
      .where('is_open', '=', 1)
      .executeTakeFirst()
  }

  /**
   * Keeps a hazard that has changed, under the next version.
   * @throws CodedError HAZARD_CHANGED when somebody else was faster
   */
  async update(
    trx: RegisterTrx,
    before: HazardRow,
    hazard: Hazard,
    facility: Pick<Facility, 'region'>,
  ): Promise<Hazard> {
    const next = { ...hazard, version: before.version + 1 }
    const row = rowOf(next, regionColumns(facility), searchOf(next))
    const { numUpdatedRows } = await trx
      .updateTable('hazard')
      .set(row)
      .where('number', '=', before.number)
      .where('version', '=', before.version)
      .executeTakeFirst()
    if (numUpdatedRows === 0n) throw new CodedError('HAZARD_CHANGED', `hazard ${before.number}`)
    const after = { ...row, number: before.number } as HazardRow
    for (const follow of this.#followers) await follow(trx, { before, after })
    return next
  }
}

/** The nodes of the region tree that a plant stands under, as columns. */
export function regionColumns({ region }: Pick<Facility, 'region'>): RegionColumns {
  const paths = regionPaths(region ?? {})
  return {
    city: paths.get('city') ?? null,
    county: paths.get('county') ?? null,
    town: paths.get('town') ?? null,
    grid: paths.get('grid') ?? null,
  }
}

function searchOf({ title, description, sensor, alarm, facility, responsible }: Hazard): string {
  return searchText(title, description, sensor ?? '', alarm ?? '', facility, responsible ?? '')
}
