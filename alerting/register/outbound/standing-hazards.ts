import type { ExportPlan } from '../../../contracts/register/export-plan.ts'
import { hazardOf } from '../hazard/hazard-row.ts'
import type { RegisterDb } from '../store/tables.ts'
import { inTransaction } from '../store/transaction.ts'
import type { ExportQueue } from './export-queue.ts'
import { hazardItem } from './exported-hazard.ts'
import type { ExportLaneRow } from './outbound-tables.ts'
import type { LaneName } from './queue-item.ts'

/** Hazards of one transaction. */
const PAGE = 200

interface StandingOptions {
  readonly db: RegisterDb
  readonly queue: ExportQueue
  /** Epoch ms. */
  now: () => number
}

/** What stood in the register before an export was there, or before it wanted as much: it is put in the queue once. */
export class StandingHazards {
  readonly #options: StandingOptions

  constructor(options: StandingOptions) {
    this.#options = options
  }

  /** How it is with the export, which is entered when it is new or wants others than before. */
  async enter(name: LaneName, { hazards }: ExportPlan): Promise<ExportLaneRow> {
    const filter = JSON.stringify(hazards ?? null)
    const wanted = { filter, hazard_cursor: hazards === undefined ? null : 0 }
    const { db } = this.#options
    await db
      .insertInto('export_lane')
      .values({
        facility: name.facility,
        export_id: name.id,
        ...wanted,
        sent: 0,
        last_success: null,
        failing_since: null,
        last_error: null,
        last_error_time: null,
      })
      .onConflict((conflict) =>
        conflict
          .columns(['facility', 'export_id'])
          .doUpdateSet(wanted)
          .where('export_lane.filter', '!=', filter),
      )
      .execute()
    return db
      .selectFrom('export_lane')
      .selectAll()
      .where('facility', '=', name.facility)
      .where('export_id', '=', name.id)
      .executeTakeFirstOrThrow()
  }

  /** One page. False: there is no more. */
  async page(name: LaneName, { hazards }: ExportPlan, timezone: string): Promise<boolean> {
    const { db, queue, now } = this.#options
    return inTransaction(db, async (trx) => {
      const lane = await trx
        .selectFrom('export_lane')
        .select('hazard_cursor')
        .where('facility', '=', name.facility)
        .where('export_id', '=', name.id)
        .executeTakeFirst()
      const cursor = lane?.hazard_cursor ?? null
      if (cursor === null || hazards === undefined) return false
      let query = trx
        .selectFrom('hazard')
        .selectAll()
        .where('facility', '=', name.facility)
        .where('number', '>', cursor)
      if (hazards.grades !== undefined) query = query.where('grade', 'in', hazards.grades)
      if (hazards.statuses !== undefined) query = query.where('status', 'in', hazards.statuses)
      const rows = await query.orderBy('number').limit(PAGE).execute()
      for (const row of rows) await queue.putStanding(trx, name, hazardItem(hazardOf(row), timezone), now())
      const isMore = rows.length === PAGE
      await trx
        .updateTable('export_lane')
        .set({ hazard_cursor: isMore ? (rows.at(-1)?.number ?? null) : null })
        .where('facility', '=', name.facility)
        .where('export_id', '=', name.id)
        .execute()
      return isMore
    })
  }
}
