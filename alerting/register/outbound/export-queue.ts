import type { RegisterDb, RegisterTrx } from '../store/tables.ts'
import { inTransaction } from '../store/transaction.ts'
import type { ExportItemRow, NewExportItem } from './outbound-tables.ts'
import { type LaneName, laneKey, type QueueItem } from './queue-item.ts'

/** Nothing waits longer for its next try; what says so was put there by a clock that was ahead, ms. */
const LONGEST_WAIT_MS = 3_600_000 * 2
/** Rows of one statement that deletes. */
const SLICE = 500
/** Texts of the other side. */
const MOST_SAID = 300

/** What has become of an item that was tried. */
export interface Outcome {
  readonly row: ExportItemRow
  readonly state: ExportItemRow['state']
  readonly receipt: string | null
  readonly error: string | null
  /** Of one that waits again. */
  readonly nextTry?: number
}

/**
 * The durable outbox. Of each hazard it holds one state at most that is not sent: a later one takes its place, also of
 * one that was refused, so that the outside register ends with the last. Transitions of alarms are held one by one.
 */
export class ExportQueue {
  readonly #db: RegisterDb

  constructor(db: RegisterDb) {
    this.#db = db
  }

  /** A change of a hazard, in its transaction. `now` is epoch ms. */
  async putHazard(trx: RegisterTrx, lane: LaneName, item: QueueItem, now: number): Promise<void> {
    const row = newRow(lane, item, now)
    await trx
      .deleteFrom('export_item')
      .where('slot', '=', slotOf(lane, item))
      .where('version', '<=', item.version)
      .execute()
    await trx
      .insertInto('export_item')
      .values(row)
      .onConflict((conflict) => conflict.column('slot').doNothing())
      .execute()
  }

  /** A hazard that was there before its export, unless this state of it, or a later one, is there already. */
  async putStanding(trx: RegisterTrx, lane: LaneName, item: QueueItem, now: number): Promise<void> {
    const there = await trx
      .selectFrom('export_item')
      .select('number')
      .where('facility', '=', lane.facility)
      .where('export_id', '=', lane.id)
      .where('item', '=', item.item)
      .where('version', '>=', item.version)
      .limit(1)
      .executeTakeFirst()
    if (there === undefined) await this.putHazard(trx, lane, item, now)
  }

  /** Transitions of alarms; those that are there already are left alone. */
  async putAlarms(
    puts: readonly { readonly lane: LaneName; readonly item: QueueItem }[],
    now: number,
  ): Promise<void> {
    if (puts.length === 0) return
    await this.#db
      .insertInto('export_item')
      .values(puts.map(({ lane, item }) => newRow(lane, item, now)))
      .onConflict((conflict) => conflict.column('slot').doNothing())
      .execute()
  }

  /** What may be sent now, oldest first: nothing that an earlier item of the same subject still waits before. */
  async due({ facility, id }: LaneName, limit: number, now: number): Promise<ExportItemRow[]> {
    return this.#db
      .selectFrom('export_item as item')
      .selectAll('item')
      .where('item.facility', '=', facility)
      .where('item.export_id', '=', id)
      .where('item.state', '=', 'waiting')
      .where((eb) => eb.or([eb('item.next_try', '<=', now), eb('item.next_try', '>', now + LONGEST_WAIT_MS)]))
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('export_item as earlier')
              .select('earlier.number')
              .where('earlier.facility', '=', facility)
              .where('earlier.export_id', '=', id)
              .where('earlier.state', '=', 'waiting')
              .whereRef('earlier.subject', '=', 'item.subject')
              .whereRef('earlier.number', '<', 'item.number')
              .where('earlier.next_try', '>', now)
              .where('earlier.next_try', '<=', now + LONGEST_WAIT_MS),
          ),
        ),
      )
      .orderBy('item.number')
      .limit(limit)
      .execute()
  }

  /** After an attempt that came through: what the other side took, and what it did not. */
  async settle(lane: LaneName, outcomes: readonly Outcome[], now: number): Promise<void> {
    const refusal = outcomes.findLast(({ state }) => state === 'refused')?.error ?? null
    const sent = outcomes.filter(({ state }) => state === 'sent').length
    await inTransaction(
      this.#db,
      async (trx) => {
        for (const group of alike(outcomes).values()) await settleGroup(trx, group, now)
        await trx
          .updateTable('export_lane')
          .set(({ eb }) => ({
            failing_since: null,
            ...(sent > 0 ? { sent: eb('sent', '+', sent), last_success: now } : {}),
            ...(refusal === null ? {} : { last_error: refusal, last_error_time: now }),
          }))
          .where('facility', '=', lane.facility)
          .where('export_id', '=', lane.id)
          .execute()
      },
      'read committed',
    )
  }

  /**
   * After an attempt that did not come through. What was put there before `oldest` is given up, tried or not: the way has
   * failed for so long. Answers with how many.
   */
  async failed(
    { facility, id }: LaneName,
    attempt: { rows: readonly ExportItemRow[]; error: string; nextTry: number; oldest: number },
    now: number,
  ): Promise<number> {
    const error = clipped(attempt.error)
    return inTransaction(
      this.#db,
      async (trx) => {
        const numbers = attempt.rows.map(({ number }) => number)
        await trx
          .updateTable('export_item')
          .set(({ eb }) => ({ attempts: eb('attempts', '+', 1), error, next_try: attempt.nextTry }))
          .where('number', 'in', numbers)
          .where('state', '=', 'waiting')
          .execute()
        const { numUpdatedRows } = await trx
          .updateTable('export_item')
          .set({ state: 'given-up' })
          .where('facility', '=', facility)
          .where('export_id', '=', id)
          .where('state', '=', 'waiting')
          .where('created', '<', attempt.oldest)
          .executeTakeFirst()
        await trx
          .updateTable('export_lane')
          .set(({ fn, val }) => ({
            failing_since: fn.coalesce('failing_since', val(now)),
            last_error: error,
            last_error_time: now,
          }))
          .where('facility', '=', facility)
          .where('export_id', '=', id)
          .execute()
        return Number(numUpdatedRows)
      },
      'read committed',
    )
  }

  /** A receipt that came by itself. False: of nothing that was sent. */
  async receipt(
    { facility, id }: LaneName,
    result: { id: string; version?: number; ok: boolean; receipt: string | null; error: string | null },
  ): Promise<boolean> {
    return inTransaction(
      this.#db,
      async (trx) => {
        let query = trx
          .selectFrom('export_item')
          .selectAll()
          .where('facility', '=', facility)
          .where('export_id', '=', id)
          .where('item', '=', result.id)
          .where('state', 'in', ['sent', 'refused'])
        if (result.version !== undefined) query = query.where('version', '=', result.version)
        const row = await query.orderBy('number', 'desc').limit(1).executeTakeFirst()
        if (row === undefined) return false
        const error = result.ok ? null : clipped(result.error ?? '')
        const isLast = result.ok || (await isLastOf(trx, row))
        await trx
          .updateTable('export_item')
          .set({
            receipt: result.receipt,
            error,
            // What a later state has followed is refused no more by anybody.
            ...(result.ok || !isLast
              ? {}
              : { state: 'refused' as const, slot: slotOf({ facility, id }, row) }),
          })
          .where('number', '=', row.number)
          .execute()
        return true
      },
      'read committed',
    )
  }

  /** What was refused or given up waits again; answers with how many. */
  async requeue(
    trx: RegisterTrx,
    { facility, id }: LaneName,
    sequences: readonly number[] | undefined,
    now: number,
  ): Promise<number> {
    let query = trx
      .updateTable('export_item')
      .set({ state: 'waiting', created: now, attempts: 0, next_try: now })
      .where('facility', '=', facility)
      .where('export_id', '=', id)
      .where('state', 'in', ['refused', 'given-up'])
    if (sequences !== undefined) query = query.where('number', 'in', sequences)
    const { numUpdatedRows } = await query.executeTakeFirst()
    return Number(numUpdatedRows)
  }

  /**
   * Forgets what was sent before `sent`, and transitions that nobody has sent again since `lost`. What was refused of a
   * hazard stays until a later state takes its place.
   */
  async prune({ facility, id }: LaneName, { sent, lost }: { sent: number; lost: number }): Promise<void> {
    for (const [states, before, kinds] of [
      [['sent'], sent, ['hazard', 'alarm']],
      [['refused', 'given-up'], lost, ['alarm']],
    ] as const) {
      for (;;) {
        const rows = await this.#db
          .selectFrom('export_item')
          .select('number')
          .where('facility', '=', facility)
          .where('export_id', '=', id)
          .where('state', 'in', states)
          .where('kind', 'in', kinds)
          .where('created', '<', before)
          .orderBy('number')
          .limit(SLICE)
          .execute()
        if (rows.length === 0) break
        const numbers = rows.map(({ number }) => number)
        await this.#db.deleteFrom('export_item').where('number', 'in', numbers).execute()
      }
    }
  }
}

export function slotOf(lane: LaneName, { item }: Pick<QueueItem, 'item'>): string {
  return `${laneKey(lane)}/${item}`
}

function newRow(lane: LaneName, item: QueueItem, now: number): NewExportItem {
  return {
    facility: lane.facility,
    export_id: lane.id,
    ...item,
    created: now,
    attempts: 0,
    next_try: now,
    state: 'waiting',
    sent: null,
    receipt: null,
    error: null,
    slot: slotOf(lane, item),
  }
}

/** Outcomes that one statement can keep. */
function alike(outcomes: readonly Outcome[]): Map<string, Outcome[]> {
  return Map.groupBy(outcomes, ({ row, state, receipt, error, nextTry }) =>
    JSON.stringify([row.kind, state, receipt, error, nextTry]),
  )
}

async function settleGroup(trx: RegisterTrx, group: readonly Outcome[], now: number): Promise<void> {
  const [first] = group
  if (first === undefined) return
  const { row, state, receipt, error, nextTry = now } = first
  const isSent = state === 'sent'
  await trx
    .updateTable('export_item')
    .set(({ eb }) => ({
      state,
      attempts: eb('attempts', '+', 1),
      sent: isSent ? now : null,
      receipt,
      error: error === null ? null : clipped(error),
      next_try: nextTry,
      // A transition is never taken twice; the next state of a hazard has to find its slot free.
      ...(isSent && row.kind === 'hazard' ? { slot: null } : {}),
    }))
    .where(
      'number',
      'in',
      group.map((outcome) => outcome.row.number),
    )
    .where('state', '=', 'waiting')
    .execute()
}

async function isLastOf(trx: RegisterTrx, row: ExportItemRow): Promise<boolean> {
  if (row.kind === 'alarm') return true
  const later = await trx
    .selectFrom('export_item')
    .select('number')
    .where('facility', '=', row.facility)
    .where('export_id', '=', row.export_id)
    .where('item', '=', row.item)
    .where('number', '>', row.number)
    .limit(1)
    .executeTakeFirst()
  return later === undefined
}

function clipped(text: string): string {
  return text.length <= MOST_SAID ? text : `${text.slice(0, MOST_SAID - 1).toWellFormed()}…`
}
