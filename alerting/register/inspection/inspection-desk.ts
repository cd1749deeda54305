import { CodedError } from '../../../contracts/errors.ts'
import { parseIso } from '../../../contracts/iso-time.ts'
import type { AttachmentView, NewAttachment } from '../../../contracts/register/hazard-api.ts'
import type { NewAnswer, RoundDetail, RoundView } from '../../../contracts/register/inspection-api.ts'
import type { InspectionPlan } from '../../../contracts/register/inspection-plan.ts'
import type { AttachmentDesk } from '../attachment/attachment-desk.ts'
import { attachmentView } from '../attachment/attachment-view.ts'
import type { RegisterContext, RegisterPlace } from '../context.ts'
import { type FacilityBook, zoneOf } from '../facility-book.ts'
import type { Actor } from '../hazard/hazard-desk.ts'
import type { RegisterTrx } from '../store/tables.ts'
import { inTransaction } from '../store/transaction.ts'
import { type Answer, type Decision, decideAnswer, missingOf } from './answers.ts'
import { dueAt } from './due.ts'
import type { RoundRow } from './inspection-tables.ts'
import { refuseOthers } from './inspector.ts'
import { anchorOf, planRow } from './plan-store.ts'
import { photographed, type Round, type RoundBody } from './round.ts'
import { type Acting, allowed, noteRound } from './round-act.ts'
import { listRounds, putAnswer, type RoundQuery, roundRow, updateRound, wholeRound } from './round-store.ts'
import { checklistView, roundView } from './round-view.ts'

export interface InspectionDeskOptions extends RegisterContext {
  facilities: FacilityBook
  attachments: Pick<AttachmentDesk, 'add' | 'list' | 'read'>
}

const SUBJECT = 'inspection'
const TITLE_LENGTH = 200

/** Where people make the rounds of inspections, often from a phone that is now and then without a network. */
export class InspectionDesk {
  readonly #options: InspectionDeskOptions

  constructor(options: InspectionDeskOptions) {
    this.#options = options
  }

  /** Newest first, with the cursor of the next page. */
  async list(query: RoundQuery): Promise<{ items: RoundView[]; next?: string }> {
    const { db, facilities } = this.#options
    const rows = await listRounds(db, { ...query, limit: query.limit + 1 })
    const shown = rows.slice(0, query.limit)
    const zones = await facilities.zones(shown.map(({ facility }) => facility))
    const items = shown.map((row) => roundView(row, zoneOf(zones, row.facility)))
    const last = shown.at(-1)
    return rows.length > shown.length && last !== undefined ? { items, next: String(last.number) } : { items }
  }

  /** @throws CodedError ROUND_UNKNOWN or OUT_OF_SCOPE */
  async detail(number: number, actor: Actor): Promise<RoundDetail> {
    const { db, steps, attachments } = this.#options
    const round = await wholeRound(db, number)
    const { facility } = round.row
    actor.refuse(facility)
    const zone = await this.#zone(facility)
    const files = await attachments.list(db, { facility, subject: SUBJECT, number })
    return {
      ...roundView(round.row, zone),
      checklist: checklistView(round, zone),
      attachments: files.map((file) => attachmentView(file, zone)),
      history: await steps.of(SUBJECT, number, zone),
    }
  }

  /**
   * A plan has one round at a time; the same id again answers with the round that it has started.
   * @throws CodedError FACILITY_UNKNOWN, INSPECTION_UNKNOWN, INSPECTION_NOT_YOURS or ROUND_RUNNING
   */
  async start(facility: string, given: { plan: string; id?: string }, actor: Actor): Promise<RoundDetail> {
    actor.refuse(facility)
    const place = this.#place(facility)
    const plan = place.facility.register.inspections.find(({ id }) => id === given.plan)
    if (plan === undefined)
      throw new CodedError('INSPECTION_UNKNOWN', `${facility} has no inspection "${given.plan}"`)
    const acting = { actor, place, now: this.#options.now() }
    refuseOthers(place, plan, actor, acting.now)
    const number = await inTransaction(this.#options.db, async (trx) => {
      const known = given.id === undefined ? undefined : await ofClient(trx, facility, given.id)
      if (known !== undefined) {
        if (known.plan === plan.id) return known.number
        throw new CodedError('REQUEST_INVALID', `id: ${given.id} is of a round of "${known.plan}"`)
      }
      const running = await trx
        .selectFrom('inspection_round')
        .select('number')
        .where('facility', '=', facility)
        .where('plan', '=', plan.id)
        .where('state', '=', 'running')
        .executeTakeFirst()
      if (running !== undefined)
        throw new CodedError('ROUND_RUNNING', `round ${running.number} of "${plan.id}" is running`)
      return this.#insert(trx, plan, given.id ?? null, acting)
    })
    await this.#options.steps.entered()
    return this.detail(number, actor)
  }

  /**
   * All of them, or none. What is answered with the same id again changes; findings become hazards, one for each item.
   * @throws CodedError ROUND_* or INSPECTION_NOT_YOURS
   */
  async answer(number: number, answers: readonly NewAnswer[], actor: Actor): Promise<RoundDetail> {
    return this.#change(number, actor, async (trx, round, acting) => {
      const state = allowed(round.row, 'answer', acting)
      const changes: Answer[] = []
      let known = round.answers
      for (const given of answers) {
        const decision = decideAnswer(round.body.checklist, known, given, {
          by: actor.by,
          started: round.row.started,
          now: acting.now,
          at: timeOf(given.time),
        })
        if (decision.isKnown) continue
        const answer = decision.opensHazard
          ? { ...decision.answer, hazard: await this.#open(trx, round.row, decision, given, acting) }
          : decision.answer
        known = [...known.filter(({ item }) => item !== answer.item), answer]
        changes.push(answer)
        await putAnswer(trx, number, answer)
      }
      if (changes.length === 0) return
      const findings = known.filter(({ result }) => result === 'finding').length
      await updateRound(trx, round.row, { answered: known.length, findings })
      await noteRound(this.#options.steps, trx, round.row, acting, {
        event: 'answered',
        from: round.row.state,
        to: state,
        detail: { answers: changes.map(told) },
      })
    })
  }

  /** @throws CodedError ROUND_INCOMPLETE, ROUND_CHANGED, ROUND_ENDED, ROUND_UNKNOWN or INSPECTION_NOT_YOURS */
  finish(number: number, version: number, actor: Actor): Promise<RoundDetail> {
    return this.#change(number, actor, async (trx, { row, body, answers, photos }, acting) => {
      const state = allowed(row, 'finish', acting)
      const missing = missingOf(body.checklist, answers, photographed(photos))
      if (missing.length > 0)
        throw new CodedError('ROUND_INCOMPLETE', `round ${number}: ${missing.join(', ')}`)
      const isLate = acting.now > row.overdue_from
      const ended = { ended: acting.now, ended_by: actor.by, is_late: Number(isLate) }
      await updateRound(trx, { number, version }, { state, ...ended })
      await trx
        .updateTable('inspection_plan')
        .set({ last_round: number, last_finished: acting.now, last_by: actor.by })
        .where('facility', '=', row.facility)
        .where('plan', '=', row.plan)
        .execute()
      await noteRound(this.#options.steps, trx, row, acting, {
        event: 'finished',
        from: row.state,
        to: state,
        detail: { plan: row.plan, answered: row.answered, findings: row.findings, isLate },
      })
    })
  }

  /** Hazards that it has opened stay. @throws CodedError ROUND_CHANGED, ROUND_ENDED, ROUND_UNKNOWN or INSPECTION_NOT_YOURS */
  abandon(number: number, given: { version: number; reason: string }, actor: Actor): Promise<RoundDetail> {
    const { version, reason } = given
    return this.#change(number, actor, async (trx, { row }, acting) => {
      const state = allowed(row, 'abandon', acting)
      const ended = { ended: acting.now, ended_by: actor.by, reason }
      await updateRound(trx, { number, version }, { state, ...ended })
      await noteRound(this.#options.steps, trx, row, acting, {
        event: 'abandoned',
        from: row.state,
        to: state,
        detail: { plan: row.plan, reason },
      })
    })
  }

  /** @throws CodedError ROUND_UNKNOWN, ROUND_ENDED, ROUND_ITEM_UNKNOWN, INSPECTION_NOT_YOURS or ATTACHMENT_* */
  async attach(
    number: number,
    given: NewAttachment & { item?: string; id?: string },
    actor: Actor,
  ): Promise<AttachmentView> {
    const { db, attachments, steps } = this.#options
    let attachment = 0
    await this.#change(number, actor, async (trx, { row, body, photos }, acting) => {
      const { name, content, item, id } = given
      const known = photos.find(({ client }) => client !== null && client === id)
      if (known !== undefined) {
        attachment = known.attachment
        return
      }
      const state = allowed(row, 'attach', acting)
      if (item !== undefined && !body.checklist.some((each) => each.id === item))
        throw new CodedError('ROUND_ITEM_UNKNOWN', `the checklist has no item "${item}"`)
      const of = { subject: SUBJECT, number, facility: row.facility }
      const file = await attachments.add(trx, { ...of, name, content, by: actor.by, time: acting.now })
      attachment = file.id
      const isImage = Number(file.type.startsWith('image/'))
      await trx
        .insertInto('inspection_photo')
        .values({ attachment, round: number, item: item ?? null, client: id ?? null, is_image: isImage })
        .execute()
      await updateRound(trx, row, {})
      const { type, size, sha256 } = file
      await noteRound(steps, trx, row, acting, {
        event: 'attachment',
        from: row.state,
        to: state,
        detail: { ...(item === undefined ? {} : { item }), name: file.name, type, size, sha256 },
      })
    })
    const { facility } = await roundRow(db, number)
    const files = await attachments.list(db, { facility, subject: SUBJECT, number })
    const file = files.find(({ id }) => id === attachment)
    if (file === undefined) throw new CodedError('ATTACHMENT_UNKNOWN', `attachment ${attachment}`)
    return attachmentView(file, await this.#zone(facility))
  }

  /** A file of a round. @throws CodedError ROUND_UNKNOWN, OUT_OF_SCOPE or ATTACHMENT_UNKNOWN */
  async file(number: number, id: number, actor: Actor) {
    const { db, attachments } = this.#options
    const { facility } = await roundRow(db, number)
    actor.refuse(facility)
    const file = await attachments.read(db, id)
    if (file.subject !== SUBJECT || file.number !== number)
      throw new CodedError('ATTACHMENT_UNKNOWN', `round ${number} has no file ${id}`)
    return file
  }

  async #change(
    number: number,
    actor: Actor,
    work: (trx: RegisterTrx, round: Round, acting: Acting) => Promise<void>,
  ): Promise<RoundDetail> {
    const { db, now, steps } = this.#options
    const { facility } = await roundRow(db, number)
    actor.refuse(facility)
    const acting = { actor, place: this.#place(facility), now: now() }
    await inTransaction(db, async (trx) => work(trx, await wholeRound(trx, number), acting))
    await steps.entered()
    return this.detail(number, actor)
  }

  async #insert(
    trx: RegisterTrx,
    plan: InspectionPlan,
    client: string | null,
    acting: Acting,
  ): Promise<number> {
    const { id: facility, timezone } = acting.place.facility
    const { now, actor } = acting
    const since = anchorOf(await planRow(trx, facility, plan.id, now))
    const { due, overdueFrom } = dueAt(plan, since, now, timezone)
    const body: RoundBody = { areas: plan.areas, checklist: plan.checklist }
    const ends = { ended: null, ended_by: null, reason: null, is_late: 0 }
    const { number } = await trx
      .insertInto('inspection_round')
      .values({
        facility,
        plan: plan.id,
        client,
        name: plan.name,
        kind: plan.kind,
        source: plan.source ?? null,
        state: 'running',
        version: 1,
        since,
        due,
        overdue_from: overdueFrom,
        started: now,
        started_by: actor.by,
        ...ends,
        items: plan.checklist.length,
        answered: 0,
        findings: 0,
        body: JSON.stringify(body),
      })
      .returning('number')
      .executeTakeFirstOrThrow()
    await noteRound(this.#options.steps, trx, { number, facility }, acting, {
      event: 'started',
      from: null,
      to: 'running',
      detail: { plan: plan.id },
    })
    return number
  }

  /** A finding becomes a hazard of its own, where it was found. */
  async #open(
    trx: RegisterTrx,
    row: RoundRow,
    { answer, item }: Decision,
    { title, kind = 'condition', grade = 'general' }: NewAnswer,
    { actor, place }: Acting,
  ): Promise<number> {
    const { areas } = JSON.parse(row.body) as RoundBody
    const area = item.area ?? (areas.length === 1 ? areas[0] : undefined)
    const { number } = await this.#options.hazards.open(trx, {
      facility: row.facility,
      source: SUBJECT,
      rule: row.plan,
      // One that a later file no longer has would be refused.
      area: place.facility.areas.some(({ id }) => id === area) ? area : undefined,
      title: title ?? `${row.name}: ${item.text}`.slice(0, TITLE_LENGTH),
      description: answer.note,
      kind,
      grade,
      found: answer.time,
      by: actor.by,
      address: actor.address,
      detail: { round: row.number, item: item.id },
    })
    return number
  }

  async #zone(facility: string): Promise<string> {
    return zoneOf(await this.#options.facilities.zones([facility]), facility)
  }

  /** @throws CodedError FACILITY_UNKNOWN */
  #place(facility: string): RegisterPlace {
    const place = this.#options.places().get(facility)
    if (place === undefined)
      throw new CodedError('FACILITY_UNKNOWN', `this server does not evaluate "${facility}"`)
    return place
  }
}

async function ofClient(trx: RegisterTrx, facility: string, client: string): Promise<RoundRow | undefined> {
  return trx
    .selectFrom('inspection_round')
    .selectAll()
    .where('facility', '=', facility)
    .where('client', '=', client)
    .executeTakeFirst()
}

/** As its step has it. */
function told({ item, result, note, hazard }: Answer): Record<string, unknown> {
  return { item, result, ...(note === '' ? {} : { note }), ...(hazard === null ? {} : { hazard }) }
}

/** @throws CodedError REQUEST_INVALID */
function timeOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const ms = parseIso(text)
  if (ms === undefined)
    throw new CodedError('REQUEST_INVALID', `time: "${text}" is no ISO 8601 time with an offset`)
  return ms
}
