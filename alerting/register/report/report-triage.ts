import { CodedError } from '../../../contracts/errors.ts'
import type { ReportTransition } from '../../../contracts/register/report-api.ts'
import type { RegisterContext } from '../context.ts'
import type { RegisterTrx } from '../store/tables.ts'
import { inTransaction } from '../store/transaction.ts'
import { openContact, sealContact } from './contact-seal.ts'
import { isAtRest, nextStand, type ReportStand } from './report-lifecycle.ts'
import type { ReportPlace, ReportPlaces } from './report-places.ts'
import type { ReportReader } from './report-reader.ts'
import type { ReportRow } from './report-tables.ts'
import { type RewardBasis, rewardOf } from './reward.ts'

/** What a step changes besides state and reward, and what of it the history keeps. */
interface Effect {
  readonly set?: Partial<ReportRow>
  readonly detail?: Readonly<Record<string, unknown>>
}

interface Doing {
  readonly trx: RegisterTrx
  readonly row: ReportRow
  readonly input: ReportTransition
  readonly actor: ReportReader
  readonly place: ReportPlace
  readonly now: number
}

/** Of a hazard that nobody gave a title. */
const TITLE_LENGTH = 80

/** What staff does with reports. One transaction for each step; of two at once one is refused. */
export class ReportTriage {
  readonly #context: RegisterContext
  readonly #places: ReportPlaces

  constructor(context: RegisterContext, places: ReportPlaces) {
    this.#context = context
    this.#places = places
  }

  /** @throws CodedError REPORT_*, OUT_OF_SCOPE, FACILITY_UNKNOWN when this server does not evaluate the plant; nothing has changed then */
  async act(number: number, input: ReportTransition, actor: ReportReader): Promise<void> {
    const now = this.#context.now()
    await inTransaction(this.#context.db, async (trx) => {
      const row = await reportRow(trx, number)
      actor.refuse(row.facility)
      const place = this.#places.of(row.facility)
      if (row.version !== input.version) throw changed(number, input.version)
      const next = nextStand(standOf(row), input.action, actor)
      if (next instanceof CodedError) throw next
      // First of all: who comes at the same time waits here, and not where the hazard is made.
      const { numUpdatedRows } = await trx
        .updateTable('report')
        .set({ version: row.version + 1, updated: now })
        .where('number', '=', number)
        .where('version', '=', input.version)
        .executeTakeFirst()
      if (Number(numUpdatedRows) !== 1) throw changed(number, input.version)
      const { set = {}, detail = {} } = await this.#effect({ trx, row, input, actor, place, now })
      await trx
        .updateTable('report')
        .set({
          ...set,
          state: next.state,
          reward: next.reward,
          reward_by: next.rewardBy,
          closed: isAtRest(next.state) ? (row.closed ?? now) : null,
        })
        .where('number', '=', number)
        .execute()
      await this.#context.steps.add(trx, {
        subject: 'report',
        number,
        facility: set.facility ?? row.facility,
        time: now,
        by: actor.by,
        address: actor.address,
        event: input.action,
        from: row.state,
        to: next.state,
        detail: { ...detail, ...(input.comment === undefined ? {} : { comment: input.comment }) },
      })
    })
    await this.#context.steps.entered()
  }

  async #effect(doing: Doing): Promise<Effect> {
    const { row, input } = doing
    switch (input.action) {
      case 'review':
        return { set: { hazard: null, duplicate_of: null, reason: null } }
      case 'accept':
        return this.#accept(doing)
      case 'join':
        return join(doing)
      case 'decline':
        return { set: { reason: needed(input, 'reason') }, detail: { reason: input.reason } }
      case 'duplicate':
        return duplicate(doing)
      case 'move':
        return this.#move(doing)
      case 'propose-reward':
        return propose(doing)
      case 'refuse-reward':
        return {
          set: { reward_amount: null, reward_basis: null },
          detail: { reason: needed(input, 'reason') },
        }
      case 'approve-reward':
      case 'pay-reward':
        return { detail: { amount: row.reward_amount } }
      case 'comment':
        needed(input, 'comment')
        return {}
      case 'verify':
      case 'close':
        return {}
    }
  }

  async #accept({ trx, row, input, actor }: Doing): Promise<Effect> {
    const { title = beginOf(row.description), area, kind = 'condition', grade = 'general' } = input
    const { number, isNew } = await this.#context.hazards.open(trx, {
      facility: row.facility,
      source: 'public-report',
      // Accepted again after a second look: as long as it is open, it stays one hazard.
      cause: `report:${row.number}`,
      area,
      title,
      description: row.place === null ? row.description : `${row.description}\n\n${row.place}`,
      kind,
      grade,
      found: row.received,
      by: actor.by,
      address: actor.address,
      detail: { report: row.number },
    })
    return { set: { hazard: number }, detail: { hazard: number, isNew } }
  }

  /** The contact is bound to the plant: it is sealed anew with the key of the other. */
  async #move({ trx, row, input, place }: Doing): Promise<Effect> {
    const target = this.#places.of(needed(input, 'facility'))
    const { facility, number } = row
    if (target.facility.id === facility)
      throw new CodedError('REPORT_INCOMPLETE', `facility: the report belongs to ${facility} already`)
    const detail = { from: facility }
    const set = { facility: target.facility.id }
    await trx
      .updateTable('attachment')
      .set(set)
      .where('subject', '=', 'report')
      .where('number', '=', number)
      .execute()
    if (row.contact === null || row.contact_key === null) return { set, detail }
    const { current } = target.keys
    if (current === undefined)
      throw new CodedError('REPORT_CLOSED', `facility "${target.facility.id}" has no key for the contact`)
    const sealed = { contact: row.contact, key: row.contact_key }
    const contact = openContact(sealed, { facility, number }, place.keys)
    const anew = sealContact(
      contact,
      { facility: target.facility.id, number },
      { key: current, random: this.#context.random },
    )
    return { set: { ...set, contact: anew.contact, contact_key: anew.key }, detail }
  }
}

async function join({ trx, row, input }: Doing): Promise<Effect> {
  const number = needed(input, 'hazard')
  const hazard = await trx
    .selectFrom('hazard')
    .select('facility')
    .where('number', '=', number)
    .executeTakeFirst()
  if (hazard?.facility !== row.facility)
    throw new CodedError('REPORT_HAZARD_UNKNOWN', `no hazard ${number} of "${row.facility}"`)
  return { set: { hazard: number }, detail: { hazard: number } }
}

async function duplicate({ trx, row, input }: Doing): Promise<Effect> {
  const number = needed(input, 'duplicateOf')
  const original = await trx
    .selectFrom('report')
    .select(['facility', 'state'])
    .where('number', '=', number)
    .executeTakeFirst()
  if (original?.facility !== row.facility || number === row.number || original.state === 'duplicate')
    throw new CodedError(
      'REPORT_INCOMPLETE',
      `duplicateOf: ${number} is no other report of "${row.facility}" that is none itself`,
    )
  return { set: { duplicate_of: number }, detail: { duplicateOf: number } }
}

function propose({ row, input, place }: Doing): Effect {
  const basis = basisOf(input, input.isEmployee ?? row.is_employee === 1)
  const amount = rewardOf(basis, place.plan.reward)
  return {
    set: { reward_amount: amount, reward_basis: JSON.stringify(basis) },
    detail: { ...basis, amount },
  }
}

function basisOf({ fine, accident, deaths }: ReportTransition, isEmployee: boolean): RewardBasis {
  if (fine !== undefined && accident === undefined && deaths === undefined) return { fine, isEmployee }
  if (fine === undefined && accident !== undefined && deaths !== undefined)
    return { accident, deaths, isEmployee }
  throw new CodedError('REPORT_INCOMPLETE', 'propose-reward takes a fine, or accident and deaths')
}

async function reportRow(trx: RegisterTrx, number: number): Promise<ReportRow> {
  const row = await trx.selectFrom('report').selectAll().where('number', '=', number).executeTakeFirst()
  if (row === undefined) throw new CodedError('REPORT_UNKNOWN', `no report ${number}`)
  return row
}

function standOf({ state, reward, reward_by }: ReportRow): ReportStand {
  return { state, reward, rewardBy: reward_by }
}

/** @throws CodedError REPORT_INCOMPLETE */
function needed<K extends keyof ReportTransition>(
  input: ReportTransition,
  key: K,
): NonNullable<ReportTransition[K]> {
  const value = input[key]
  if (value === undefined || value === null || (typeof value === 'string' && value.trim() === ''))
    throw new CodedError('REPORT_INCOMPLETE', `${input.action} needs ${key}`)
  return value
}

function beginOf(text: string): string {
  const [line = ''] = text.split('\n')
  const letters = [...line]
  return letters.length <= TITLE_LENGTH ? line : `${letters.slice(0, TITLE_LENGTH - 1).join('')}…`
}

function changed(number: number, version: number): CodedError {
  return new CodedError('REPORT_CHANGED', `report ${number} is not at version ${version} any more`)
}
