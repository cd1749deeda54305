import { sql } from 'kysely'
import { CodedError } from '../../../contracts/errors.ts'
import type { ReportDetail, ReportView } from '../../../contracts/register/report-api.ts'
import type { ReportState } from '../../../contracts/register/report-words.ts'
import type { Scope } from '../../people/person.ts'
import type { AttachmentDesk } from '../attachment/attachment-desk.ts'
import { attachmentView } from '../attachment/attachment-view.ts'
import type { RegisterContext } from '../context.ts'
import { type FacilityBook, zoneOf } from '../facility-book.ts'
import type { RegisterDb } from '../store/tables.ts'
import { reportActions } from './report-lifecycle.ts'
import type { ReportReader } from './report-reader.ts'
import { reportView, type ShownReport } from './report-view.ts'

export interface ReportQuery {
  readonly state?: ReportState
  /** Number of the last of the page before. */
  readonly before?: number
  readonly limit: number
  /** Facilities; null: all that there are. */
  readonly scope: Scope
}

type Photo = Awaited<ReturnType<AttachmentDesk['read']>>

/** What reports are shown with. */
export interface ReportSources {
  readonly facilities: Pick<FacilityBook, 'zones'>
  readonly photos: Pick<AttachmentDesk, 'list' | 'read'>
}

/** Looking at reports; the contact of a reporter never comes along. */
export class ReportReading {
  readonly #context: RegisterContext
  readonly #facilities: ReportSources['facilities']
  readonly #photos: ReportSources['photos']

  constructor(context: RegisterContext, { facilities, photos }: ReportSources) {
    this.#context = context
    this.#facilities = facilities
    this.#photos = photos
  }

  /** Newest first. */
  async list({ state, before, limit, scope }: ReportQuery): Promise<{ items: ReportView[]; next?: string }> {
    if (scope?.length === 0) return { items: [] }
    let query = shown(this.#context.db)
    if (scope !== null) query = query.where('report.facility', 'in', scope)
    if (state !== undefined) query = query.where('report.state', '=', state)
    if (before !== undefined) query = query.where('report.number', '<', before)
    const rows = await query
      .orderBy('report.number', 'desc')
      .limit(limit + 1)
      .execute()
    const page = rows.slice(0, limit)
    const zones = await this.#facilities.zones(page.map((row) => row.facility))
    const items = page.map((row) => reportView(row, zoneOf(zones, row.facility)))
    const last = page.at(-1)
    return rows.length > limit && last !== undefined ? { items, next: String(last.number) } : { items }
  }

  /** @throws CodedError REPORT_UNKNOWN, OUT_OF_SCOPE */
  async detail(number: number, actor: ReportReader): Promise<ReportDetail> {
    const row = await this.#row(number, actor)
    const { facility } = row
    const zone = zoneOf(await this.#facilities.zones([facility]), facility)
    const isOurs = this.#context.places().has(facility)
    const stand = { state: row.state, reward: row.reward, rewardBy: row.reward_by }
    const [history, photos] = await Promise.all([
      this.#context.steps.of('report', number, zone),
      this.#photos.list(this.#context.db, { facility, subject: 'report', number }),
    ])
    return {
      ...reportView(row, zone),
      history,
      attachments: photos.map((photo) => attachmentView(photo, zone)),
      actions: isOurs ? reportActions(stand, actor) : [],
    }
  }

  /** @throws CodedError REPORT_UNKNOWN, OUT_OF_SCOPE, ATTACHMENT_UNKNOWN, DATA_DAMAGED */
  async photo(number: number, id: number, actor: ReportReader): Promise<Photo> {
    await this.#row(number, actor)
    const found = await this.#photos.read(this.#context.db, id)
    if (found.subject !== 'report' || found.number !== number)
      throw new CodedError('ATTACHMENT_UNKNOWN', `report ${number} has no attachment ${id}`)
    return found
  }

  /** Of what somebody may not see they do not hear whether it is there. */
  async #row(number: number, { refuse }: ReportReader): Promise<ShownReport> {
    const row = await shown(this.#context.db).where('report.number', '=', number).executeTakeFirst()
    if (row === undefined) throw new CodedError('REPORT_UNKNOWN', `no report ${number}`)
    refuse(row.facility)
    return row
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
