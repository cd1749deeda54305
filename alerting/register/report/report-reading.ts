import { sql } from 'kysely'
import { CodedError } from '../../../contracts/errors.ts'
import type { ReportDetail, ReportView } from '../../../contracts/register/report-api.ts'
import type { ReportState } from '../../../contracts/register/report-words.ts'
import type { Scope } from '../../people/person.ts'
import type { RegisterContext } from '../context.ts'
import type { RegisterDb } from '../store/tables.ts'
import { type ReportActor, reportActions } from './report-lifecycle.ts'
import type { ReportPhotos } from './report-photos.ts'
import { reportView, type ShownReport } from './report-view.ts'

export interface ReportQuery {
  readonly facility?: string
  readonly state?: ReportState
  /** Number of the last of the page before. */
  readonly before?: number
  readonly limit: number
  readonly scope: Scope
}

/** Looking at reports; the contact of a reporter never comes along. */
export class ReportReading {
  readonly #context: RegisterContext
  readonly #photos: ReportPhotos

  constructor(context: RegisterContext, photos: ReportPhotos) {
    this.#context = context
    this.#photos = photos
  }

  /** Newest first. */
  async list({
    facility,
    state,
    before,
    limit,
    scope,
  }: ReportQuery): Promise<{ items: ReportView[]; next?: string }> {
    if (scope?.length === 0) return { items: [] }
    let query = shown(this.#context.db)
    if (facility !== undefined) query = query.where('report.facility', '=', facility)
    if (scope !== null) query = query.where('report.facility', 'in', scope)
    if (state !== undefined) query = query.where('report.state', '=', state)
    if (before !== undefined) query = query.where('report.number', '<', before)
    const rows = await query
      .orderBy('report.number', 'desc')
      .limit(limit + 1)
      .execute()
    const page = rows.slice(0, limit)
    const zones = await this.#timezones(page)
    const items = page.map((row) => reportView(row, zones(row.facility)))
    const last = page.at(-1)
    return rows.length > limit && last !== undefined ? { items, next: String(last.number) } : { items }
  }

  /** @throws CodedError REPORT_UNKNOWN */
  async detail(number: number, actor: ReportActor): Promise<ReportDetail> {
    const row = await this.row(number)
    const timezone = (await this.#timezones([row]))(row.facility)
    const isOurs = this.#context.places().has(row.facility)
    const stand = { state: row.state, reward: row.reward, rewardBy: row.reward_by }
    return {
      ...reportView(row, timezone),
      history: await this.#context.steps.of('report', number, timezone),
      attachments: await this.#photos.list(number, timezone),
      actions: isOurs ? reportActions(stand, actor) : [],
    }
  }

  /** @throws CodedError REPORT_UNKNOWN */
  async row(number: number): Promise<ShownReport> {
    const row = await shown(this.#context.db).where('report.number', '=', number).executeTakeFirst()
    if (row === undefined) throw new CodedError('REPORT_UNKNOWN', `no report ${number}`)
    return row
  }

  /** Of plants of this server as they are now, of others as their own server said last. */
  async #timezones(rows: readonly ShownReport[]): Promise<(facility: string) => string> {
    const places = this.#context.places()
    const foreign = [...new Set(rows.map(({ facility }) => facility))].filter((id) => !places.has(id))
    const found =
      foreign.length === 0
        ? []
        : await this.#context.db
            .selectFrom('facility')
            .select(['id', 'timezone'])
            .where('id', 'in', foreign)
            .execute()
    const known = new Map(found.map(({ id, timezone }) => [id, timezone]))
    return (id) => places.get(id)?.facility.timezone ?? known.get(id) ?? 'UTC'
  }
}

function shown(db: RegisterDb) {
  return db
    .selectFrom('report')
    .leftJoin('hazard', 'hazard.number', 'report.hazard')
    .select([
      'report.number',
      'report.facility',
      'report.state',
      'report.version',
      'report.received',
      'report.updated',
      'report.description',
      'report.place',
      'report.happened',
      'report.is_employee',
      'report.photos',
      'report.hazard',
      'report.duplicate_of',
      'report.reason',
      'report.reward',
      'report.reward_amount',
      'report.reward_basis',
      'report.reward_by',
      'report.closed',
      'hazard.status as hazard_status',
      sql<number>`CASE WHEN report.contact IS NULL THEN 0 ELSE 1 END`.as('has_contact'),
    ])
}
