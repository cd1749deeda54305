import { sql } from 'kysely'
import type { Facility } from '../../../contracts/facility.ts'
import { regionColumns } from '../hazard/hazard-store.ts'
import type { StepTables } from '../step-tables.ts'
import type { RegisterDb, RegisterTrx } from '../store/tables.ts'
import { inTransaction } from '../store/transaction.ts'
import { addChanges } from './tally.ts'
import { cellOf, combined, countsOf, NO_ZONE, negative, type TallyChange } from './tally-cell.ts'

/** Hazards that one transaction moves to another region. */
const SLICE = 500

type FacilityRow = StepTables['facility']
type Place = Pick<FacilityRow, 'city' | 'county' | 'town' | 'grid'>
/** What the book takes from a facility file. */
export type BookedFacility = Pick<Facility, 'id' | 'name' | 'timezone' | 'location' | 'region'>

/** Hazards of facilities that came to stand elsewhere in the region tree, or under another clock. */
export class FacilityMoves {
  readonly #db: RegisterDb
  readonly #now: () => number

  constructor(db: RegisterDb, now: () => number) {
    this.#db = db
    this.#now = now
  }

  /**
   * Enters what the files of this server say, at start and when they changed, and takes hazards along to other
   * regions, a slice at a time. Interrupted, it goes on when it is called again: to be called before anybody else
   * enters these facilities.
   */
  async enter(facilities: Iterable<BookedFacility>): Promise<void> {
    for (const facility of facilities) await this.#enter(facility)
  }

  async #enter(facility: BookedFacility): Promise<void> {
    const { id, name, timezone, location } = facility
    const place = regionColumns(facility)
    const row = { name, timezone, lat: location?.lat ?? null, lon: location?.lon ?? null, ...place }
    const known = await this.#db
      .selectFrom('facility')
      .select(['name', 'timezone', 'lat', 'lon', 'city', 'county', 'town', 'grid'])
      .where('id', '=', id)
      .executeTakeFirst()
    const isSame =
      known !== undefined &&
      (Object.keys(row) as (keyof typeof row)[]).every((column) => known[column] === row[column])
    if (isSame) return
    // The row comes last: one that is as the file says has nothing behind it that is still to be moved.
    if (known === undefined || !isSamePlace(known, place))
      await this.#move(id, place, known?.timezone ?? NO_ZONE)
    await inTransaction(this.#db, async (trx) => {
      const before = await trx
        .selectFrom('facility')
        .select('timezone')
        .where('id', '=', id)
        .executeTakeFirst()
      const zone = before?.timezone ?? NO_ZONE
      if (zone !== timezone) await rezone(trx, id, zone, timezone)
      await trx
        .insertInto('facility')
        .values({ id, ...row, updated: this.#now() })
        .onConflict((conflict) => conflict.column('id').doUpdateSet({ ...row, updated: this.#now() }))
        .execute()
    })
  }

  /** Hazards that stand elsewhere, a slice at a time. */
  async #move(facility: string, place: Place, timezone: string): Promise<void> {
    for (;;) {
      const moved = await inTransaction(this.#db, (trx) => moveSome(trx, facility, place, timezone))
      if (moved < SLICE) return
    }
  }
}

function isSamePlace(one: Place, other: Place): boolean {
  return (
    one.city === other.city &&
    one.county === other.county &&
    one.town === other.town &&
    one.grid === other.grid
  )
}

const MOVED = [
  'number',
  'city',
  'county',
  'town',
  'grade',
  'kind',
  'source',
  'found',
  'closed',
  'deadline',
] as const

async function moveSome(trx: RegisterTrx, facility: string, place: Place, timezone: string): Promise<number> {
  const stands = (['city', 'county', 'town', 'grid'] as const).map(
    (level) => sql<boolean>`coalesce(${sql.ref(level)}, '') <> ${place[level] ?? ''}`,
  )
  const rows = await trx
    .selectFrom('hazard')
    .select(MOVED)
    .where('facility', '=', facility)
    .where((eb) => eb.or(stands))
    .orderBy('number')
    .limit(SLICE)
    .execute()
  if (rows.length === 0) return 0
  const numbers = rows.map(({ number }) => number)
  await trx.updateTable('hazard').set(place).where('number', 'in', numbers).execute()
  const changes = rows.flatMap((row): TallyChange[] => [
    { ...cellOf(row, timezone), ...negative(countsOf(row)) },
    { ...cellOf({ ...row, ...place }, timezone), ...countsOf(row) },
  ])
  await addChanges(trx, combined(changes))
  return rows.length
}

/** The calendar of a facility became another: the months of its hazards too. */
async function rezone(trx: RegisterTrx, facility: string, before: string, after: string): Promise<void> {
  const rows = await trx.selectFrom('hazard').select(MOVED).where('facility', '=', facility).execute()
  const changes = rows.flatMap((row): TallyChange[] => [
    { ...cellOf(row, before), ...negative(countsOf(row)) },
    { ...cellOf(row, after), ...countsOf(row) },
  ])
  await addChanges(trx, combined(changes))
}
