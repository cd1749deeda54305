import { CodedError } from '../../../contracts/errors.ts'
import { formatIso } from '../../../contracts/iso-time.ts'
import {
  type NewReport,
  type PublicReport,
  REPORT_LIMITS,
  type Receipt,
  type ReportForm,
} from '../../../contracts/register/report-api.ts'
import { TooSoon, throttleAddress } from '../../people/throttle.ts'
import type { AttachmentDesk } from '../attachment/attachment-desk.ts'
import type { RegisterContext } from '../context.ts'
import type { RegisterTrx } from '../store/tables.ts'
import { inTransaction } from '../store/transaction.ts'
import { AddressLimit, type Allowance } from './address-limit.ts'
import {
  CHALLENGE_MS,
  checkChallenge,
  LEAST_FILL_MS,
  newChallenge,
  type SpentChallenge,
} from './challenge.ts'
import { sealContact } from './contact-seal.ts'
import { publicStand } from './public-stand.ts'
import { newReceipt, receiptHash } from './receipt.ts'
import { type ReportInput, reportInput } from './report-input.ts'
import type { OpenPlace, ReportPlaces } from './report-places.ts'

const DAY_MS = 86_400_000
/** The same words are taken again after so long, ms. */
const REPEATED_MS = 7 * DAY_MS
/** For each report that an address may send, so many tries that are refused. */
const TRIES = 6
/** Of looks at a receipt, which cannot be guessed anyway, and of forms. */
const LOOKS: Allowance = { count: 240, perMs: 3_600_000 }
const HOTLINE = '12350'
/** Under whom the steps of reporters stand. */
export const PUBLIC = 'public'

/** The open side: anybody may send a report, and ask how far it has come. */
export class ReportIntake {
  readonly #context: RegisterContext
  readonly #places: ReportPlaces
  readonly #photos: Pick<AttachmentDesk, 'add'>
  readonly #sent = new AddressLimit()
  readonly #tried = new AddressLimit()
  readonly #looked = new AddressLimit()

  constructor(context: RegisterContext, places: ReportPlaces, photos: Pick<AttachmentDesk, 'add'>) {
    this.#context = context
    this.#places = places
    this.#photos = photos
  }

  /** @throws TooSoon with REPORT_TOO_MANY */
  form(address: string): ReportForm {
    this.#count(this.#looked, address, LOOKS)
    const open = this.#places.open()
    const [first] = open
    const { random, now } = this.#context
    return {
      facilities: open.map(({ facility: { id, name }, plan }) => ({
        id,
        title: plan.title ?? name,
        hotline: plan.hotline,
      })),
      hotline: this.#hotline(),
      limits: REPORT_LIMITS,
      challenge:
        first === undefined
          ? null
          : {
              token: newChallenge(first.key, { now: now(), bits: first.plan.proofBits, random }),
              bits: first.plan.proofBits,
              notBeforeMs: LEAST_FILL_MS,
              goodForMs: CHALLENGE_MS,
            },
    }
  }

  /** Before a body is read, which may be large. @throws TooSoon with REPORT_TOO_MANY */
  admit(address: string): void {
    const open = this.#places.open()
    const counts = open.map(({ plan }) => plan.perAddress)
    const count = Math.max(1, ...counts.map((allowed) => allowed.count)) * TRIES
    this.#count(this.#tried, address, { count, perMs: Math.max(60_000, ...counts.map(({ perMs }) => perMs)) })
  }

  /** @throws CodedError REPORT_*, REQUEST_INVALID, ATTACHMENT_*; TooSoon with REPORT_TOO_MANY or REPORT_TOO_FAST */
  async submit(report: NewReport, address: string): Promise<Receipt> {
    const now = this.#context.now()
    const place = this.#places.openFor(report.facility)
    const keys = this.#places.open().map(({ key }) => key)
    const input = reportInput(report, now)
    const spent = checkChallenge(report, { keys, now })
    const { perAddress, hotline } = place.plan
    const sender = `${place.facility.id}\n${throttleAddress(address)}`
    this.#refuseTooMany(this.#sent.wait(sender, perAddress, now))
    // Many at once are no more than many in a row.
    this.#sent.note(sender, perAddress, now)
    const receipt = newReceipt(this.#context.random)
    try {
      await inTransaction(this.#context.db, (trx) => this.#take(trx, { place, input, spent, receipt, now }))
    } catch (error) {
      this.#sent.undo(sender, now)
      throw error
    }
    await this.#context.steps.entered()
    return { receipt, hotline }
  }

  /** @throws CodedError REPORT_UNKNOWN; TooSoon with REPORT_TOO_MANY */
  async look(receipt: string, address: string): Promise<PublicReport> {
    this.#count(this.#looked, address, LOOKS)
    const hash = receiptHash(receipt)
    const stand = hash === undefined ? undefined : await publicStand(this.#context.db, hash)
    if (stand === undefined) throw new CodedError('REPORT_UNKNOWN', 'no report has this receipt')
    const { facility, received, updated, ...rest } = stand
    const found = this.#context.places().get(facility)?.facility
    const iso = (ms: number) => formatIso(ms, found?.timezone ?? 'UTC')
    const hotline = found?.register.reports.hotline ?? this.#hotline()
    return { ...rest, received: iso(received), updated: iso(updated), hotline }
  }

  async #take(
    trx: RegisterTrx,
    given: { place: OpenPlace; input: ReportInput; spent: SpentChallenge; receipt: string; now: number },
  ): Promise<void> {
    const { place, input, spent, receipt, now } = given
    const { id: facility } = place.facility
    await spend(trx, spent, now)
    await this.#refuseRepeated(trx, { facility, words: input.words, now })
    await this.#refuseFlood(trx, place, now)
    const { number } = await trx
      .insertInto('report')
      .values({
        facility,
        state: 'received',
        version: 1,
        received: now,
        updated: now,
        description: input.text,
        place: input.where,
        happened: input.happened,
        is_employee: input.isEmployee ? 1 : 0,
        receipt: receiptHash(receipt) ?? '',
        words: input.words,
        photos: input.photos.length,
        reward: 'none',
      })
      .returning('number')
      .executeTakeFirstOrThrow()
    if (input.contact !== undefined) {
      const { random } = this.#context
      const sealed = sealContact(input.contact, { facility, number }, { key: place.key, random })
      await trx
        .updateTable('report')
        .set({ contact: sealed.contact, contact_key: sealed.key })
        .where('number', '=', number)
        .execute()
    }
    for (const photo of input.photos)
      await this.#photos.add(trx, { subject: 'report', number, facility, ...photo, by: PUBLIC, time: now })
    await this.#context.steps.add(trx, {
      subject: 'report',
      number,
      facility,
      time: now,
      by: PUBLIC,
      event: 'received',
      from: null,
      to: 'received',
      // Neither what was said nor by whom: a journal is for ever.
      detail: { words: input.words, photos: input.photos.length, hasContact: input.contact !== undefined },
    })
  }

  async #refuseRepeated(
    trx: RegisterTrx,
    { facility, words, now }: { facility: string; words: string; now: number },
  ): Promise<void> {
    const found = await trx
      .selectFrom('report')
      .select('number')
      .where('facility', '=', facility)
      .where('words', '=', words)
      .where('received', '>', now - REPEATED_MS)
      .limit(1)
      .executeTakeFirst()
    if (found !== undefined) throw new CodedError('REPORT_REPEATED', 'the same words came before')
  }

  /** At most `perDay` in 24 h: the report so many before this one is older than that. */
  async #refuseFlood(trx: RegisterTrx, { facility, plan }: OpenPlace, now: number): Promise<void> {
    const before = await trx
      .selectFrom('report')
      .select('received')
      .where('facility', '=', facility.id)
      .where('received', '>', now - DAY_MS)
      .orderBy('received', 'desc')
      .offset(plan.perDay - 1)
      .limit(1)
      .executeTakeFirst()
    if (before !== undefined) this.#refuseTooMany(before.received + DAY_MS - now)
  }

  #count(limit: AddressLimit, address: string, allowance: Allowance): void {
    const key = throttleAddress(address)
    const now = this.#context.now()
    this.#refuseTooMany(limit.wait(key, allowance, now))
    limit.note(key, allowance, now)
  }

  #refuseTooMany(waitMs: number): void {
    if (waitMs > 0) throw new TooSoon('REPORT_TOO_MANY', `for ${Math.ceil(waitMs / 1_000)} s`, waitMs)
  }

  #hotline(): string {
    const [first = this.#places.all()[0]] = this.#places.open()
    return first?.plan.hotline ?? HOTLINE
  }
}

/** A challenge is good for one report. @throws CodedError REPORT_CHALLENGE */
async function spend(trx: RegisterTrx, { id, until }: SpentChallenge, now: number): Promise<void> {
  await trx.deleteFrom('report_challenge').where('until', '<=', now).execute()
  const found = await trx.selectFrom('report_challenge').select('id').where('id', '=', id).executeTakeFirst()
  if (found !== undefined) throw new CodedError('REPORT_CHALLENGE', 'it was used already')
  await trx.insertInto('report_challenge').values({ id, until }).execute()
}
