import type { Facility } from '../../contracts/facility.ts'
import { formatIso } from '../../contracts/iso-time.ts'
import { regionColumns } from './hazard/hazard-store.ts'
import type { RegisterDb } from './store/tables.ts'
import { inTransaction } from './store/transaction.ts'

/** Time zones of facilities. Key: facility id. */
export type Zones = ReadonlyMap<string, string>

/** The facilities of all servers that share the database. */
export class FacilityBook {
  readonly #db: RegisterDb
  /** Of this server, and others that were asked for. */
  readonly #zones = new Map<string, string>()

  constructor(db: RegisterDb) {
    this.#db = db
  }

  /** Those of this server, as their files say now. `now`: epoch ms. */
  async enter(facilities: Iterable<Facility>, now: number): Promise<void> {
    const rows = Array.from(facilities, (facility) => {
      const { id, name, timezone, location } = facility
      this.#zones.set(id, timezone)
      const place = { lat: location?.lat ?? null, lon: location?.lon ?? null }
      return { id, name, timezone, ...place, ...regionColumns(facility), updated: now }
    })
    if (rows.length === 0) return
    await inTransaction(this.#db, async (trx) => {
      for (const { id, ...row } of rows)
        await trx
          .insertInto('facility')
          .values({ id, ...row })
          .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
          .execute()
    })
  }

  async zones(facilities: readonly string[]): Promise<Zones> {
    const missing = [...new Set(facilities)].filter((id) => !this.#zones.has(id))
    if (missing.length > 0) {
      const rows = await this.#db
        .selectFrom('facility')
        .select(['id', 'timezone'])
        .where('id', 'in', missing)
        .execute()
      for (const { id, timezone } of rows) this.#zones.set(id, timezone)
    }
    return this.#zones
  }

  iso(zones: Zones, facility: string, ms: number): string {
    return formatIso(ms, zoneOf(zones, facility))
  }
}

export function zoneOf(zones: Zones, facility: string): string {
  return zones.get(facility) ?? 'UTC'
}
