import { CodedError } from '../../../contracts/errors.ts'
import type { Facility } from '../../../contracts/facility.ts'
import { formatIso } from '../../../contracts/iso-time.ts'
import type { ExportItemView, ExportView } from '../../../contracts/register/export-api.ts'
import type { ExportPlan } from '../../../contracts/register/export-plan.ts'
import type { ExportState } from '../../../contracts/register/export-words.ts'
import type { RegisterContext } from '../context.ts'
import { inTransaction } from '../store/transaction.ts'
import type { Exporter } from './exporter.ts'
import type { ExportItemRow } from './outbound-tables.ts'
import type { LaneName } from './queue-item.ts'

interface ItemQuery {
  readonly state?: ExportState | undefined
  readonly before?: number | undefined
  readonly limit: number
}

interface RetryRequest {
  readonly by: string
  readonly address?: string | undefined
  readonly sequences?: readonly number[] | undefined
}

/** What people ask about outside registers, and do about them. */
export class ExportDesk {
  readonly #context: Pick<RegisterContext, 'db' | 'places' | 'steps' | 'now'>
  readonly #exporter: Pick<Exporter, 'queue' | 'hurry'>

  constructor(
    context: Pick<RegisterContext, 'db' | 'places' | 'steps' | 'now'>,
    exporter: Pick<Exporter, 'queue' | 'hurry'>,
  ) {
    this.#context = context
    this.#exporter = exporter
  }

  /** Of these facilities, as far as this server evaluates them. */
  async list(facilities: readonly string[]): Promise<ExportView[]> {
    const views: ExportView[] = []
    for (const id of facilities) {
      const facility = this.#context.places().get(id)?.facility
      for (const plan of facility?.register.exports ?? [])
        if (facility !== undefined) views.push(await this.#view(facility, plan))
    }
    return views
  }

  /** The newest first. @throws CodedError OUTBOUND_UNKNOWN */
  async items(
    name: LaneName,
    { state, before, limit }: ItemQuery,
  ): Promise<{ items: ExportItemView[]; next?: string }> {
    const { facility } = this.#find(name)
    let query = this.#context.db
      .selectFrom('export_item')
      .selectAll()
      .where('facility', '=', name.facility)
      .where('export_id', '=', name.id)
    if (state !== undefined) query = query.where('state', '=', state)
    if (before !== undefined) query = query.where('number', '<', before)
    const rows = await query.orderBy('number', 'desc').limit(limit).execute()
    const last = rows.length === limit ? rows.at(-1) : undefined
    return {
      items: rows.map((row) => itemView(row, facility.timezone)),
      ...(last === undefined ? {} : { next: String(last.number) }),
    }
  }

  /** What was refused or given up waits again; answers with how many. @throws CodedError OUTBOUND_UNKNOWN */
  async retry(name: LaneName, { by, address, sequences }: RetryRequest): Promise<{ requeued: number }> {
    this.#find(name)
    const { db, steps, now } = this.#context
    const requeued = await inTransaction(db, async (trx) => {
      const time = now()
      const count = await this.#exporter.queue.requeue(trx, name, sequences, time)
      if (count > 0)
        await steps.add(trx, {
          subject: 'export',
          // An export has a name, and no number.
          number: 0,
          facility: name.facility,
          time,
          by,
          address,
          event: 'retried',
          from: null,
          to: null,
          detail: { export: name.id, items: count },
        })
      return count
    })
    if (requeued > 0) await steps.entered()
    this.#exporter.hurry(name)
    return { requeued }
  }

  #find({ facility: id, id: exportId }: LaneName): { facility: Facility; plan: ExportPlan } {
    const facility = this.#context.places().get(id)?.facility
    const plan = facility?.register.exports.find((each) => each.id === exportId)
    if (facility === undefined || plan === undefined)
      throw new CodedError('OUTBOUND_UNKNOWN', `${id} has no export "${exportId}"`)
    return { facility, plan }
  }

  async #view({ id: facility, timezone }: Facility, plan: ExportPlan): Promise<ExportView> {
    const name = { facility, id: plan.id }
    const [waiting, refused, givenUp, oldest, lane] = await Promise.all([
      this.#count(name, 'waiting'),
      this.#count(name, 'refused'),
      this.#count(name, 'given-up'),
      this.#oldest(name),
      this.#lane(name),
    ])
    const time = (ms: number | null | undefined) =>
      ms === null || ms === undefined ? null : formatIso(ms, timezone)
    const error = lane?.last_error ?? null
    return {
      facility,
      id: plan.id,
      kind: plan.kind,
      to: plan.kind === 'file' ? plan.folder : (URL.parse(plan.url)?.host ?? ''),
      waiting,
      oldest: time(oldest),
      sent: lane?.sent ?? 0,
      refused,
      givenUp,
      lastSuccess: time(lane?.last_success),
      failingSince: time(lane?.failing_since),
      lastError: error === null ? null : { text: error, time: time(lane?.last_error_time) ?? '' },
    }
  }

  async #count(name: LaneName, state: ExportState): Promise<number> {
    const { count } = await this.#context.db
      .selectFrom('export_item')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('facility', '=', name.facility)
      .where('export_id', '=', name.id)
      .where('state', '=', state)
      .executeTakeFirstOrThrow()
    return count
  }

  async #oldest(name: LaneName): Promise<number | undefined> {
    const row = await this.#context.db
      .selectFrom('export_item')
      .select('created')
      .where('facility', '=', name.facility)
      .where('export_id', '=', name.id)
      .where('state', '=', 'waiting')
      .orderBy('number')
      .limit(1)
      .executeTakeFirst()
    return row?.created
  }

  #lane(name: LaneName) {
    return this.#context.db
      .selectFrom('export_lane')
      .selectAll()
      .where('facility', '=', name.facility)
      .where('export_id', '=', name.id)
      .executeTakeFirst()
  }
}

function itemView(row: ExportItemRow, timezone: string): ExportItemView {
  const isWaiting = row.state === 'waiting'
  return {
    sequence: row.number,
    kind: row.kind,
    id: row.item,
    version: row.version,
    title: row.title,
    state: row.state,
    created: formatIso(row.created, timezone),
    attempts: row.attempts,
    nextTry: isWaiting ? formatIso(row.next_try, timezone) : null,
    sent: row.sent === null ? null : formatIso(row.sent, timezone),
    receipt: row.receipt,
    error: row.error,
  }
}
